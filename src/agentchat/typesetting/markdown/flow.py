"""Markdown that streams: a `Flow` over the pieces of a `MarkdownStream`."""

from typing import NamedTuple

from agentchat.typesetting.doc import Line, Runs
from agentchat.typesetting.markdown.layout import lay_out
from agentchat.typesetting.markdown.pieces import Piece
from agentchat.typesetting.markdown.stream import MarkdownStream
from agentchat.typesetting.theme import Theme
from agentchat.typesetting.writer import Unended, Writer


class _Laid(NamedTuple):
    """How far the text was laid out behind a piece."""

    lines: int
    plain: int
    unended: Unended | None = None
    """Its last line, when the next piece goes on in it."""


class MarkdownFlow:
    """Foreign Markdown under a prefix. Mutable: fed by whoever shows it."""

    def __init__(self, width: int, theme: Theme, *, prefix: Runs) -> None:
        self.lines: list[Line] = []
        self._width, self._theme, self._prefix = width, theme, prefix
        self._stream = MarkdownStream()
        self._laid = [_Laid(0, 0)]
        self._plain: list[str] = []
        """The plain text of each piece, and behind them that of the tail."""
        self._tail: list[Piece] | None = None
        """What was laid out last behind the final pieces."""

    @property
    def plain(self) -> str:
        """All text so far, as it is shown."""
        return "".join(self._plain)

    def feed(self, text: str) -> int:
        """Takes more text; gives the first line that is new or changed."""
        return self._lay_out_from(self._stream.feed(text))

    def take_whole(self, text: str) -> None:
        """Takes a text of which nothing more comes: the same as `feed` and `finish`, without laying its end out as if it were open."""
        self._stream.feed(text)
        self.finish()

    def finish(self) -> int:
        """Nothing more comes; gives the first line that changed."""
        changed = self._stream.finish()
        first = self._lay_out_from(min(changed, len(self._laid) - 1))
        self._stream = MarkdownStream()  # the tokens take many times the memory of the text
        return first

    def _lay_out_from(self, piece: int) -> int:
        tail = self._stream.tail()
        if tail is self._tail and piece == len(self._stream.pieces) == len(self._laid) - 1:
            return len(self.lines)
        del self._laid[piece + 1:]
        del self._plain[piece:]
        self._tail, unended = tail, self._laid[-1].unended
        first = self._laid[-1].lines - (unended is not None)
        old = self.lines[first:]
        del self.lines[first:]
        self.lines += [unended.line] if unended is not None else []
        for new in self._stream.pieces[piece:]:
            self._laid.append(self._write(new, final=True))
        for new in tail:
            self._write(new, final=False)
        return self._with_kept_lines(first, old)

    def _with_kept_lines(self, first: int, old: list[Line]) -> int:
        """Puts the lines back that look as before, because whoever draws them knows them; gives the first that does not."""
        changed = len(self.lines)
        for place in range(min(len(old), len(self.lines) - first) - 1, -1, -1):
            if old[place] == self.lines[first + place]:
                self.lines[first + place] = old[place]
            else:
                changed = first + place
        return changed if changed < len(self.lines) else min(len(self.lines), first + len(old))

    def _write(self, piece: Piece, *, final: bool) -> _Laid:
        before, start = self._laid[-1].unended, self._laid[-1].plain
        known = start - before.line.start if before is not None else 0
        if before is not None:
            self.lines.pop()
        writer = Writer(self._width, start=start - known)
        unended = lay_out(piece, writer, self._theme, prefix=self._prefix, final=final, before=before)
        self.lines += writer.lines
        self._plain.append(writer.plain[known:])
        return _Laid(len(self.lines), writer.position, unended)
