import pytest
from textual.events import Key, Paste
from textual.widgets import Static

from agentchat.chat.status import Approve, Pending, Preview, Reject
from agentchat.tui.approval.box import ApprovalBox
from agentchat.tui.approval.call_view import CallView
from agentchat.tui.approval.screen import ApprovalScreen
from agentchat.tui.key_guard import KeyGuard
from agentchat.tui.terminal.choice import driver_for
from agentchat.tui.terminal.headless import HeadlessTerminal
from tests.clock import FakeClock
from tests.tui.approval.calls import REFUND, call

WRITE = call("write_file", key="k2", agent="coder", path="a.txt", content="\n".join(f"line {n}" for n in range(300)))
OTHER = call("delete_order", key="k3", order_id=7)
APPROVED = (REFUND.key, Approve(REFUND.digest))


class Desk(KeyGuard[None]):
    """An application that shows the dialog and notes what comes of it."""

    def __init__(self, *calls, terminal=None):
        self.clock = FakeClock()
        super().__init__(driver_class=driver_for(terminal or HeadlessTerminal(), clock=self.clock, hung_up=self.exit))
        self.dialog = ApprovalScreen(Pending(calls))
        self.heard = []

    def on_mount(self):
        self.push_screen(self.dialog)

    def on_approval_screen_decided(self, message: ApprovalScreen.Decided):
        self.heard.append((message.key, message.decision))

    def on_approval_screen_postponed(self, message: ApprovalScreen.Postponed):
        self.heard.append("postponed")


async def settle(pilot):
    """Lets messages and frames go round. (Without a delay `pause` waits for an idle processor, which is slow.)"""
    for _ in range(4):
        await pilot.pause(0)


async def deliberately(pilot, *keys):
    """Presses keys as a person does who has looked."""
    for key in keys:
        await settle(pilot)
        await pilot.app.clock.advance(1.0)
        event = Key(key, key if len(key) == 1 else None)
        event.set_sender(pilot.app)
        pilot.app._driver.send_message(event)
        await settle(pilot)


def text_of(pilot, selector):
    return str(pilot.app.dialog.query_one(selector, Static).content)


async def test_a_deliberate_key_approves_the_shown_call_by_its_digest():
    app = Desk(REFUND)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "a")
        assert app.heard == [APPROVED]


@pytest.mark.parametrize("key", ["a", "A", "shift+a"])
async def test_the_case_of_the_letter_does_not_matter(key):
    app = Desk(REFUND)
    async with app.run_test() as pilot:
        await deliberately(pilot, key)
        assert app.heard == [APPROVED]


async def test_a_key_typed_before_the_dialog_could_be_read_does_nothing_and_says_so():
    app = Desk(REFUND)
    async with app.run_test() as pilot:
        await settle(pilot)
        await pilot.press("a")
        assert app.heard == []
        assert text_of(pilot, "#hint") == "not yet: wait a moment, then press the key again"


async def test_neither_enter_nor_space_nor_tab_decides():
    app = Desk(REFUND)
    async with app.run_test() as pilot:
        await deliberately(pilot, "enter", "space", "tab", "enter", "space")
        assert app.heard == []
        assert isinstance(app.dialog.focused, CallView)


async def test_a_rejection_carries_no_reason_or_the_one_that_was_written():
    app = Desk(REFUND, OTHER)
    async with app.run_test() as pilot:
        await deliberately(pilot, "r", "w", *"Not a real ordeR", "enter")
        assert app.heard == [(REFUND.key, Reject(REFUND.digest)), (OTHER.key, Reject(OTHER.digest, "Not a real ordeR"))]


async def test_escape_leaves_the_reason_and_the_next_key_has_to_wait():
    app = Desk(REFUND)
    async with app.run_test() as pilot:
        await deliberately(pilot, "w", "n", "o")
        await pilot.press("escape", "a")
        assert app.heard == []
        await deliberately(pilot, "a")
        assert app.heard == [APPROVED]


async def test_a_paste_goes_into_the_reason_and_sends_nothing():
    app = Desk(REFUND)
    async with app.run_test() as pilot:
        await deliberately(pilot, "w")
        app.post_message(Paste("because\nof this"))
        await settle(pilot)
        assert app.heard == []
        await deliberately(pilot, "enter")
        assert app.heard == [(REFUND.key, Reject(REFUND.digest, "because"))]


async def test_a_paste_does_not_decide():
    app = Desk(REFUND)
    async with app.run_test() as pilot:
        await deliberately(pilot, "up")
        app.post_message(Paste("a"))
        await settle(pilot)
        assert app.heard == []


