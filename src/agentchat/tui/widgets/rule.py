"""A horizontal line of the frame, with titles and the place where a vertical one meets it."""

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class Rule(Widget):
    """One row. The corners and the junction are characters of the line's own weight."""

    DEFAULT_CSS = "Rule { height: 1; }"
    junction: reactive[int | None] = reactive(None)
    """The column of the vertical line."""

    def __init__(self, left: str, meeting: str, right: str, *, titles: tuple[str, str] = ("", "")) -> None:
        super().__init__()
        self._left, self._meeting, self._right = left, meeting, right
        self._titles = titles

    def render(self) -> Content:
        """The line as wide as the widget."""
        width = self.size.width
        if self.junction is None:
            return Content(self._left + _titled(self._first_title(), width - 2) + self._right)
        before = _titled(self._titles[0], self.junction - 1)
        behind = _titled(self._titles[1], width - self.junction - 2)
        return Content(self._left + before + self._meeting + behind + self._right)

    def _first_title(self) -> str:
        covered = self.junction is None and self.has_class("-covered")
        return self._titles[1] if covered else self._titles[0]


def _titled(title: str, width: int) -> str:
    text = f" {title} " if title and width > len(title) + 4 else ""
    return text + "─" * max(0, width - len(text))
