"""The last line, which closes the frame: the keys that are valid now, and what goes on."""

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.signal import Signal
from textual.widget import Widget

from agentchat.chat.status import Status
from agentchat.runtime.ports.clock import Clock
from agentchat.tui.keys import Hint, hints_of

_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_TICK = 0.1


class Footer(Widget):
    """Keys come from the bindings of the screen, time from the injected clock."""

    DEFAULT_CSS = "Footer { height: 1; }"
    status: reactive[Status] = reactive(Status(session_id=""))
    hints: reactive[tuple[Hint, ...]] = reactive(())
    early: reactive[int] = reactive(0)
    """Messages that were sent before the chat stood."""

    def __init__(self, clock: Clock, *, animated: bool = True) -> None:
        super().__init__()
        self._clock = clock
        self._animated = animated

    def on_mount(self) -> None:
        """Follows the bindings."""
        changed: Signal[Screen[object]] = self.screen.bindings_updated_signal  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - an untyped screen
        changed.subscribe(self, self._label_keys)
        self._label_keys(self.screen)

    def watch_status(self, before: Status, now: Status) -> None:
        """Begins to tick with a run."""
        if now.since is not None and before.since is None:
            self.run_worker(self._tick(), group="tick", exclusive=True)

    def _label_keys(self, screen: Screen[object]) -> None:
        self.hints = hints_of(screen.active_bindings)

    async def _tick(self) -> None:
        while self.status.since is not None:
            self.refresh()
            await self._clock.sleep(_TICK if self._animated else 1.0)

    def render(self) -> Content:
        """The line as wide as the widget."""
        elapsed = None if self.status.since is None else max(0.0, self._clock.monotonic() - self.status.since)
        spinner = _SPINNER[int((elapsed or 0) / _TICK) % len(_SPINNER)] if self._animated else "●"
        return footer_line(self.hints, doing(self.status, elapsed, spinner, early=self.early), self.size.width)


def doing(status: Status, elapsed: float | None, spinner: str, *, early: int = 0) -> str:
    """What goes on: `⠹ 4.2 s · 2 queued`; empty when nothing does."""
    parts: list[str] = []
    if elapsed is not None:
        word = "stopping " if status.phase == "stopping" else ""
        parts.append(f"{spinner} {word}{_duration(elapsed)}")
    elif status.phase == "opening":
        parts.append("opening …")
    queued = len(status.queued) + early
    if queued:
        parts.append(f"{queued} queued")
    return " · ".join(parts)


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02} s"


def footer_line(hints: tuple[Hint, ...], right: str, width: int) -> Content:
    """The keys that fit, of those that matter most, each at its place; what goes on is never left out."""
    end = Content.styled(f" {right} ", "$text-primary") + Content("┘") if right else Content("┘")
    keys = _keys(_fitting(hints, room=width - 1 - cell_len(end.plain) - 2))
    begin = Content("└ ") + keys + Content(" ") if keys.plain else Content("└")
    return begin + Content("─" * max(0, width - cell_len(begin.plain) - cell_len(end.plain))) + end


def _fitting(hints: tuple[Hint, ...], *, room: int) -> tuple[Hint, ...]:
    chosen: set[Hint] = set()
    for hint in sorted(hints, key=lambda one: one.rank):
        if cell_len(_keys(tuple(one for one in hints if one in chosen | {hint})).plain) <= room:
            chosen.add(hint)
    return tuple(one for one in hints if one in chosen)


def _keys(hints: tuple[Hint, ...]) -> Content:
    labels = (Content.styled(hint.key, "$text-accent") + Content.styled(f" {hint.does}", "$foreground-muted") for hint in hints)
    return Content(" · ").join(labels)
