"""What SQLiteSession promises beside the contract that both SQLite sessions share (test_session_contract.py)."""

import asyncio
import gc
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from agentchat.memory.sqlite_session import SQLiteSession

HELLO = {"role": "user", "content": "hello"}
ANSWER = {"role": "assistant", "content": "hi"}


def test_one_session_serves_one_event_loop_after_another(tmp_path: Path) -> None:
    session = SQLiteSession("a", tmp_path / "chat.db")
    asyncio.run(session.add_items([HELLO]))
    asyncio.run(session.add_items([ANSWER]))
    assert asyncio.run(session.get_items()) == [HELLO, ANSWER]
    session.close()


def test_two_event_loops_at_once_use_one_session(tmp_path: Path) -> None:
    session = SQLiteSession("a", tmp_path / "chat.db")

    async def add_many() -> None:
        await asyncio.gather(*(session.add_items([HELLO, ANSWER]) for _ in range(20)))

    threads = [threading.Thread(target=lambda: asyncio.run(add_many())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asyncio.run(session.get_items()) == [HELLO, ANSWER] * 60
    session.close()


async def test_several_sessions_write_one_file_at_once(tmp_path: Path) -> None:
    sessions = [SQLiteSession(f"s{number}", tmp_path / "chat.db") for number in range(8)]
    await asyncio.gather(*(session.add_items([HELLO]) for session in sessions for _ in range(10)))
    assert [len(await session.get_items()) for session in sessions] == [10] * 8
    for session in sessions:
        session.close()


async def test_a_memory_session_forgets_with_its_object() -> None:
    session, other = SQLiteSession("a"), SQLiteSession("a")
    await session.add_items([HELLO])
    assert (await session.get_items(), await other.get_items()) == ([HELLO], [])
    session.close()
    other.close()


async def test_a_session_that_nobody_holds_ends_its_thread(tmp_path: Path) -> None:
    session = SQLiteSession("a", tmp_path / "chat.db")
    await session.add_items([HELLO])
    thread = session._thread._thread
    del session
    gc.collect()
    thread.join(5)
    assert not thread.is_alive()


async def test_a_closed_session_says_so() -> None:
    session = SQLiteSession("a")
    await session.add_items([HELLO])
    session.close()
    session.close()
    with pytest.raises(RuntimeError, match="SQLiteSession is closed"):
        await session.get_items()


async def test_an_add_whose_caller_was_cancelled_happened_as_a_whole(tmp_path: Path) -> None:
    session = SQLiteSession("a", tmp_path / "chat.db")
    task = asyncio.create_task(session.add_items([HELLO, ANSWER]))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await session.get_items() == [HELLO, ANSWER]
    session.close()


async def test_the_folder_of_a_file_must_exist(tmp_path: Path) -> None:
    session = SQLiteSession("a", tmp_path / "none" / "chat.db")
    with pytest.raises(FileNotFoundError):
        await session.get_items()
    (tmp_path / "none").mkdir()
    assert await session.get_items() == []
    session.close()


def test_a_program_that_forgets_to_close_exits_and_leaves_one_file(tmp_path: Path) -> None:
    program = """
import asyncio, sys
from agentchat.memory.sqlite_session import SQLiteSession
session = SQLiteSession("a", sys.argv[1])
asyncio.run(session.add_items([{"role": "user", "content": "hello"}]))
"""
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "chat.db")], check=True, timeout=60)
    assert [path.name for path in tmp_path.iterdir()] == ["chat.db"]
    assert asyncio.run(read_once(tmp_path / "chat.db")) == [HELLO]


async def read_once(path: Path) -> list[dict[str, object]]:
    session = SQLiteSession("a", path)
    try:
        return await session.get_items()
    finally:
        session.close()
