"""What AsyncSQLiteSession promises beside the contract that both SQLite sessions share (test_session_contract.py)."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from agentchat.memory.async_sqlite_session import AsyncSQLiteSession

HELLO = {"role": "user", "content": "hello"}


async def test_a_closed_session_says_so(tmp_path: Path) -> None:
    session = AsyncSQLiteSession("a", tmp_path / "chat.db")
    await session.add_items([HELLO])
    await session.close()
    await session.close()
    with pytest.raises(RuntimeError, match="AsyncSQLiteSession is closed"):
        await session.get_items()


async def test_many_tasks_open_it_once(tmp_path: Path) -> None:
    session = AsyncSQLiteSession("a", tmp_path / "chat.db")
    await asyncio.gather(*(session.add_items([HELLO]) for _ in range(20)))
    assert await session.get_items() == [HELLO] * 20
    await session.close()


async def test_an_open_that_failed_is_tried_again(tmp_path: Path) -> None:
    session = AsyncSQLiteSession("a", tmp_path / "none" / "chat.db")
    with pytest.raises(FileNotFoundError):
        await session.get_items()
    (tmp_path / "none").mkdir()
    assert await session.get_items() == []
    await session.close()


def test_a_program_that_forgets_to_close_exits(tmp_path: Path) -> None:
    program = """
import asyncio, sys
from agentchat.memory.async_sqlite_session import AsyncSQLiteSession
session = AsyncSQLiteSession("a", sys.argv[1])
asyncio.run(session.add_items([{"role": "user", "content": "hello"}]))
"""
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "chat.db")], check=True, timeout=60)
