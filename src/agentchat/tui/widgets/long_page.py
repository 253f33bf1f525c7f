"""A long text to be read, searched and copied: foreign text, wrapped, on Textual's line API, so that only what is seen costs time."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from agentchat.chat.safe_text import safe_text
from agentchat.typesetting.wrapping import breaks

_KEY = re.compile(r'^(?: *"(?:[^"\\]|\\.)*": |(?P<field> {0,2}[a-z_][a-z_ ]{1,20}? {2,}))')
"""What stands before a value: a key of indented JSON, or the name of a field in a column."""
_HANG = 2
"""Columns by which the rest of a line stands further in."""


_BRANCH = re.compile("^[\u2502 ]*[\u251c\u2514]\u2500 ")
"""What stands before a name in a drawn tree."""
_GOES_ON = str.maketrans("\u251c\u2514\u2500", "\u2502  ")


class _Line(NamedTuple):
    text: str
    key: int = 0
    """How many characters of it are a key."""


class LongPage(ScrollView, can_focus=True):
    """Shows one text, from its beginning; another one takes its place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "line up", show=False),
        Binding("down", "scroll_down", "line down", show=False),
        Binding("home", "scroll_home", "beginning", show=False),
        Binding("end", "scroll_end", "end", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"page--key", "page--hit", "page--this-hit"}
    DEFAULT_CSS = """
    LongPage {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .page--key { color: $text-accent; }
        & > .page--hit { background: $warning 30%; }
        & > .page--this-hit { background: $warning 70%; text-style: bold; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        """As it came."""
        self._lines: list[_Line] = []
        self._words = ""
        self._hits: list[int] = []
        """The lines in which the words stand."""
        self._hit = 0

    def show(self, text: str, *, stays: bool = False) -> None:
        """From its beginning; `stays` when it is the same text, which has gone on."""
        top = self.scroll_offset.y if stays else 0
        self.text = text
        self._wrap()
        self._find()
        self.go_to(top)

    @property
    def found(self) -> tuple[int, int]:
        """The number of the hit that is shown, and how many lines have one."""
        return (self._hit + 1 if self._hits else 0, len(self._hits))

    def look_for(self, words: str) -> None:
        """Goes to the first line on which they stand, whatever their capitals; "" for nothing."""
        self._words = words.casefold()
        self._find()
        self._show_the_hit()

    def walk(self, by: int) -> None:
        """To another line with a hit."""
        if self._hits:
            self._hit = (self._hit + by) % len(self._hits)
            self._show_the_hit()

    def go_to(self, line: int) -> None:
        """Shows this line at the top, as far as there are lines below it; at once, also where the page was not drawn yet."""
        last = max(0, len(self._lines) - self.scrollable_content_region.height)
        self.scroll_target_y = self.scroll_y = float(max(0, min(line, last)))

    def page(self, by: int) -> None:
        """Scrolls by screenfuls."""
        self.go_to(self.scroll_offset.y + by * max(1, self.scrollable_content_region.height - 1))

    def on_resize(self) -> None:
        """Wraps it anew; what was at the top stays near it."""
        part = self.scroll_y / max(1, len(self._lines))
        self._wrap()
        self._find()
        self.go_to(round(part * len(self._lines)))

    def render_line(self, y: int) -> Strip:
        """One line of what is seen."""
        width, number = self.scrollable_content_region.width, y + self.scroll_offset.y
        base = self.rich_style
        if number >= len(self._lines):
            return Strip.blank(width, base)
        segments = [Segment(text, base + style) for text, style in self._styled(number)]
        return Strip([Segment(" ", base), *segments]).crop_extend(0, width, base)

    def _wrap(self) -> None:
        width = max(8, self.scrollable_content_region.width - 2)
        self._lines = [line for hard in safe_text(self.text).split("\n") for line in _wrapped(hard, width)]
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._lines))
        self.refresh()

    def _find(self) -> None:
        words = self._words
        self._hits = [number for number, line in enumerate(self._lines) if words in line.text.casefold()] if words else []
        self._hit = min(self._hit, max(0, len(self._hits) - 1))
        self.refresh()

    def _show_the_hit(self) -> None:
        if self._hits:
            line, height = self._hits[self._hit], self.scrollable_content_region.height
            if not self.scroll_offset.y <= line < self.scroll_offset.y + height:
                self.go_to(line - height // 3)
        self.refresh()

    def _styled(self, number: int) -> Iterator[tuple[str, Style]]:
        """The line in pieces: what was found over what it is."""
        line, key = self._lines[number]
        spans = _spans(line, self._words)
        places = sorted({0, len(line), key, *(edge for span in spans for edge in span)})
        hit_style = self.get_component_rich_style("page--this-hit" if self._is_this_hit(number) else "page--hit", partial=True)
        for begin, end in pairwise(places):
            style = self.get_component_rich_style("page--key", partial=True) if end <= key else Style.null()
            is_hit = any(first <= begin and end <= last for first, last in spans)
            yield line[begin:end], style + hit_style if is_hit else style

    def _is_this_hit(self, number: int) -> bool:
        return bool(self._hits) and self._hits[self._hit] == number


def _wrapped(line: str, width: int) -> Iterator[_Line]:
    """The line in pieces that stand below each other."""
    match = _KEY.match(line)
    key = match.end() if match else 0
    hang = _hang(line, key if match and match["field"] else len(line) - len(line.lstrip(" ")) + _HANG)[: width // 2]
    first, *_ = *breaks(line, width), len(line)
    yield _Line(line[:first], min(key, first))
    rest = line[first:]
    begin = 0
    for end in (*breaks(rest, width - len(hang)), len(rest)) if rest else ():
        yield _Line(hang + rest[begin:end])
        begin = end


def _hang(line: str, columns: int) -> str:
    """What stands before the rest of a line: blanks, and in a drawn tree its branches, which go on."""
    branch = _BRANCH.match(line)
    return " " * columns if branch is None else branch[0].translate(_GOES_ON) + " " * _HANG


def _spans(line: str, words: str) -> list[tuple[int, int]]:
    """Where the words stand; nothing for a line whose small letters are of another length."""
    small = line.casefold()
    if not words or len(small) != len(line):
        return []
    return [match.span() for match in re.finditer(re.escape(words), small)]
