"""An answer that is JSON, as it streams: indented like the outputs of tools, a member on a line; Markdown when it turns out to be none.

Only what came is read and only the last line is wrapped again, so that a long answer costs no more for each piece than a short one.
"""

import re
from typing import assert_never

from rich.style import Style

from agentchat.chat.safe_text import safe_text
from agentchat.tui.transcript.blocks.json_reader import JsonReader, NoJson, Piece, Role
from agentchat.typesetting.doc import NO_STYLE, Line, Run, Runs
from agentchat.typesetting.markdown.flow import MarkdownFlow
from agentchat.typesetting.theme import Theme
from agentchat.typesetting.wrapping import breaks, cut
from agentchat.typesetting.writer import Writer, width_of

_INDENT = 2
_LAST_ASCII = re.compile(r"[\x00-\x7f](?=[^\x00-\x7f]*\Z)")
"""From here on a text may still join with what follows (an emoji of several characters)."""


class JsonFlow:
    """Foreign text under a prefix. Mutable: fed by whoever shows it."""

    def __init__(self, width: int, theme: Theme, *, prefix: Runs) -> None:
        self._width, self._theme, self._prefix = width, theme, prefix
        self._source: list[str] = []
        self._reader = JsonReader()
        self._prose: MarkdownFlow | None = None
        """What took over when it turned out to be no JSON."""
        self._writer = Writer(width)
        self._tail = Writer(width)
        """The end of the last line, which is written anew each time."""
        self._lines: list[Line] = []
        self._depth: int | None = None
        """How deep the last line is indented; None before the first."""
        self._is_wrapped = False
        """Whether a part of the last line is final already."""
        self._line: list[Run] = []
        """The rest of it."""
        self._held = ""
        """The unfiltered end of what came, which may still join with what follows, and below it its style."""
        self._held_style = NO_STYLE

    @property
    def lines(self) -> list[Line]:
        """All lines so far."""
        return self._lines if self._prose is None else self._prose.lines

    @property
    def plain(self) -> str:
        """All text so far, as it is shown."""
        return self._writer.plain + self._tail.plain if self._prose is None else self._prose.plain

    def feed(self, text: str) -> int:
        """Takes more text; gives the first line that is new or changed."""
        if self._prose is not None:
            return self._prose.feed(text)
        self._source.append(text)
        first = len(self._writer.lines)
        try:
            for piece in self._reader.feed(text):
                if piece.depth is not None:
                    self._begin_a_line(piece.depth)
                self._put(piece)
        except NoJson:
            return self._go_on_in_prose()
        self._settle()
        self._tail = self._written_tail()
        self._lines[first:] = [*self._writer.lines[first:], *self._tail.lines]
        return first

    def finish(self) -> int:
        """Nothing more comes: what is not whole was no JSON."""
        if self._prose is None and self._reader.is_whole:
            return len(self._lines)
        first = self._go_on_in_prose() if self._prose is None else len(self.lines)
        assert self._prose is not None
        return min(first, self._prose.finish())

    def _go_on_in_prose(self) -> int:
        self._prose = MarkdownFlow(self._width, self._theme, prefix=self._prefix)
        self._prose.feed("".join(self._source))
        return 0

    def _put(self, piece: Piece) -> None:
        style = _style(piece.role, self._theme)
        raw = self._held + (": " if piece.role == "sign" and piece.text == ":" else piece.text)
        match = None if piece.ends else _LAST_ASCII.search(raw)
        split = match.start() if match else len(raw) * piece.ends
        self._held, self._held_style = raw[split:], style
        run = Run(safe_text(raw[:split]), style)
        if self._line and self._line[-1].style == style:
            run = run._replace(text=self._line.pop().text + run.text)
        self._line.append(run)

    def _begin_a_line(self, depth: int) -> None:
        if self._depth is not None:
            self._settle()
            self._writer.put(self._edge(), tuple(self._line))
        self._depth, self._is_wrapped, self._line = depth, False, []

    def _settle(self) -> None:
        """Makes final what no later text can wrap otherwise: all of the last line but its last row."""
        text = "".join([run.text for run in self._line])
        *rows, last = cut(tuple(self._line), breaks(text, self._writer.room(self._edge(wrapped=True))))
        for row in rows:
            self._writer.put(self._edge(), row, ends=False)
            self._is_wrapped = True
        self._line = list(last)

    def _written_tail(self) -> Writer:
        writer = Writer(self._width, start=self._writer.position)
        if self._depth is not None:
            runs = (*self._line, Run(safe_text(self._held + self._reader.rest), self._held_style))
            writer.flow(runs, self._edge(), self._edge(wrapped=True))
        return writer

    def _edge(self, *, wrapped: bool = False) -> Runs:
        """What stands before a row: the line's indent, and of what was wrapped a deeper one that is not copied."""
        room = (self._width - width_of(self._prefix)) // 2
        indent = min(room, _INDENT * (self._depth or 0))
        is_wrapped = wrapped or self._is_wrapped
        return (*self._prefix, Run(" " * (indent + _INDENT * is_wrapped), kept=not is_wrapped))


def _style(role: Role, theme: Theme) -> Style:
    match role:
        case "key" | "word":
            return theme.keyword
        case "string":
            return theme.string
        case "number":
            return theme.number
        case "sign":
            return theme.text
        case _:
            assert_never(role)
