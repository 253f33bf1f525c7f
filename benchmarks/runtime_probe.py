"""Measures one implementation of the runtime, in a process of its own, and prints the figures as JSON.

`python -m benchmarks.runtime_probe PACKAGE URL`, where the package is `agentchat` or `agents`: both have the names that are used here.
Beside each figure stands what the bare minimum costs in the same process. Only what the package itself has is measured for both.
Times of code that waits for nothing are processor time; with a disk they are real time. All are seconds.
"""

import asyncio
import gc
import importlib
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from openai import AsyncOpenAI
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseTextDeltaEvent,
)

DELTAS = 20_000
TURNS = 505
PARALLEL_TURNS = 100
STORE_TURNS = 60
_REPEATS = 60

Figures = dict[str, float]


def main() -> None:
    package, base_url = sys.argv[1:]
    print(json.dumps(asyncio.run(_measured(importlib.import_module(package), base_url))))


async def _measured(package: Any, base_url: str) -> Figures:
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        figures |= await _deltas(package)
        figures |= await _turns(package)
        figures |= await _tokens(package, base_url)
        figures |= await _sessions(package, Path(folder))
        if package.__name__ == "agentchat":
            figures |= await _stored_turns(package, Path(folder))
    return figures


# Deltas


async def _deltas(package: Any) -> Figures:
    """From the model to the reader, by a model that never waits and by one that lets others run after each delta.

    What the libraries have made is frozen first: to look through it for garbage takes 0.1 s, which would fall on one of them by chance.
    """
    figures: Figures = {}
    for kind, yields in (("eager", False), ("yielding", True)):
        agent = package.Agent(name="Measured", model=_streaming_model(package, yields=yields))
        gc.collect()
        gc.freeze()
        began = time.process_time()
        async for _ in package.Runner.run_streamed(agent, "go").stream_events():
            pass
        figures[f"delta {kind}"] = (time.process_time() - began) / DELTAS
        began = time.process_time()
        await _through_a_queue(yields=yields)
        figures[f"delta {kind}, floor"] = (time.process_time() - began) / DELTAS
    return figures


async def _through_a_queue(*, yields: bool) -> None:
    queue: asyncio.Queue[object] = asyncio.Queue()

    async def produce() -> None:
        for number in range(DELTAS):
            queue.put_nowait(number)
            if yields:
                await asyncio.sleep(0)
        queue.put_nowait(None)

    producer = asyncio.create_task(produce())
    while await queue.get() is not None:
        pass
    await producer


def _streaming_model(package: Any, *, yields: bool) -> Any:
    done = ResponseCompletedEvent(type="response.completed", sequence_number=DELTAS, response=_response([_message("a" * DELTAS)]))
    deltas = [_delta(number) for number in range(DELTAS)]

    class Streaming(package.Model):
        async def get_response(self, *args: Any, **kwargs: Any) -> Any:
            raise NotImplementedError

        async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            for delta in deltas:
                yield delta
                if yields:
                    await asyncio.sleep(0)
            yield done

    return Streaming()


def _delta(number: int) -> ResponseTextDeltaEvent:
    return ResponseTextDeltaEvent(
        type="response.output_text.delta",
        item_id="m",
        output_index=0,
        content_index=0,
        delta="a",
        logprobs=[],
        sequence_number=number,
    )


def _message(text: str) -> ResponseOutputMessage:
    part = ResponseOutputText(type="output_text", text=text, annotations=[])
    return ResponseOutputMessage(type="message", id="m", role="assistant", status="completed", content=[part])


def _response(output: list[Any]) -> Response:
    return Response(
        id="r", object="response", created_at=0, model="m", output=output, parallel_tool_calls=True, tool_choice="auto", tools=[]
    )


# Turns


async def _turns(package: Any) -> Figures:
    """What a turn costs early and late in a run, with one tool and with ten at once."""
    one = await _timed_turns(package, TURNS, calls=1)
    ten = await _timed_turns(package, PARALLEL_TURNS, calls=10)
    return {
        "turn, 10th": statistics.median(one[5:15]),
        "turn, 500th": statistics.median(one[490:500]),
        "10 parallel tools, 10th": statistics.median(ten[5:15]),
        "10 parallel tools, 95th": statistics.median(ten[85:95]),
    }


async def _timed_turns(
    package: Any, turns: int, *, calls: int, clock: Callable[[], float] = time.process_time, **config: Any
) -> list[float]:
    """The times from one call of the model to the next."""
    times: list[float] = []

    class Calling(package.Model):
        async def get_response(self, *args: Any, **kwargs: Any) -> Any:
            number = len(times)
            times.append(clock())
            output = [_call(number, place) for place in range(calls)] if number < turns else [_message("done")]
            return package.ModelResponse(output=output, usage=package.Usage(), response_id=None)

        async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            raise NotImplementedError
            yield

    @package.function_tool
    async def add(a: int, b: int) -> int:
        return a + b

    agent = package.Agent(name="Measured", model=Calling(), tools=[add])
    given = {"run_config": package.RunConfig(**config)} if config else {}
    await package.Runner.run(agent, "go", max_turns=turns + 2, **given)
    return [after - before for before, after in pairwise(times)]


