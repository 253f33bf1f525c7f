"""NO_COLOR (no-color.org): where the environment has it, and not empty, no colour reaches the terminal.

Textual would only turn colours into greys. What is left without any are the attributes: `chat.tcss` shows with them what otherwise only a
background tells, like the line of a list that is chosen. Glyphs and words say the rest, as they always do.
"""

from collections.abc import Mapping

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter


def is_colourless(environment: Mapping[str, str]) -> bool:
    """Whether the person wants no colours."""
    return bool(environment.get("NO_COLOR"))


class NoColours(LineFilter):
    """For `App.get_line_filters`. All are alike: a Strip remembers what a filter made of it, and asks with the filter itself."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoColours)

    def __hash__(self) -> int:
        return hash(NoColours)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """The line in the terminal's own two colours."""
        return [Segment(text, style and _bare(style), control) for text, style, control in segments]


def _bare(style: Style) -> Style:
    """The style with its attributes, and what a click on it does, alone."""
    return style.without_color + Style.from_meta(style.meta) if style.meta else style.without_color