async def test_three_hundred_lines_cannot_be_approved_before_they_were_scrolled_to_the_end():
    app = Desk(WRITE)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "a")
        assert app.heard == []
        assert text_of(pilot, "#hint").startswith("scroll to the end first: lines 1-")
        await deliberately(pilot, "end", "a")
        assert app.heard == [], "the middle was never shown"
        await deliberately(pilot, "home", *["pagedown"] * 16)
        await deliberately(pilot, "a")
        assert app.heard == [(WRITE.key, Approve(WRITE.digest))]


async def test_what_was_scrolled_past_counts_only_when_the_terminal_has_drawn_it():
    terminal = HeadlessTerminal(answers="prompt")
    app = Desk(WRITE, terminal=terminal)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "up")
        terminal.answers = "late"
        await deliberately(pilot, *["pagedown"] * 20, "a")
        assert app.heard == []
        terminal.answer()
        await settle(pilot)
        await deliberately(pilot, "a")
        assert app.heard == [(WRITE.key, Approve(WRITE.digest))]


async def test_the_lines_in_view_are_counted_and_a_hint_goes_when_one_scrolls():
    app = Desk(WRITE)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "a")
        assert text_of(pilot, "#position") == " lines 1-17 of 306"
        assert text_of(pilot, "#hint") == "scroll to the end first: lines 1-17 of 306"
        await deliberately(pilot, "pagedown")
        assert (text_of(pilot, "#position"), text_of(pilot, "#hint")) == (" lines 18-34 of 306", "")


async def test_a_row_of_nothing_but_blanks_says_how_many_there_are():
    rows = []
    for blanks in (34, 35):
        app = Desk(call(x="a" * 27 + " " * blanks + "漢"))
        async with app.run_test(size=(40, 12)) as pilot:
            await settle(pilot)
            view = pilot.app.dialog.query_one(CallView)
            view.scroll_end(animate=False)
            await settle(pilot)
            rows.append([view.render_line(y).text.rstrip() for y in range(view.size.height)][-2:])
    assert rows[0] != rows[1]


async def test_a_long_call_can_be_rejected_unread():
    app = Desk(WRITE)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "r")
        assert app.heard == [(WRITE.key, Reject(WRITE.digest))]


async def test_what_was_seen_stays_seen_when_the_terminal_changes_its_size():
    app = Desk(WRITE)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, *["pagedown"] * 20)
        await pilot.resize_terminal(50, 12)
        await deliberately(pilot, "a")
        assert app.heard == [(WRITE.key, Approve(WRITE.digest))]


async def test_a_call_hidden_by_a_small_terminal_is_not_seen_until_it_grows():
    app = Desk(REFUND)
    async with app.run_test(size=(19, 4)) as pilot:
        await deliberately(pilot, "a", "r", "w")
        assert app.heard == []
        await pilot.resize_terminal(80, 24)
        await deliberately(pilot, "a")
        assert app.heard == [APPROVED]


async def test_at_forty_by_twelve_a_call_can_be_read_and_approved():
    app = Desk(REFUND)
    async with app.run_test(size=(40, 12)) as pilot:
        await deliberately(pilot, "pagedown", "a")
        assert app.heard == [APPROVED]


async def test_at_twenty_by_five_a_call_can_be_walked_through_and_approved():
    app = Desk(REFUND)
    async with app.run_test(size=(20, 5)) as pilot:
        await deliberately(pilot, *["pagedown"] * 9, "a")
        assert app.heard == [APPROVED]


async def test_arrows_walk_and_the_new_call_has_to_be_looked_at():
    app = Desk(REFUND, OTHER)
    async with app.run_test() as pilot:
        assert "1 of 2 · billing wants to run issue_refund" in str(app.dialog.query_one(ApprovalBox).border_title)
        await deliberately(pilot, "right")
        assert "2 of 2 · billing wants to run delete_order" in str(app.dialog.query_one(ApprovalBox).border_title)
        await pilot.press("a")
        assert app.heard == []
        await deliberately(pilot, "a")
        assert app.heard == [(OTHER.key, Approve(OTHER.digest))]


async def test_after_a_decision_the_next_call_is_shown_and_the_same_key_press_cannot_decide_it():
    app = Desk(REFUND, OTHER)
    async with app.run_test() as pilot:
        await deliberately(pilot, "a")
        await pilot.press("a", "a")
        assert app.heard == [APPROVED]
        await deliberately(pilot, "a")
        assert app.heard == [APPROVED, (OTHER.key, Approve(OTHER.digest))]


async def test_nothing_is_decided_twice_whatever_the_chat_says_late():
    app = Desk(REFUND, OTHER)
    async with app.run_test() as pilot:
        await deliberately(pilot, "a", "r")
        app.dialog.show(Pending((REFUND, OTHER)))
        await deliberately(pilot, "a", "r")
        assert app.heard == [APPROVED, (OTHER.key, Reject(OTHER.digest))]


