"""A fork begins as another conversation did, and lives for itself."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from agentchat.chat.transcript.blocks import AnswerBlock, CallBlock, NoticeBlock, UserBlock
from agentchat.chat.transcript.replay import replay
from agentchat.memory.sqlite_session import SQLiteSession
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.values.facts import TurnFact
from agentchat.storage.errors import StoreError
from agentchat.storage.forking import Fork, fork
from agentchat.storage.planting import NOT_HERE
from agentchat.storage.reader import list_sessions, read_chat
from agentchat.storage.store import SQLiteStore
from agentchat.testing import assistant_message, function_call
from tests.chat.lived import LOOKUP, SESSION, opened, scripted, setup_of, tool_that_writes
from tests.clock import FakeClock
from tests.storage.samples import RUN, checkpoint, said

AT = 1_700_009_999.0


async def two_messages(path: Path) -> None:
    steps = [[function_call("lookup", {"order": 1}, call_id="c1")], [assistant_message("One shipped.")], [assistant_message("Two too.")]]
    async with opened(path, setup_of(Agent(name="triage", model=scripted(*steps), tools=[LOOKUP]))) as (chat, _):
        for text in ("Where is 1?", "And 2?"):
            await chat.send(text)
            await chat.settled()


async def test_a_whole_fork_shows_what_the_original_shows_and_has_its_own_name(tmp_path: Path) -> None:
    await two_messages(tmp_path / "db")
    made = fork(tmp_path / "db", SESSION, at=AT)
    original, copy = read_chat(tmp_path / "db", SESSION), read_chat(tmp_path / "db", made.session_id)
    assert made == Fork(copy.session_id, "Where is 1? (2)", "")
    assert replay(copy) == replay(original)
    assert (copy.title, copy.agent, copy.created, copy.updated, copy.open_run) == ("Where is 1? (2)", "triage", AT, AT, None)
    assert fork(tmp_path / "db", made.session_id, at=AT).title == "Where is 1? (3)"


@pytest.mark.parametrize(("number", "kept", "said"), [(1, 0, "Where is 1?"), (2, 3, "And 2?")])
async def test_what_stands_before_a_message_is_copied_and_the_message_stands_in_the_prompt(
    tmp_path: Path, number: int, kept: int, said: str
) -> None:
    await two_messages(tmp_path / "db")
    made = fork(tmp_path / "db", SESSION, at=AT, before=number)
    copy = read_chat(tmp_path / "db", made.session_id)
    assert replay(copy) == replay(read_chat(tmp_path / "db", SESSION))[:kept]
    assert (made.prompt, copy.prompt, copy.agent) == (said, said, "triage")


async def test_another_text_can_be_put_into_its_prompt(tmp_path: Path) -> None:
    await two_messages(tmp_path / "db")
    made = fork(tmp_path / "db", SESSION, at=AT, before=2, prompt="And 3?")
    assert read_chat(tmp_path / "db", made.session_id).prompt == "And 3?"


async def test_a_fork_is_gone_on_with_and_the_original_stays_as_it_is(tmp_path: Path) -> None:
    await two_messages(tmp_path / "db")
    before = read_chat(tmp_path / "db", SESSION)
    made = fork(tmp_path / "db", SESSION, at=AT, before=2)
    model = scripted([assistant_message("Three shipped.")])
    async with opened(tmp_path / "db", setup_of(Agent(name="triage", model=model)), session_id=made.session_id) as (chat, front):
        assert front.unsent == ["And 2?"]
        await chat.send("And 3?")
        await chat.settled()
        assert [block.text for block in front.blocks if isinstance(block, UserBlock)] == ["Where is 1?", "And 3?"]
    assert read_chat(tmp_path / "db", SESSION) == before
    assert {entry.session_id: entry.parent for entry in list_sessions(tmp_path / "db")} == {SESSION: "", made.session_id: SESSION}


async def test_a_fork_reads_as_a_sqlite_session(tmp_path: Path) -> None:
    await two_messages(tmp_path / "db")
    made = fork(tmp_path / "db", SESSION, at=AT, before=2)
    session = SQLiteSession(made.session_id, tmp_path / "db")
    assert await session.get_items() == [row.item for row in read_chat(tmp_path / "db", SESSION).rows][:4]
    session.close()


async def test_a_call_that_waits_is_not_taken_along(tmp_path: Path) -> None:
    """Else a person's yes could let it run here and there."""
    steps = [[function_call("refund", {"order": 1}, call_id="c1")]]
    setup = setup_of(Agent(name="triage", model=scripted(*steps), tools=[tool_that_writes(tmp_path / "refunds")]))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Refund 1")
        await chat.settled()
        made = fork(tmp_path / "db", SESSION, at=AT)
        assert front.status.phase == "waiting"
    copy = read_chat(tmp_path / "db", made.session_id)
    (call,) = [block for block in replay(copy) if isinstance(block, CallBlock)]
    assert (call.state, call.output, copy.open_run) == ("stopped", NOT_HERE, None)
    async with opened(tmp_path / "db", setup, session_id=made.session_id) as (chat, front):
        assert (front.status.phase, front.pending.questions) == ("idle", ())
    assert read_chat(tmp_path / "db", SESSION).open_run is not None


