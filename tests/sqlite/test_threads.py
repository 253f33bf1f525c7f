import asyncio
import sqlite3
import threading

import pytest

from agentchat.sqlite.threads import DatabaseThread


def in_memory() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None)


async def test_work_runs_on_one_other_thread_in_order() -> None:
    thread = DatabaseThread(in_memory)
    idents = await asyncio.gather(*(thread.run(lambda db: threading.get_ident()) for _ in range(3)))
    assert len(set(idents)) == 1
    assert threading.get_ident() not in idents
    thread.close()


async def test_what_work_raises_reaches_the_one_who_asked() -> None:
    thread = DatabaseThread(in_memory)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await thread.run(lambda db: db.execute("SELECT * FROM missing"))
    assert await thread.run(lambda db: db.execute("SELECT 1").fetchone()) == (1,)
    thread.close()


async def test_a_connection_that_could_not_be_opened_is_tried_again() -> None:
    attempts = iter([sqlite3.OperationalError("not yet"), None])

    def connect() -> sqlite3.Connection:
        if error := next(attempts):
            raise error
        return in_memory()

    thread = DatabaseThread(connect)
    with pytest.raises(sqlite3.OperationalError, match="not yet"):
        await thread.run(lambda db: None)
    assert await thread.run(lambda db: 7) == 7
    thread.close()


async def test_closing_waits_for_the_work_before_it_and_refuses_the_rest() -> None:
    thread = DatabaseThread(in_memory)
    may_end = threading.Event()
    first = asyncio.create_task(thread.run(lambda db: may_end.wait(10)))
    await asyncio.sleep(0)
    may_end.set()
    thread.close()
    assert await first is True
    with pytest.raises(RuntimeError, match="The database connection is closed"):
        await thread.run(lambda db: None)


async def test_work_whose_caller_is_cancelled_runs_to_its_end() -> None:
    thread = DatabaseThread(in_memory)
    may_end, done = threading.Event(), threading.Event()
    task = asyncio.create_task(thread.run(lambda db: may_end.wait(10) and done.set()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    may_end.set()
    assert await thread.run(lambda db: done.is_set())
    thread.close()


def test_an_answer_to_a_loop_that_is_gone_is_dropped() -> None:
    thread = DatabaseThread(in_memory)
    may_end = threading.Event()

    async def ask_and_leave() -> None:
        asking = asyncio.ensure_future(thread.run(lambda db: may_end.wait(10)))
        await asyncio.sleep(0)
        asking.cancel()

    asyncio.run(ask_and_leave())
    may_end.set()
    assert asyncio.run(thread.run(lambda db: 7)) == 7
    thread.close()
