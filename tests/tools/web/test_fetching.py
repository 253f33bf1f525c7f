import gzip
from collections.abc import AsyncIterator

import pytest

from agentchat.tools.failures import ToolFailed
from agentchat.tools.web import fetching as web_module
from agentchat.tools.web.addresses import refusal
from agentchat.tools.web.fetching import WebTool
from tests.tools.web_server import WebServer, answer, redirect, serving


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with serving() as server:
        yield server


async def _failure(tool: WebTool, url: str, start: int = 0) -> str:
    with pytest.raises(ToolFailed) as failure:
        await tool.fetch_page(url, start)
    return str(failure.value)


async def test_a_page_comes_as_markdown_with_whole_links(web: WebServer) -> None:
    web.answers["/docs/a"] = answer("<title>T</title><h1>Hello</h1><p>A <a href='../b'>link</a>.</p><script>x</script>")
    assert await web.tool().fetch_page(web.url("/docs/a#part")) == f"# Hello\n\nA [link]({web.url('/b')})."
    assert web.requests[0].splitlines()[:2] == ["GET /docs/a HTTP/1.1", f"Host: example.test:{web.port}"]
    assert "cookie" not in web.requests[0].lower()
    assert "authorization" not in web.requests[0].lower()


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/plain", "a < b\n", "a < b\n"),
        ("application/json", '{"a": 1}', '{"a": 1}'),
        ("application/vnd.api+json; charset=utf-8", "{}", "{}"),
        ("text/markdown", "# T", "# T"),
        ("application/rss+xml", "<rss/>", "<rss/>"),
        ("", "just text", "just text"),
        ("", "<!doctype html><p>a page", "a page"),
        ("text/plain; charset=latin-1", "caf\xe9".encode("latin-1"), "café"),
        ("text/html", "<meta charset=windows-1252><p>caf\xe9".encode("cp1252"), "café"),
        ("text/plain; charset=zip", "x", "x"),
        ("text/plain; charset=utf-7", "+ADw-", "+ADw-"),
        ("text/plain", "\ufeffhello".encode("utf-16-le"), "hello"),
        ("text/html", "", "'{url}' holds no text."),
    ],
)
async def test_texts_come_as_they_are(web: WebServer, content_type: str, body: bytes | str, text: str) -> None:
    web.answers["/x"] = answer(body, content_type)
    assert await web.tool().fetch_page(web.url("/x")) == text.replace("{url}", web.url("/x"))


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (answer("x", "image/png"), "'{url}' is 'image/png'; only pages, texts and JSON can be fetched."),
        (answer("x", "application/pdf"), "'{url}' is 'application/pdf'; only pages, texts and JSON can be fetched."),
        (
            answer(b"\0\1\2", "text/plain"),
            "'{url}' is no text, whatever its server says ('text/plain'); only pages, texts and JSON can be fetched.",
        ),
        (answer("x", status="403 Forbidden"), "'{url}' answers 403 Forbidden."),
        (answer("x", status="599 Odd"), "'{url}' answers 599."),
        (answer("", status="302 Found"), "'{url}' answers 302 Found."),
        (answer("x", Content_Encoding="br"), "'{url}' is packed as 'br', which nobody asked for; fetch another page."),
        (answer("no gzip at all", Content_Encoding="gzip"), "'{url}' came damaged; try again, or fetch another page."),
        (b"nonsense\r\n\r\n", "'{url}' cannot be fetched: illegal status line: bytearray(b'nonsense')."),
        (redirect("ftp://x/"), "'{url}' redirects. 'ftp://x/' is no web address; only http:// and https:// can be fetched."),
        (redirect("http://[x"), "'{url}' redirects to 'http://[x', which is no web address; fetch another page."),
        (
            redirect("http://a:b@example.test/"),
            "'{url}' redirects. The address holds a name or a password before its host, which is not sent; give it without.",
        ),
        (
            redirect("https://other.test/x"),
            "'{url}' redirects to 'https://other.test/x', on another host; call fetch_page with that address if it is wanted.",
        ),
        (redirect("/x"), "'{url}' redirects more than 5 times; fetch another page."),
    ],
)
async def test_what_cannot_be_read_is_a_sentence(web: WebServer, reply: bytes, sentence: str) -> None:
    web.answers["/x"] = reply
    assert await _failure(web.tool(), web.url("/x")) == sentence.replace("{url}", web.url("/x"))


