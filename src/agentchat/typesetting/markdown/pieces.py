"""What a streamed Markdown text is cut into: pieces that, once final, are never parsed again."""

from dataclasses import dataclass
from typing import TypeAlias

from markdown_it.token import Token

from agentchat.typesetting.markdown.containers import Container, later, opening


@dataclass(frozen=True, slots=True)
class ListGoesOn:
    """The piece begins with a further item of the list before it."""

    number: int | None
    """The item's number; None in a list of bullets."""


@dataclass(frozen=True, slots=True)
class TableGoesOn:
    """The piece begins with further rows of the table before it."""

    source: str
    """The table's first lines: header, delimiter, and the rows that its columns get their widths from."""

    @property
    def header(self) -> list[str]:
        """The two lines without which rows are no table."""
        return self.source.split("\n", 2)[:2]


@dataclass(frozen=True, slots=True)
class TextGoesOn:
    """The piece begins with the rest of a paragraph, behind the last word of the piece before, or with further indented code."""


@dataclass(frozen=True, slots=True)
class Joint:
    """How a piece hangs on the one before."""

    inside: tuple[Container, ...] = ()
    """The quotes and items that are still open."""
    goes_on: ListGoesOn | TableGoesOn | TextGoesOn | None = None
    """The block inside of them that is still open."""
    gap: bool = False
    """Whether a blank line stands before the piece."""

    @property
    def opening(self) -> str:
        """What the piece is parsed behind."""
        before = later(self.inside)
        lines = [f"{before}{line}\n" for line in self.goes_on.header] if isinstance(self.goes_on, TableGoesOn) else []
        gap = [before.rstrip(" ") + "\n"] if self.gap and self.inside else []
        return "".join([opening(self.inside), *lines, *gap])

    def number_of(self, opening: Token, line: int, first: int) -> int | None:
        """The number of the first item of a list that begins at `line` of a source with `first` lines of opening; None for bullets."""
        if opening.type == "bullet_list_open":
            return None
        number: int | None = None
        if line < len(self.inside):
            number = self.inside[line].number
        elif isinstance(self.goes_on, ListGoesOn) and line == first and opening.level == self._level:
            number = self.goes_on.number
        return int(opening.attrs.get("start", 1)) if number is None else number

    @property
    def _level(self) -> int:
        """markdown-it's level of what stands directly inside of the containers."""
        return sum([1 if container.is_quote else 2 for container in self.inside])


APART = Joint()
"""The joint of a piece that stands by itself."""


@dataclass(frozen=True, slots=True)
class Prose:
    """One or more whole blocks, list items or table rows."""

    source: str
    """What was parsed, behind the opening of its joint."""
    tokens: tuple[Token, ...]
    gap: bool
    """Whether a blank line stands before it, outside of all containers."""
    joint: Joint = APART
    opened: int = 0
    """How many lines of the source are the opening: what begins there was drawn before."""
    unended: bool = False
    """Whether its last paragraph or table goes on in the next piece."""
    ends_in_marks: bool = False
    """Whether the last line has only marks of containers, and stands for code that is drawn by another piece."""
    sample: tuple[Token, ...] = ()
    """When a table goes on: the tokens of its first lines."""


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of a fence."""

    text: str
    language: str
    gap: bool
    """Whether a blank line stands before it."""
    whole: bool
    """Whether it can be coloured as one text; otherwise line by line, because more lines come."""
    labelled: bool = False
    """Whether its language is named above it."""
    inside: tuple[Container, ...] = ()
    """The quotes and items that it stands in."""


Piece: TypeAlias = Prose | Code
