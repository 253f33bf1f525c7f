"""Where a text can be cut so that nothing before the cut can change any more.

A cut falls as deep inside of lists and quotes as it can: everything before the last paragraph, list item or table row is final, however
many quotes and items are open around it.
"""

import re
from dataclasses import dataclass

from markdown_it.token import Token

from agentchat.typesetting.markdown.containers import QUOTE, Container, item
from agentchat.typesetting.markdown.dialect import FROZEN_ROWS, LONG, PART, closing, is_blank, parsed, span_of
from agentchat.typesetting.markdown.pieces import APART, Joint, ListGoesOn, TableGoesOn, TextGoesOn

_LISTS = {"bullet_list_open", "ordered_list_open"}
_HALF = re.compile(r"`|~~|\$\$|(?<!\w)[*_]|[*_](?!\w)")
"""What is left of a mark in the text when its other half did not come."""
_MAY_BE_A_BLOCK = re.compile(r"[-+*#>=`~|:$<\[\\\s]|\d{1,9}[.)]|.*\|")
"""A line that would not go on with a paragraph if it stood at the beginning of a piece."""
_HALVES = {"\\(", "\\[", "\\)", "\\]"}
_CONTAINERS = {"list_item_open", "blockquote_open"}


@dataclass(frozen=True, slots=True)
class Cut:
    """A place in the source: what stands before it is final."""

    at: int
    """In characters."""
    joint: Joint = APART
    """How the text after it hangs on the text before it."""
    opens_fence: bool = False
    """Whether a fence begins there."""
    unended: bool = False
    """Whether it falls inside of a paragraph or a table."""
    behind_marks: bool = False
    """Whether it stands in the line of a container's mark, behind it."""
    again: bool = False
    """Whether the text after it should be looked at again right now."""


def cut_of(source: str, tokens: list[Token], joint: Joint) -> Cut:
    """The cut of a source of complete lines that begins with the opening of `joint`.

    Fences and overlong paragraphs are cut out wherever they stand, because they are not drawn as the parser sees them.
    """
    cutter = _Cutter(source, tokens, joint)
    return cutter.sudden() or cutter.last()


@dataclass(frozen=True, slots=True)
class _Open:
    """A container, and the line that it begins in."""

    container: Container
    line: int


