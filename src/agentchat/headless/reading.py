"""A conversation as text to be read on a terminal or in a file: who said what, and one line for what was done.

Everything that others wrote passes the display gate. The person's own messages are counted, because a fork is made before one of them.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import count
from typing import assert_never

from agentchat.chat.safe_text import safe_line, safe_text
from agentchat.chat.transcript.activity import lines_of
from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, HandoffBlock, NoticeBlock, Path, ReasoningBlock, UserBlock
from agentchat.chat.transcript.call_line import call_line

_INDENT = "    "
_SHOWN_LINES = 8
"""So many lines of an output are shown, and of what a model thought, unless all of it is wanted."""
_CALL_WIDTH = 90


def as_text(blocks: Iterable[Block], *, whole: bool = False, heading: Callable[[str], str] = str) -> Iterator[str]:
    """The lines. `heading` styles what somebody's words stand under; `whole` shows all of outputs and of reasoning."""
    number, speaker = count(1), ""
    for block in blocks:
        match block:
            case UserBlock():
                speaker = ""
                to = f" to {safe_line(block.agent)}" if block.agent else ""
                yield heading(f"You{to}  ({', '.join([f'message {next(number)}', *_moment(block.at)])})")
                yield from _indented(block.text)
                yield ""
            case AnswerBlock() | ReasoningBlock() | CallBlock():
                if (agent := block.agent or "Assistant") != speaker:
                    yield heading(_named(agent, block.at))
                    speaker = agent
                yield from _done(block, whole=whole)
                yield ""
            case HandoffBlock(source=source, target=target, path=path):
                remark = f", {block.remark}" if block.remark else ""
                yield f"{_under(path)}→ {safe_line(target)}  (from {safe_line(source or 'Assistant')}{remark})"
                yield ""
            case NoticeBlock():
                (line,) = lines_of(block)
                yield f"{line.glyph} {safe_line(line.text)}"
                yield ""
            case _:
                assert_never(block)


def _named(agent: str, at: float | None) -> str:
    moment = _moment(at)
    return safe_line(agent) + (f"  ({moment[0]})" if moment else "")


def _moment(at: float | None) -> list[str]:
    """When it was, where that is known."""
    return [] if at is None else [f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M}"]


def _done(block: AnswerBlock | ReasoningBlock | CallBlock, *, whole: bool) -> Iterator[str]:
    under = _under(block.path)
    match block:
        case AnswerBlock():
            yield from _indented(block.text, under)
            if block.ending != "complete":
                yield f"{under}({block.ending})"
        case ReasoningBlock():
            yield from _some(block.text, f"{under}· ", whole=whole)
        case CallBlock():
            line = lines_of(block)[0]
            told = [line.detail, *([block.verdict] if block.verdict and not block.verdict.startswith(block.state) else [])]
            call = call_line(block.tool, block.arguments, width=_CALL_WIDTH)
            yield f"{under}⚙ {call}  {safe_line(', '.join(told))}"
            if block.output:
                yield from _some(block.output, f"{under}  │ ", whole=whole)
        case _:
            assert_never(block)


def _under(path: Path) -> str:
    return _INDENT * (1 + len(path))


def _indented(text: str, indent: str = _INDENT) -> Iterator[str]:
    for line in safe_text(text).strip("\n").split("\n"):
        yield f"{indent}{line}".rstrip()


def _some(text: str, indent: str, *, whole: bool) -> Iterator[str]:
    lines = safe_text(text).strip("\n").split("\n")
    shown = lines if whole or len(lines) <= _SHOWN_LINES + 1 else lines[:_SHOWN_LINES]
    for line in shown:
        yield f"{indent}{line}".rstrip()
    if len(shown) < len(lines):
        yield f"{indent}… {len(lines) - len(shown)} more lines"
