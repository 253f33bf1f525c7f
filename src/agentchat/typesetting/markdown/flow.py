"""Markdown that streams: a `Flow` over the pieces of a `MarkdownStream`."""

from typing import NamedTuple

from agentchat.typesetting.doc import Line, Runs
from agentchat.typesetting.markdown.layout import lay_out
from agentchat.typesetting.markdown.pieces import Piece
from agentchat.typesetting.markdown.stream import MarkdownStream
from agentchat.typesetting.theme import Theme
from agentchat.typesetting.writer import Writer


class _Laid(NamedTuple):
    """How far the text was laid out behind a piece."""

    lines: int
    plain: int


class MarkdownFlow:
    """Foreign Markdown under a prefix. Mutable: fed by whoever shows it."""

    def __init__(self, width: int, theme: Theme, *, prefix: Runs) -> None:
        self.lines: list[Line] = []
        self._width, self._theme, self._prefix = width, theme, prefix
        self._stream = MarkdownStream()
        self._laid = [_Laid(0, 0)]
        self._plain: list[str] = []
        """The plain text of each piece, and behind them that of the tail."""

    @property
    def plain(self) -> str:
        """All text so far, as it is shown."""
        return "".join(self._plain)

    def feed(self, text: str) -> int:
        """Takes more text; gives the first line that is new or changed."""
        return self._lay_out_from(self._stream.feed(text))

    def finish(self) -> int:
        """Nothing more comes; gives the first line that changed."""
        first = self._lay_out_from(self._stream.finish())
        self._stream = MarkdownStream()  # the tokens take many times the memory of the text
        return first

    def _lay_out_from(self, piece: int) -> int:
        del self._laid[piece + 1:]
        del self._plain[piece:]
        first = self._laid[-1].lines
        del self.lines[first:]
        for new in self._stream.pieces[piece:]:
            end = self._write(new, final=True)
            self._laid.append(_Laid(len(self.lines), end))
        for new in self._stream.tail():
            self._write(new, final=False)
        return first

    def _write(self, piece: Piece, *, final: bool) -> int:
        start = self._laid[-1].plain
        writer = Writer(self._width, start=start)
        lay_out(piece, writer, self._theme, prefix=self._prefix, final=final)
        self.lines += writer.lines
        self._plain.append(writer.plain)
        return writer.position