class _Cutter:
    """Looks for the cut of one source."""

    def __init__(self, source: str, tokens: list[Token], joint: Joint) -> None:
        self._source, self._tokens, self._joint = source, tokens, joint
        self._lines = source.split("\n")
        self._opened = joint.opening.count("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def sudden(self) -> Cut | None:
        """Before the first fence, or inside the first paragraph or code that is too long."""
        chain: list[_Open | None] = []
        numbers: list[int | None] = []
        for place, token in enumerate(self._tokens):
            if token.type in _LISTS:
                numbers.append(self._number(token))
            elif token.type in {"bullet_list_close", "ordered_list_close"}:
                numbers.pop()
            elif token.type in _CONTAINERS:
                number = numbers[-1] if numbers and token.type == "list_item_open" else None
                if number is not None:
                    numbers[-1] = number + 1
                chain.append(self._container(token, chain, number))
            elif token.type in {"list_item_close", "blockquote_close"}:
                chain.pop()
            elif token.type in {"fence", "paragraph_open", "code_block"} and (cut := self._inside(place, chain)):
                return cut
        return None

    def last(self) -> Cut:
        """Before the last paragraph, list item or table row, as deep as it is."""
        best, chain = Cut(0), list[_Open | None]()
        begin, end = 0, len(self._tokens)
        while children := self._children(begin, end):
            place = children[-1]
            token = self._tokens[place]
            number: int | None = None
            if len(children) > 1:
                best = self._before(place, chain) or best
            if token.type == "table_open":
                return self._row(place, chain) or best
            if token.type in _LISTS:
                items = self._children(place + 1, closing(self._tokens, place))
                place, number = items[-1], self._number(token)
                number = None if number is None else number + len(items) - 1
                if len(items) > 1:
                    best = self._before(place, chain, goes_on=ListGoesOn(number)) or best
            elif token.type != "blockquote_open":
                break
            chain.append(self._container(self._tokens[place], chain, number))
            begin, end = place + 1, closing(self._tokens, place)
        return best

    def _children(self, begin: int, end: int) -> list[int]:
        """Where the blocks between two places begin."""
        found: list[int] = []
        while begin < end:
            found.append(begin)
            begin = 1 + (closing(self._tokens, begin) if self._tokens[begin].nesting == 1 else begin)
        return found

    def _number(self, opening: Token) -> int | None:
        return self._joint.number_of(opening, span_of(opening)[0], self._opened)

    def _container(self, token: Token, chain: list[_Open | None], number: int | None) -> _Open | None:
        """The container that a token opens; None when it cannot be told what belongs to its mark."""
        line = span_of(token)[0]
        content = self._content(line, chain)
        if content is None:
            return None
        container = QUOTE if token.type == "blockquote_open" else item(content, number)
        return None if container is None else _Open(container, line)

    def _content(self, line: int, chain: list[_Open | None]) -> str | None:
        """What a line holds inside of the chain; None when it cannot be told."""
        text: str | None = self._lines[line]
        for level in chain:
            if level is None or text is None:
                return None
            text = level.container.opened(text) if level.line == line else level.container.inner(text)
        return None if text is None or text.startswith("\t") else text

    def _joint_at(self, line: int, chain: list[_Open | None], goes_on: ListGoesOn | TableGoesOn | TextGoesOn | None) -> Joint:
        inside = tuple([level.container for level in chain if level is not None])
        return Joint(inside, goes_on, gap=line > 0 and is_blank(self._lines[line - 1]))

    def _before(self, place: int, chain: list[_Open | None], *, goes_on: ListGoesOn | None = None) -> Cut | None:
        line = span_of(self._tokens[place])[0]
        if self._content(line, chain) is None:
            return None
        return Cut(self._starts[line], self._joint_at(line, chain, goes_on))

    def _inside(self, place: int, chain: list[_Open | None]) -> Cut | None:
        """Before a fence, or where a paragraph or code is too long."""
        token = self._tokens[place]
        begin, end = span_of(token)
        if token.type == "fence":
            return self._fence(place, begin, chain)
        is_paragraph = token.type == "paragraph_open"
        for line in range(begin + 1, end):
            length, content = self._starts[line] - self._starts[begin], self._content(line, chain)
            if length < PART or content is None or is_blank(self._lines[line - 1]):
                continue
            if is_paragraph and _MAY_BE_A_BLOCK.match(content):
                continue
            if length >= LONG or (is_paragraph and self._is_closed_before(line)):
                joint = self._joint_at(line, chain, TextGoesOn())
                return Cut(self._starts[line], joint, unended=is_paragraph, again=True)
        return None

    def _is_closed_before(self, line: int) -> bool:
        """Whether no mark in front of a line can still find its other half behind it."""
        if self._lines[line - 1].endswith(("  ", "\\")):
            return False
        token = next(token for token in reversed(parsed(self._source[:self._starts[line]], {})) if token.type == "inline")
        texts = [child.content for child in token.children or () if child.type in {"text", "formula"}]
        return not any(_HALF.search(text) or text in _HALVES for text in texts) and "".join(texts).count("[") == "".join(texts).count("]")

    def _fence(self, place: int, line: int, chain: list[_Open | None]) -> Cut | None:
        """Before a fence; behind the marks of containers that begin in the same line."""
        content = self._content(line, chain)
        if content is None:
            return None
        innermost = chain[-1] if chain else None
        behind_marks = innermost is not None and innermost.line == line
        at = self._starts[line] + (len(self._lines[line]) - len(content) if behind_marks else 0)
        joint = self._joint_at(line, chain, None)
        if innermost is None or innermost.container.is_quote:  # blocks stand apart there, whatever the source says
            joint = Joint(joint.inside, gap=place > 0 and self._tokens[place - 1].type not in _CONTAINERS)
        return Cut(at, joint, opens_fence=True, behind_marks=behind_marks, again=True)

    def _row(self, place: int, chain: list[_Open | None]) -> Cut | None:
        """Before the last row, when there are so many that the widths of the columns are settled."""
        inner = self._tokens[place:closing(self._tokens, place)]
        rows = [span_of(token)[0] for token in inner if token.type == "tr_open"][1:]
        goes_on = self._joint.goes_on
        if span_of(self._tokens[place])[0] >= self._opened or not isinstance(goes_on, TableGoesOn):
            if len(rows) <= FROZEN_ROWS:
                return None
            first = [self._content(line, chain) for line in range(span_of(self._tokens[place])[0], rows[FROZEN_ROWS])]
            if None in first:
                return None
            goes_on = TableGoesOn("".join([f"{line}\n" for line in first]))
        if not rows or self._content(rows[-1], chain) is None:
            return None
        return Cut(self._starts[rows[-1]], self._joint_at(rows[-1], chain, goes_on), unended=True)
