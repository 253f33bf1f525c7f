"""A conversation as a page of HTML that stands alone: one file, no script, nothing that it would fetch, light and dark.

What others wrote is shown and never obeyed: it passes the display gate, every sign of HTML in it is escaped, pictures are not loaded, and
only links to http and https are links. The page forbids the browser everything but its own style, should any of that fail.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import assert_never

from markdown_it import MarkdownIt

from agentchat.chat.safe_text import safe_line, safe_text
from agentchat.chat.transcript.activity import lines_of
from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, HandoffBlock, NoticeBlock, Path, ReasoningBlock, UserBlock
from agentchat.chat.transcript.call_line import call_line

_COLOURS = 5
"""So many agents have a colour of their own, in the order in which they come."""
_CALL_WIDTH = 110

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class About:
    """What stands above the conversation. All texts are foreign."""

    session_id: str
    title: str
    created: float = 0.0
    """Seconds since the epoch; 0 when unknown."""


def as_page(blocks: Iterable[Block], about: About) -> str:
    """The whole page; it ends with a line break."""
    title = _line(about.title or about.session_id)
    began = f", begun {_moment(about.created)}" if about.created else ""
    return "\n".join([
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>",
        f"<style>\n{_style()}</style>",
        "</head>",
        "<body>",
        f"<header><h1>{title}</h1><p>Conversation {_line(about.session_id)}{began}</p></header>",
        "<main>",
        *_Blocks().articles(blocks),
        "</main>",
        "<footer>Exported by agentchat.</footer>",
        "</body>",
        "</html>",
        "",
    ])  # fmt: skip


@dataclass(slots=True)
class _Blocks:
    """Mutable: it learns the agents as they come."""

    agents: dict[str, int] = field(default_factory=dict[str, int])

    def articles(self, blocks: Iterable[Block]) -> Iterator[str]:
        """One for each block."""
        for block in blocks:
            match block:
                case UserBlock():
                    yield _article("you", _heading("You", block.at), f'<div class="said">{escape(safe_text(block.text))}</div>')
                case AnswerBlock():
                    yield self._answer(block)
                case ReasoningBlock():
                    told = f"<details><summary>{_line(block.agent or 'Assistant')} thinks</summary>{_markdown(block.text)}</details>"
                    yield _article(self._of(block.agent, block.path), told)
                case CallBlock():
                    yield self._call(block)
                case HandoffBlock(source=source, target=target):
                    remark = f", {block.remark}" if block.remark else ""
                    told = f"→ {_line(target)} <span>(from {_line(source or 'Assistant')}{remark})</span>"
                    yield _article(f"{self._of(target, block.path)} line", told)
                case NoticeBlock(level=level):
                    (line,) = lines_of(block)
                    yield _article(f"line {level}", f"{line.glyph} {_line(line.text)}")
                case _:
                    assert_never(block)

    def _of(self, agent: str, path: Path) -> str:
        """The classes of what an agent says and does."""
        number = self.agents.setdefault(agent, len(self.agents)) % _COLOURS + 1
        return f"agent-{number} inside" if path else f"agent-{number}"

    def _answer(self, block: AnswerBlock) -> str:
        cut = "" if block.ending == "complete" else f'<p class="line">({block.ending})</p>'
        said = f'<div class="said">{_markdown(block.text)}</div>{cut}'
        return _article(self._of(block.agent, block.path), _heading(block.agent or "Assistant", block.at), said)

    def _call(self, block: CallBlock) -> str:
        line = lines_of(block)[0]
        verdict = f", {_line(block.verdict)}" if block.verdict and not block.verdict.startswith(block.state) else ""
        call = escape(call_line(block.tool, block.arguments, width=_CALL_WIDTH))
        summary = f'<summary>{call}<span class="state">{_line(line.detail)}{verdict}</span></summary>'
        output = "" if block.output is None else _pre(block.output)
        classes = f"{self._of(block.agent, block.path)} call {block.state}"
        return _article(classes, f"<details>{summary}{_pre(block.arguments)}{output}</details>")


def _article(classes: str, *parts: str) -> str:
    return f'<article class="{classes}">{"".join(parts)}</article>'


def _heading(name: str, at: float | None) -> str:
    when = "" if at is None else f"<time>{_moment(at)}</time>"
    return f"<h2>{_line(name)}{when}</h2>"


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M}"


def _line(text: str) -> str:
    return escape(safe_line(text))


def _pre(text: str) -> str:
    return f"<pre>{escape(safe_text(text))}</pre>"


def _markdown(text: str) -> str:
    return _parser().render(safe_text(text))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
    parser.validateLink = _is_web_link  # pyright: ignore[reportAttributeAccessIssue] - how the parser is told which links are links
    return parser


def _is_web_link(address: str) -> bool:
    return address.casefold().startswith(("http://", "https://"))


@cache
def _style() -> str:
    return files("agentchat.headless").joinpath("page.css").read_text(encoding="utf-8")