async def test_it_closes_when_it_is_told_that_nothing_waits():
    app = Desk(REFUND)
    async with app.run_test() as pilot:
        await settle(pilot)
        app.dialog.show(Pending())
        await settle(pilot)
        assert app.screen is not app.dialog
        assert app.heard == []


async def test_escape_closes_it_with_everything_undecided():
    app = Desk(REFUND)
    async with app.run_test() as pilot:
        await deliberately(pilot, "escape")
        assert app.screen is not app.dialog
        assert app.heard == ["postponed"]


async def test_news_about_other_calls_leave_the_shown_one_and_its_wait_alone():
    app = Desk(REFUND)
    async with app.run_test() as pilot:
        await deliberately(pilot, "up")
        app.dialog.show(Pending((REFUND, OTHER)))
        await pilot.press("a")
        assert app.heard == [APPROVED]


async def test_a_call_that_changed_under_the_same_key_has_to_be_looked_at_again():
    changed = call(order_id=1042, amount=4900.0, reason="late delivery")
    app = Desk(REFUND)
    async with app.run_test() as pilot:
        await deliberately(pilot, "up")
        app.dialog.show(Pending((changed,)))
        await pilot.press("a")
        assert app.heard == []
        await deliberately(pilot, "a")
        assert app.heard == [(changed.key, Approve(changed.digest))]


async def test_what_was_made_visible_is_warned_of():
    app = Desk(call(order_id="10\u202e42\u200b"), OTHER)
    async with app.run_test() as pilot:
        await settle(pilot)
        assert text_of(pilot, "#warning") == "⚠ made visible: RIGHT-TO-LEFT OVERRIDE U+202E and 1 more"
        await deliberately(pilot, "right")
        assert not app.dialog.query_one("#warning").display


async def test_a_toast_does_not_lie_over_the_dialog():
    app = Desk(REFUND)
    async with app.run_test(notifications=True) as pilot:
        await settle(pilot)
        app.notify("something else happened\n" * 9)
        await settle(pilot)
        assert [widget for widget in app.dialog.walk_children() if type(widget).__name__ == "Toast"] == []
        await deliberately(pilot, "a")
        assert app.heard == [APPROVED]


class CoveredDialog(ApprovalScreen):
    DEFAULT_CSS = """
    CoveredDialog { layers: default above; }
    CoveredDialog #cover { layer: above; width: 100%; height: 100%; background: red; }
    """

    def compose(self):
        yield from super().compose()
        yield Static(id="cover")


async def test_rows_under_another_widget_are_not_seen_until_it_goes():
    app = Desk(REFUND)
    app.dialog = CoveredDialog(Pending((REFUND,)))
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "a", "a")
        assert app.heard == []
        await app.dialog.query_one("#cover").remove()
        await deliberately(pilot, "up", "a")
        assert app.heard == [APPROVED]


async def test_added_and_removed_lines_have_their_sign_and_their_colour():
    diff = "--- a\n+++ a\n@@ -1 +1 @@\n-old\n+new\n"
    app = Desk(call("write_file", content="new\n", path="a", preview=Preview("diff", diff)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        view = app.dialog.query_one(CallView)
        lines = [view.render_line(y) for y in range(view.size.height)]
        colours = {line.text.strip(): {segment.style.bgcolor for segment in line if segment.text.strip()} for line in lines}
        assert colours["- old"] != colours["+ new"]
        assert not (colours["- old"] | colours["+ new"]) & colours["@@ -1 +1 @@"]


async def test_a_key_that_was_meant_for_a_call_decided_elsewhere_is_not_taken_for_the_next_one():
    app = Desk(REFUND, OTHER)
    async with app.run_test() as pilot:
        await deliberately(pilot, "up")
        await app.clock.advance(1.0)
        app.dialog.show(Pending((OTHER,)))
        await pilot.press("a")
        await settle(pilot)
        assert app.heard == []
        await deliberately(pilot, "a")
        assert app.heard == [(OTHER.key, Approve(OTHER.digest))]


async def test_a_call_that_is_decided_elsewhere_leaves_the_dialog_which_says_so():
    app = Desk(REFUND, OTHER)
    async with app.run_test() as pilot:
        await settle(pilot)
        app.dialog.show(Pending((OTHER,)))
        await settle(pilot)
        assert text_of(pilot, "#hint") == "decided elsewhere: this is another call"
        app.dialog.show(Pending())
        await settle(pilot)
        assert app.dialog not in app.screen_stack
