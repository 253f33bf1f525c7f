"""Where a text can be cut so that nothing before the cut can change any more."""

from dataclasses import dataclass

from markdown_it.token import Token

from agentchat.typesetting.markdown.dialect import FROZEN_ROWS, LONG, is_blank, span_of
from agentchat.typesetting.markdown.pieces import Joint, ListGoesOn, ParagraphGoesOn, TableGoesOn


@dataclass(frozen=True, slots=True)
class Cut:
    """A place in the source: what stands before it is final."""

    at: int
    """In characters."""
    joint: Joint = None
    """How the text after it hangs on the text before it."""
    opens_fence: bool = False
    """Whether a fence begins there."""
    again: bool = False
    """Whether the text after it should be looked at again right now."""


def cut_of(source: str, blocks: list[list[Token]], joint: Joint) -> Cut:
    """The cut of a source of complete lines that begins with `joint`.

    Everything before the last block is final. Fences and overlong paragraphs are cut out wherever they stand, because they are not
    drawn as the parser sees them.
    """
    starts = _line_starts(source)
    for block in blocks:
        begin, end = span_of(block[0])
        if block[0].type == "fence":
            return Cut(starts[begin], opens_fence=True, again=True)
        if block[0].type == "paragraph_open":
            for line in range(begin + 1, end):
                if starts[line] - starts[begin] >= LONG:
                    return Cut(starts[line], ParagraphGoesOn(), again=True)
    if not blocks:
        return Cut(0)
    last, hangs = blocks[-1], joint if len(blocks) == 1 else None
    inside = _cut_in_list(source, starts, last, hangs) or _cut_in_table(source, starts, last, hangs)
    return inside or Cut(starts[span_of(last[0])[0]])


def _cut_in_list(source: str, starts: list[int], block: list[Token], joint: Joint) -> Cut | None:
    """Before the last item, when there are several."""
    if block[0].type not in {"bullet_list_open", "ordered_list_open"}:
        return None
    items = [token for token in block if token.type == "list_item_open" and token.level == 1]
    if len(items) == 1:
        return None
    line = span_of(items[-1])[0]
    gap = is_blank(source[starts[line - 1]:starts[line]])
    number = first_number(block[0], joint)
    return Cut(starts[line], ListGoesOn(None if number is None else number + len(items) - 1, gap))


def first_number(opening: Token, joint: Joint) -> int | None:
    """The number of a list's first item, or None for bullets; a list that goes on counts on."""
    if opening.type == "bullet_list_open":
        return None
    if isinstance(joint, ListGoesOn) and joint.number is not None:
        return joint.number
    return int(opening.attrs.get("start", 1))


def _cut_in_table(source: str, starts: list[int], block: list[Token], joint: Joint) -> Cut | None:
    """Before the last row, when there are so many that the widths of the columns are settled."""
    if block[0].type != "table_open":
        return None
    rows = [span_of(token)[0] for token in block if token.type == "tr_open"][1:]
    if isinstance(joint, TableGoesOn):
        return Cut(starts[rows[-1]], joint) if rows else None
    if len(rows) <= FROZEN_ROWS:
        return None
    return Cut(starts[rows[-1]], TableGoesOn(source[starts[span_of(block[0])[0]]:starts[rows[FROZEN_ROWS]]]))


def _line_starts(source: str) -> list[int]:
    starts = [0]
    while (newline := source.find("\n", starts[-1])) >= 0:
        starts.append(newline + 1)
    return starts
