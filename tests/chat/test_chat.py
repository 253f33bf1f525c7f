"""A chat without a screen: what is sent, queued, decided, stopped and given back."""

import asyncio
from pathlib import Path

import pytest

from agentchat.chat.chat import Chat
from agentchat.chat.deciding.policy import Rule
from agentchat.chat.front import Opened
from agentchat.chat.status import Approve, Pending, Preview, Reject
from agentchat.chat.transcript.blocks import AnswerBlock, CallBlock, NoticeBlock, UserBlock
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.function_tool import function_tool
from agentchat.runtime.declarations.tool import CallPreview
from agentchat.runtime.ports.journal import Rejected
from agentchat.runtime.values.keys import CallKey
from agentchat.runtime.values.usage import Usage
from agentchat.storage.errors import StoreError
from agentchat.storage.store import SQLiteStore
from agentchat.testing import ModelStep, assistant_message, function_call, reasoning
from tests.chat.lived import (
    LOOKUP,
    SESSION,
    Front,
    blocks_when_reopened,
    lines_of,
    opened,
    scripted,
    setup_of,
    tool_that_writes,
)


def notices(front: Front) -> list[str]:
    return [block.text for block in front.blocks if isinstance(block, NoticeBlock)]


def texts(front: Front) -> list[str]:
    return [block.text for block in front.blocks if isinstance(block, UserBlock | AnswerBlock)]


def billing(tmp_path: Path, *steps: object) -> Agent:
    return Agent(name="billing", model=scripted(*steps), tools=[tool_that_writes(tmp_path / "refunds")])


def refunds(*orders: int) -> list[object]:
    return [function_call("refund", {"order": order}, call_id=f"c{order}") for order in orders]


async def test_a_new_chat_is_idle_and_empty(tmp_path: Path) -> None:
    async with opened(tmp_path / "db", setup_of(Agent(name="triage", model="gpt-5"))) as (_, front):
        assert front.blocks == ()
        status = front.status
        assert (status.session_id, status.phase, status.trail, status.model) == (SESSION, "idle", ("triage",), "gpt-5")
        assert [type(update) for update in front.seen] == [Opened]


async def test_what_is_sent_during_a_run_waits_in_the_queue_and_is_said_in_order(tmp_path: Path) -> None:
    gate = asyncio.Event()
    model = scripted(ModelStep.in_chunks(["one"], gate=gate), [assistant_message("two")], [assistant_message("three")])
    async with opened(tmp_path / "db", setup_of(Agent(name="triage", model=model))) as (chat, front):
        for text in ("1", "2", "3"):
            await chat.send(text)
        assert front.status.queued == ("2", "3")
        assert front.status.phase == "running"
        assert front.status.since is not None
        gate.set()
        await chat.settled()
        assert texts(front) == ["1", "one", "2", "two", "3", "three"]
        assert (front.status.phase, front.status.queued, front.status.since) == ("idle", (), None)


async def test_the_first_words_become_the_title_once(tmp_path: Path) -> None:
    model = scripted([assistant_message("ok")], [assistant_message("ok")])
    setup = setup_of(Agent(name="triage", model=model))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Where is my refund?\nOrder 1042.")
        await chat.send("Hello?")
        await chat.settled()
        assert front.status.title == "Where is my refund?"
    async with opened(tmp_path / "db", setup) as (_, front):
        assert front.status.title == "Where is my refund?"


async def test_blank_text_is_not_sent(tmp_path: Path) -> None:
    async with opened(tmp_path / "db", setup_of(Agent(name="triage", model=scripted()))) as (chat, front):
        await chat.send("  \n ")
        await chat.settled()
        assert front.blocks == ()


async def test_tokens_add_up_over_runs(tmp_path: Path) -> None:
    usage = Usage(requests=1, input_tokens=10, output_tokens=3, total_tokens=13)
    steps = [ModelStep(output=[assistant_message("ok")], usage=usage) for _ in range(2)]
    async with opened(tmp_path / "db", setup_of(Agent(name="triage", model=scripted(*steps)))) as (chat, front):
        for text in ("1", "2"):
            await chat.send(text)
        await chat.settled()
        assert (front.status.input_tokens, front.status.output_tokens) == (20, 6)


