"""A model server on loopback for tests: a real socket, scripted answers, every request kept.

It speaks just enough HTTP/1.1 for the openai client (keep-alive, chunked answers) and runs in a thread of its own, so that it also
serves code that blocks or that runs several event loops. An answer is a value: `Json`, `Body` or `Stream`. A stream is written in
pieces of changing odd sizes, which cut lines and UTF-8 characters anywhere, because networks do. To add a fault, add a field to
`Stream` (or a new kind of answer) and its `case` in `_send`.

    with ModelServer() as server:
        server.answer(responses_stream(message_item("Hello")))
        ... OpenAIProvider(base_url=server.base_url) ...
        assert server.requests[0].body == {...}
"""

import asyncio
import json
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias, assert_never

Frame: TypeAlias = Mapping[str, Any] | str | bytes
"""One server-sent event: an object becomes `data: <json>`; text and bytes are written as they are."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Any
    """The JSON body; None without one."""


@dataclass(frozen=True, slots=True)
class Json:
    """A whole JSON answer."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Body:
    """A whole answer of any other kind."""

    body: bytes
    content_type: str = "text/html"
    status: int = 200


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer in server-sent events."""

    frames: Sequence[Frame]
    event_lines: bool = False
    """Whether `event: <type>` stands before the data, as on the Responses API of OpenAI."""
    done: bool = False
    """Whether `data: [DONE]` ends it, as on Chat Completions."""
    line_end: str = "\n"
    pieces: tuple[int, ...] = (1, 7, 2, 31, 3, 113, 5)
    """The sizes in bytes in which it is written, in turn."""
    ending: Literal["closes", "breaks", "hangs"] = "closes"
    """How it ends: properly, with a dropped connection, or not at all until the client or the server goes."""
    cut_at: int | None = None
    """Nothing after so many bytes."""
    content_type: str = "text/event-stream; charset=utf-8"
    pause_after: int | None = None
    """After so many frames it waits for `ModelServer.go_on`."""


@dataclass(frozen=True, slots=True)
class Hang:
    """No answer at all until the client or the server goes."""


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection is closed without an answer."""


Answer: TypeAlias = Json | Body | Stream | Hang | Drop


class ModelServer:
    """Answers in the order in which answers were given, whatever is asked; `GET .../models` has a list of its own."""

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        """How many connections were opened so far."""
        self.models: Any = {"object": "list", "data": [{"id": "test-model", "object": "model"}]}
        self._answers = deque(answers)
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="model server", daemon=True)
        self._go_on = asyncio.Event()
        self.base_url = ""

    def answer(self, *answers: Answer) -> None:
        """Appends answers."""
        self._answers.extend(answers)

    def go_on(self) -> None:
        """Lets streams that pause go on."""
        self._loop.call_soon_threadsafe(self._go_on.set)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        self._started.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._stop())
        self._loop.close()

    async def _stop(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # lets closed transports hang up

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while (request := await _read_request(reader)) is not None:
                self.requests.append(request)
                await self._send(self._answer_to(request), writer, reader)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    def _answer_to(self, request: Request) -> Answer:
        if request.method == "GET" and request.path.endswith("/models"):
            return Json(self.models)
        if not self._answers:
            return Json({"error": {"message": "The test scripted no answer for this request."}}, status=418)
        return self._answers.popleft()

    async def _send(self, answer: Answer, writer: asyncio.StreamWriter, reader: asyncio.StreamReader) -> None:
        match answer:
            case Json():
                payload = json.dumps(answer.body, ensure_ascii=False).encode()
                await _write_whole(writer, payload, "application/json", status=answer.status, headers=answer.headers)
            case Body():
                await _write_whole(writer, answer.body, answer.content_type, status=answer.status, headers={})
            case Stream():
                await self._write_stream(answer, writer, reader)
            case Hang():
                await reader.read(1)
                raise ConnectionResetError
            case Drop():
                raise ConnectionResetError
            case _:
                assert_never(answer)

    async def _write_stream(self, answer: Stream, writer: asyncio.StreamWriter, reader: asyncio.StreamReader) -> None:
        writer.write(_head(200, {"content-type": answer.content_type, "transfer-encoding": "chunked", "x-request-id": "req_1"}))
        if answer.pause_after is not None:
            await _write_pieces(writer, _written(answer, answer.frames[: answer.pause_after]), answer.pieces)
            await self._go_on.wait()
            rest = _written(answer, answer.frames[answer.pause_after :])
        else:
            rest = _written(answer, answer.frames)
        await _write_pieces(writer, (rest + _end(answer))[: answer.cut_at], answer.pieces)
        match answer.ending:
            case "closes":
                writer.write(b"0\r\n\r\n")
                await writer.drain()
            case "breaks":
                raise ConnectionResetError
            case "hangs":
                await reader.read(1)
                raise ConnectionResetError


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    line = await reader.readline()
    if not line:
        return None
    method, path, _ = line.decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while header := (await reader.readline()).decode("latin-1").strip():
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, json.loads(body) if body else None)


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def _write_whole(writer: asyncio.StreamWriter, payload: bytes, content_type: str, *, status: int, headers: Mapping[str, str]) -> None:
    fixed = {"content-type": content_type, "content-length": str(len(payload)), "x-request-id": "req_1"}
    writer.write(_head(status, {**fixed, **headers}) + payload)
    await writer.drain()


async def _write_pieces(writer: asyncio.StreamWriter, payload: bytes, sizes: Sequence[int]) -> None:
    for piece in _pieces(payload, sizes):
        writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await writer.drain()


def _pieces(payload: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    start = 0
    for size in cycle(sizes):
        if start >= len(payload):
            return
        yield payload[start : start + size]
        start += size


def _written(answer: Stream, frames: Iterable[Frame]) -> bytes:
    return b"".join(_frame_bytes(frame, answer) for frame in frames)


def _frame_bytes(frame: Frame, answer: Stream) -> bytes:
    if isinstance(frame, bytes):
        return frame
    if isinstance(frame, str):
        return frame.encode()
    event = f"event: {frame['type']}{answer.line_end}" if answer.event_lines and "type" in frame else ""
    return f"{event}data: {json.dumps(frame, ensure_ascii=False)}{answer.line_end * 2}".encode()


def _end(answer: Stream) -> bytes:
    return f"data: [DONE]{answer.line_end * 2}".encode() if answer.done else b""
