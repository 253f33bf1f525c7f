"""A conversation as Markdown, for reading elsewhere. Standard library only.

What others wrote passes the display gate, so that the text can go to a terminal as well as to a file.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import assert_never

from agentchat.chat.safe_text import safe_line, safe_text
from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, HandoffBlock, NoticeBlock, ReasoningBlock, UserBlock


def as_markdown(blocks: Iterable[Block], *, title: str = "") -> str:
    """The whole conversation; it ends with a line break."""
    parts = [f"# {safe_line(title)}"] if title else []
    for block in blocks:
        parts += _parts(block)
    return "\n\n".join(parts) + "\n"


def _parts(block: Block) -> Iterator[str]:
    """The paragraphs of a block, each without a line break at its end."""
    match block:
        case UserBlock():
            yield _heading("You", block.at)
            yield safe_text(block.text)
        case AnswerBlock():
            yield _heading(block.agent or "Assistant", block.at)
            yield _fenced(block.text, "json") if _is_structured(block.text) else safe_text(block.text)
            if block.ending != "complete":
                yield f"*({block.ending})*"
        case ReasoningBlock():
            yield _quoted(f"*{safe_line(block.agent or 'Assistant')} thinks*\n\n{safe_text(block.text)}")
        case CallBlock():
            yield from _call(block)
        case HandoffBlock():
            remark = f" ({block.remark})" if block.remark else ""
            yield f"*{safe_line(block.source or 'Assistant')} hands over to {safe_line(block.target)}{remark}*"
        case NoticeBlock():
            yield f"*{safe_line(block.text)}*"
        case _:
            assert_never(block)


def _call(block: CallBlock) -> Iterator[str]:
    verdict = f", {safe_line(block.verdict)}" if block.verdict else ""
    yield f"**{safe_line(block.tool)}** ({block.state}{verdict})"
    yield _fenced(block.arguments, "json")
    if block.output is not None:
        yield _fenced(block.output, "")


def _is_structured(text: str) -> bool:
    """Whether an answer is an object in JSON, or a list of them, and no Markdown."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _heading(name: str, at: float | None) -> str:
    when = "" if at is None else f" · {datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M}"
    return f"## {safe_line(name)}{when}"


def _fenced(text: str, language: str) -> str:
    """A code block whose fence is longer than every one in the text."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{safe_text(text)}\n{fence}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