async def test_a_call_that_changes_things_waits_and_says_everything_about_itself(tmp_path: Path) -> None:
    async with opened(tmp_path / "db", setup_of(billing(tmp_path, refunds(1)))) as (chat, front):
        await chat.send("Refund 1")
        await chat.settled()
        (call,) = front.pending.calls
        assert (call.agent, call.tool, call.description, call.effects) == ("billing", "refund", "Refund an order.", "changes")
        assert (call.arguments, call.reason) == ('{"order":1}', "it changes things")
        assert front.status.phase == "waiting"
        assert lines_of(tmp_path / "refunds") == []


async def test_a_run_whose_agent_is_gone_is_not_lost_and_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path / "db", setup_of(billing(tmp_path, refunds(1)))) as (chat, _):
        await chat.send("Refund 1")
        await chat.settled()
    other = setup_of(Agent(name="sales", model=scripted([assistant_message("hello")])))
    async with opened(tmp_path / "db", other) as (chat, front):
        assert (front.status.phase, front.pending) == ("interrupted", Pending())
        await chat.proceed()
        await chat.settled()
        assert front.status.phase == "interrupted"
        assert notices(front) == ["Agent 'billing' cannot be reached from 'sales'; known here: sales."]
        await chat.send("Who are you?")
        await chat.settled()
        assert texts(front) == ["Refund 1", "Who are you?", "hello"]
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", other)


async def test_a_decision_is_used_once(tmp_path: Path) -> None:
    setup = setup_of(billing(tmp_path, refunds(1, 2), [assistant_message("done")]))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Refund 1 and 2")
        await chat.settled()
        first, second = front.pending.calls
        await asyncio.gather(*(chat.decide(first.key, Approve(first.digest)) for _ in range(3)))
        assert notices(front) == ["This call does not wait for a decision any more; nothing was changed."] * 2
        assert front.pending == Pending((second,))
        await chat.decide(second.key, Approve(second.digest))
        await chat.settled()
        assert sorted(lines_of(tmp_path / "refunds")) == ["1", "2"]
        assert front.pending == Pending()
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", setup)


async def test_a_decision_made_elsewhere_stands(tmp_path: Path) -> None:
    setup = setup_of(billing(tmp_path, refunds(1), [assistant_message("as you wish")]))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Refund 1")
        await chat.settled()
        (call,) = front.pending.calls
        assert await chat._store.decide(CallKey.parse(call.key), Rejected(reason="not today", by="ann"))
        await chat.decide(call.key, Approve(call.digest))
        await chat.settled()
        assert "This call was decided already; the first decision stands." in notices(front)
        assert front.status.phase == "idle", "the run is ours, and goes on with what was decided"
        told = [(block.state, block.verdict) for block in front.blocks if isinstance(block, CallBlock)]
        assert told == [("rejected", "rejected by ann: not today")]
        assert lines_of(tmp_path / "refunds") == []


async def test_a_decision_about_another_call_than_the_one_that_was_shown_is_refused(tmp_path: Path) -> None:
    async with opened(tmp_path / "db", setup_of(billing(tmp_path, refunds(1)))) as (chat, front):
        await chat.send("Refund 1")
        await chat.settled()
        (call,) = front.pending.calls
        await chat.decide(call.key, Approve("0" * 64))
        await chat.decide("no/0.0", Approve(call.digest))
        await chat.settled()
        assert front.pending.calls == (call,)
        assert front.status.phase == "waiting"
        assert len(notices(front)) == 2
        assert lines_of(tmp_path / "refunds") == []


