"""The second net: nothing that commands the terminal leaves the screen, even where a text was not made safe before.

`ControlFilter` stands where every line of every widget passes, before it becomes escape sequences; `FilteringFile` stands before
what is printed without widgets (the message at the exit, a traceback). The first net, `chat.safe_text`, decides how foreign text
reads; this one has to be right without it, so it shares no code with it.
"""

import re
from typing import Protocol

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # invisible, or changing the direction
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]",  # variants, byte order mark, annotations, tags
)
_EMOJI_GLUE = re.compile(
    "(?<=[\u2190-\u2bff\u3030\u303d\u3297\u3299\u00a9\u00ae\u203c-\u2139\U0001f000-\U0001faff])"
    "(?:\ufe0f\u200d?|\u200d)(?=.|$)|(?<=[0-9#*])\ufe0f(?=\u20e3)|(?<=[\U0001f3fb-\U0001f3ff])\u200d",
)
"""What joins emoji: the variation selector and the joiner, directly behind one."""
_SAFE_LINK = re.compile(r"https?://[\x21-\x7e]+")


class ControlFilter(LineFilter):
    """For `App.get_line_filters`. Every harmful character becomes one visible cell, and the line keeps its width.

    All are alike: a Strip remembers what a filter made of it, and asks with the filter itself.
    """

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ControlFilter)

    def __hash__(self) -> int:
        return hash(ControlFilter)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """The line as it may be drawn; the same object where there is nothing to do."""
        if not any(_needs_work(segment) for segment in segments):
            return segments
        width = sum(cell_len(segment.text) for segment in segments)
        safe = [_safe_segment(segment) for segment in segments]
        return Segment.adjust_line_length(safe, width)


class TextSink(Protocol):
    """The part of a file that a console prints to."""

    def write(self, text: str, /) -> int:
        """Takes the text."""
        ...

    def flush(self) -> None:
        """Lets it out."""
        ...


class FilteringFile:
    """A file that lets text and line breaks through, and nothing that commands the terminal."""

    def __init__(self, target: TextSink) -> None:
        self._target = target

    def write(self, text: str) -> int:
        """Writes the text made visible."""
        safe = "\n".join(_visible(line.removesuffix("\r")) for line in text.split("\n"))
        return self._target.write(safe)

    def flush(self) -> None:
        """Flushes what stands behind."""
        self._target.flush()


def plain_console(target: TextSink) -> Console:
    """What `App.error_console` has to be, so that a foreign exception's message is only text."""
    return Console(file=FilteringFile(target), color_system=None, markup=False, highlight=False)  # pyright: ignore[reportArgumentType] - rich asks for a whole IO and uses these two methods


def _needs_work(segment: Segment) -> bool:
    if _HARMFUL.search(segment.text):
        return True
    return segment.style is not None and segment.style.link is not None


def _safe_segment(segment: Segment) -> Segment:
    return Segment(_visible(segment.text), _without_strange_link(segment.style), segment.control)


def _without_strange_link(style: Style | None) -> Style | None:
    """The target of a link is written into an escape sequence as it stands, so it must be an address and nothing else."""
    if style is None or style.link is None or _SAFE_LINK.fullmatch(style.link):
        return style
    return style.update_link(None)


def _visible(text: str) -> str:
    if not _HARMFUL.search(text):
        return text
    glue = {index for match in _EMOJI_GLUE.finditer(text) for index in range(*match.span())}
    return "".join(char if index in glue else _cell_for(char) for index, char in enumerate(text))


def _cell_for(char: str) -> str:
    """One cell for one character: the control pictures of Unicode, and for what has none the replacement character."""
    if not _HARMFUL.match(char):
        return char
    if char == "\x7f":
        return "␡"
    return chr(0x2400 + ord(char)) if char < "\x20" else "\ufffd"
