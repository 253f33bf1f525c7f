"""What waits for a person, found without opening a conversation: as a journal has written it."""

from pathlib import Path

from agentchat.runtime.ports.journal import Rejected
from agentchat.runtime.values.keys import CallKey
from agentchat.storage.store import SQLiteStore
from agentchat.storage.waiting import WaitingCall, waiting_calls
from tests.clock import FakeClock
from tests.storage.samples import NESTED, RUN, answer, checkpoint, key, proposed, said


async def interrupted(path: Path, *, session: str = "3f2a", at: float = 100.0, written: tuple[int, ...] = ()) -> SQLiteStore:
    """A run whose response has three calls, and asks about those that have no output."""
    store = await SQLiteStore.open(path, session, clock=FakeClock())
    await store.begin(RUN, [said("refund all")], checkpoint())
    calls = [proposed(key(index=place)) for place in range(3)]
    await store.accept(RUN, answer("Yes.", calls=3), calls, checkpoint("turn open", response=1))
    stands = checkpoint("turn open", response=1, at=at, open_rows=True, open_outputs=written)
    await store.commit(RUN, [], stands, (), "interrupted")
    return store


def waits(place: int, *, session: str = "3f2a", at: float = 100.0, scope: str = "run1") -> WaitingCall:
    return WaitingCall(session, f"{scope}/1.{place}", "triage", "refund", "{}", at)


def test_a_file_that_is_not_there_holds_none(tmp_path):
    assert waiting_calls(tmp_path / "no.db") == ()


async def test_the_calls_of_an_interrupted_turn_wait_that_nobody_has_decided_about(tmp_path):
    path = tmp_path / "chats.db"
    store = await interrupted(path)
    assert waiting_calls(path) == (waits(0), waits(1), waits(2))
    await store.decide(CallKey.parse("run1/1.1"), Rejected())
    assert waiting_calls(path) == (waits(0), waits(2))
    await store.close()


async def test_a_call_whose_output_is_written_does_not_wait(tmp_path):
    store = await interrupted(tmp_path / "chats.db", written=(0, 2))
    assert waiting_calls(tmp_path / "chats.db") == (waits(1),)
    await store.close()


async def test_nothing_waits_in_a_run_that_goes_on_or_has_ended_or_is_not_the_last(tmp_path):
    path = tmp_path / "chats.db"
    for ending, step in (("goes on", "model next"), ("stopped", "ended")):
        store = await interrupted(path, session=ending)
        await store.commit(RUN, [], checkpoint(step, response=1), (), ending)
        await store.close()
    store = await interrupted(path, session="later")
    later = type(RUN)("run2")
    await store.begin(later, [said("never mind")], checkpoint())
    await store.close()
    assert waiting_calls(path) == ()


async def test_the_one_that_has_waited_longest_comes_first_over_all_conversations(tmp_path):
    path = tmp_path / "chats.db"
    for session, at in (("late", 200.0), ("early", 100.0)):
        await (await interrupted(path, session=session, at=at, written=(1, 2))).close()
    assert waiting_calls(path) == (waits(0, session="early"), waits(0, session="late", at=200.0))


async def test_the_calls_of_an_agent_that_runs_as_a_tool_wait_too(tmp_path):
    path = tmp_path / "chats.db"
    store = await interrupted(path, written=(1, 2))
    await store.start(key(), "")
    await store.begin(NESTED, [said("inside")], checkpoint())
    inner = [proposed(key(NESTED))]
    await store.accept(NESTED, answer("", calls=1), inner, checkpoint("turn open", response=1))
    await store.commit(NESTED, [], checkpoint("turn open", response=1, open_rows=True), (), "interrupted")
    await store.close()
    assert waiting_calls(path) == (waits(0, scope="run1/1.0", at=1_700_000_000.0),)
