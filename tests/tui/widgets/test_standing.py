from dataclasses import replace

import pytest
from textual.app import App, ComposeResult

from agentchat.chat.status import Pending, Retry, Status
from agentchat.tui.transcript.page_view import News
from agentchat.tui.widgets.standing import Standing, standing_line
from tests.clock import FakeClock
from tests.tui.approval.calls import REFUND

IDLE = Status("3f2a", phase="idle")
FAILED = Retry(1, "no\x1b route.", delay=4.0, due=11.0)


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
        (Status("a", retry=FAILED), Pending(), None, "", "↻ next attempt in 4 s (attempt 1 failed: no␛ route)"),
        (Status("a", retry=replace(FAILED, due=7.0)), Pending(), None, "", "↻ next attempt at once (attempt 1 failed: no␛ route)"),
        (Status("a", phase="running", queued=("and then\x1b the tests",)), Pending(), None, "", "… queued: and then␛ the tests"),
        (Status("a", queued=("x" * 50, "y")), Pending(), None, "", f"… queued: {'x' * 48}… (and 1 more)"),
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
    assert standing_line(status, pending, unseen, warning, now=7.0).plain == line


class _Line(App[None]):
    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def compose(self) -> ComposeResult:
        yield Standing(self._clock)


async def test_the_wait_for_the_next_attempt_is_counted_down():
    clock = FakeClock(monotonic=7.0)
    app = _Line(clock)
    async with app.run_test() as pilot:
        app.query_one(Standing).status = Status("a", retry=replace(FAILED, delay=2.0, due=9.0))
        seen: list[str] = []
        for _ in range(3):
            await pilot.pause()
            seen.append(app.query_one(Standing).render_line(0).text.split(" (")[0])
            await clock.advance(1.0)
        assert seen == ["↻ next attempt in 2 s", "↻ next attempt in 1 s", "↻ next attempt at once"]
