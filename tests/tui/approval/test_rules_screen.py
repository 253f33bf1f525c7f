"""The list of the rules that are kept."""

import pytest

from agentchat.chat.status import KeptRule, SessionRule
from agentchat.tui.approval.box import ApprovalBox
from agentchat.tui.approval.call_text import rule_text
from agentchat.tui.approval.rules_screen import RulesScreen
from tests.tui.approval.test_screen import Desk as PlainDesk
from tests.tui.approval.test_screen import deliberately

REFUND = KeptRule(SessionRule("issue_refund", "d", '{"order_id":1042}', (), "changes", "shop.tools:refund"), 1_746_273_781.0)
WRITE = KeptRule(SessionRule("write_file", "e", '{"path":"a\\u200b"}', ("path",), "changes", "built in", "/home/ada"), 1_746_273_790.0)


class Desk(PlainDesk):
    def __init__(self, *rules: KeptRule) -> None:
        super().__init__()
        self.dialog = RulesScreen(rules)

    def on_rules_screen_withdrawn(self, message: RulesScreen.Withdrawn) -> None:
        self.heard.append(message.kept)


def shown(app: Desk) -> tuple[str, str]:
    return str(app.dialog.query_one(ApprovalBox).border_title), app.dialog.text.text


@pytest.mark.usefixtures("utc")
def test_a_kept_rule_reads_as_it_was_shown_but_for_its_time():
    asked, kept = (rule_text(WRITE.rule, kept_at=at).text.split("\n") for at in (None, WRITE.at))
    assert [line for line in asked if line not in kept] == [
        "This runs now, and from now on in this conversation without a question, whichever agent wants it.",
        "It holds for the tool, built in, as it is defined now, and is kept with the conversation.",
    ]
    assert kept == [
        "Since 12:03:10 on 2025-05-03 this runs in this conversation without a question, whichever agent wants it.",
        "It holds for the tool, built in, as it was defined then, and is kept with the conversation.",
        "It holds in the folder /home/ada and in no other.",
        "",
        "calls of write_file with exactly this, whatever else it is given",
        'path  "a\\u{200B}"',
    ]


async def test_each_rule_is_shown_and_the_shown_one_is_withdrawn():
    app = Desk(REFUND, WRITE)
    async with app.run_test(size=(80, 24)) as pilot:
        assert shown(app) == ("1 of 2 · kept for this session: issue_refund", rule_text(REFUND.rule, kept_at=REFUND.at).text)
        await deliberately(pilot, "right")
        assert shown(app) == ("2 of 2 · kept for this session: write_file", rule_text(WRITE.rule, kept_at=WRITE.at).text)
        await deliberately(pilot, "u")
        assert (app.heard, shown(app)[0]) == ([WRITE], "kept for this session: issue_refund")
        await deliberately(pilot, "a", "s", "enter")
        assert app.heard == [WRITE]
        await deliberately(pilot, "u")
        assert (app.heard, app.screen is app.dialog) == ([WRITE, REFUND], False)


async def test_escape_closes_it_and_withdraws_nothing():
    app = Desk(REFUND)
    async with app.run_test(size=(44, 20)) as pilot:
        await deliberately(pilot, "escape")
        assert (app.heard, app.screen is app.dialog) == ([], False)