async def test_half_an_answer_is_copied_as_one_that_broke_off(tmp_path: Path) -> None:
    store = await SQLiteStore.open(tmp_path / "db", SESSION, clock=FakeClock())
    await store.begin(RUN, [said("hello")], checkpoint())
    await store.draft(RUN, "Half an")
    await store.close()
    shown = replay(read_chat(tmp_path / "db", SESSION))
    assert shown[1] == AnswerBlock(1, "triage", "Half an", "incomplete")
    assert replay(read_chat(tmp_path / "db", fork(tmp_path / "db", SESSION, at=AT).session_id)) == shown


async def test_a_rule_that_was_kept_for_the_session_is_told_of_and_does_not_hold(tmp_path: Path) -> None:
    store = await SQLiteStore.open(tmp_path / "db", SESSION, clock=FakeClock())
    await store.add_items([said("hello")])
    fact = TurnFact(kind="rule", text="From now on it runs.", at=1.0, rule='{"tool": "refund"}')
    await store.note(fact)
    await store.close()
    copy = read_chat(tmp_path / "db", fork(tmp_path / "db", SESSION, at=AT).session_id)
    assert [saved.fact for saved in copy.facts] == [replace(fact, rule="")]
    assert replay(copy)[1] == NoticeBlock(1, "info", "From now on it runs.", 1.0, "rule")


async def test_a_fact_stands_where_it_stood_although_its_row_has_another_id(tmp_path: Path) -> None:
    await two_messages(tmp_path / "db")
    store = await SQLiteStore.open(tmp_path / "db", SESSION, clock=FakeClock())
    await store.note(TurnFact(kind="notice", text="Between", at=1.0))
    await store.add_items([said("more")])
    await store.pop_item()
    await store.add_items([said("other")])
    await store.close()
    shown = replay(read_chat(tmp_path / "db", SESSION))
    assert [type(block).__name__ for block in shown[-2:]] == ["NoticeBlock", "UserBlock"]
    assert replay(read_chat(tmp_path / "db", fork(tmp_path / "db", SESSION, at=AT).session_id)) == shown


async def test_what_cannot_be_forked_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "db"
    with pytest.raises(StoreError, match=r"There are no conversations in .* yet\."):
        fork(path, SESSION, at=AT)
    assert not path.exists()
    await two_messages(path)
    with pytest.raises(StoreError, match=r"There is no conversation 'x' in .*; one that is not saved cannot be forked"):
        fork(path, "x", at=AT)
    for number in (0, 3):
        with pytest.raises(StoreError, match=f"There is no message {number} of yours in 3f2a; it has 2"):
            fork(path, SESSION, at=AT, before=number)
    assert [entry.session_id for entry in list_sessions(path)] == [SESSION]


async def test_a_conversation_of_ones_own_session_can_be_forked(tmp_path: Path) -> None:
    session = SQLiteSession("mine", tmp_path / "db")
    await session.add_items([said("hello"), {"role": "assistant", "content": "Hi."}])
    session.close()
    made = fork(tmp_path / "db", "mine", at=AT)
    assert [row.item["content"] for row in read_chat(tmp_path / "db", made.session_id).rows] == ["hello", "Hi."]
    with closing(sqlite3.connect(tmp_path / "db")) as db:
        assert db.execute("SELECT session_id, parent, place FROM agentchat_forks").fetchall() == [(made.session_id, "mine", 2)]
