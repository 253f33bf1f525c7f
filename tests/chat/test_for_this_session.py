"""Rules that are kept, and arguments that are edited, from the decision to the conversation opened again."""

import asyncio
from pathlib import Path

import pytest

from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Approve, Edit, Pending, Reject
from agentchat.chat.transcript.blocks import CallBlock, NoticeBlock
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.ports.clock import SystemClock
from agentchat.runtime.ports.journal import Rejected
from agentchat.runtime.values.keys import CallKey
from agentchat.storage.store import SQLiteStore
from agentchat.testing import ModelStep, assistant_message, function_call
from agentchat.tools.registry import resolve_tool
from agentchat.tools.setting import ToolSetting
from tests.chat.lived import SESSION, Front, blocks_when_reopened, lines_of, opened, scripted, setup_of, tool_that_writes
from tests.reliability.faulty_disk import Disk, on

NOT_STORED = "The rule does not hold any more here, but that could not be stored: when the conversation is opened again it holds again;"
DONE = [assistant_message("done")]


def refund(order: int, call_id: str):
    return function_call("refund", {"order": order}, call_id=call_id)


def billing(folder: Path, *steps: object) -> Agent:
    return Agent(name="billing", model=scripted(*steps), tools=[tool_that_writes(folder / "refunds")])


def verdicts(front: Front) -> list[str]:
    return [block.verdict for block in front.blocks if isinstance(block, CallBlock)]


def notices(front: Front) -> list[str]:
    return [block.text for block in front.blocks if isinstance(block, NoticeBlock)]


async def say(chat, text: str) -> None:
    await chat.send(text)
    await chat.settled()


async def test_a_rule_that_is_kept_is_told_runs_the_same_call_unasked_and_survives_reopening(tmp_path: Path) -> None:
    steps = ([refund(1, "1")], DONE, [refund(1, "2"), refund(2, "3")], DONE)
    setup = setup_of(billing(tmp_path, *steps))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await say(chat, "Refund 1")
        (call,) = front.pending.calls
        await chat.decide(call.key, Approve(call.digest, "new rule"))
        await chat.settled()
        (told,) = notices(front)
        assert told.startswith("Your rule of ")
        assert told.endswith(": in this conversation refund(order=1) runs without a question.")
        assert verdicts(front) == ["approved by you"]
        lived = front.blocks
    again = setup_of(*setup.team.more, setup.team.first)  # another process: a policy of its own
    assert lived == await blocks_when_reopened(tmp_path / "db", again)
    async with opened(tmp_path / "db", again) as (chat, front):
        await say(chat, "Refund 1 and 2")
        assert [call.arguments for call in front.pending.calls] == ['{"order":2}']
        (other,) = front.pending.calls
        await chat.decide(other.key, Reject(other.digest))
        await chat.settled()
        rule = told[: told.index(": in")].replace("Your", "your")
        assert verdicts(front) == ["approved by you", f"allowed by {rule}", "rejected by you"]
        assert lines_of(tmp_path / "refunds") == ["1", "1"]
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", again)


async def test_a_call_that_waits_already_is_decided_by_the_rule_at_the_dialogs_word_only(tmp_path: Path) -> None:
    setup = setup_of(billing(tmp_path, [refund(1, "1"), refund(1, "2")], DONE))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await say(chat, "Refund 1 twice")
        first, second = front.pending.calls
        assert first.rule == second.rule
        await chat.decide(second.key, Approve(second.digest, "kept rule"))
        assert front.pending.calls == (first, second), "no such rule was kept"
        await chat.decide(first.key, Approve(first.digest, "new rule"))
        assert [call.key for call in front.pending.calls] == [second.key]
        await chat.decide(second.key, Approve(second.digest, "kept rule"))
        await chat.settled()
        assert [verdict[:21] for verdict in verdicts(front)] == ["approved by you", "allowed by your rule "]
        assert lines_of(tmp_path / "refunds") == ["1", "1"]
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", setup)


async def test_no_rule_stays_of_a_yes_that_came_after_a_no_from_outside(tmp_path: Path) -> None:
    setup = setup_of(billing(tmp_path, [refund(1, "1")], DONE))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await say(chat, "Refund 1")
        (call,) = front.pending.calls
        outside = await SQLiteStore.open_to_decide(tmp_path / "db", SESSION, clock=setup.clock)
        assert await outside.decide(CallKey.parse(call.key), Rejected())
        await outside.close()
        await chat.decide(call.key, Approve(call.digest, "new rule"))
        await chat.settled()
        assert front.status.rules == ()
        assert verdicts(front) == ["rejected by you"]
        assert lines_of(tmp_path / "refunds") == []
    async with opened(tmp_path / "db", setup) as (_, front):
        assert front.status.rules == ()


async def test_edited_arguments_are_asked_about_and_run_and_are_told(tmp_path: Path) -> None:
    setup = setup_of(billing(tmp_path, [refund(1, "1")], DONE))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await say(chat, "Refund 1")
        (call,) = front.pending.calls
        await chat.decide(call.key, Edit(call.digest, '{ "order": 7 }'))
        (edited,) = front.pending.calls
        assert (edited.arguments, edited.original, edited.key) == ('{"order":7}', '{"order":1}', call.key)
        assert edited.digest != call.digest
        await chat.decide(call.key, Approve(call.digest))
        assert front.pending == Pending((edited,)), "a decision about the call before the edit is none about this one"
        await chat.decide(edited.key, Approve(edited.digest))
        await chat.settled()
        assert lines_of(tmp_path / "refunds") == ["7"]
        assert verdicts(front) == ["approved by you, edited"]
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", setup)


