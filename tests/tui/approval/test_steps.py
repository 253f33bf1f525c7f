"""Beyond yes and no: a rule for the session, other arguments, all calls at once, and decisions that did not hold."""

import json
from dataclasses import replace

import pytest
from textual.widgets import Input, Static, TextArea

from agentchat.chat.status import Approve, Edit, Pending, Reject, SessionRule
from agentchat.tui.approval.box import ApprovalBox
from agentchat.tui.approval.edit_form import FieldRow
from agentchat.tui.approval.screen import ApprovalScreen
from tests.tui.approval.calls import REFUND, call
from tests.tui.approval.test_screen import OTHER, WRITE, Desk, deliberately, settle, text_of

SCHEMA = json.dumps({
    "type": "object",
    "properties": {"order_id": {"type": "integer"}, "amount": {"type": "number"}, "reason": {"type": "string"}},
    "required": ["order_id", "amount"],
})
RULE = SessionRule("issue_refund", "d", REFUND.arguments)
KEEPABLE = replace(REFUND, rule=RULE)
TWIN = replace(KEEPABLE, key="run-1/1")
EDITABLE = replace(REFUND, schema=SCHEMA)


def title(app: Desk) -> str:
    return str(app.dialog.query_one(ApprovalBox).border_title)


def shown(app: Desk) -> str:
    return app.dialog.text.text


# A rule for the session


async def test_the_first_press_shows_the_rule_and_the_second_keeps_it():
    app = Desk(KEEPABLE)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "s")
        assert app.heard == []
        assert title(app) == "keep a rule for issue_refund for this session?"
        assert "calls of issue_refund with exactly these arguments\namount    49.0\n" in shown(app)
        await pilot.press("s")
        assert app.heard == [], "the same press, held"
        await deliberately(pilot, "s")
        assert app.heard == [(REFUND.key, Approve(REFUND.digest, "new rule"))]


async def test_escape_leaves_the_rule_and_keeps_nothing():
    app = Desk(KEEPABLE)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "s", "escape")
        assert shown(app).startswith("issue_refund  called by billing")
        await deliberately(pilot, "a")
        assert app.heard == [(REFUND.key, Approve(REFUND.digest))]


async def test_at_the_rule_no_other_key_decides():
    app = Desk(KEEPABLE)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "s", "a", "r", "w", "enter", "y", "e", "ctrl+a", "ctrl+x")
        assert (app.heard, title(app)) == ([], "keep a rule for issue_refund for this session?")


async def test_a_rule_has_to_be_shown_to_its_end_and_so_has_the_call_before():
    long = replace(WRITE, rule=SessionRule("write_file", "d", WRITE.arguments))
    app = Desk(long)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "s")
        assert text_of(pilot, "#hint").startswith("scroll to the end first")
        await deliberately(pilot, *["pagedown"] * 19, "s", "s")
        assert title(app).startswith("keep a rule")
        assert text_of(pilot, "#hint").startswith("scroll to the end first")
        await deliberately(pilot, *["pagedown"] * 19, "s")
        assert app.heard == [(long.key, Approve(long.digest, "new rule"))]


async def test_a_tool_that_is_always_asked_about_offers_no_rule():
    app = Desk(REFUND)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "s", "s")
        assert (app.heard, "session" in text_of(pilot, "#keys")) == ([], False)


async def test_a_rule_that_was_kept_decides_the_other_calls_once_each_was_shown_to_its_end():
    long = replace(WRITE, rule=RULE)
    app = Desk(KEEPABLE, TWIN, OTHER, long)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "s", "s")
        yes = [(REFUND.key, Approve(REFUND.digest, "new rule")), (TWIN.key, Approve(TWIN.digest, "kept rule"))]
        assert app.heard == yes
        assert title(app) == "1 of 2 · billing wants to run delete_order"
        await deliberately(pilot, "right")
        assert app.heard == yes, "it was not shown to its end"
        await deliberately(pilot, *["pagedown"] * 19)
        assert app.heard == [*yes, (long.key, Approve(long.digest, "kept rule"))]


async def test_a_dialog_that_opens_again_decides_nothing_by_itself():
    app = Desk(KEEPABLE, TWIN)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "up", "up")
        assert app.heard == []


# All at once


async def test_all_can_be_approved_when_every_one_was_shown_to_its_end():
    app = Desk(REFUND, OTHER)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "ctrl+a")
        assert text_of(pilot, "#hint") == "look at every call first: 1 of 2 not shown to the end"
        await deliberately(pilot, "right", "ctrl+a")
        assert title(app) == "approve all 2 calls?"
        assert shown(app) == '1. issue_refund(amount=49.0, order_id=1042, reason="late delivery")\n2. delete_order(order_id=7)'
        await pilot.press("y")
        assert app.heard == []
        await deliberately(pilot, "a", "enter", "ctrl+a", "y")
        assert app.heard == [(one.key, Approve(one.digest)) for one in (REFUND, OTHER)]


async def test_all_can_be_rejected_unseen_with_one_confirmation():
    app = Desk(REFUND, WRITE)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "ctrl+x")
        assert (title(app), app.heard) == ("reject all 2 calls?", [])
        await deliberately(pilot, "y")
        assert app.heard == [(one.key, Reject(one.digest)) for one in (REFUND, WRITE)]


async def test_a_list_that_is_not_true_any_more_goes_away():
    app = Desk(REFUND, OTHER)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "right", "ctrl+a")
        app.dialog.show(Pending((REFUND, OTHER, WRITE)))
        await deliberately(pilot, "y")
        assert (app.heard, title(app)) == ([], "2 of 3 · billing wants to run delete_order")


# Other arguments


def editors(app: Desk) -> list[Input | TextArea]:
    return [row.editor for row in app.dialog.query(FieldRow)]