def _call(number: int, place: int) -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(
        type="function_call", id=f"i{number}.{place}", call_id=f"c{number}.{place}", name="add", arguments='{"a": 1, "b": 2}'
    )


async def _stored_turns(package: Any, folder: Path) -> Figures:
    """The same with the program's own store, beside one transaction on the store's thread."""
    from agentchat.runtime.ports.clock import SystemClock
    from agentchat.sqlite.files import transact
    from agentchat.sqlite.hops import run_on
    from agentchat.storage.store import SQLiteStore

    store = await SQLiteStore.open(folder / "store.db", "measured", clock=SystemClock())
    took = await _timed_turns(package, STORE_TURNS, calls=1, clock=time.perf_counter, run_journal=store)
    connection = store._file.opened.connection  # noqa: SLF001 - the floor is measured on the same file
    assert connection is not None
    await run_on(connection, lambda db: db.execute("CREATE TABLE floor (data TEXT)"))
    insert = partial(transact, work=lambda db: db.execute("INSERT INTO floor VALUES (?)", ("x" * 200,)))
    floor = await _median_time(lambda: run_on(connection, insert))
    await store.close()
    return {
        "stored turn, 10th": statistics.median(took[5:15]),
        "stored turn, 55th": statistics.median(took[50:60]),
        "stored turn, floor": floor,
    }


# Tokens over the wire


async def _tokens(package: Any, base_url: str) -> Figures:
    """A token of the Responses API from a server on loopback, beside its lines read and decoded and nothing more."""
    counted = await _raw_tokens(base_url)  # also a rehearsal
    began = time.process_time()
    await _raw_tokens(base_url)
    floor = (time.process_time() - began) / counted
    async with AsyncOpenAI(api_key="none", base_url=base_url) as client:
        model = package.OpenAIResponsesModel("measured", client)
        await _read(package, model)
        began = time.process_time()
        await _read(package, model)
    return {"token": (time.process_time() - began) / counted, "token, floor": floor}


async def _raw_tokens(base_url: str) -> int:
    where, count = urlsplit(base_url), 0
    reader, writer = await asyncio.open_connection(where.hostname, where.port, limit=1 << 24)
    writer.write(b"POST /v1/responses HTTP/1.1\r\ncontent-length: 0\r\n\r\n")
    while (line := await reader.readline()).rstrip() != b"0":
        if line.startswith(b"data: "):
            count += json.loads(line[6:])["type"] == "response.output_text.delta"
    writer.close()
    await writer.wait_closed()
    return count


async def _read(package: Any, model: Any) -> None:
    given = {"system_instructions": None, "input": "go", "model_settings": package.ModelSettings(), "tools": [], "output_schema": None}
    rest = {"previous_response_id": None, "conversation_id": None, "prompt": None}
    async for _ in model.stream_response(**given, handoffs=[], tracing=package.ModelTracing.DISABLED, **rest):
        pass


# Sessions


async def _sessions(package: Any, folder: Path) -> Figures:
    """`SQLiteSession` beside the same statements on a connection of one's own in a thread."""
    items = [{"role": "user", "content": f"message {number}"} for number in range(1_000)]
    session = package.SQLiteSession("measured", folder / "session.db")
    with _bare_database(folder / "bare.db") as db:
        figures: Figures = {}
        for size, repeats in ((1, _REPEATS), (10, _REPEATS), (1_000, 10)):
            batch = items[:size]
            figures[f"add {size}"] = await _median_time(lambda batch=batch: session.add_items(batch), repeats)
            figures[f"add {size}, floor"] = await _median_time(lambda batch=batch: asyncio.to_thread(_add, db, batch), repeats)
        for limit in (None, 50):
            name = f"get {limit or 10_000}"
            figures[name] = await _median_time(lambda limit=limit: session.get_items(limit), 15)
            figures[f"{name}, floor"] = await _median_time(lambda limit=limit: asyncio.to_thread(_get, db, limit), 15)
    session.close()
    return figures


@contextmanager
def _bare_database(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, check_same_thread=False)) as db:
        db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT, data TEXT);"
            "CREATE INDEX by_session ON messages (session, id)"
        )
        yield db


def _add(db: sqlite3.Connection, items: list[dict[str, Any]]) -> None:
    with db:
        db.executemany("INSERT INTO messages (session, data) VALUES ('s', ?)", [(json.dumps(item),) for item in items])


def _get(db: sqlite3.Connection, limit: int | None) -> list[Any]:
    count = -1 if limit is None else limit
    rows = db.execute("SELECT data FROM messages WHERE session = 's' ORDER BY id DESC LIMIT ?", (count,)).fetchall()
    return [json.loads(data) for (data,) in reversed(rows)]


async def _median_time(work: Callable[[], Awaitable[Any]], repeats: int = _REPEATS) -> float:
    times: list[float] = []
    for _ in range(repeats):
        began = time.perf_counter()
        await work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


if __name__ == "__main__":
    main()
