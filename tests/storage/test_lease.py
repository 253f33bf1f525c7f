"""One conversation, several processes: one writes, the others read, and one of those may take over."""

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from agentchat.runtime.values.exceptions import JournalSuperseded
from agentchat.storage.lease import Owner, is_in_use
from agentchat.storage.store import SQLiteStore
from tests.clock import FakeClock
from tests.storage.samples import said

NOW = 1_700_000_000.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chats.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SQLiteStore]:
    store = await opened(path)
    yield store
    await store.close()


async def opened(path: Path, session_id: str = "a") -> SQLiteStore:
    return await SQLiteStore.open(path, session_id, clock=FakeClock(now=NOW))


class OtherProcess:
    """A process that has opened a conversation of its own accord."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.stands = self._answer()

    def ask(self, word: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return self._answer()

    def die(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")


@contextmanager
def other_process(path: Path, session_id: str = "a") -> Iterator[OtherProcess]:
    command = [sys.executable, "-m", "tests.storage.owner_child", str(path), session_id]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield OtherProcess(process)
        finally:
            process.kill()


async def test_a_conversation_of_a_living_process_is_read_and_not_written(path: Path) -> None:
    with other_process(path) as other:
        assert (other.stands, other.ask("hello")) == ("owns", "added")
        store = await opened(path)
        assert store.owner is not None
        assert (store.owner.process, store.owner.host) == (other.process.pid, socket.gethostname())
        assert store.access.read_only == (
            f"This conversation is open in another process (pid {other.process.pid}); take it over to go on here."
        )
        assert store.access.may_take_over
        assert await store.get_items() == [said("hello")]
        with pytest.raises(JournalSuperseded, match="is open in another process"):
            await store.add_items([said("from here")])
        assert other.ask("more") == "added"
        assert await store.get_items() == [said("hello"), said("more")]
        await store.close()


async def test_taking_over_ends_the_other_ones_writing(path: Path) -> None:
    with other_process(path) as other:
        store = await opened(path)
        await store.take_over(by_force=True)
        assert (store.owner, store.access.read_only) == (None, "")
        await store.add_items([said("from here")])
        assert other.ask("from there") == "LeaseLost"
        assert other.ask("again") == "JournalSuperseded"
        assert await store.get_items() == [said("from here")]
        await store.close()


@pytest.mark.parametrize("how", ["killed", "closed"])
async def test_a_conversation_whose_process_is_gone_is_free(path: Path, how: str) -> None:
    with other_process(path) as other:
        assert other.ask("hello") == "added"
        if how == "killed":
            other.die()
        else:
            assert other.ask("close") == "closed"
        store = await opened(path)
        assert (store.owner, store.access.read_only) == (None, "")
        await store.add_items([said("from here")])
        assert [found.name for found in path.parent.glob("*-lease-*")] == ["chats.db-lease-2"], "what the dead left is swept away"
        await store.close()
    assert sorted(found.name for found in path.parent.iterdir()) == ["chats.db"]


async def test_other_conversations_of_the_file_are_nobodys_business(path: Path, store: SQLiteStore) -> None:
    other = await opened(path, "b")
    assert other.owner is None
    await other.add_items([said("b")])
    await store.add_items([said("a")])
    await other.close()
    assert is_in_use(path)


async def test_a_reader_sees_that_something_was_written(path: Path, store: SQLiteStore) -> None:
    reader = await opened(path)
    before = await reader.version()
    assert await reader.version() == before
    await store.add_items([said("hello")])
    assert await reader.version() != before
    await reader.close()


async def test_a_reader_becomes_the_owner_when_that_has_let_go(path: Path, store: SQLiteStore) -> None:
    reader = await opened(path)
    await reader.version()
    assert reader.access.read_only
    await store.close()
    await reader.version()
    assert (reader.access.read_only, reader.owner) == ("", None)
    await reader.add_items([said("from here")])
    await reader.close()


async def test_a_store_that_lost_its_conversation_knows_to_whom_and_can_take_it_back(path: Path, store: SQLiteStore) -> None:
    thief = await opened(path)
    await thief.take_over(by_force=True)
    results = await asyncio.gather(*(store.set_title(str(n)) for n in range(3)), return_exceptions=True)
    assert [isinstance(result, JournalSuperseded) for result in results] == [True] * 3
    assert store.owner == Owner(os.getpid(), socket.gethostname(), NOW)
    await store.take_over(by_force=True)
    await store.set_title("mine")
    with pytest.raises(JournalSuperseded):
        await thief.set_title("no more")
    await thief.close()
    assert (await store.load()).title == "mine", "the one that closes last gives back nothing that is not its own"
    await store.set_title("still mine")


async def test_no_epoch_is_given_twice(path: Path) -> None:
    for expected in (1, 2, 3):
        store = await opened(path)
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT epoch, session_id FROM agentchat_leases").fetchall() == [(expected, "a")]
        await store.close()


async def test_a_lease_that_cannot_be_given_back_is_free_all_the_same(path: Path, store: SQLiteStore) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        await (await store._file.opened.connection.execute("PRAGMA busy_timeout = 1")).close()
        other.execute("BEGIN IMMEDIATE")
        await store.close()
        other.execute("ROLLBACK")
    again = await opened(path)
    assert again.owner is None
    await again.close()


async def test_an_opening_that_is_cancelled_keeps_the_conversation_from_nobody(path: Path) -> None:
    for steps in range(12):
        opening = asyncio.create_task(opened(path))
        for _ in range(steps):
            await asyncio.sleep(0.002)
        opening.cancel()
        results = await asyncio.gather(opening, return_exceptions=True)
        for result in results:
            if isinstance(result, SQLiteStore):
                await result.close()
        assert not is_in_use(path)


async def test_of_many_that_open_at_once_one_owns(path: Path) -> None:
    stores = await asyncio.gather(*(opened(path) for _ in range(6)))
    assert sorted(bool(store.access.read_only) for store in stores) == [False] + [True] * 5
    for store in stores:
        await store.close()


async def test_an_owner_lets_go_what_is_asked_for_and_writes_no_more(path: Path, store: SQLiteStore) -> None:
    reader = await opened(path)
    asking = asyncio.create_task(reader.take_over())
    while not store.access.wanted_by:
        await asyncio.sleep(0.01)
        await store.version()
    assert store.access.wanted_by == f"pid {os.getpid()}"
    results = await asyncio.gather(store.set_title("before"), store.release(), store.set_title("after"), return_exceptions=True)
    assert [type(result).__name__ for result in results] == ["NoneType", "NoneType", "LeaseLost"], "what was begun before it is written"
    await asking
    assert (reader.access.read_only, (await reader.load()).title) == ("", "before")
    assert (store.access.may_take_over, store.access.wanted_by) == (True, "")
    await reader.close()


async def test_what_was_let_go_is_for_the_one_that_asked_and_for_nobody_else(path: Path, store: SQLiteStore) -> None:
    reader, third = await opened(path), await opened(path)
    asking = asyncio.create_task(reader.take_over())
    while not store.access.wanted_by:
        await asyncio.sleep(0.01)
        await store.version()
    held = reader._file
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await store.release()
    for one in (store, third):
        await one.version()
        assert one.access.read_only
    assert held._wish is not None
    await reader.close()
    await third.version()
    assert third.access.read_only == "", "one that asked and is gone asks no more"
    await third.close()


async def test_of_two_that_ask_at_once_one_gets_it(path: Path, store: SQLiteStore) -> None:
    first, second = await opened(path), await opened(path)
    asking = asyncio.gather(first.take_over(), second.take_over())
    while not store.access.wanted_by:
        await asyncio.sleep(0.01)
        await store.version()
    await store.release()
    await asyncio.sleep(0.2)
    owners = [one for one in (first, second) if not one.access.read_only]
    assert len(owners) == 1
    await owners[0].set_title("mine")
    await asking
    for one in (first, second):
        await one.close()


async def test_of_two_that_take_it_by_force_at_once_one_has_it_and_the_other_one_learns_of_it(path: Path, store: SQLiteStore) -> None:
    first, second = await opened(path), await opened(path)
    await asyncio.gather(first.take_over(by_force=True), second.take_over(by_force=True))
    await asyncio.gather(*(one.version() for one in (store, first, second)))
    assert sorted(bool(one.access.read_only) for one in (store, first, second)) == [False, True, True]
    for one in (first, second):
        await one.close()


async def test_an_owner_that_is_killed_after_it_was_asked_is_not_waited_for(path: Path) -> None:
    with other_process(path) as other:
        assert other.ask("hello") == "added"
        store = await opened(path)
        asking = asyncio.create_task(store.take_over())
        while not store.access.is_asked:  # noqa: ASYNC110 - the other process is real and tells nobody; the test ends with it or hangs
            await asyncio.sleep(0.01)
        other.die()
        other.process.wait()
        await asking
        assert (store.access.read_only, store.owner) == ("", None)
        await store.add_items([said("from here")])
        await store.close()


async def test_a_clock_that_goes_wrong_changes_no_order(path: Path) -> None:
    later = await SQLiteStore.open(path, "a", clock=FakeClock(now=NOW))
    earlier = await SQLiteStore.open(path, "a", clock=FakeClock(now=NOW - 1e6))
    await earlier.take_over(by_force=True)
    await earlier.set_title("the last one that took it")
    with pytest.raises(JournalSuperseded):
        await later.set_title("no more")
    for one in (later, earlier):
        await one.close()


async def test_a_writer_that_holds_the_lock_for_three_seconds_is_waited_for(path: Path, store: SQLiteStore) -> None:
    await store.add_items([said("hello")])
    reader = await opened(path)
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(store.set_title("after it"))
        await reader.version()
        assert await reader.get_items() == [said("hello")], "reading waits for nobody"
        asyncio.get_running_loop().call_later(3, other.execute, "ROLLBACK")
        await writing
    assert (await reader.load()).title == "after it"
    await reader.close()


async def test_a_store_that_only_decides_writes_nothing_else_and_takes_it_from_nobody(path: Path, store: SQLiteStore) -> None:
    desk = await SQLiteStore.open_to_decide(path, "a", clock=FakeClock(now=NOW))
    assert (desk.access.decides, desk.access.owner) == (True, f"pid {os.getpid()}")
    with pytest.raises(JournalSuperseded):
        await desk.set_title("from outside")
    await store.set_title("still ours")
    await desk.close()
