"""The Markdown that is spoken here: CommonMark with tables, formulas and footnotes, cut down to what can be decided from left to right.

There are no underlined (setext) headings, because they would turn earlier text into a heading; HTML is shown as it was written,
because the screen hides nothing. The rest is in `block_rules.py` and `inline_rules.py`.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from agentchat.typesetting.markdown.block_rules import add_block_rules
from agentchat.typesetting.markdown.inline_rules import UNFINISHED, add_inline_rules

PART = 160
"""A paragraph of more characters is cut at the next line end where nothing in it is open, a line of more at the next blank.

Nobody sees that; it bounds what has to be parsed again for one more word.
"""

LONG = 2048
"""Here it is cut in any case: emphasis, code and links that are longer stay as they were written."""

FROZEN_ROWS = 8
"""The columns of a table get their widths from its header and this many rows."""

References = dict[str, dict[str, str]]
"""Link definitions by name, as markdown-it keeps them."""


@cache
def _parser() -> MarkdownIt:
    rules = ["lheading", "html_block", "html_inline"]
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable(rules)
    add_block_rules(parser)
    add_inline_rules(parser)
    return parser


@cache
def _outline_parser() -> MarkdownIt:
    rules = ["lheading", "html_block", "inline"]
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(rules)
    add_block_rules(parser)
    return parser


def parsed(source: str, references: References, *, unfinished: bool = False) -> tuple[Token, ...]:
    """The tokens of a source; definitions in it are added to `references`. An `unfinished` one is read as if it were closed at its end."""
    if references:
        return tuple(_parser().parse(source, {"references": references, UNFINISHED: unfinished}))
    tokens, found = _parsed_alone(source, unfinished=unfinished)
    references.update(found)
    return tokens


@lru_cache(maxsize=4)
def _parsed_alone(source: str, *, unfinished: bool) -> tuple[tuple[Token, ...], References]:
    """Kept for a moment: whether a paragraph may be cut is seen by parsing what stands before the cut, which is then laid down."""
    found: References = {}
    return tuple(_parser().parse(source, {"references": found, UNFINISHED: unfinished})), found


def outline(source: str) -> list[Token]:
    """The tokens of all blocks, without what is inside their lines: enough to see where blocks begin."""
    return _outline_parser().parse(source)


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
