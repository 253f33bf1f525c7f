"""A key means yes: a key, a click or a paste reaches a guarded screen only when the person can have seen what it decides.

`Gate` is the rule, a few numbers without Textual. `GuardedScreen` is a dialog that asks it, and `KeyGuard` the application that
brings every event before it. The proof that something was seen is the terminal's own: after the frame that shows the dialog it
is asked for its cursor position, and what stands before the answer in the input was typed before the dialog was there. A person
still needs a moment to read, so a key counts `GRACE` seconds later; one that came too early, or not alone, was meant for
something else, and the wait begins anew. One press means one thing: the same key again within `HELD` seconds may be the same press.

The gate stands in `App.on_event`, because all input passes there, with the time that the driver gave it. A key that a widget of
another screen held up comes by a second time, on its way to the bindings, and is judged again.
"""

from collections.abc import Callable
from functools import partial
from typing import ClassVar, TypeAlias, TypeVar
from weakref import WeakSet

from textual import events
from textual.app import App, ReturnType, ScreenStackError
from textual.driver import Driver
from textual.errors import NoWidget
from textual.screen import ModalScreen

from agentchat.runtime.ports.clock import SystemClock
from agentchat.tui.terminal.headless import HeadlessTtyDriver
from agentchat.tui.terminal.receipts import Receipts, Witness

ScreenResult = TypeVar("ScreenResult")
Typed: TypeAlias = events.InputEvent | events.Paste

GRACE = 0.5
"""Seconds from the terminal's answer, or from a key that did not count, until a key counts."""

HELD = 1.0
"""Seconds within which the same key again may be one that is held: keyboards wait up to 0.7 before they begin to repeat."""

SCROLL_KEYS = frozenset({"up", "down", "left", "right", "pageup", "pagedown", "home", "end"})
LEAVING_KEYS = frozenset({"ctrl+q", "ctrl+c"})
"""Leaving the program decides nothing: what waits goes on waiting."""


class Gate:
    """When a key counts. Times are the event's own and the terminal's, on one clock; there is no clock in here."""

    def __init__(self) -> None:
        self._drawn: float | None = None
        self._ignored = float("-inf")

    @property
    def is_open(self) -> bool:
        """Whether the terminal has said that it shows what is decided on; the grace may still run."""
        return self._drawn is not None

    def close(self) -> None:
        """What is decided on has changed: it has to be drawn first."""
        self._drawn = None

    def drawn(self, at: float) -> None:
        """The terminal has said that it shows it, or more of it."""
        self._drawn = at if self._drawn is None else max(self._drawn, at)

    def takes(self, at: float, *, alone: bool) -> bool:
        """Whether something typed at this time counts; if not, the wait begins anew."""
        if alone and self._drawn is not None and at >= max(self._drawn, self._ignored) + GRACE:
            return True
        self.ignored(at)
        return False

    def ignored(self, at: float) -> None:
        """Something did not count, and was typed at this time at the latest.

        An event's own time is the earliest that it can have been. Where the program was held up the two are far apart, and what
        is typed right behind it belongs to the same word.
        """
        self._ignored = max(self._ignored, at)


