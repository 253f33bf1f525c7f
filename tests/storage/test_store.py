"""SQLiteStore on a real file, method by method; test_store_equals_memory.py does sequences."""

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from agentchat.chat.deciding.settling import ApprovedAnew, Happened
from agentchat.chat.saved import SavedChat, SavedFact, SavedRow
from agentchat.chat.store import ChatStore
from agentchat.memory.sqlite_session import SQLiteSession
from agentchat.runtime.ports.clock import SystemClock
from agentchat.runtime.ports.journal import Approved, ProposedCall, Recalled, RecalledCall, Rejected
from agentchat.runtime.ports.session import Session
from agentchat.runtime.values.exceptions import JournalSuperseded
from agentchat.runtime.values.facts import ItemFact, TurnFact
from agentchat.runtime.values.items import ModelResponse
from agentchat.runtime.values.keys import Scope
from agentchat.runtime.values.outcomes import Failed, Finished, Go, Returned, Unknown
from agentchat.runtime.values.responses import response_to_json
from agentchat.storage.errors import StoreError
from agentchat.storage.store import SQLiteStore
from tests.clock import FakeClock
from tests.storage.samples import NESTED, RUN, answer, checkpoint, key, proposed, said

NOW = 1_700_000_000.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(now=NOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "chats.db"


@pytest.fixture
async def store(path: Path, clock: FakeClock) -> AsyncIterator[SQLiteStore]:
    store = await SQLiteStore.open(path, "3f2a", clock=clock, folder="/home/me/shop")
    yield store
    await store.close()


def as_chat_store(store: SQLiteStore) -> ChatStore:
    """The type checker's word that the port is implemented."""
    return store


async def propose(store: SQLiteStore, *, calls: int = 1, scope: Scope = RUN) -> None:
    """A run that stands before its first calls."""
    await store.begin(scope, [said("refund 1042")], checkpoint())
    await store.accept(
        scope,
        answer("Let me see.", calls=calls),
        [proposed(key(scope, index=place)) for place in range(calls)],
        checkpoint("turn open", response=1),
    )


async def known(store: SQLiteStore, scope: Scope = RUN) -> tuple[RecalledCall, ...]:
    recalled = await store.recall(scope)
    assert recalled is not None
    return recalled.calls


def plain(response: ModelResponse | None) -> object:
    return response and response_to_json(response)


# The conversation


async def test_a_new_conversation_is_empty_and_leaves_no_trace(store: SQLiteStore, path: Path) -> None:
    assert isinstance(as_chat_store(store), Session)
    await store.set_prompt("")
    assert await store.load() == SavedChat(session_id="3f2a")
    assert await store.recall(RUN) is None
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM agentchat_chats").fetchone() == (0,)


async def test_it_is_a_session(store: SQLiteStore) -> None:
    await store.add_items([said("one"), said("two"), said("three")])
    await store.add_items([])
    assert await store.get_items(limit=2) == [said("two"), said("three")]
    assert await store.pop_item() == said("three")
    assert await store.get_items() == [said("one"), said("two")]
    await store.clear_session()
    assert (await store.get_items(), await store.pop_item()) == ([], None)


async def test_begin_stores_what_was_said_when_and_to_whom(store: SQLiteStore) -> None:
    await store.begin(RUN, [said("hello")], checkpoint(agent="billing", at=NOW - 5))
    assert await store.load() == SavedChat(
        session_id="3f2a",
        created=NOW,
        updated=NOW,
        folder="/home/me/shop",
        agent="billing",
        rows=(SavedRow(1, said("hello")),),
        facts=(SavedFact(1, ItemFact(item=0, kind="input", agent="billing", started=NOW - 5), run_id="run1", row=1),),
        open_run="run1",
    )
    assert await store.recall(RUN) == Recalled(
        checkpoint=checkpoint(agent="billing", at=NOW - 5), ending=None, open_response=None, calls=()
    )


async def test_commit_stores_rows_facts_and_checkpoint_together(store: SQLiteStore) -> None:
    await store.begin(RUN, [said("hello")], checkpoint())
    fact, stop = ItemFact(item=1, kind="message", agent="billing", ended=NOW), TurnFact(kind="stopped", text="Stopped.", at=NOW)
    await store.commit(RUN, [said("a"), said("b")], checkpoint("ended", agent="billing"), [fact, stop], "stopped")
    chat = await store.load()
    assert chat.rows == (SavedRow(1, said("hello")), SavedRow(2, said("a")), SavedRow(3, said("b")))
    assert chat.facts[1:] == (SavedFact(2, fact, run_id="run1", row=3), SavedFact(3, stop, run_id="run1", after=3))
    assert (chat.agent, chat.open_run) == ("billing", None)
    assert await store.recall(RUN) == Recalled(
        checkpoint=checkpoint("ended", agent="billing"), ending="stopped", open_response=None, calls=()
    )


async def test_a_commit_that_fails_leaves_nothing(store: SQLiteStore) -> None:
    await store.begin(RUN, [said("hello")], checkpoint())
    before = await store.load()
    with pytest.raises(IndexError):
        await store.commit(RUN, [said("a")], checkpoint("ended"), [ItemFact(item=7, kind="message", agent="x")], "final")
    with pytest.raises(TypeError):
        await store.commit(RUN, [said("a"), {"content": object()}], checkpoint("ended"), [], "final")
    assert await store.load() == before


async def test_items_of_a_nested_run_stand_beside_the_conversation(store: SQLiteStore) -> None:
    await store.begin(RUN, [said("hello")], checkpoint())
    await store.begin(NESTED, [said("look it up")], checkpoint(agent="finder"))
    done = ItemFact(item=0, kind="message", agent="finder", path=("1.0",))
    await store.commit(NESTED, [said("found")], checkpoint("ended", agent="finder"), [done], "final")
    chat = await store.load()
    assert await store.get_items() == [said("hello")]
    asked = ItemFact(item=0, kind="input", agent="finder", started=NOW, path=("1.0",))
    assert chat.facts[1:] == (
        SavedFact(2, asked, run_id="run1", after=1, item=said("look it up")),
        SavedFact(3, done, run_id="run1", after=1, item=said("found")),
    )
    assert (chat.agent, chat.open_run) == ("triage", "run1")


@pytest.mark.parametrize(
    ("ending", "open_run"),
    [("goes on", "run1"), ("interrupted", "run1"), ("final", None), ("stopped", None), ("failed", None), ("blocked", None)],
)
async def test_the_last_ending_says_whether_a_run_is_unfinished(store: SQLiteStore, ending: str, open_run: str | None) -> None:
    await store.begin(Scope("run0"), [said("earlier")], checkpoint())
    await store.begin(RUN, [said("hello")], checkpoint())
    await store.commit(RUN, [], checkpoint(), [], ending)
    assert (await store.load()).open_run == open_run


async def test_what_the_chat_notes_is_stored(store: SQLiteStore) -> None:
    notice, rule = TurnFact(kind="notice", text="Welcome.", at=NOW), TurnFact(kind="rule", text="Kept: refund.", at=NOW)
    await store.note(notice)
    await store.add_items([said("hello")])
    await store.note(rule)
    await store.set_title("a refund")
    await store.set_agent("billing")
    await store.set_prompt("unsent\x00 ✓")
    assert await store.load() == SavedChat(
        session_id="3f2a",
        title="a refund",
        created=NOW,
        updated=NOW,
        folder="/home/me/shop",
        agent="billing",
        rows=(SavedRow(1, said("hello")),),
        facts=(SavedFact(1, notice), SavedFact(2, rule, after=1)),
        prompt="unsent\x00 ✓",
    )


async def test_only_what_is_said_counts_as_a_change(store: SQLiteStore, clock: FakeClock) -> None:
    await store.add_items([said("hello")])
    await clock.advance(60)
    await store.set_prompt("unsent")
    assert (await store.load()).updated == NOW
    await store.set_title("later")
    assert (await store.load()).updated == NOW + 60


async def test_a_prompt_alone_makes_a_conversation(store: SQLiteStore) -> None:
    await store.set_prompt("unsent")
    chat = await store.load()
    assert (chat.prompt, chat.created) == ("unsent", NOW)


# The run


async def test_a_draft_lives_until_the_answer_is_accepted(store: SQLiteStore) -> None:
    await store.begin(RUN, [said("hello")], checkpoint())
    await store.draft(RUN, "The ord")
    await store.draft(RUN, "The order sh")
    assert (await store.load()).draft == "The order sh"
    recalled = await store.recall(RUN)
    assert recalled is not None
    assert recalled.draft == "The order sh"
    await store.accept(RUN, answer("The order shipped."), [], checkpoint("turn open", response=1))
    assert (await store.load()).draft is None


async def test_a_draft_lives_until_the_turn_is_given_up(store: SQLiteStore) -> None:
    await store.begin(RUN, [said("hello")], checkpoint())
    await store.draft(RUN, "The ord")
    await store.commit(RUN, [said("The ord")], checkpoint("ended"), [], "interrupted")
    assert (await store.load()).draft is None


async def test_an_accepted_response_is_recalled_with_its_calls(store: SQLiteStore) -> None:
    await propose(store, calls=2)
    recalled = await store.recall(RUN)
    assert recalled is not None
    assert plain(recalled.open_response) == plain(answer("Let me see.", calls=2))
    expected = tuple(RecalledCall(call=proposed(key(index=place)), decision=None, status="proposed") for place in (0, 1))
    assert replace(recalled, open_response=None) == Recalled(
        checkpoint=checkpoint("turn open", response=1), ending=None, open_response=None, calls=expected
    )


async def test_a_turn_that_is_over_has_no_open_response(store: SQLiteStore) -> None:
    await propose(store)
    await store.commit(RUN, [], checkpoint("model next", response=1), [], "goes on")
    assert await store.recall(RUN) == Recalled(
        checkpoint=checkpoint("model next", response=1),
        ending="goes on",
        open_response=None,
        calls=(),
        earlier_calls=(proposed(key()),),
    )


async def test_a_response_is_accepted_once(store: SQLiteStore) -> None:
    await propose(store)
    with pytest.raises(StoreError, match="holds this step of the run already"):
        await store.accept(RUN, answer("Another."), [], checkpoint("turn open", response=1, agent="other"))
    recalled = await store.recall(RUN)
    assert recalled is not None
    assert plain(recalled.open_response) == plain(answer("Let me see.", calls=1))
    assert recalled.checkpoint.agent == "triage"


async def test_a_call_starts_once_and_its_outcome_is_remembered(store: SQLiteStore, clock: FakeClock) -> None:
    await propose(store)
    assert await store.start(key(), "you") == Go()
    assert await store.start(key(), "a rule") == Unknown()
    await clock.advance(2)
    await store.finish(key(), Returned("refunded"))
    assert await store.start(key(), "a rule") == Finished(Returned("refunded"))
    assert await known(store) == (
        RecalledCall(
            call=proposed(key()),
            decision=None,
            status="finished",
            outcome=Returned("refunded"),
            by="you",
            started=NOW,
            ended=NOW + 2,
        ),
    )


async def test_of_many_starts_at_once_one_goes(store: SQLiteStore) -> None:
    await propose(store)
    answers = await asyncio.gather(*(store.start(key(), "you") for _ in range(20)))
    assert sorted(type(answer).__name__ for answer in answers) == ["Go"] + ["Unknown"] * 19


async def test_a_second_outcome_is_kept_beside_the_first(store: SQLiteStore) -> None:
    await propose(store)
    await store.start(key(), "you")
    await store.finish(key(), Failed("timed out", fatal=False))
    await store.finish(key(), Returned([{"type": "input_text", "text": "late"}]))
    await store.finish(key(), Returned("even later"))
    (call,) = await known(store)
    assert (call.outcome, call.late) == (Failed("timed out", fatal=False), Returned([{"type": "input_text", "text": "late"}]))


async def test_a_refusal_is_an_outcome_without_a_start(store: SQLiteStore) -> None:
    await propose(store)
    await store.finish(key(), Returned("A rule forbids it."))
    assert await store.start(key(), "you") == Finished(Returned("A rule forbids it."))


async def test_a_call_that_was_never_proposed_cannot_start_or_finish(store: SQLiteStore) -> None:
    await propose(store)
    with pytest.raises(StoreError, match=r"holds no call run1/1\.7"):
        await store.start(key(index=7), "you")
    with pytest.raises(StoreError, match=r"holds no call run1/1\.7"):
        await store.finish(key(index=7), Returned("x"))


async def test_a_decision_is_taken_once(store: SQLiteStore) -> None:
    await propose(store, calls=2)
    assert await store.decide(key(index=0), Approved(arguments='{"a":1}'))
    assert await store.decide(key(index=1), Rejected("too much", by="Ann"))
    assert not await store.decide(key(index=0), Rejected())
    assert not await store.decide(key(index=1), Approved())
    assert [call.decision for call in await known(store)] == [Approved(arguments='{"a":1}'), Rejected("too much", by="Ann")]


async def test_only_an_open_call_can_be_decided(store: SQLiteStore) -> None:
    assert not await store.decide(key(), Approved())
    await propose(store, calls=3)
    await store.start(key(index=0), "a rule")
    await store.finish(key(index=1), Returned("refused"))
    assert not await store.decide(key(index=0), Approved())
    assert not await store.decide(key(index=1), Approved())
    await store.commit(RUN, [], checkpoint("ended", response=1), [], "stopped")
    assert not await store.decide(key(index=2), Approved())


async def test_a_call_of_a_turn_that_is_over_cannot_be_decided(store: SQLiteStore) -> None:
    await propose(store)
    await store.commit(RUN, [], checkpoint("model next", response=1), [], "goes on")
    assert not await store.decide(key(), Approved())
    await store.accept(RUN, answer("Next."), [], checkpoint("turn open", response=2))
    assert not await store.decide(key(), Approved())


async def test_a_call_of_a_nested_run_is_decided_while_the_outer_run_goes_on(store: SQLiteStore) -> None:
    await propose(store)
    await propose(store, scope=NESTED, calls=2)
    assert await store.decide(key(NESTED, index=0), Approved())
    assert [call.decision for call in await known(store, NESTED)] == [Approved(), None]
    await store.commit(RUN, [], checkpoint("ended", response=1), [], "stopped")
    assert not await store.decide(key(NESTED, index=1), Approved())


async def test_a_call_of_unknown_outcome_starts_once_more_by_a_fresh_yes_and_never_by_itself(store: SQLiteStore) -> None:
    await propose(store)
    line = TurnFact(kind="notice", text="You let it run again.", at=1.0)
    starts = [await store.start(key(), "a rule")]
    assert not await store.decide(key(), Approved())
    starts.append(await store.start(key(), "a rule"))
    assert await store.decide(key(), ApprovedAnew(Approved(digest="d")), line)
    starts += [await store.start(key(), "you") for _ in range(2)]
    assert starts == [Go(), Unknown(), Go(), Unknown()]
    assert [fact.fact for fact in (await store.load()).facts if isinstance(fact.fact, TurnFact)] == [line]


async def test_what_does_not_fit_a_call_leaves_no_line(store: SQLiteStore) -> None:
    await propose(store)
    assert not await store.decide(key(), Happened("done"), TurnFact(kind="notice", text="It happened.", at=1.0))
    assert not any(isinstance(fact.fact, TurnFact) for fact in (await store.load()).facts)


async def test_a_call_of_a_run_that_was_ended_does_not_start_any_more(store: SQLiteStore, path: Path) -> None:
    await propose(store)
    assert await store.decide(key(), Approved())
    await store.commit(RUN, [], checkpoint("ended", response=1), [], "stopped")
    with pytest.raises(JournalSuperseded, match="its run was ended, elsewhere"):
        await store.start(key(), "you")
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT status, allowed_by FROM agentchat_calls").fetchall() == [("proposed", "")]


async def test_every_call_starts_in_one_of_many_processes_that_take_over_from_each_other(path: Path, store: SQLiteStore) -> None:
    await propose(store, calls=40)
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as processes:
        answers = [future.result() for future in [processes.submit(starts, path, 40) for _ in range(3)]]
    for answers_about_one in zip(*answers, strict=True):
        assert sorted(answers_about_one) == ["Go", "Unknown", "Unknown"]


def starts(path: Path, calls: int) -> list[str]:
    """What a process of its own is answered about each call, when it takes the conversation over as often as it loses it."""

    async def ask() -> list[str]:
        store = await SQLiteStore.open(path, "3f2a", clock=SystemClock())
        try:
            return [await stubbornly(store, place) for place in range(calls)]
        finally:
            await store.close()

    async def stubbornly(store: SQLiteStore, place: int) -> str:
        while True:
            try:
                return type(await store.start(key(index=place), "you")).__name__
            except JournalSuperseded:
                await store.take_over(by_force=True)

    return asyncio.run(ask())


async def test_half_characters_do_not_cost_what_they_stand_in(store: SQLiteStore) -> None:
    await store.begin(RUN, [said("caf\udcff")], checkpoint())
    await store.set_title("caf\udcff")
    await store.set_prompt("\ud83d")
    await store.draft(RUN, "a\ud83d\ude00b")
    call = ProposedCall(key(), "c\ud83d", "triage", "refund", '{"a":"\ud83d"}')
    recalled = await store.recall(RUN)
    assert recalled is not None
    assert recalled.draft == "a\U0001f600b"
    await store.accept(RUN, answer("\ud83d"), [call], checkpoint("turn open", response=1))
    saved = await store.load()
    assert (saved.title, saved.prompt, saved.rows[0].item) == ("caf\ufffd", "\ufffd", said("caf\udcff"))
    assert [one.call.arguments for one in await known(store)] == ['{"a":"\ufffd"}']


# From outside


async def test_a_sqlite_session_reads_and_writes_the_conversation(store: SQLiteStore, path: Path) -> None:
    await store.begin(RUN, [said("hello")], checkpoint())
    fact, stop = ItemFact(item=0, kind="message", agent="triage"), TurnFact(kind="stopped", text="Stopped.", at=NOW)
    await store.commit(RUN, [said("answer")], checkpoint("ended"), [fact, stop], "final")
    outside = SQLiteSession("3f2a", path)
    assert await outside.get_items() == [said("hello"), said("answer")]
    await outside.add_items([said("from outside")])
    assert (await store.load()).rows[2:] == (SavedRow(3, said("from outside")),)
    assert [await outside.pop_item(), await outside.pop_item()] == [said("from outside"), said("answer")]
    chat = await store.load()
    assert [(saved.row, saved.after) for saved in chat.facts] == [(1, None), (None, 2)]
    await outside.clear_session()
    chat = await store.load()
    assert (chat.rows, chat.facts, chat.agent) == ((), (), "triage")
    await store.begin(Scope("run2"), [said("again")], checkpoint())
    assert (await store.load()).rows == (SavedRow(4, said("again")),)
    assert await outside.get_items() == [said("again")]
    outside.close()


async def test_a_conversation_of_a_sqlite_session_is_opened(path: Path, tmp_path: Path, clock: FakeClock) -> None:
    outside = SQLiteSession("mine", tmp_path / "mine.db")
    await outside.add_items([said("hello")])
    store = await SQLiteStore.open(tmp_path / "mine.db", "mine", clock=clock)
    await store.begin(RUN, [said("more")], checkpoint())
    assert await outside.get_items() == [said("hello"), said("more")]
    outside.close()
    await store.close()


async def test_a_store_that_was_superseded_writes_nothing_and_can_be_read(store: SQLiteStore, path: Path, clock: FakeClock) -> None:
    await propose(store)
    other = await SQLiteStore.open(path, "3f2a", clock=clock)
    await other.take_over(by_force=True)
    before = await asyncio.to_thread(dump, path)
    for write in (
        lambda: store.add_items([said("x")]),
        store.pop_item,
        store.clear_session,
        lambda: store.begin(RUN, [said("x")], checkpoint()),
        lambda: store.draft(RUN, "x"),
        lambda: store.accept(RUN, answer("x"), [], checkpoint("turn open", response=2)),
        lambda: store.start(key(), "you"),
        lambda: store.finish(key(), Returned("x")),
        lambda: store.commit(RUN, [said("x")], checkpoint(), [], "final"),
        lambda: store.decide(key(), Approved()),
        lambda: store.note(TurnFact(kind="notice", text="x", at=NOW)),
        lambda: store.set_agent("x"),
        lambda: store.set_title("x"),
        lambda: store.set_prompt("x"),
    ):
        with pytest.raises(JournalSuperseded, match="nother process"):
            await write()
    assert await asyncio.to_thread(dump, path) == before
    assert (await store.get_items(), await store.load()) == (await other.get_items(), await other.load())
    assert await known(store) == await known(other)
    await other.close()


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


async def test_conversations_share_a_file_without_meeting(store: SQLiteStore, path: Path, clock: FakeClock) -> None:
    await propose(store)
    other = await SQLiteStore.open(path, "other", clock=clock)
    await propose(other)
    assert await other.start(key(), "you") == Go()
    assert await store.start(key(), "you") == Go()
    await other.clear_session()
    assert await store.get_items() == [said("refund 1042")]
    await other.close()


# The file


async def test_files_and_folder_are_for_their_owner_alone(store: SQLiteStore, path: Path) -> None:
    await store.add_items([said("hello")])
    assert modes(path.parent) == {"data": 0o700, "chats.db": 0o600, "chats.db-wal": 0o600, "chats.db-shm": 0o600, "chats.db-lease-1": 0o600}


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}