async def test_the_edited_arguments_are_sent_to_be_shown_and_nothing_is_approved():
    app = Desk(EDITABLE)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "e")
        assert title(app) == "edit the arguments of issue_refund"
        assert [editor.value for editor in editors(app)] == ["1042", "49.0", "late delivery"]
        await pilot.press("end", "backspace", "3", "enter", "a", "enter")
        assert app.heard == []
        editors(app)[1].value = "4.9"
        await deliberately(pilot, "ctrl+s")
        edit = Edit(REFUND.digest, '{"order_id":1043,"amount":4.9,"reason":"late delivery"}')
        assert app.heard == [(REFUND.key, edit)]


async def test_what_does_not_fit_is_said_beside_the_field():
    app = Desk(EDITABLE)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "e")
        editors(app)[0].value = "many"
        editors(app)[1].value = ""
        await deliberately(pilot, "ctrl+s")
        said = [str(row.query_one(".complaint", Static).content) for row in app.dialog.query(FieldRow)]
        assert said == ["This is no JSON; a whole number is needed.", "A value is needed here: a number.", ""]
        assert (app.heard, app.dialog.focused) == ([], editors(app)[0])


async def test_escape_leaves_the_form_and_it_is_found_again_as_it_was_left():
    typed = {}
    app = Desk()
    app.dialog = ApprovalScreen(Pending((EDITABLE,)), typed=typed)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "e")
        await pilot.press("end", "7")
        await deliberately(pilot, "escape")
        assert shown(app).startswith("issue_refund")
        await deliberately(pilot, "e")
        assert editors(app)[0].value == "10427"
    assert typed[REFUND.key]["order_id"] == "10427", "for the next dialog"


async def test_the_edited_call_is_shown_with_its_difference_and_has_to_be_looked_at():
    edited = replace(EDITABLE, arguments='{"amount":4.9,"order_id":1042}', original=REFUND.arguments, digest="e" * 64)
    app = Desk(EDITABLE)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "e")
        editors(app)[1].value = "4.9"
        await deliberately(pilot, "ctrl+s")
        app.dialog.show(Pending((edited,)))
        await pilot.press("a")
        assert len(app.heard) == 1
        assert 'changed by you\n@@ -1,3 +1,2 @@\n- amount    49.0\n+ amount    4.9\n  order_id  1042\n- reason    "late' in shown(app)
        await deliberately(pilot, "a")
        assert app.heard[1:] == [(REFUND.key, Approve("e" * 64))]


async def test_where_the_edit_changed_nothing_the_form_closes_and_says_so():
    app = Desk(EDITABLE)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "e", "ctrl+s")
        app.dialog.edit_was_taken(REFUND.key)
        await settle(pilot)
        assert (text_of(pilot, "#hint"), shown(app)[:12]) == ("nothing was changed", "issue_refund")


async def test_long_values_have_an_editor_in_which_enter_breaks_the_line():
    app = Desk(replace(WRITE, schema='{"properties":{"path":{"type":"string"},"content":{"type":"string"}}}'))
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "e")
        _, content = editors(app)
        assert isinstance(content, TextArea)
        content.text = "one"
        content.focus()
        await pilot.press("end", "enter", "2")
        await deliberately(pilot, "ctrl+s")
        assert json.loads(app.heard[0][1].arguments) == {"path": "a.txt", "content": "one\n2"}


@pytest.mark.parametrize("one", [REFUND, call("write_file", content="x" * 70_000)])
async def test_what_cannot_be_edited_here_has_no_form(one):
    app = Desk(replace(one, schema="" if one is REFUND else "{}"))
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "e")
        assert not app.dialog.query(FieldRow)


# Sizes, warnings, and decisions that did not hold


async def test_the_full_screen_shows_more_lines_and_the_position_stays():
    app = Desk(WRITE)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "f")
        assert app.dialog.query_one(ApprovalBox).region.size == (80, 24)
        assert text_of(pilot, "#position") == " lines 1-19 of 306"
        await deliberately(pilot, "f")
        assert text_of(pilot, "#position") == " lines 1-17 of 306"


@pytest.mark.parametrize("size", [(20, 5), (33, 8), (40, 12), (60, 16), (120, 40)])
async def test_every_step_shows_where_one_is_in_every_size(size):
    app = Desk(replace(KEEPABLE, schema=SCHEMA), OTHER)
    async with app.run_test(size=size) as pilot:
        for keys in ([], ["w"], ["escape", *["pagedown"] * 12, "s"], ["escape", "ctrl+x"]):
            await deliberately(pilot, *keys)
            place = app.dialog.query_one("#position", Static)
            assert place.region.height == 1
            assert place.region.bottom <= size[1]
            assert "lines 1-" in str(place.content) or "of" in str(place.content)


async def test_a_letter_of_another_script_is_warned_of():
    app = Desk(call(path="p\u0430ypal"))
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        assert text_of(pilot, "#warning") == "⚠ look-alike letter: CYRILLIC SMALL LETTER A U+0430 in p\u0430ypal"


async def test_the_working_folder_is_named():
    app = Desk(replace(REFUND, folder="/home/ada/shop"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "works in /home/ada/shop" in shown(app)


async def test_a_decision_that_could_not_be_kept_is_asked_for_again():
    app = Desk(KEEPABLE, TWIN)
    async with app.run_test(size=(80, 24)) as pilot:
        await deliberately(pilot, "s", "s")
        app.heard.clear()
        app.dialog.ask_again(REFUND.key)
        await settle(pilot)
        assert text_of(pilot, "#hint") == "the decision could not be kept: decide again"
        await pilot.press("a")
        assert app.heard == []
        await deliberately(pilot, "a")
        assert app.heard == [(REFUND.key, Approve(REFUND.digest))]