async def test_a_call_whose_preview_changed_since_it_was_shown_is_asked_about_again(tmp_path: Path) -> None:
    shown = ["-old"]
    preview = lambda arguments: CallPreview("diff", shown[0])  # noqa: E731 - one line of a test
    tool = function_tool(lambda order: f"refunded {order}", name_override="refund", preview=preview)
    model = scripted(refunds(1), [assistant_message("done")])
    async with opened(tmp_path / "db", setup_of(Agent(name="billing", model=model, tools=[tool]))) as (chat, front):
        await chat.send("Refund 1")
        await chat.settled()
        (before,) = front.pending.calls
        assert before.preview == Preview("diff", "-old")
        shown[0] = "-new"
        await chat.decide(before.key, Approve(before.digest))
        (after,) = front.pending.calls
        assert after.preview == Preview("diff", "-new")
        assert notices(front) == ["This call is not what was shown any more; look at it again."]
        await chat.decide(after.key, Approve(after.digest))
        await chat.settled()
        assert texts(front)[-1] == "done"


async def test_a_preview_that_fails_is_none(tmp_path: Path) -> None:
    def preview(arguments: object) -> CallPreview:
        raise OSError("no such file")

    tool = function_tool(lambda order: "done", name_override="refund", preview=preview)
    async with opened(tmp_path / "db", setup_of(Agent(name="a", model=scripted(refunds(1)), tools=[tool]))) as (chat, front):
        await chat.send("Refund 1")
        await chat.settled()
        assert [call.preview for call in front.pending.calls] == [None]


async def test_a_pending_call_is_back_after_reopening_and_can_be_decided_then(tmp_path: Path) -> None:
    agent = billing(tmp_path, refunds(1), [assistant_message("done")])
    setup = setup_of(agent)
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Refund 1")
        await chat.settled()
        lived, pending = front.blocks, front.pending
    async with opened(tmp_path / "db", setup) as (chat, front):
        assert (front.blocks, front.pending, front.status.phase) == (lived, pending, "waiting")
        (call,) = front.pending.calls
        await chat.decide(call.key, Reject(call.digest))
        await chat.settled()
        assert texts(front) == ["Refund 1", "done"]
        told = [(b.state, b.verdict) for b in front.blocks if isinstance(b, CallBlock)]
        assert told == [("rejected", "rejected by you")]
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", setup)


async def test_one_of_two_decided_survives_reopening(tmp_path: Path) -> None:
    setup = setup_of(billing(tmp_path, refunds(1, 2), [assistant_message("done")]))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Refund 1 and 2")
        await chat.settled()
        first, second = front.pending.calls
        await chat.decide(first.key, Approve(first.digest))
        lived = front.blocks
    assert lines_of(tmp_path / "refunds") == []
    async with opened(tmp_path / "db", setup) as (chat, front):
        assert (front.blocks, front.pending.calls) == (lived, (second,))
        (earlier,) = front.pending.unsettled
        assert (earlier.key, earlier.asks) == (first.key, "approved, not run")
        await chat.decide(second.key, Approve(second.digest))
        await chat.settled()
        assert lines_of(tmp_path / "refunds") == []
        await chat.decide(earlier.key, Approve(earlier.digest))
        await chat.settled()
        assert sorted(lines_of(tmp_path / "refunds")) == ["1", "2"]


async def test_a_message_that_is_typed_while_a_call_waits_is_said_when_the_turn_is_over(tmp_path: Path) -> None:
    agent = billing(tmp_path, refunds(1), [assistant_message("done")], [assistant_message("you are welcome")])
    async with opened(tmp_path / "db", setup_of(agent)) as (chat, front):
        await chat.send("Refund 1")
        await chat.settled()
        await chat.send("Thanks")
        assert front.status.queued == ("Thanks",)
        (call,) = front.pending.calls
        await chat.decide(call.key, Approve(call.digest))
        await chat.settled()
        assert texts(front) == ["Refund 1", "done", "Thanks", "you are welcome"]


async def test_a_stop_gives_back_what_was_queued(tmp_path: Path) -> None:
    model = scripted(ModelStep.in_chunks(["never"], gate=asyncio.Event()))
    async with opened(tmp_path / "db", setup_of(Agent(name="triage", model=model))) as (chat, front):
        await chat.send("1")
        await front.until(lambda f: texts(f) == ["1"])
        await chat.send("2")
        await chat.send("3")
        await chat.stop()
        assert front.status.phase == "stopping"
        await chat.settled()
        assert (front.status.phase, front.status.queued, front.unsent) == ("idle", (), ["2\n\n3"])
        assert notices(front) == ["Stopped by you."]


