"""What a person decides about calls of a run that broke off: each choice, durable before anything comes of it, and told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Approve, Decision, Edit, ItHappened, PendingCall, Reject, RunAgain, Skip, Withdraw
from agentchat.chat.transcript.blocks import CallBlock, NoticeBlock
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.running.judging import UNKNOWN
from agentchat.runtime.values.keys import CallKey
from agentchat.runtime.values.outcomes import Returned
from agentchat.storage.store import SQLiteStore
from agentchat.testing import assistant_message, function_call
from tests.chat.lived import SESSION, Front, blocks_when_reopened, first_frame, lines_of, opened, scripted, setup_of, tool_that_writes

DONE = [assistant_message("done")]
REFUND = "refund(order=1)"


def refunds(*orders: int) -> list[object]:
    return [function_call("refund", {"order": order}, call_id=str(order)) for order in orders]


def billing(folder: Path, *steps: object) -> ChatSetup:
    return setup_of(Agent(name="billing", model=scripted(*steps), tools=[tool_that_writes(folder / "refunds")]))


async def asked_and_approved(folder: Path, *orders: int, edit: str = "") -> list[PendingCall]:
    """A conversation in which these refunds were approved, and nobody has gone on."""
    async with opened(folder / "db", billing(folder, refunds(*orders))) as (chat, front):
        await chat.send("Refund")
        await chat.settled()
        if edit:
            await chat.decide(front.pending.calls[0].key, Edit(front.pending.calls[0].digest, edit))
        calls = list(front.pending.calls)
        for call in calls:
            await chat.decide(call.key, Approve(call.digest), go_on=False)
    return calls


async def broken_off(folder: Path, *orders: int, edit: str = "") -> list[PendingCall]:
    """The same, and the first of them was started and never came back."""
    calls = await asked_and_approved(folder, *orders, edit=edit)
    store = await SQLiteStore.open(folder / "db", SESSION, clock=billing(folder).clock)
    await store.start(CallKey.parse(calls[0].key), "you")
    await store.close()
    return calls


def calls(front: Front) -> list[tuple[str, str, str | None]]:
    return [(block.state, block.verdict, block.output) for block in front.blocks if isinstance(block, CallBlock)]


def notices(front: Front) -> list[str]:
    return [block.text for block in front.blocks if isinstance(block, NoticeBlock)]


RAN = ("done", "approved by you", "refunded 1")
CHOICES: list[tuple[Callable[[str], Decision], tuple[str, str, str], list[str], str]] = [
    (
        lambda digest: ItHappened(digest, "refunded, I looked"),
        ("done", "approved by you", "The user says it happened: refunded, I looked"),
        [],
        f"You said that {REFUND} happened: refunded, I looked",
    ),
    (ItHappened, ("done", "approved by you", "The user says it happened."), [], f"You said that {REFUND} happened."),
    (RunAgain, RAN, ["1"], f"You let {REFUND} run again; what came of it the first time is not known."),
    (Skip, ("unknown", "approved by you", UNKNOWN), [], f"You left open what came of {REFUND}; it is not run again."),
]


@pytest.mark.parametrize(("choose", "block", "ran", "line"), CHOICES)
async def test_a_call_of_unknown_outcome_is_asked_about_and_each_answer_is_told_to_the_model_and_in_the_transcript(
    tmp_path: Path, choose: Callable[[str], Decision], block: tuple[str, str, str], ran: list[str], line: str
) -> None:
    await broken_off(tmp_path, 1)
    setup = billing(tmp_path, DONE)
    async with opened(tmp_path / "db", setup) as (chat, front):
        (call,) = front.pending.unsettled
        assert (front.status.phase, front.pending.calls, call.asks) == ("interrupted", (), "outcome unknown")
        assert call.started is not None
        await chat.decide(call.key, choose(call.digest))
        await chat.settled()
        assert (calls(front), notices(front), lines_of(tmp_path / "refunds")) == ([block], [line], ran)
        assert (front.status.phase, front.pending.questions) == ("idle", ())
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")
    model = setup.team.first.model
    assert model.last_call.input[-1]["output"] == block[2]


@pytest.mark.parametrize(("choose", "block", "ran", "line"), CHOICES)
async def test_the_answer_stands_when_the_program_ends_before_anything_comes_of_it(
    tmp_path: Path, choose: Callable[[str], Decision], block: tuple[str, str, str], ran: list[str], line: str
) -> None:
    await broken_off(tmp_path, 1)
    async with opened(tmp_path / "db", billing(tmp_path)) as (chat, front):
        (call,) = front.pending.unsettled
        await chat.decide(call.key, choose(call.digest), go_on=False)
        lived = front.blocks
    setup = billing(tmp_path, DONE)
    async with opened(tmp_path / "db", setup) as (chat, front):
        assert (front.blocks, front.status.phase, notices(front)) == (lived, "interrupted", [line])
        again = ["approved, not run"] if ran else []
        assert [call.asks for call in front.pending.unsettled] == again, "only what has not run yet is asked about"
        assert lines_of(tmp_path / "refunds") == []
        await chat.proceed()
        await chat.settled()
        assert (calls(front), lines_of(tmp_path / "refunds")) == ([block], ran)


async def test_a_call_runs_again_once_and_only_by_a_word_about_that_very_question(tmp_path: Path) -> None:
    await broken_off(tmp_path, 1)
    async with opened(tmp_path / "db", billing(tmp_path, DONE)) as (chat, front):
        (call,) = front.pending.unsettled
        for wrong in (Approve(call.digest), Reject(call.digest), Withdraw(call.digest), RunAgain("another"), Edit(call.digest, "{}")):
            await chat.decide(call.key, wrong)
        assert (front.pending.unsettled, lines_of(tmp_path / "refunds")) == ((call,), [])
        await chat.decide(call.key, RunAgain(call.digest))
        await chat.decide(call.key, RunAgain(call.digest))
        await chat.settled()
        assert lines_of(tmp_path / "refunds") == ["1"]


async def test_a_call_that_is_to_run_again_and_whose_approval_is_withdrawn_is_of_unknown_outcome_again(tmp_path: Path) -> None:
    await broken_off(tmp_path, 1)
    async with opened(tmp_path / "db", billing(tmp_path)) as (chat, front):
        (unknown,) = front.pending.unsettled
        await chat.decide(unknown.key, RunAgain(unknown.digest), go_on=False)
    async with opened(tmp_path / "db", billing(tmp_path, DONE)) as (chat, front):
        (call,) = front.pending.unsettled
        assert (call.asks, call.started) == ("approved, not run", unknown.started)
        await chat.decide(call.key, Withdraw(call.digest))
        (call,) = front.pending.unsettled
        assert (call.asks, [state for state, _, _ in calls(front)]) == ("outcome unknown", ["unknown"])
        await chat.send("Leave it")
        await chat.settled()
        assert (calls(front)[0][0], lines_of(tmp_path / "refunds")) == ("unknown", [])


async def test_a_new_message_closes_a_call_that_was_to_run_again_as_one_of_unknown_outcome(tmp_path: Path) -> None:
    await broken_off(tmp_path, 1)
    async with opened(tmp_path / "db", billing(tmp_path)) as (chat, front):
        (call,) = front.pending.unsettled
        await chat.decide(call.key, RunAgain(call.digest), go_on=False)
        await chat.send("Leave it")
        await chat.settled()
        assert (calls(front), lines_of(tmp_path / "refunds")) == ([("unknown", "approved by you", UNKNOWN)], [])


async def test_a_call_that_was_approved_and_not_run_is_asked_about_by_the_next_process_and_runs_now(tmp_path: Path) -> None:
    (approved,) = await asked_and_approved(tmp_path, 1)
    setup = billing(tmp_path, DONE)
    async with opened(tmp_path / "db", setup) as (chat, front):
        (call,) = front.pending.unsettled
        assert (call.key, call.asks, call.started) == (approved.key, "approved, not run", None)
        assert (front.status.phase, front.status.next_step) == ("interrupted", REFUND)
        await chat.settled()
        assert lines_of(tmp_path / "refunds") == [], "opening runs nothing"
        await chat.decide(call.key, Approve(call.digest))
        await chat.settled()
        assert (calls(front), notices(front), lines_of(tmp_path / "refunds")) == ([RAN], [], ["1"])
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


async def test_an_approval_that_is_withdrawn_leaves_the_question_open_and_a_line(tmp_path: Path) -> None:
    await asked_and_approved(tmp_path, 1)
    setup = billing(tmp_path, DONE)
    async with opened(tmp_path / "db", setup) as (chat, front):
        (call,) = front.pending.unsettled
        await chat.decide(call.key, Withdraw(call.digest))
        assert (front.status.phase, front.pending.unsettled) == ("waiting", ())
        (question,) = front.pending.calls
        assert (question.key, question.asks) == (call.key, "may it run")
    async with opened(tmp_path / "db", setup) as (chat, front):
        (question,) = front.pending.calls
        await chat.decide(question.key, Reject(question.digest, "not this month"))
        await chat.settled()
        assert (calls(front), lines_of(tmp_path / "refunds")) == ([("rejected", "rejected by you: not this month", "not this month")], [])
        assert notices(front) == [f"You withdrew your approval of {REFUND}."]


async def test_the_process_that_decides_goes_on_without_another_question(tmp_path: Path) -> None:
    async with opened(tmp_path / "db", billing(tmp_path, refunds(1, 2), DONE)) as (chat, front):
        await chat.send("Refund")
        await chat.settled()
        for call in front.pending.calls:
            await chat.decide(call.key, Approve(call.digest))
            assert front.pending.unsettled == ()
        await chat.settled()
        assert sorted(lines_of(tmp_path / "refunds")) == ["1", "2"]


async def test_of_three_calls_each_is_asked_about_as_it_stands_and_the_run_goes_on_behind_the_last_answer(tmp_path: Path) -> None:
    first, second, third = await asked_and_approved(tmp_path, 1, 2, 3)
    store = await SQLiteStore.open(tmp_path / "db", SESSION, clock=billing(tmp_path).clock)
    await store.start(CallKey.parse(first.key), "you")
    await store.finish(CallKey.parse(first.key), Returned("refunded 1"))
    await store.start(CallKey.parse(second.key), "you")
    await store.close()
    async with opened(tmp_path / "db", billing(tmp_path, DONE)) as (chat, front):
        unknown, earlier = front.pending.unsettled
        assert [(call.key, call.asks) for call in (unknown, earlier)] == [
            (second.key, "outcome unknown"),
            (third.key, "approved, not run"),
        ]
        await chat.decide(earlier.key, Approve(earlier.digest))
        assert (front.status.phase, front.pending.unsettled, lines_of(tmp_path / "refunds")) == ("interrupted", (unknown,), [])
        await chat.decide(unknown.key, Skip(unknown.digest))
        await chat.settled()
        assert [state for state, _, _ in calls(front)] == ["done", "unknown", "done"]
        assert lines_of(tmp_path / "refunds") == ["3"]


async def test_an_edited_call_runs_again_with_the_edited_arguments(tmp_path: Path) -> None:
    await broken_off(tmp_path, 1, edit='{"order":7}')
    async with opened(tmp_path / "db", billing(tmp_path, DONE)) as (chat, front):
        (call,) = front.pending.unsettled
        assert (call.arguments, call.original) == ('{"order":7}', '{"order":1}')
        await chat.decide(call.key, RunAgain(call.digest))
        await chat.settled()
        assert lines_of(tmp_path / "refunds") == ["7"]


async def test_a_run_that_is_told_to_go_on_runs_what_was_approved_and_leaves_the_unknown(tmp_path: Path) -> None:
    await broken_off(tmp_path, 1, 2)
    async with opened(tmp_path / "db", billing(tmp_path, DONE)) as (chat, front):
        await chat.proceed()
        await chat.settled()
        assert [state for state, _, _ in calls(front)] == ["unknown", "done"]
        assert (lines_of(tmp_path / "refunds"), front.pending.questions) == (["2"], ())
