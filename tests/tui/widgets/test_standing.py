import pytest

from agentchat.chat.status import Pending, Status
from agentchat.tui.widgets.standing import standing_line
from tests.tui.approval.calls import REFUND

IDLE = Status("3f2a", phase="idle")


@pytest.mark.parametrize(
    ("status", "pending", "unseen", "warning", "line"),
    [
        (IDLE, Pending(), None, "", ""),
        (IDLE, Pending((REFUND,)), None, "", "⏸ 1 call waits for you · ^a decide"),
        (IDLE, Pending((REFUND, REFUND)), 3, "", "⏸ 2 calls wait for you · ^a decide   ↓ 3 new · ^end"),
        (IDLE, Pending(), 0, "", "↓ more below · ^end"),
        (Status("a", phase="interrupted"), Pending(), None, "", "■ interrupted here · ⏎ continues"),
        (Status("a", phase="running", retry="again\x1b in 3 s"), Pending(), None, "", "↻ again␛ in 3 s"),
        (IDLE, Pending(), None, "agents.toml is not trusted", "⚠ agents.toml is not trusted"),
    ],
)
def test_what_waits_for_the_person(status, pending, unseen, warning, line):
    assert standing_line(status, pending, unseen, warning).plain == line
