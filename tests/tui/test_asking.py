"""The dialog and the chat together: what is kept, edited and decided at once, and what becomes of a decision that could not be stored."""

from textual.widgets import Input

from agentchat.chat.transcript.blocks import CallBlock, NoticeBlock
from agentchat.runtime.values.exceptions_base import AgentsException
from agentchat.testing import ScriptedModel, assistant_message, function_call
from agentchat.tui.approval.screen import ApprovalScreen
from agentchat.tui.screens.chat_screen import ChatScreen
from agentchat.tui.transcript.widget import TranscriptView
from agentchat.tui.widgets.activity import ActivityLog
from agentchat.tui.widgets.prompt import Prompt
from tests.tui.scenes import HANDOFF, LOOKUP, REFUND, REFUNDS, Desk, deliberately, drain, settle, type_and_send

DONE = [assistant_message("Done.")]


def desk(*script: object) -> Desk:
    return Desk(ScriptedModel(script))


def blocks(app: Desk):
    return list(app.screen_stack[0].query_one(TranscriptView).blocks)


def refunds(app: Desk):
    return [(block.state, block.verdict) for block in blocks(app) if isinstance(block, CallBlock) and block.tool == "issue_refund"]


async def begin(pilot):
    await drain(pilot)
    await type_and_send(pilot, "Refund it")
    pilot.app.screen_stack[0].query_one(Prompt).insert("a draft")
    await drain(pilot)
    assert isinstance(pilot.app.screen, ApprovalScreen)


async def test_a_rule_kept_in_the_dialog_runs_the_same_call_the_next_time_and_is_told():
    again, later = (function_call("issue_refund", {"order_id": 1042, "amount": 49.0}, call_id=name) for name in ("c8", "c9"))
    app = desk(HANDOFF, [*REFUND, again], [later], DONE)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await deliberately(pilot, "s", "s")
        await drain(pilot)
        assert isinstance(app.screen, ChatScreen)
        rule = "allowed by your rule of 12:03"
        assert refunds(app) == [("done", "approved by you"), ("done", rule), ("done", rule)]
        told = "Your rule of 12:03: in this conversation issue_refund(amount=49.0, order_id=1042) runs without a question."
        assert [block.text for block in blocks(app) if isinstance(block, NoticeBlock)] == [told]
        lines = [line.text for line in app.screen.query_one(ActivityLog).lines]
        assert (told in lines, lines.count(rule)) == (True, 2)
        assert app.screen.query_one(Prompt).text == "a draft"


async def test_what_was_edited_in_the_form_is_looked_at_and_runs():
    app = desk(HANDOFF, REFUND, DONE)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await deliberately(pilot, "e")
        app.screen.query("FieldRow Input").last(Input).value = "4.9"
        await deliberately(pilot, "ctrl+s")
        await drain(pilot)
        assert "- amount    49.0\n+ amount    4.9\n" in app.screen.text.text
        assert refunds(app) == [("waiting", "")]
        await deliberately(pilot, "a")
        await drain(pilot)
        assert refunds(app) == [("done", "approved by you, edited")]
        (output,) = [block.output for block in blocks(app) if isinstance(block, CallBlock) and block.tool == "issue_refund"]
        assert output.endswith("refunded 4.90 EUR for order 1042")


async def test_an_edit_that_only_lays_the_same_arguments_out_otherwise_changes_nothing():
    app = desk(HANDOFF, REFUND, DONE)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await deliberately(pilot, "e", "ctrl+s")
        await drain(pilot)
        assert (app.screen._step, refunds(app)) == ("may it run", [("waiting", "")])


async def test_all_calls_are_approved_or_rejected_at_once_and_the_turn_goes_on():
    for keys, verdict in ((("right", "right", "ctrl+a", "y"), "approved by you"), (("ctrl+x", "y"), "rejected by you")):
        app = desk(HANDOFF, REFUNDS, DONE)
        async with app.run_test(size=(120, 40)) as pilot:
            await begin(pilot)
            await deliberately(pilot, *keys)
            await drain(pilot)
            assert isinstance(app.screen, ChatScreen)
            assert [said for _, said in refunds(app)] == [verdict] * 3
            assert app.screen.query_one(Prompt).text == "a draft"


async def test_a_decision_that_could_not_be_stored_is_asked_for_again():
    app = desk(HANDOFF, REFUND, DONE)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        decide, failures = app.journal.decide, iter([True, False])

        async def decide_or_fail(*said):
            if next(failures):
                raise AgentsException("The disk is full; make room.")
            return await decide(*said)

        app.journal.decide = decide_or_fail
        await deliberately(pilot, "a")
        await drain(pilot)
        assert isinstance(app.screen, ApprovalScreen)
        assert str(app.screen.query_one("#hint").content) == "the decision could not be kept: decide again"
        await deliberately(pilot, "a")
        await drain(pilot)
        assert refunds(app) == [("done", "approved by you")]


async def test_what_was_typed_in_the_form_is_there_when_the_dialog_opens_again():
    app = desk(HANDOFF, REFUND, DONE)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await deliberately(pilot, "e")
        app.screen.query("FieldRow Input").last(Input).value = "4.9"
        await deliberately(pilot, "escape", "escape")
        await pilot.press("ctrl+a")
        await deliberately(pilot, "e")
        assert app.screen.query("FieldRow Input").last(Input).value == "4.9"


async def test_the_log_takes_the_keys_when_it_is_opened_and_the_prompt_when_it_is_closed():
    app = desk(HANDOFF, LOOKUP, DONE)
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        await pilot.press("ctrl+l", "ctrl+l")
        await settle(pilot)
        assert app.focused is app.screen.query_one(ActivityLog)
        await pilot.press("ctrl+l")
        await settle(pilot)
        assert app.focused is app.screen.query_one(Prompt)


async def test_the_block_cursor_goes_away_at_the_end_of_the_transcript():
    app = desk(HANDOFF, LOOKUP, DONE)
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        await type_and_send(pilot, "Where is it?")
        await drain(pilot)
        transcript = app.screen.query_one(TranscriptView)
        transcript.focus()
        await pilot.press("ctrl+up")
        assert transcript.cursor is not None
        await pilot.press("ctrl+end")
        await settle(pilot)
        assert (transcript.cursor, transcript.follow) == (None, True)
