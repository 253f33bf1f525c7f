import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from agentchat.sqlite.files import transact
from agentchat.sqlite.hops import connect, run_on


async def test_a_unit_of_work_is_one_hop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = await connect(tmp_path / "x.db")
    loop = asyncio.get_running_loop()
    wakings: list[object] = []
    wake = loop.call_soon_threadsafe
    monkeypatch.setattr(loop, "call_soon_threadsafe", lambda *call: (wakings.append(call), wake(*call)))

    def work(db: sqlite3.Connection) -> int:
        db.execute("CREATE TABLE t (x)")
        db.executemany("INSERT INTO t VALUES (?)", [(1,), (2,)])
        return db.execute("SELECT sum(x) FROM t").fetchone()[0]

    assert await run_on(connection, lambda db: transact(db, work)) == 3
    assert len(wakings) == 1
    monkeypatch.undo()
    await connection.close()


async def test_statements_still_work_as_aiosqlite_has_them(tmp_path: Path) -> None:
    connection = await connect(tmp_path / "x.db")
    await (await connection.execute("CREATE TABLE t (x)")).close()
    await (await connection.execute("INSERT INTO t VALUES (?)", (7,))).close()
    assert [tuple(row) for row in await connection.execute_fetchall("SELECT x FROM t")] == [(7,)]
    await connection.close()


async def test_what_work_raises_reaches_the_one_who_asked(tmp_path: Path) -> None:
    connection = await connect(tmp_path / "x.db")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await run_on(connection, lambda db: db.execute("SELECT * FROM missing"))
    await connection.close()


async def test_a_cancelled_transaction_is_not_left_open(tmp_path: Path) -> None:
    connection = await connect(tmp_path / "x.db")
    await run_on(connection, lambda db: db.execute("CREATE TABLE t (x)"))
    begun, may_end = threading.Event(), threading.Event()

    def work(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO t VALUES (7)")
        begun.set()
        may_end.wait(10)

    task = asyncio.create_task(run_on(connection, lambda db: transact(db, work)))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()  # it waits for the transaction
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await run_on(connection, lambda db: (db.in_transaction, db.execute("SELECT x FROM t").fetchall())) == (False, [(7,)])
    await connection.close()


async def test_its_thread_keeps_no_interpreter_from_exiting(tmp_path: Path) -> None:
    connection = await connect(tmp_path / "x.db")
    assert await run_on(connection, lambda db: threading.current_thread().daemon)
    await connection.close()


async def test_a_file_that_cannot_be_opened_leaves_no_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        await connect(tmp_path)
    assert await asyncio.to_thread(ended, before)


async def test_opening_that_is_cancelled_leaves_no_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    task = asyncio.create_task(connect(tmp_path / "x.db"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(ended, before)


def ended(before: set[threading.Thread]) -> bool:
    """True when every thread that came after `before`, this one excepted, ends."""
    others = set(threading.enumerate()) - before - {threading.current_thread()}
    for thread in others:
        thread.join(5)
    return not any(thread.is_alive() for thread in others)
