import socket
from collections.abc import AsyncIterator

import pytest

from agentchat.tools.failures import ToolFailed
from agentchat.tools.web.fetching import WebTool
from agentchat.tools.web.guarded_connections import GuardedBackend, resolve
from tests.tools.web_server import WebServer, answer, serving


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with serving() as server:
        yield server


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "0", "0.0.0.0",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "169.254.169.254", "2852039166",
        "0xa9fea9fe", "10.0.0.1", "192.168.1.1", "localhost",
    ],
)  # fmt: skip
async def test_every_spelling_of_an_address_of_this_machine_is_refused(web: WebServer, host: str) -> None:
    """As it really is: with the resolver of the operating system, which reads them all."""
    with pytest.raises(ToolFailed, match=r"^Nothing is fetched from .* belongs to .*\. Only pages of the public internet can be fetched"):
        await WebTool().fetch_page(f"http://{host}:{web.port}/")
    assert web.requests == []


async def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_looked_at(web: WebServer) -> None:
    web.answers["/"] = answer("here", "text/plain")
    judged = list[str]()
    assert await web.tool(judged.append).fetch_page(web.url("/", "rebinding.test")) == "here"
    assert (web.asked, judged) == (["rebinding.test"], ["127.0.0.1"])
    assert f"Host: rebinding.test:{web.port}" in web.requests[0]


async def test_one_address_that_is_not_public_is_enough_to_refuse(web: WebServer) -> None:
    web.hosts["both.test"] = ["93.184.216.34", "10.0.0.1"]

    with pytest.raises(ToolFailed, match=r"^Nothing is fetched from 'both\.test': 10\.0\.0\.1 belongs to a private network\."):
        await WebTool(GuardedBackend(web.resolve)).fetch_page("https://both.test/")


async def test_the_next_address_is_tried_where_one_does_not_answer(web: WebServer) -> None:
    with socket.socket() as closed:  # bound and not listening: nobody answers there
        closed.bind(("127.0.0.2", web.port))
        web.hosts["two.test"] = ["127.0.0.2", "127.0.0.1"]
        web.answers["/"] = answer("here", "text/plain")
        assert await web.tool().fetch_page(web.url("/", "two.test")) == "here"


async def test_where_nobody_answers_it_is_said(web: WebServer) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://example.test:{closed.getsockname()[1]}/"
        with pytest.raises(ToolFailed, match=rf"^'{url}' cannot be fetched: .+\.$"):
            await web.tool().fetch_page(url)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (socket.gaierror(-2, "Name or service not known"), "There is no host 'x.test' (Name or service not known); check its name."),
        (UnicodeError("label too long"), "'x.test' is no name of a host; check it."),
        (None, "There is no host 'x.test'; check its name."),
    ],
)
async def test_a_name_without_an_address_is_a_sentence(error: Exception | None, sentence: str) -> None:
    async def unknown(host: str, port: int) -> list[str]:
        if error is not None:
            raise error
        return []

    with pytest.raises(ToolFailed) as failure:
        await WebTool(GuardedBackend(unknown)).fetch_page("https://x.test/")
    assert str(failure.value) == sentence


async def test_the_operating_systems_resolver_gives_addresses() -> None:
    assert await resolve("127.0.0.1", 80) == ["127.0.0.1"]
    assert await resolve("::1", 80) == ["::1"]
    assert await resolve("127.1", 80) == ["127.0.0.1"]


async def test_there_are_no_connections_by_a_file() -> None:
    with pytest.raises(ToolFailed, match="is on this machine"):
        await GuardedBackend().connect_unix_socket("/run/docker.sock")
