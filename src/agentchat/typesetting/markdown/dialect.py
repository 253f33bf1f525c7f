"""The Markdown that is spoken here: CommonMark with tables, cut down to what can be decided from left to right.

There are no underlined (setext) headings, because they would turn earlier text into a heading; HTML is shown as it was written,
because the screen hides nothing.
"""

from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

LONG = 2048
"""A line or a paragraph of more characters than this is cut at the next blank or line end, and goes on in a new line.

It bounds what has to be parsed again for one more word.
"""

FROZEN_ROWS = 8
"""The columns of a table get their widths from its header and this many rows."""

References = dict[str, dict[str, str]]
"""Link definitions by name, as markdown-it keeps them."""


@cache
def _parser() -> MarkdownIt:
    rules = ["lheading", "html_block", "html_inline"]
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable(rules)


@cache
def _outline_parser() -> MarkdownIt:
    rules = ["lheading", "html_block", "inline"]
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(rules)


def parsed(source: str, references: References) -> tuple[Token, ...]:
    """The tokens of a source; definitions in it are added to `references`."""
    return tuple(_parser().parse(source, {"references": references}))


def outline(source: str) -> list[list[Token]]:
    """The tokens of each top-level block, without what is inside its lines: enough to see where blocks begin."""
    blocks: list[list[Token]] = [[]]
    for token in _outline_parser().parse(source):
        blocks[-1].append(token)
        if token.level == 0 and token.nesting <= 0:
            blocks.append([])
    return blocks[:-1]


def span_of(token: Token) -> tuple[int, int]:
    """The lines of the source that a block takes: the first, and the first behind it."""
    assert token.map is not None, "Every block has its lines."
    return token.map[0], token.map[1]


def is_blank(line: str) -> bool:
    """Whether a line separates blocks, also inside a quote."""
    return not line.strip(" \t\n>")


def language_of(info: str) -> str:
    """The language that stands behind the opening marks of a fence."""
    return info.strip().split(" ")[0]


def closing(tokens: Sequence[Token], opening: int) -> int:
    """The place of the token that closes the one at `opening`."""
    level = tokens[opening].level
    for place in range(opening + 1, len(tokens)):
        if tokens[place].level == level and tokens[place].nesting == -1:
            return place
    raise AssertionError("markdown-it closes what it opens.")
