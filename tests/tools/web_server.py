"""A web server on loopback, which a test fills with answers, and a tool that is allowed to reach it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from agentchat.tools.web.fetching import WebTool
from agentchat.tools.web.guarded_connections import GuardedBackend


@dataclass
class WebServer:
    """What it answers, and what it was asked."""

    answers: dict[str, bytes] = field(default_factory=dict[str, bytes])
    """By the target of the request; what is not in it is not found."""
    requests: list[str] = field(default_factory=list[str])
    hosts: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """The addresses of names; every other name is at 127.0.0.1."""
    asked: list[str] = field(default_factory=list[str])
    """The names that were resolved."""
    port: int = 0
    release: asyncio.Event = field(default_factory=asyncio.Event)
    """Until then an empty answer is not ended."""

    def url(self, path: str, host: str = "example.test") -> str:
        return f"http://{host}:{self.port}{path}"

    def tool(self, judge: Callable[[str], str | None] = lambda _: None) -> WebTool:
        return WebTool(GuardedBackend(self.resolve, judge))

    async def resolve(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self.hosts.get(host, ["127.0.0.1"])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests.append(head)
        answer = self.answers.get(head.split(" ")[1], b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        writer.write(answer)
        if not answer:
            await self.release.wait()
        with suppress(ConnectionError):
            await writer.drain()
        writer.close()


def answer(body: bytes | str, content_type: str = "text/html; charset=utf-8", *, status: str = "200 OK", **headers: str) -> bytes:
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}" if content_type else "X-Nothing: 1", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + data


def redirect(goal: str) -> bytes:
    return answer("", status="302 Found", Location=goal)


@asynccontextmanager
async def serving() -> AsyncIterator[WebServer]:
    web = WebServer()
    server = await asyncio.start_server(web.serve, "127.0.0.1", 0)
    web.port = server.sockets[0].getsockname()[1]
    try:
        yield web
    finally:
        web.release.set()
        server.close()
        await server.wait_closed()
