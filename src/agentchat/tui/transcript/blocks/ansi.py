"""The colours of a command's output, made safe: SGR sequences become styles, every other escape is shown.

A foreign colour is only taken as a hue, and drawn in the theme's own colour for it. So no output can hide text (white on white,
concealed, black on black), and what is readable in the program's theme stays readable in ours. Backgrounds are left out.
"""

import re
from colorsys import rgb_to_hsv
from dataclasses import dataclass, replace
from itertools import cycle

from rich.style import Style

from agentchat.chat.safe_text import safe_text
from agentchat.typesetting.doc import NO_STYLE, Run, Runs
from agentchat.typesetting.theme import Theme

_SGR = re.compile(r"\x1b\[([0-9;:]{0,64})m")


@dataclass(frozen=True, slots=True)
class _Pen:
    hue: int | None = None
    """0 grey, and from 1 on the terminal's own order: red, green, yellow, blue, magenta, cyan."""
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False

    def style(self, theme: Theme) -> Style:
        hues = (theme.muted, theme.deleted, theme.inserted, theme.number, theme.function, theme.keyword, theme.builtin)
        colour = NO_STYLE if self.hue is None else hues[self.hue]
        if self.dim:
            colour = theme.muted
        marks = Style(bold=self.bold or None, italic=self.italic or None, underline=self.underline or None, strike=self.strike or None)
        return colour + marks


def has_colours(text: str) -> bool:
    """Whether a program meant the text for a terminal."""
    return _SGR.search(text) is not None


def ansi_runs(text: str, theme: Theme) -> Runs:
    """The text in the styles that its SGR sequences ask for; safe to show."""
    runs: list[Run] = []
    pen = _Pen()
    for piece, is_code in zip(_SGR.split(text), cycle((False, True)), strict=False):
        if is_code:
            pen = _after(pen, _numbers(piece))
        elif piece:
            runs.append(Run(safe_text(piece), pen.style(theme)))
    return tuple(runs)


def _numbers(codes: str) -> list[int]:
    return [int(code[:4]) if code else 0 for code in codes.replace(":", ";").split(";")]


_MARKS = {
    1: {"bold": True}, 2: {"dim": True}, 3: {"italic": True}, 4: {"underline": True}, 9: {"strike": True},
    22: {"bold": False, "dim": False}, 23: {"italic": False}, 24: {"underline": False}, 29: {"strike": False},
}


def _after(pen: _Pen, codes: list[int]) -> _Pen:
    place = 0
    while place < len(codes):
        code = codes[place]
        if code in {38, 48}:
            hue, place = _extended(codes, place + 1)
            pen = replace(pen, hue=hue) if code == 38 else pen
            continue
        if code == 0:
            pen = _Pen()
        elif code in _MARKS:
            pen = replace(pen, **_MARKS[code])
        elif code == 39 or code in {37, 97}:
            pen = replace(pen, hue=None)
        elif 30 <= code <= 36 or 90 <= code <= 96:
            pen = replace(pen, hue=code % 10)
        place += 1
    return pen


def _extended(codes: list[int], place: int) -> tuple[int | None, int]:
    """The hue of a colour of 256, or of 16 million, and the place behind it."""
    match codes[place:]:
        case [5, number, *_]:
            return _of_256(number), place + 2
        case [2, red, green, blue, *_]:
            return _nearest(red, green, blue), place + 4
        case _:
            return None, len(codes)


def _of_256(number: int) -> int | None:
    if number < 16:
        return None if number % 8 == 7 else number % 8
    if number >= 232:
        return 0 if number < 244 else None
    cube = number - 16
    return _nearest(*(level * 51 for level in (cube // 36, cube // 6 % 6, cube % 6)))


def _nearest(red: int, green: int, blue: int) -> int | None:
    hue, saturation, value = rgb_to_hsv(*(min(255, part) / 255 for part in (red, green, blue)))
    if saturation < 0.25 or value < 0.15:
        return 0 if value < 0.5 else None
    return (1, 3, 2, 6, 4, 5)[round(hue * 6) % 6]