async def test_an_edit_stays_when_another_call_is_decided_and_can_be_taken_back(tmp_path: Path) -> None:
    setup = setup_of(billing(tmp_path, [refund(1, "1"), refund(2, "2")], DONE))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await say(chat, "Refund 1 and 2")
        first, second = front.pending.calls
        await chat.decide(first.key, Edit(first.digest, '{"order":7}'))
        edited = front.pending.calls[0]
        await chat.decide(second.key, Reject(second.digest))
        assert front.pending.calls == (edited,)
        await chat.decide(edited.key, Edit(edited.digest, '{"order":1}'))
        assert front.pending.calls == (first,)


async def test_the_difference_that_an_edited_write_would_make_is_shown_and_bound(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("old\n")
    tool = resolve_tool("write_file", ToolSetting(root=tmp_path, clock=SystemClock()))
    write = function_call("write_file", {"path": "a", "content": "new\n"}, call_id="1")
    setup = setup_of(Agent(name="writer", model=scripted([write], DONE), tools=[tool]), folder=str(tmp_path))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await say(chat, "Write.")
        (call,) = front.pending.calls
        assert call.folder == str(tmp_path)
        await chat.decide(call.key, Edit(call.digest, '{"path":"b","content":"new\\n"}'))
        (edited,) = front.pending.calls
        assert edited.preview is not None
        assert edited.preview.text.endswith("-old\n+new\n")
        (tmp_path / "b").write_text("an hour of work\n")
        await chat.decide(edited.key, Approve(edited.digest))
        await chat.settled()
        assert (tmp_path / "b").read_text() == "an hour of work\n"
        assert front.pending.calls[0].preview.text.endswith("-an hour of work\n+new\n")


async def test_a_rule_that_is_withdrawn_holds_no_more_at_once_and_after_reopening_and_is_told(tmp_path: Path) -> None:
    steps = ([refund(1, "1"), refund(2, "2")], DONE, [refund(1, "3")], DONE)
    setup = setup_of(billing(tmp_path, *steps))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await say(chat, "Refund 1 and 2")
        for call in front.pending.calls:
            await chat.decide(call.key, Approve(call.digest, "new rule"))
        await chat.settled()
        kept, other = front.status.rules
        assert (kept.rule.arguments, other.rule.arguments) == ('{"order":1}', '{"order":2}')
        await chat.withdraw_rule(kept)
        await chat.withdraw_rule(kept)
        assert front.status.rules == (other,)
        *_, told = notices(front)
        assert told.startswith("You withdrew your rule of ")
        assert told.endswith(": refund(order=1) is asked about again.")
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", setup)
    async with opened(tmp_path / "db", setup_of(*setup.team.more, setup.team.first)) as (chat, front):
        assert front.status.rules == (other,)
        await say(chat, "Refund 1")
        assert [call.arguments for call in front.pending.calls] == ['{"order":1}']


async def test_a_rule_that_is_withdrawn_while_a_run_goes_on_counts_for_its_next_call(tmp_path: Path) -> None:
    gate = asyncio.Event()
    second = ModelStep.in_chunks(["one moment"], gate=gate)
    setup = setup_of(billing(tmp_path, [refund(1, "1")], DONE, second, DONE))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await say(chat, "Refund 1")
        (call,) = front.pending.calls
        await chat.decide(call.key, Approve(call.digest, "new rule"))
        await chat.settled()
        await chat.send("And now?")
        await front.until(lambda front: front.status.phase == "running")
        await chat.withdraw_rule(front.status.rules[0])
        assert front.status.rules == ()
        gate.set()
        await chat.settled()
        assert len(notices(front)) == 2
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", setup)


async def test_a_rule_about_a_path_holds_in_the_folder_that_it_was_kept_in_only(tmp_path: Path) -> None:
    def setup_in(folder: str) -> ChatSetup:
        tool = resolve_tool("write_file", ToolSetting(root=tmp_path / folder, clock=SystemClock()))
        steps = [[function_call("write_file", {"path": "a", "content": f"{folder}\n"}, call_id=folder)], DONE]
        return setup_of(Agent(name="writer", model=scripted(*steps), tools=[tool]), folder=folder)

    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
    async with opened(tmp_path / "db", setup_in("here")) as (chat, front):
        await say(chat, "Write.")
        (call,) = front.pending.calls
        await chat.decide(call.key, Approve(call.digest, "new rule"))
        await chat.settled()
        assert [kept.rule.folder for kept in front.status.rules] == ["here"]
    async with opened(tmp_path / "db", setup_in("there")) as (chat, front):
        assert front.status.rules == ()
        await say(chat, "Write.")
        assert len(front.pending.calls) == 1
    (tmp_path / "here" / "a").unlink()
    async with opened(tmp_path / "db", setup_in("here")) as (chat, front):
        assert len(front.status.rules) == 1


async def test_a_withdrawal_that_cannot_be_stored_counts_here_and_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup, disk = setup_of(billing(tmp_path, [refund(1, "1")], DONE, [refund(1, "2")])), Disk()
    with on(disk, monkeypatch):
        async with opened(tmp_path / "db", setup) as (chat, front):
            await say(chat, "Refund 1")
            (call,) = front.pending.calls
            await chat.decide(call.key, Approve(call.digest, "new rule"))
            await chat.settled()
            disk.fails_at, disk.lasting = disk.asked + 1, True
            await chat.withdraw_rule(front.status.rules[0])
            assert (front.status.rules, notices(front)[-1].startswith(NOT_STORED), "disk is full" in notices(front)[-1]) == ((), True, True)
            disk.heal()
            await say(chat, "Refund 1")
            assert [call.arguments for call in front.pending.calls] == ['{"order":1}']
    async with opened(tmp_path / "db", setup) as (chat, front):
        assert len(front.status.rules) == 1, "as was said"