async def test_a_redirect_on_the_same_host_is_followed_and_looked_at_again(web: WebServer) -> None:
    web.answers |= {"/a": redirect("b?c=1"), "/b?c=1": answer("there", "text/plain")}
    assert await web.tool().fetch_page(web.url("/a")) == "there"
    assert web.asked == ["example.test", "example.test"]


async def test_a_host_that_moves_between_two_requests_is_refused_at_the_second(web: WebServer) -> None:
    web.answers["/a"] = redirect("/b")
    moved = iter(["8.8.8.8", "127.0.0.1"])
    judged = list[str | None]()

    def judge(_: str) -> str | None:
        judged.append(refusal(next(moved)))
        return judged[-1]

    assert await _failure(web.tool(judge), web.url("/a")) == (
        "Nothing is fetched from 'example.test': 127.0.0.1 belongs to this machine. Only pages of the public internet can be fetched."
    )
    assert judged == [None, "this machine"]


async def test_a_large_page_is_refused_however_small_it_was_packed(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_module, "LARGEST_PAGE", 1024)
    web.answers["/plain"] = answer("x" * 1025, "text/plain")
    web.answers["/packed"] = answer(gzip.compress(b"x" * 10_000_000), "text/plain", Content_Encoding="gzip")
    web.answers["/fits"] = answer(gzip.compress(b"x" * 1024), "text/plain", Content_Encoding="gzip")
    for path in ("/plain", "/packed"):
        assert await _failure(web.tool(), web.url(path)) == f"'{web.url(path)}' is larger than 1 KB; fetch a smaller page."
    assert await web.tool().fetch_page(web.url("/fits")) == "x" * 1024


async def test_a_server_that_does_not_answer_is_given_up(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_module, "PATIENCE", 0.2)
    web.answers["/x"] = b""
    assert await _failure(web.tool(), web.url("/x")) == (
        f"'{web.url('/x')}' did not answer in time; try again later, or fetch another page."
    )


async def test_a_long_page_comes_in_pieces(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_module, "MOST_TEXT", 4)
    web.answers["/x"] = answer("abcdefghij", "text/plain")
    tool, url = web.tool(), web.url("/x")
    assert await tool.fetch_page(url) == "abcd\n[characters 0 to 4 of 10; read on with start=4]"
    assert await tool.fetch_page(url, 8) == "ij\n[characters 8 to 10 of 10]"
    assert await _failure(tool, url, 10) == f"The text of '{url}' has 10 characters; start is 10."
    assert await _failure(tool, url, -1) == "start counts characters from 0; give it as the end of the last piece says."


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("example.com", "'example.com' is no web address; begin it with https://."),
        ("file:///etc/passwd", "'file:///etc/passwd' is no web address; only http:// and https:// can be fetched."),
        ("https://me:secret@example.com/", "The address holds a name or a password before its host, which is not sent; give it without."),
        ("https://exa mple.com/", "'https://exa mple.com/' cannot be read as a web address; write it like https://example.com/page."),
        (
            "https://münchen.de/",
            (
                "'https://münchen.de/' cannot be read as a web address (its host in ASCII is 'xn--mnchen-3ya.de'); "
                "write it like https://example.com/page."
            ),
        ),
        ("https://" + "x" * 4000, "The address is longer than 4,000 characters; give a shorter one."),
    ],
)
async def test_what_is_no_web_address_is_a_sentence_and_no_request(web: WebServer, url: str, sentence: str) -> None:
    assert await _failure(web.tool(), url) == sentence
    assert web.asked == []


async def test_a_proxy_in_the_environment_is_not_used(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    web.answers["/x"] = answer("here", "text/plain")
    assert await web.tool().fetch_page(web.url("/x")) == "here"
