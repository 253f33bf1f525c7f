"""Where requests go: a base URL and a key, checked; and the openai clients that go there, one per event loop.

A connection belongs to the loop that opened it, so a client that is shared between two loops fails with "Event loop is closed" in
a program that calls `asyncio.run` and then `Runner.run_sync`. Each loop gets a client of its own, which is closed when the loop
shuts down: `asyncio.run` and its like close the asynchronous generators of a loop as their last act, and one of these holds the
client.
"""

import asyncio
import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from openai import AsyncOpenAI, DefaultAsyncHttpxClient

from agentchat.models.openai_defaults import default_openai_key
from agentchat.models.wire.hiding import keep_secret
from agentchat.runtime.values.exceptions import UserError

OFFICIAL_URL = "https://api.openai.com/v1"
_NO_KEY = "no-key-needed"
"""For servers without keys: the openai client refuses to be made with none."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that speaks one of OpenAI's dialects, and how to introduce oneself there."""

    base_url: str
    api_key: str = field(repr=False)
    organization: str | None = None
    project: str | None = None

    @property
    def is_official(self) -> bool:
        """True for OpenAI itself."""
        return is_official(self.base_url)


class ClientSource(Protocol):
    """Whoever has the openai client to use."""

    @property
    def base_url(self) -> str:
        """Where its requests go."""
        ...

    async def client(self) -> AsyncOpenAI:
        """The client for the running event loop."""
        ...


@dataclass(frozen=True, slots=True)
class GivenClient:
    """A client that the user made, and closes."""

    openai_client: AsyncOpenAI

    @property
    def base_url(self) -> str:
        """Where its requests go."""
        return str(self.openai_client.base_url)

    async def client(self) -> AsyncOpenAI:
        """The client, whatever the loop."""
        return self.openai_client


@dataclass(eq=False)
class LoopClients:
    """Clients of our own for one endpoint. Mutable: it makes them when they are first asked for and forgets closed ones."""

    endpoint: Endpoint
    _keepers: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncGenerator[AsyncOpenAI, None]] = field(
        default_factory=WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncGenerator[AsyncOpenAI, None]], init=False
    )
    _clients: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncOpenAI] = field(
        default_factory=WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncOpenAI], init=False
    )

    @property
    def base_url(self) -> str:
        """Where the requests go."""
        return self.endpoint.base_url

    async def client(self) -> AsyncOpenAI:
        """The client of the running loop, made now if it has none."""
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            self._forget_closed_loops()
            self._keepers[loop] = self._kept_open(loop)
            await anext(self._keepers[loop])
        return self._clients[loop]

    async def aclose(self) -> None:
        """Closes the client of the running loop; those of other loops close with them."""
        keeper = self._keepers.get(asyncio.get_running_loop())
        if keeper is not None:
            await keeper.aclose()

    async def _kept_open(self, loop: asyncio.AbstractEventLoop) -> AsyncGenerator[AsyncOpenAI, None]:
        client = self._clients[loop] = new_client(self.endpoint)
        try:
            yield client
        finally:
            self._clients.pop(loop, None)
            self._keepers.pop(loop, None)
            await client.close()

    def _forget_closed_loops(self) -> None:
        for loop in [loop for loop in self._clients if loop.is_closed()]:
            self._clients.pop(loop, None)
            self._keepers.pop(loop, None)


def source_of(client: AsyncOpenAI | ClientSource) -> ClientSource:
    """A source for whatever a model was given."""
    return GivenClient(client) if isinstance(client, AsyncOpenAI) else client


def resolved_base_url(base_url: str | None) -> str:
    """The base URL to use: the one given, else OPENAI_BASE_URL, else OpenAI. UserError when it cannot be one."""
    url = (base_url or os.environ.get("OPENAI_BASE_URL", "")).strip() or OFFICIAL_URL
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UserError(f"The base URL {url!r} is not a whole address; write it with http:// or https://, as in {_example(url)}.")
    return url


def resolved_endpoint(
    *, base_url: str | None = None, api_key: str | None = None, organization: str | None = None, project: str | None = None
) -> Endpoint:
    """The endpoint that the arguments and the environment name. UserError when there is no key for OpenAI itself."""
    url = resolved_base_url(base_url)
    key = api_key or default_openai_key()
    if key is None and is_official(url):
        raise UserError("There is no API key for OpenAI; set OPENAI_API_KEY, or OPENAI_BASE_URL for a server that needs none.")
    keep_secret(key or "", url)
    return Endpoint(url, key or _NO_KEY, organization, project)


def is_official(base_url: str) -> bool:
    """True for an address of OpenAI itself."""
    host = urlsplit(base_url).hostname or ""
    return host == "openai.com" or host.endswith(".openai.com")


def new_client(endpoint: Endpoint) -> AsyncOpenAI:
    """A client with the openai package's own time-outs and retries, which stay on: without them a stale connection fails."""
    return AsyncOpenAI(
        api_key=endpoint.api_key,
        base_url=endpoint.base_url,
        organization=endpoint.organization,
        project=endpoint.project,
        # a proxy from the environment cannot reach this machine's own servers
        http_client=DefaultAsyncHttpxClient(trust_env=not _is_loopback(endpoint.base_url)),
    )


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _example(url: str) -> str:
    rest = url.rpartition("://")[2].lstrip("/") or "127.0.0.1:8080/v1"
    return f"http://{rest}"