@pytest.mark.parametrize("updates", range(26))
async def test_a_stop_after_any_update_comes_to_rest_and_shows_what_is_stored(tmp_path: Path, updates: int) -> None:
    calls = [function_call("lookup", {"order": order}, call_id=f"c{order}") for order in (1, 2)]
    model = scripted([reasoning("I look"), assistant_message("One moment."), *calls], [assistant_message("both shipped")])
    setup = setup_of(Agent(name="triage", model=model, tools=[LOOKUP]))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Where are 1 and 2?")
        await front.until(lambda f: len(f.seen) > updates or f.status.phase == "idle")
        await chat.stop()
        await chat.settled()
        lived = front.blocks
        assert front.status.phase == "idle"
        assert texts(front) or front.unsent == ["Where are 1 and 2?"]
        assert not [block for block in lived if isinstance(block, CallBlock) and block.output is None]
    assert lived == await blocks_when_reopened(tmp_path / "db", setup)


async def test_a_stop_at_rest_does_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path / "db", setup_of(billing(tmp_path, refunds(1)))) as (chat, front):
        await chat.stop()
        assert front.status.phase == "idle"
        await chat.send("Refund 1")
        await chat.settled()
        await chat.stop()
        assert front.status.phase == "waiting"


async def test_a_run_that_fails_at_once_gives_the_text_back_with_a_sentence(tmp_path: Path) -> None:
    model = scripted(RuntimeError("no route"), [assistant_message("now it works")])
    setup = setup_of(Agent(name="triage", model=model), explain=lambda error: f"{error}; check the address.")
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Hello?")
        await chat.settled()
        assert front.unsent == ["Hello?"]
        assert notices(front) == ["no route; check the address."]
        await chat.send("Hello!")
        await chat.settled()
        assert texts(front)[-1] == "now it works"
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", setup)


async def test_an_agent_that_cannot_be_run_is_a_line_and_not_a_crash(tmp_path: Path) -> None:
    agent = Agent(name="triage", model=scripted(), output_type=int)
    async with opened(tmp_path / "db", setup_of(agent)) as (chat, front):
        await chat.send("Hello?")
        await chat.settled()
        assert front.unsent == ["Hello?"]
        assert len(notices(front)) == 1
        assert front.status.phase == "idle"


class FullDisk(SQLiteStore):
    """A store whose every write fails once the disk is full."""

    full = False

    async def _write(self, work, *, run=None):  # type: ignore[no-untyped-def]
        if self.full:
            raise StoreError("The disk is full; make room and try again.")
        return await super()._write(work, run=run)


async def test_a_store_that_cannot_be_written_is_said_and_the_text_comes_back(tmp_path: Path) -> None:
    setup = setup_of(Agent(name="triage", model=scripted([assistant_message("ok")])))
    store = await FullDisk.open(tmp_path / "db", SESSION, clock=setup.clock)
    chat, front = Chat(store, setup), Front()
    await chat.open(front)
    store.full = True
    await chat.send("Hello?")
    await chat.settled()
    assert notices(front) == ["The disk is full; make room and try again."]
    assert front.unsent == ["Hello?"]
    store.full = False
    await chat.send("Hello!")
    await chat.settled()
    assert texts(front) == ["Hello!", "ok"]
    await chat.close()