async def test_a_cancelled_write_happened_as_a_whole_and_leaves_no_transaction(store: SQLiteStore, path: Path) -> None:
    for number in range(5):
        task = asyncio.create_task(store.begin(Scope(f"run{number}"), [said("a"), said("b")], checkpoint()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    chat = await store.load()
    assert (len(chat.rows), len(chat.facts), chat.open_run) == (10, 10, "run4")
    outside = SQLiteSession("other", path)
    await outside.add_items([said("not kept waiting")])
    outside.close()


async def test_a_file_in_use_is_said_in_a_sentence(store: SQLiteStore, path: Path) -> None:
    await store.add_items([said("hello")])
    connection = store._file.opened.connection
    await (await connection.execute("PRAGMA busy_timeout = 1")).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"chats\.db is in use by another program; try again when that is done\."):
            await store.add_items([said("more")])
        other.execute("ROLLBACK")
    await store.add_items([said("more")])
    assert await store.get_items() == [said("hello"), said("more")]


async def test_a_closed_store_says_so(store: SQLiteStore) -> None:
    await store.close()
    await store.close()
    with pytest.raises(StoreError, match="The conversation 3f2a is closed; open it again"):
        await store.get_items()


async def test_an_outcome_that_completes_the_first_takes_its_place_and_any_other_is_late(store: SQLiteStore) -> None:
    await store.accept(RUN, answer("One."), [proposed(key())], checkpoint("turn open", response=1))
    await store.start(key(), "you")
    await store.finish(key(), Returned("refunded"))
    await store.finish(key(), Returned("refunded", custom_data={"id": 7}))
    await store.finish(key(), Returned("refunded twice", custom_data={"id": 8}))
    recalled = await store.recall(RUN)
    assert recalled is not None
    assert (recalled.calls[0].outcome, recalled.calls[0].late) == (
        Returned("refunded", custom_data={"id": 7}),
        Returned("refunded twice", custom_data={"id": 8}),
    )
