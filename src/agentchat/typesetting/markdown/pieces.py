"""What a streamed Markdown text is cut into: pieces that, once final, are never parsed again."""

from dataclasses import dataclass
from typing import TypeAlias

from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class ListGoesOn:
    """The piece begins with a further item of the list before it."""

    number: int | None
    """The item's number; None in a list of bullets."""
    gap: bool
    """Whether a blank line stands before the item."""


@dataclass(frozen=True, slots=True)
class TableGoesOn:
    """The piece begins with further rows of the table before it."""

    source: str
    """The table's first lines: header, delimiter, and the rows that its columns get their widths from."""

    @property
    def header(self) -> str:
        """The two lines without which rows are no table."""
        first = self.source.index("\n") + 1
        return self.source[: self.source.index("\n", first) + 1]


@dataclass(frozen=True, slots=True)
class ParagraphGoesOn:
    """The piece begins with the rest of a paragraph that was too long."""


Joint: TypeAlias = ListGoesOn | TableGoesOn | ParagraphGoesOn | None
"""How a piece hangs on the one before; None when it stands by itself."""


@dataclass(frozen=True, slots=True)
class Prose:
    """One or more whole blocks, list items or table rows."""

    source: str
    """What was parsed: with the header first when table rows go on."""
    tokens: tuple[Token, ...]
    gap: bool
    """Whether a blank line stands before it."""
    joint: Joint = None
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


Piece: TypeAlias = Prose | Code