async def test_a_disk_that_fills_up_under_a_running_tool_leaves_a_run_to_go_on_with(tmp_path: Path) -> None:
    ran: list[int] = []

    def refund(order: int) -> str:
        """Refund an order."""
        ran.append(order)
        store.full = True
        return "refunded"

    rule = Rule(tool="refund", verb="allow", words="agents.toml allows refund")
    agent = Agent(name="billing", model=scripted(refunds(1), [assistant_message("done")]), tools=[function_tool(refund)])
    setup = setup_of(agent, rules=[rule])
    store = await FullDisk.open(tmp_path / "db", SESSION, clock=setup.clock)
    chat, front = Chat(store, setup), Front()
    await chat.open(front)
    await chat.send("Refund 1")
    await chat.settled()
    assert front.status.phase == "interrupted"
    assert notices(front) == ["The disk is full; make room and try again."]
    assert [block.state for block in front.blocks if isinstance(block, CallBlock)] == ["unknown"]
    store.full = False
    await chat.proceed()
    await chat.settled()
    assert ran == [1]
    assert texts(front) == ["Refund 1", "done"]
    await chat.close()


async def test_a_rule_that_denies_needs_no_person(tmp_path: Path) -> None:
    rule = Rule(tool="refund", verb="deny", words="agents.toml denies refund")
    setup = setup_of(billing(tmp_path, refunds(1), [assistant_message("I may not")]), rules=[rule])
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Refund 1")
        await chat.settled()
        told = [(b.state, b.verdict) for b in front.blocks if isinstance(b, CallBlock)]
        assert told == [("denied", "denied: agents.toml denies refund")]
        assert lines_of(tmp_path / "refunds") == []


async def test_closing_in_the_middle_keeps_the_answer_and_what_was_queued(tmp_path: Path) -> None:
    gate = asyncio.Event()
    model = scripted(ModelStep.in_chunks(["half ", "an answer"], gate=gate), [assistant_message("whole")])
    setup = setup_of(Agent(name="triage", model=model))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("1")
        gate.set()
        await front.until(lambda f: texts(f) == ["1", "half "])
        await chat.send("2")
        await chat.close()
        await chat.close()
        lived = front.blocks
    async with opened(tmp_path / "db", setup) as (chat, front):
        assert front.blocks == lived
        assert front.unsent == ["2"]
        assert front.status.phase == "idle"


async def test_closing_keeps_what_stands_in_the_prompt_behind_what_was_queued(tmp_path: Path) -> None:
    gate = asyncio.Event()
    setup = setup_of(Agent(name="triage", model=scripted(ModelStep.in_chunks(["half ", "an answer"], gate=gate))))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("1")
        gate.set()
        await front.until(lambda f: texts(f) == ["1", "half "])
        await chat.send("2")
        await chat.close(" a draft\n")
    async with opened(tmp_path / "db", setup) as (chat, front):
        assert front.unsent == ["2\n\n a draft\n"]
    async with opened(tmp_path / "db", setup) as (chat, front):
        assert front.unsent == [], "it was given back, and nothing stood in the prompt at the second closing"


async def test_a_text_whose_run_had_not_begun_when_the_chat_was_closed_comes_back(tmp_path: Path) -> None:
    setup = setup_of(Agent(name="triage", model=scripted([assistant_message("ok")])))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("1")
        await chat.close("a draft")
        assert front.unsent == []
    async with opened(tmp_path / "db", setup) as (chat, front):
        assert (texts(front), front.unsent) == ([], ["1\n\na draft"])


async def test_a_prompt_is_kept_also_where_nothing_was_said_and_an_empty_one_is_not(tmp_path: Path) -> None:
    setup = setup_of(Agent(name="triage", model=scripted()))
    for prompt, created in ((" \n", False), ("a draft", True)):
        async with opened(tmp_path / "db", setup) as (chat, front):
            await chat.close(prompt)
        store = await SQLiteStore.open(tmp_path / "db", SESSION, clock=setup.clock)
        assert bool((await store.load()).created) == created
        await store.close()
    async with opened(tmp_path / "db", setup) as (chat, front):
        assert (front.blocks, front.unsent) == ((), ["a draft"])


async def test_nothing_is_sent_after_closing(tmp_path: Path) -> None:
    async with opened(tmp_path / "db", setup_of(Agent(name="triage", model=scripted()))) as (chat, front):
        await chat.close()
        await chat.send("Hello?")
        await chat.settled()
        assert front.blocks == ()
