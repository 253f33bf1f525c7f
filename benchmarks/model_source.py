"""A model server on loopback, in a process of its own, that says one answer at an exact pace.

Run as a program it prints its address as one line, and after each answer one more: when the first delta was sent and when the last,
on the clock that all processes of the machine share (`time.monotonic`). `ModelSource` starts it and reads these lines.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple, Self

from benchmarks.samples import DELTAS, PARTS, answer, deltas

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


class Sent(NamedTuple):
    """When an answer was sent."""

    began: float
    ended: float


class ModelSource:
    """The server, until the end of the `with` block. Its answer has about 18 characters for each delta."""

    def __init__(self, *, rate: float, deltas: int = DELTAS) -> None:
        command = [sys.executable, "-m", "benchmarks.model_source", str(rate), str(deltas)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.base_url = self._line()
        self.host = self.base_url.removeprefix("http://").partition("/")[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()

    def sent(self) -> Sent:
        """Of the next answer, when it is sent."""
        return Sent(*json.loads(self._line()))

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def main() -> None:
    """Serves until it is killed."""
    asyncio.run(_serve(rate=float(sys.argv[1]), count=int(sys.argv[2])))


async def _serve(*, rate: float, count: int) -> None:
    opening, middle, closing = frames(answer(PARTS * count // DELTAS), count)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await talk(reader, writer)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await _has_asked(reader):
            writer.write(_HEAD + b"".join(_chunk(frame) for frame in opening))
            began = time.monotonic()
            for number, frame in enumerate(middle):
                if (early := began + number / rate - time.monotonic()) > 0:
                    await asyncio.sleep(early)
                writer.write(_chunk(frame))
            ended = time.monotonic()
            writer.write(b"".join(_chunk(frame) for frame in closing) + b"0\r\n\r\n")
            print(json.dumps([began, ended]), flush=True)  # a client that is slow, or was ended, takes nothing from that
            await writer.drain()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


async def _has_asked(reader: asyncio.StreamReader) -> bool:
    """Reads one request, whatever it says; False when the client has gone."""
    length = 0
    while (line := await reader.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        length = int(value) if name.lower() == "content-length" else length
    await reader.readexactly(length)
    return bool(line)


def frames(text: str, count: int) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """An answer of the Responses API as server-sent events: what comes before the deltas, the deltas, what comes behind."""
    item = {"type": "message", "id": "msg_1", "role": "assistant"}
    part = {"type": "output_text", "text": text, "annotations": []}
    whole = {**item, "status": "completed", "content": [part]}
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    opening = [
        {"type": "response.created", "response": _response("in_progress", [])},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "status": "in_progress", "content": []}},
        {"type": "response.content_part.added", **place, "part": {**part, "text": ""}},
    ]
    middle = [{"type": "response.output_text.delta", **place, "delta": piece, "logprobs": []} for piece in deltas(text, count)]
    closing = [
        {"type": "response.output_text.done", **place, "text": text, "logprobs": []},
        {"type": "response.content_part.done", **place, "part": part},
        {"type": "response.output_item.done", "output_index": 0, "item": whole},
        {"type": "response.completed", "response": _response("completed", [whole])},
    ]
    numbers = iter(range(len(opening) + len(middle) + len(closing)))
    return _encoded(opening, numbers), _encoded(middle, numbers), _encoded(closing, numbers)


def _response(status: str, output: list[dict[str, object]]) -> dict[str, object]:
    counts = {"input_tokens": 10, "output_tokens": 20_000, "total_tokens": 20_010}
    details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    usage = {"usage": {**counts, **details}} if output else {}
    fixed = {"id": "resp_1", "object": "response", "created_at": 0, "model": "measured", "parallel_tool_calls": True}
    return {**fixed, "tool_choice": "auto", "tools": [], "status": status, "output": output, **usage}


def _encoded(events: list[dict[str, object]], numbers: Iterator[int]) -> list[bytes]:
    numbered = [{**event, "sequence_number": next(numbers)} for event in events]
    return [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in numbered]


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


if __name__ == "__main__":
    main()
