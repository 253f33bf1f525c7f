"""What the dialect adds to the blocks of CommonMark: formulas on lines of their own, and footnotes that are not mistaken for links."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference

_FORMULAS = {"$$": "$$", "\\[": "\\]"}
_FOOTNOTE = re.compile(r"\[\^[^\s\]]+\]:")
_LONGEST = 2048
"""A formula that is not closed ends after so many characters, or at a blank line."""


def add_block_rules(parser: MarkdownIt) -> None:
    """Teaches a parser the blocks of the dialect."""
    interrupts = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("fence", "formula", _formula, {"alt": interrupts})
    parser.block.ruler.before("paragraph", "footnote", _footnote, {"alt": ["paragraph"]})
    parser.block.ruler.at("reference", _reference)


def _formula(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    r"""Lines from `$$` to `$$`, or from `\[` to `\]`: in them a sign at the beginning of a line is no bullet."""
    first = _line(state, start)
    closer = None if state.is_code_block(start) else _FORMULAS.get(first[:2])
    if closer is None or closer in first[2:]:
        return False
    if not silent:
        line, length = start + 1, len(first)
        while line < end and length < _LONGEST and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
            line += 1
            length += len(_line(state, line - 1))
            if closer in _line(state, line - 1):
                break
        token = state.push("formula", "", 0)
        token.content, token.map = state.getLines(start, line, state.blkIndent, False), [start, line]
        state.line = line
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line]:state.eMarks[line]]


def _footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: ARG001, FBT001 (markdown-it's signature)
    """A footnote's text is a paragraph of its own, and ends the one before."""
    return silent and _FOOTNOTE.match(_line(state, start)) is not None


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """A link definition; `[^1]: https://...` is a footnote, which must be seen."""
    return not _line(state, start).startswith("[^") and reference(state, start, end, silent)
