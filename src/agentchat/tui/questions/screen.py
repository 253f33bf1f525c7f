"""The dialog in which the person answers what an agent asks: a choice by its number, by arrows and Enter, or a line of one's own.

It takes the questions that wait and posts `Decided`. Its keys are guarded like those of an approval: what was typed before the question was
on the screen neither chooses nor sends, and not a letter of it lands in the line; from the first key on that counts, one writes as fast
as one likes, and only the key that sends is looked at again.
"""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widgets import Input, Static

from agentchat.chat.safe_text import safe_line
from agentchat.chat.status import Answer, Decision, PendingCall, Query, Reject
from agentchat.tui.approval.frame import Frame
from agentchat.tui.approval.key_line import KeyHint, key_lines
from agentchat.tui.key_guard import GuardedScreen, Typed
from agentchat.tui.questions.answers import Answers, Choice

NOT_ANSWERED = "The user does not want to answer; decide yourself, or leave it."
"""What the model is told of a refusal."""


class QuestionScreen(GuardedScreen[None]):
    """Modal, because the run waits. Closes itself when it is told that nothing is asked any more."""

    AUTO_FOCUS = "Answers"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(number), f"choose({number - 1})", "answer with this choice", show=number == 1) for number in range(1, 10)),
        Binding("enter", "choose_marked", "answer with the marked choice"),
        Binding("up", "move(-1)", "choice above"),
        Binding("down", "move(1)", "choice below"),
        Binding("left", "walk(-1)", "previous question"),
        Binding("right", "walk(1)", "next question"),
        Binding("ctrl+x", "refuse", "do not answer"),
        Binding("escape", "leave", "answer later"),
    ]
    DEFAULT_CSS = """
    QuestionScreen {
        align: center middle;
        & > Vertical {
            border: heavy $accent;
            border-title-color: $text-accent;
            border-title-style: bold;
            background: $surface;
            padding: 0 1;
            height: auto;
            &.-compact { padding: 0; }
            &.-tiny { border: none; }
        }
        #line { height: 1; border: none; padding: 0; margin-top: 1; background: $boost; display: none; }
        #line.-open { display: block; }
        #hint { height: 1; color: $text-warning; text-wrap: nowrap; text-overflow: ellipsis; }
        #keys { height: auto; }
    }
    """

    class Decided(Message):
        """The person answered, or will not."""

        def __init__(self, key: str, decision: Decision) -> None:
            super().__init__()
            self.key = key
            self.decision: Decision = decision

    def __init__(self, calls: tuple[PendingCall, ...], *, written: dict[str, str] | None = None) -> None:
        """`written`: what stands in the line of each question, by the call's key; the dialog keeps it there for the next one."""
        super().__init__()
        self._calls = calls
        self._done: set[tuple[str, int]] = set()
        self._place = 0
        self._written = {} if written is None else written
        self._shown: PendingCall | None = None
        self._listens = False
        """Whether a key has counted since the question came."""

    def compose(self) -> ComposeResult:
        """From the top to the bottom."""
        with Vertical():
            yield Answers()
            yield Input(id="line", compact=True)
            yield Static(id="hint", markup=False)
            yield Static(id="keys", markup=False)

    async def on_screen_resume(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - Textual awaits what a handler gives
        """Shows the first question, once everything has its place."""
        await self._show()

    async def on_resize(self) -> None:
        """Finds the form for the new size."""
        self._fit()

    @property
    def line(self) -> Input:
        """Where an answer is written."""
        return self.query_one("#line", Input)

    async def show(self, calls: tuple[PendingCall, ...]) -> None:
        """The questions have changed; when none is left to answer, the dialog closes."""
        shown = self._shown
        self._calls = calls
        self._place = next((place for place, call in enumerate(self._open) if shown is not None and call.key == shown.key), 0)
        await self._show()

    async def ask_again(self, key: str) -> None:
        """The answer could not be kept: the question still waits."""
        self._done = {one for one in self._done if one[0] != key}
        await self._show()
        self._say("the answer could not be kept: answer again")

    # What counts as an answer

    def lets_through(self, event: Typed, *, alone: bool, now: float) -> bool:
        """Writing counts from the first key on that does; what sends is judged each time."""
        if not self._writes or not isinstance(event, Key) or event.key in {"enter", "escape", "ctrl+x"}:
            return super().lets_through(event, alone=alone, now=now)
        if not self._listens:
            self._listens = super().lets_through(event, alone=True, now=now)
        return self._listens

    def is_free(self, event: Typed) -> bool:
        """What scrolls, and what moves in the line."""
        return super().is_free(event) and not (self._writes and isinstance(event, Key) and not self._listens)

    def input_ignored(self) -> None:
        """Says so, because a key without any effect looks like a fault."""
        super().input_ignored()
        self._say("not yet: wait a moment, then press the key again")

    def action_choose(self, place: int) -> None:
        """Answers with a choice, by its number."""
        if self._shown is not None and place < len(self._query.choices):
            self._decide(Answer(self._shown.digest, self._query.choices[place]))

    @on(Choice.Clicked)
    def choose_the_clicked(self, event: Choice.Clicked) -> None:
        """Answers with it."""
        event.stop()
        self.action_choose(event.place)

    def action_choose_marked(self) -> None:
        """Answers with the marked choice."""
        chosen = self.query_one(Answers).chosen
        if self._shown is not None and chosen is not None:
            self._decide(Answer(self._shown.digest, chosen))

    @on(Input.Submitted, "#line")
    def send_the_line(self, event: Input.Submitted) -> None:
        """Answers with what was written."""
        event.stop()
        if not event.value.strip():
            self._say("write an answer first")
        elif self._shown is not None:
            self._decide(Answer(self._shown.digest, event.value.strip()))

    def action_refuse(self) -> None:
        """Does not answer; the run goes on, and the model is told."""
        if self._shown is not None:
            self._decide(Reject(self._shown.digest, NOT_ANSWERED))

    # Moving about

    def action_move(self, by: int) -> None:
        """Marks another choice; below the last one stands the line."""
        answers = self.query_one(Answers)
        if answers.move(by):
            self.set_focus(answers)
        elif by > 0 and self._query.takes_text:
            answers.move_to(None)
            self.set_focus(self.line)
        self._label_the_keys()

    async def action_walk(self, by: int) -> None:
        """Shows the previous or the next question."""
        if len(self._open) > 1:
            self._keep_the_line()
            self._place = (self._place + by) % len(self._open)
            await self._show()

    def action_leave(self) -> None:
        """Answers nothing; the questions wait."""
        self._keep_the_line()
        self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Where one writes, numbers and arrows write."""
        return not (self._writes and action in {"choose", "walk"})

    @property
    def _open(self) -> tuple[PendingCall, ...]:
        """The questions without an answer."""
        return tuple(call for call in self._calls if (call.key, call.asked) not in self._done)

    @property
    def _query(self) -> Query:
        query = None if self._shown is None else self._shown.query
        return query or Query("")

    @property
    def _writes(self) -> bool:
        return self.is_mounted and self.focused is self.line

    def _decide(self, decision: Decision) -> None:
        assert self._shown is not None
        self._done.add((self._shown.key, self._shown.asked))
        self._written.pop(self._shown.key, None)
        self.line.value = ""
        self.post_message(self.Decided(self._shown.key, decision))
        self.call_next(self._show)

    def _keep_the_line(self) -> None:
        if self._shown is not None and self.line.value:
            self._written[self._shown.key] = self.line.value

    async def _show(self) -> None:
        """The question in its place; the end, when there is none."""
        if not self._open:
            if self.is_current:
                self.dismiss()
            return
        self._place = min(self._place, len(self._open) - 1)
        if (call := self._open[self._place]) == self._shown:
            return
        self._shown, self._listens = call, False
        await self.query_one(Answers).show(self._query)
        self.line.value = self._written.get(call.key, "")
        self.line.placeholder = "write something else" if self._query.choices else "write your answer"
        self.line.set_class(self._query.takes_text, "-open")
        self.set_focus(self.query_one(Answers) if self._query.choices else self.line)
        self._say("")
        self.restart_the_wait()

    def _say(self, hint: str) -> None:
        self.query_one("#hint", Static).update(hint)
        self._fit()

    # The form

    def _fit(self) -> None:
        frame = Frame(self.size.width, self.size.height)
        box = self.query_one(Vertical)
        for name, is_on in frame.classes.items():
            box.set_class(is_on, name)
        box.styles.width = frame.width
        keys = self._label_the_keys()
        others = keys + 1 + 2 * self._query.takes_text + (0 if frame.is_tiny else 2)
        self.query_one(Answers).styles.max_height = max(1, self.size.height - others - (0 if frame.is_compact else 2))
        box.border_title = Content(self._title())

    def _title(self) -> str:
        if self._shown is None:
            return ""
        number = f"{self._place + 1} of {len(self._open)} · " if len(self._open) > 1 else ""
        return f"{number}{safe_line(self._shown.agent)} asks you"

    def _label_the_keys(self) -> int:
        """Shows the keys that count now; gives how many lines they take."""
        frame = Frame(self.size.width, self.size.height)
        keys = key_lines(self._hints(), max(1, frame.inner_width), most=frame.key_lines)
        self.query_one("#keys", Static).update(keys)
        return keys.plain.count("\n") + 1

    def _hints(self) -> tuple[KeyHint, ...]:
        many = min(9, len(self._query.choices))
        first = KeyHint("enter", "send the answer", "send") if self._writes else KeyHint("enter", "choose the marked", "choose")
        numbers = (KeyHint(f"1-{many}" if many > 1 else "1", "choose by number", "choose"),) if many and not self._writes else ()
        arrows = (KeyHint("↑↓", "move", "move"),) if self._query.choices else ()
        walking = (KeyHint("←→", "previous, next", "next"),) if len(self._open) > 1 and not self._writes else ()
        return (*numbers, first, *arrows, *walking, KeyHint("^x", "do not answer", "no"), KeyHint("esc", "answer later", "later"))
