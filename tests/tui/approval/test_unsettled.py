"""The dialog about calls of a run that broke off: approved and not run, or of unknown outcome."""

from dataclasses import replace

import pytest
from textual.widgets import Static

from agentchat.chat.status import Approve, ItHappened, Pending, PendingCall, RunAgain, Skip, Withdraw
from agentchat.tui.approval.box import ApprovalBox
from agentchat.tui.approval.call_text import call_text
from agentchat.tui.approval.screen import ApprovalScreen
from tests.tui.approval.calls import REFUND, call
from tests.tui.approval.test_screen import OTHER, Desk, deliberately, text_of

NOON = 1_746_273_781.0
EARLIER = replace(REFUND, asks="approved, not run", reason="")
UNKNOWN = replace(REFUND, asks="outcome unknown", reason="", started=NOON)
LONG = replace(call("write_file", path="a.txt", content="\n".join(map(str, range(30)))), asks="outcome unknown", started=NOON)


def desk(*unsettled: PendingCall, calls: tuple[PendingCall, ...] = ()) -> Desk:
    app = Desk()
    app.dialog = ApprovalScreen(Pending(calls, unsettled))
    return app


def title(app: Desk) -> str:
    return str(app.dialog.query_one(ApprovalBox).border_title)


@pytest.mark.parametrize(
    ("call", "keys", "decision"),
    [
        (EARLIER, "g", Approve(REFUND.digest)),
        (EARLIER, "U", Withdraw(REFUND.digest)),
        (UNKNOWN, "O", RunAgain(REFUND.digest)),
        (UNKNOWN, "k", Skip(REFUND.digest)),
        (UNKNOWN, ["h", "enter"], ItHappened(REFUND.digest)),
        (UNKNOWN, ["h", *"it Was", "enter"], ItHappened(REFUND.digest, "itWas")),
    ],
)
async def test_a_deliberate_key_says_what_becomes_of_the_call(call, keys, decision):
    app = desk(call)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, *(key for key in keys if key != " "))
        assert app.heard == [(REFUND.key, decision)]


@pytest.mark.parametrize(("call", "ours"), [(EARLIER, "gu"), (UNKNOWN, "hok")])
async def test_no_key_of_another_question_means_anything(call, ours):
    app = desk(call)
    others = [key for key in "arswyeguhoktn" if key not in ours]
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "enter", "space", "ctrl+a", "ctrl+x", "ctrl+s", *others)
        assert (app.heard, title(app)) == ([], f"{call.asks.replace('approved,', 'approved earlier,')}: issue_refund")


@pytest.mark.parametrize(("call", "key"), [(EARLIER, "g"), (EARLIER, "u"), (UNKNOWN, "o"), (UNKNOWN, "k")])
async def test_a_key_that_was_typed_before_the_question_could_be_read_decides_nothing(call, key):
    app = desk(call)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        assert app.heard == []


@pytest.mark.parametrize("key", ["o", "h"])
async def test_what_is_vouched_for_or_run_again_has_to_be_shown_to_its_end(key):
    app = desk(LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, key)
        assert (app.heard, text_of(pilot, "#hint").partition(":")[0]) == ([], "scroll to the end first")
        assert str(app.dialog.query_one("#keys", Static).content).startswith("[h] it happened")
        await deliberately(pilot, "pagedown", "pagedown", key, *(["enter"] if key == "h" else []))
        assert app.heard == [(LONG.key, RunAgain(LONG.digest) if key == "o" else ItHappened(LONG.digest))]


async def test_escape_leaves_the_line_and_then_the_dialog_with_everything_undecided():
    app = desk(UNKNOWN)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "h", "x", "escape")
        assert title(app) == "outcome unknown: issue_refund"
        await deliberately(pilot, "escape")
        assert app.heard == ["postponed"]


async def test_all_questions_are_in_one_walk_and_only_what_waits_is_approved_at_once():
    first, second = (replace(OTHER, key=key, digest=key * 64) for key in "de")
    app = desk(replace(UNKNOWN, key="k1"), EARLIER, calls=(first, second))
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "right")
        assert title(app) == "2 of 4 · approved earlier, not run: issue_refund"
        await deliberately(pilot, "ctrl+a", "right", "right", "ctrl+a")
        assert title(app) == "approve all 2 calls?"
        await deliberately(pilot, "y")
        assert app.heard == [(one.key, Approve(one.digest)) for one in (first, second)]
        assert title(app).startswith("1 of 2 · outcome unknown")


async def test_a_withdrawn_approval_is_asked_about_in_the_same_dialog():
    app = desk(EARLIER)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "right", "u")
        app.dialog.show(Pending((replace(REFUND, asked=2),)))
        assert title(app) == "billing wants to run issue_refund"
        await deliberately(pilot, "a")
        assert app.heard == [(REFUND.key, Withdraw(REFUND.digest)), (REFUND.key, Approve(REFUND.digest))]


@pytest.mark.usefixtures("utc")
def test_the_text_says_how_the_call_stands_and_when_it_was_started():
    assert "You approved this call, and it was not run." in call_text(EARLIER).text
    unknown = call_text(UNKNOWN).text
    assert "This call was started at 12:03:01 on 2025-05-03, and the program ended before it came back." in unknown
    again = call_text(replace(EARLIER, started=NOON)).text
    assert "It was started before, at 12:03:01 on 2025-05-03" in again
    assert len({call_text(call).text for call in (REFUND, EARLIER, UNKNOWN)}) == 3
