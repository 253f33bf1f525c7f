r"""What the dialect changes inside of paragraphs, and how a paragraph is shown that is not finished.

Formulas (`$x_1$`, `\(x\)`) are left as they are, a lone `*` between letters or digits is an asterisk, `<br>` breaks the line, and
`[^1]` is a footnote.

A text that is still coming is read as if everything open in it were closed at its end: `**bo` is bold already, and of `[a](http://`
nothing is shown before it is known to be a link. So no mark is ever drawn and taken back. Where a mark turns out to be no mark, it
appears later.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, emphasis, link
from markdown_it.rules_inline.state_inline import Delimiter

UNFINISHED = "unfinished"
"""In the parser's environment: whether more text may come behind the source."""

_OPEN = "open"
"""The same for the paragraph that is being read."""
_LONGEST_LABEL = 256
"""A bracket that is not closed after so many characters does not begin a link."""

_UNDECIDED = re.compile(r"(?:[*_~`!\\]+|[\u200d\ufe0e\ufe0f\U000e0020-\U000e007f]+|&[#\w]{0,32}|<(?:[A-Za-z/!][^\s<>]*)?)\Z")
"""The end of a text that means one thing or another, as the next character is."""
_BACKSLASH = re.compile(r"\\\Z")
_TARGET = re.compile(r"""\(\s*(?:<[^<>\n]*>?|[^\s<]\S*)?(?:\s+(?:"[^"]*"?|'[^']*'?|\([^()]*\)?)?\s*)?""")
"""The target and title of a link, as far as they came."""
_FORMULA = re.compile(
    r"\\\(.*?\\\)|\\\[.*?\\\]|\$\$[^$]+\$\$|\$(?=[^\s$])(?:[^$\n`\\]|\\.)*(?<=\S)\$(?!\d)|\\[()\[\]]", re.DOTALL
)
_OPERATOR = re.compile(r"(?<=[0-9A-Za-z])\*(?=[0-9A-Za-z])|(?<=[0-9])\*(?=\*[0-9])|(?<=[0-9]\*)\*(?=[0-9])")
_BRACKET = re.compile(r"!?\[")
_FOOTNOTE = re.compile(r"\[\^([^\s\[\]^]{1,32})\]")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_EMPHASIS = {ord("*"), ord("_"), ord("~")}


def add_inline_rules(parser: MarkdownIt) -> None:
    """Teaches a parser the dialect."""
    parser.core.ruler.at("inline", _read_paragraphs)
    rules = parser.inline.ruler
    rules.before("escape", "formula", _formula)
    rules.before("backticks", "open_code", _open_code)
    rules.at("emphasis", _emphasis)
    rules.before("link", "footnote", _footnote)
    rules.at("link", _link)
    rules.after("image", "open_link", _open_link)
    rules.before("autolink", "line_break", _line_break)
    parser.inline.ruler2.after("balance_pairs", "close_at_the_end", _close_at_the_end)


# Text that is still coming


def _read_paragraphs(state: StateCore) -> None:
    """markdown-it's rule, which also finds the paragraph that more text may come into, and leaves out its undecided end."""
    last = _open_paragraph(state) if state.env.get(UNFINISHED) else None
    for place, token in enumerate(state.tokens):
        if token.type == "inline":
            state.env[_OPEN] = place == last
            undecided = _BACKSLASH if state.src.endswith("\n") else _UNDECIDED
            content = undecided.sub("", token.content) if place == last else token.content
            state.md.inline.parse(content, state.md, state.env, token.children if token.children is not None else [])


def _open_paragraph(state: StateCore) -> int | None:
    """The place of the paragraph at the very end, if there is one."""
    for place in range(len(state.tokens) - 1, 0, -1):
        token = state.tokens[place]
        if token.type == "inline":
            kind, lines = state.tokens[place - 1].type, state.src.count("\n") + (not state.src.endswith("\n"))
            can_grow = kind == "paragraph_open" or (kind == "heading_open" and not state.src.endswith("\n"))
            return place if can_grow and token.map is not None and token.map[1] >= lines else None
        if token.nesting >= 0:
            return None
    return None


def _is_open(state: StateInline) -> bool:
    """Whether the text that is being read reaches up to where more may come."""
    return bool(state.env.get(_OPEN)) and state.posMax == len(state.src)


def _open_code(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """Code whose closing mark has not come yet."""
    if silent or state.src[state.pos] != "`" or not _is_open(state):
        return False
    rest = state.src[state.pos:].lstrip("`")
    marks = len(state.src) - state.pos - len(rest)
    if re.search(rf"(?<!`)`{{{marks}}}(?!`)", rest):
        return False
    state.push("code_inline", "code", 0).content = rest.replace("\n", " ")
    state.pos = state.posMax
    return True


def _open_link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    """Leaves out what may still become a link or an image."""
    if silent or not _is_open(state):
        return False
    match = _BRACKET.match(state.src, state.pos)
    if match is None or not _may_become_a_link(state, match.end() - 1):
        return False
    state.pos = state.posMax
    return True


def _may_become_a_link(state: StateInline, begin: int) -> bool:
    end = state.md.helpers.parseLinkLabel(state, begin)
    if end < 0 or end - begin > _LONGEST_LABEL:
        return end < 0 and len(state.src) - begin <= _LONGEST_LABEL
    rest = state.src[end + 1:]
    if rest.startswith("["):
        return "]" not in rest and len(rest) <= _LONGEST_LABEL
    return not rest or (rest.startswith("(") and _TARGET.fullmatch(rest) is not None)


def _close_at_the_end(state: StateInline) -> None:
    """Closes all emphasis that is open; but what is open inside of a closed one can never be closed."""
    if not state.env.get(_OPEN):
        return
    closed_up_to, openers = -1, list[Delimiter]()
    for place, delimiter in enumerate(state.delimiters):
        closed_up_to = max(closed_up_to, delimiter.end)
        if delimiter.open and delimiter.end < 0 and place > closed_up_to and delimiter.marker in _EMPHASIS:
            openers.append(delimiter)
    for opener in reversed(openers):
        state.push("text", "", 0)
        opener.end = len(state.delimiters)
        state.delimiters.append(Delimiter(opener.marker, opener.length, len(state.tokens) - 1, -1, open=False, close=True))


# The dialect


def _formula(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    if state.src[state.pos] not in "$\\":
        return False
    match = _FORMULA.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push("formula", "", 0).content = match[0]
    state.pos = match.end()
    return True


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    if silent or state.src[state.pos] != "*" or not _is_an_operator(state):
        return emphasis.tokenize(state, silent)
    state.append_pending(state.src[state.pos])
    state.pos += 1
    return True


def _is_an_operator(state: StateInline) -> bool:
    """Whether a lone `*` stands between letters or digits, as in 2*3, and closes nothing; or `**` between digits."""
    if _OPERATOR.match(state.src, state.pos) is None:
        return False
    single = [delimiter for delimiter in state.delimiters if delimiter.marker == ord("*") and delimiter.length == 1]
    openers = [delimiter for delimiter in single if delimiter.open and not delimiter.close]
    return len(openers) <= len([delimiter for delimiter in single if delimiter.close])


def _link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    if state.src[state.pos] != "[" or state.md.helpers.parseLinkLabel(state, state.pos, True) - state.pos > _LONGEST_LABEL:
        return False
    return link(state, silent)


def _footnote(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    match = _FOOTNOTE.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "[" else None
    if match is None:
        return False
    if not silent:
        state.push("footnote", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _line_break(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (markdown-it's signature)
    match = _BREAK.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "<" else None
    if match is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = match.end()
    return True
