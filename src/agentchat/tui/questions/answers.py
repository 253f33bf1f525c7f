"""The answers to choose from, one below the other, with a mark at the one that Enter gives."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

from agentchat.chat.safe_text import exact_line, safe_text
from agentchat.chat.status import Query

LONGEST = 20_000
"""Characters of a question that are shown: laying out a text costs time."""
MARK = "\u203a"
"""Before the one that Enter gives."""
_NO_QUESTION = "(the question is empty)"


class Choice(Static):
    """One of them; a click is as good as a key."""

    class Clicked(Message):
        """The person clicked on it."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, text: str, place: int) -> None:
        """`text` is foreign."""
        super().__init__(markup=False)
        self._text = exact_line(text)
        self._place = place
        self.mark(is_at=False)

    def mark(self, *, is_at: bool) -> None:
        """Whether Enter gives this one."""
        number = f"{self._place + 1}" if self._place < 9 else " "
        self.set_class(is_at, "-at")
        self.update(Content(f"{MARK if is_at else ' '} {number}  {self._text}"))

    def on_click(self, event: Click) -> None:
        """Passes it up."""
        event.stop()
        self.post_message(self.Clicked(self._place))


class Answers(VerticalScroll, can_focus=True):
    """The question, and the choices below it."""

    DEFAULT_CSS = """
    Answers {
        height: auto;
        & > #question { margin-bottom: 1; }
        & > Choice { padding-left: 0; }
        & > Choice.-at { background: $boost; color: $text-accent; text-style: bold; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._query = Query("")
        self._at: int | None = None

    def compose(self) -> ComposeResult:
        """The question; its choices come when it is shown."""
        yield Static(id="question", markup=False)

    @property
    def chosen(self) -> str | None:
        """The choice that Enter gives; None when there is none."""
        return None if self._at is None else self._query.choices[self._at]

    async def show(self, query: Query) -> None:
        """Shows another question."""
        self._query, self._at = query, 0 if query.choices else None
        self.query_one("#question", Static).update(Content(_shown(query.question)))
        await self.query(Choice).remove()
        await self.mount_all(Choice(text, place) for place, text in enumerate(query.choices))
        self.scroll_home(animate=False)
        self._mark()

    def move(self, by: int) -> bool:
        """Marks the next or the previous choice; False when there is none that way."""
        place = len(self._query.choices) if self._at is None else self._at
        if not 0 <= place + by < len(self._query.choices):
            return False
        self.move_to(place + by)
        return True

    def move_to(self, place: int | None) -> None:
        """Marks one, or none."""
        self._at = place
        self._mark()

    def _mark(self) -> None:
        for place, choice in enumerate(self.query(Choice)):
            choice.mark(is_at=place == self._at)
            if place == self._at:
                choice.scroll_visible(animate=False)


def _shown(question: str) -> str:
    text = safe_text(question[:LONGEST]) if question.strip() else _NO_QUESTION
    left = len(question) - LONGEST
    return f"{text}…\n({left:,} more characters are not shown)" if left > 0 else text