class GuardedScreen(ModalScreen[ScreenResult]):
    """A dialog whose keys decide something."""

    FREE_KEYS: ClassVar[frozenset[str]] = SCROLL_KEYS | LEAVING_KEYS
    """Keys that decide nothing; they always pass, and do not begin the wait anew."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()
        self._revision = 0

    def on_mount(self) -> None:
        """Takes the place for toasts away: one would lie over what is decided on."""
        self.query("ToastRack").remove()

    def on_screen_resume(self) -> None:
        """Something else was on top until now."""
        self.restart_the_wait()

    def restart_the_wait(self) -> None:
        """To be called whenever what is decided on changes: the terminal has to show it, and the grace to pass."""
        self._revision += 1
        self.gate.close()
        self.refresh()

    def lets_through(self, event: Typed, *, alone: bool, now: float) -> bool:
        """Judges one event, by its own time."""
        if self.is_free(event):
            return True
        if self.gate.takes(event.time, alone=alone and not isinstance(event, events.Paste)):
            return True
        self.gate.ignored(now)
        self.input_ignored()
        return False

    def is_free(self, event: Typed) -> bool:
        """Whether the event can decide nothing here."""
        if isinstance(event, events.Key):
            return event.key in self.FREE_KEYS
        return isinstance(event, events.MouseEvent) and not isinstance(event, (events.MouseDown, events.MouseUp))

    def input_ignored(self) -> None:
        """Called after an event that did not count. The frame that this causes asks the terminal again for a lost answer."""
        self.refresh()

    def frame_written(self, witness: Witness) -> None:
        """Called after each frame of this screen."""
        if not self.gate.is_open and self.is_laid_out():
            self.ask_terminal(witness, self.gate.drawn)

    def ask_terminal(self, witness: Witness, drawn: Callable[[float], None]) -> None:
        """Has `drawn` called when the terminal shows the frame just written, unless what it shows has changed by then."""
        witness.acknowledge(partial(self._answered, self._revision, drawn))

    def is_laid_out(self) -> bool:
        """Whether the frame just written shows the dialog: its widgets have their places."""
        try:
            return bool(shown := self.displayed_children) and all(self.find_widget(child).region for child in shown)
        except NoWidget:
            return False

    def _answered(self, revision: int, drawn: Callable[[float], None], at: float) -> None:
        if revision == self._revision:
            drawn(at)


class KeyGuard(App[ReturnType]):
    """An application whose guarded screens get only input that counts. Nothing switches this off."""

    _frames_seen = 0
    _stock: "_StockWitness | None" = None
    _pressed: tuple[str, float] = ("", float("-inf"))
    """The last key that was let through, on whichever screen, and its time."""

    async def on_event(self, event: events.Event) -> None:
        """Brings everything typed, clicked or pasted before the screen that it would reach."""
        if isinstance(event, (events.InputEvent, events.Paste)) and not self._lets_through(event):
            event.stop()
            return
        await super().on_event(event)

    def post_display_hook(self) -> None:
        """Tells a guarded screen that a frame of it was written."""
        super().post_display_hook()
        witness = self._witness()
        screen = self._guarded_screen()
        if screen is not None and witness.frames != self._frames_seen:
            screen.frame_written(witness)
            self._stand_in_when_due(witness)
        self._frames_seen = witness.frames

    def _lets_through(self, event: Typed) -> bool:
        screen, goes_on = self._guarded_screen(), True
        if screen is not None:
            witness = self._witness()
            witness.stand_in()
            alone = witness.came_alone(event) and not self._may_be_held(event)
            goes_on = screen.lets_through(event, alone=alone, now=witness.clock.monotonic())
        if goes_on and isinstance(event, events.Key):
            self._pressed = (event.key, event.time)
        return goes_on

    def _may_be_held(self, event: Typed) -> bool:
        """Whether the event can be the keyboard's own repeating of the last key; one that comes by twice is no repetition."""
        key, at = self._pressed
        return isinstance(event, events.Key) and event.key == key and 0 < event.time - at < HELD

    def _stand_in_when_due(self, witness: Witness) -> None:
        """Keys look by themselves; this is for what the dialog shows."""
        due = witness.stand_in()
        if due is not None:
            self.set_timer(due + 0.01, witness.stand_in)

    def _guarded_screen(self) -> "GuardedScreen[object] | None":
        try:
            screen = self.screen
        except ScreenStackError:
            return None
        return screen if isinstance(screen, GuardedScreen) else None

    def _witness(self) -> Witness:
        if isinstance(self._driver, Witness):
            return self._driver
        if self._stock is None:
            self._stock = _StockWitness()
        return self._stock

    def _build_driver(self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None) -> Driver:  # noqa: FBT001 - Textual's signature
        """Keeps our headless driver where Textual would put its own, which knows no time and no terminal."""
        stock_headless = headless and not issubclass(self.driver_class, HeadlessTtyDriver)
        return super()._build_driver(stock_headless, inline, mouse, size)


class _StockWitness(Witness):
    """Stands in for Textual's own drivers, which can ask the terminal nothing: every refresh counts as a frame."""

    def __init__(self) -> None:
        self.clock = SystemClock()
        self.receipts = Receipts(probe_limit=0.0)
        self.crowd = WeakSet()

    def ask_position(self) -> None:
        """There is nobody to ask; the answer is made up."""
        self.frames += 1

    def stand_in(self) -> float | None:
        self.frames += 1
        return super().stand_in()
