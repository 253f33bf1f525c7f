"""Names of files that fit to what one types behind an @, above the prompt. Not there when nothing fits."""

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from agentchat.chat.safe_text import safe_line

MOST_LINES = 6
_MARK = "\u203a"


class Names(Widget):
    """Shows a few of them, around the one that is marked."""

    DEFAULT_CSS = f"Names {{ height: auto; max-height: {MOST_LINES + 1}; &.-empty {{ display: none; }} }}"
    names: reactive[tuple[str, ...]] = reactive((), layout=True)
    place: reactive[int] = reactive(0)
    """Of the marked one."""

    @property
    def marked(self) -> str:
        """The one that a key takes."""
        return self.names[self.place]

    def watch_names(self) -> None:
        """Comes and goes; the likeliest is marked."""
        self.place = 0
        self.set_class(not self.names, "-empty")

    def move(self, by: int) -> None:
        """Marks the next or the previous one, from the last to the first."""
        self.place = (self.place + by) % len(self.names)

    def render(self) -> Content:
        """A name to a line, and the keys."""
        first = max(0, min(self.place - MOST_LINES // 2, len(self.names) - MOST_LINES))
        lines = [self._line(place) for place in range(first, min(first + MOST_LINES, len(self.names)))]
        told = f"{self.place + 1} of {len(self.names)} files · ↑↓ choose · tab takes it · esc closes"
        keys = Content.styled(told, "$foreground-disabled")
        return Content("\n").join([*lines, keys])

    def _line(self, place: int) -> Content:
        is_marked = place == self.place
        line = f"{_MARK if is_marked else ' '} {safe_line(self.names[place])}"
        return Content.styled(line, "bold $text-accent" if is_marked else "")
