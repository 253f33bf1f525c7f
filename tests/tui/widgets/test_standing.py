import pytest

from agentchat.chat.status import Pending, Status
from agentchat.tui.transcript.page_view import News
from agentchat.tui.widgets.standing import standing_line
from tests.tui.approval.calls import REFUND

IDLE = Status("3f2a", phase="idle")


@pytest.mark.parametrize(
    ("status", "pending", "unseen", "warning", "line"),
    [
        (IDLE, Pending(), None, "", ""),
        (IDLE, Pending((REFUND,)), None, "", "⏸ 1 call waits for you · ^a decide"),
        (IDLE, Pending((REFUND, REFUND)), News(3, 9), "", "⏸ 2 calls wait for you · ^a decide   ↓ 3 new messages · ^end"),
        (IDLE, Pending(), News(1, 1), "", "↓ 1 new message · ^end"),
        (IDLE, Pending(), News(0, 2), "", "↓ new below · ^end"),
        (IDLE, Pending(), News(0, 0), "", "↓ more below · ^end"),
        (Status("a", phase="interrupted"), Pending(), None, "", "■ interrupted here · ⏎ continues"),
        (
            Status("a", phase="interrupted", next_step="refund(order=1)"),
            Pending(),
            None,
            "",
            "■ interrupted here · ⏎ continues: refund(order=1)",
        ),
        (Status("a", phase="interrupted"), Pending((), (REFUND,)), None, "", "⏸ 1 call waits for you · ^a decide"),
        (Status("a", phase="running", retry="again\x1b in 3 s"), Pending(), None, "", "↻ again␛ in 3 s"),
        (IDLE, Pending(), None, "agents.toml is not trusted", "⚠ agents.toml is not trusted"),
        (Status("a", phase="interrupted", read_only="It is open", may_take_over=True), Pending(), None, "", "⚠ It is open · ^t takes over"),
        (Status("a", read_only="Busy", may_take_over=True, is_asked=True), Pending(), None, "", "^t takes it now · ⚠ Busy"),
        (
            Status("a", phase="running", wanted_by="pid 7"),
            Pending(),
            None,
            "",
            "⇄ another process (pid 7) asks for this conversation, and gets it when the run rests",
        ),
    ],
)
def test_what_waits_for_the_person(status, pending, unseen, warning, line):
    assert standing_line(status, pending, unseen, warning).plain == line
