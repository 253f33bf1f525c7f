"""Makes the styles of the transcript: a `Theme` whose colours come from the app's theme variables.

Renderers know that `Theme` of plain Rich styles and nothing of Textual; when the app's theme changes, the widget makes a new one and
everything is drawn again. There are no component classes: Textual matches the style sheets for each of them whenever it styles the
widget, which for thirty of them was a fifth of the time to the first frame.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

from agentchat.typesetting.theme import Theme


@dataclass(frozen=True, slots=True)
class _Look:
    """One role, in words of the app's theme."""

    color: str = ""
    """A theme variable; none leaves the colour of running text."""
    text: str = ""
    """Attributes as Rich writes them."""
    background: str = ""
    """A theme variable."""


_LOOKS: dict[str, _Look] = {
    "user": _Look("text-accent", "bold"),
    "agent": _Look("text-primary", "bold"),
    "muted": _Look("foreground-muted"),
    "fold": _Look("text-primary"),
    "good": _Look("text-success"),
    "bad": _Look("text-error", "bold"),
    "waiting": _Look("text-warning", "bold"),
    "running": _Look("text-primary"),
    "info": _Look("text-secondary"),
    "heading": _Look("text-primary", "bold underline"),
    "subheading": _Look("text-primary", "bold"),
    "strong": _Look(text="bold"),
    "emphasis": _Look(text="italic"),
    "strike": _Look(text="strike"),
    "code": _Look("text-warning", background="boost"),
    "link": _Look("text-accent", "underline"),
    "marker": _Look("text-accent"),
    "quote": _Look("foreground-muted"),
    "rule": _Look("foreground-disabled"),
    "keyword": _Look("text-accent"),
    "string": _Look("text-success"),
    "number": _Look("text-warning"),
    "comment": _Look("foreground-muted", "italic"),
    "function": _Look("text-primary"),
    "type": _Look("text-secondary", "bold"),
    "builtin": _Look("text-secondary"),
    "inserted": _Look("text-success"),
    "deleted": _Look("text-error"),
}
_CURSOR = _Look(background="boost")
_HIT = _Look("text-warning", "underline", "boost")
_CURRENT_HIT = _Look("text-warning", "bold underline reverse")
_AGENTS = ("agent-1", "agent-2", "agent-3", "agent-4", "agent-5")
"""Our own themes have these; in others every agent has the primary colour."""


def theme_of(widget: Widget) -> Theme:
    """The styles as the app's theme has them now; half-transparent colours are laid over the widget's background."""
    variables, below = _variables(widget), widget.background_colors[1]
    styles: dict[str, Any] = {role: _style(look, variables, below) for role, look in _LOOKS.items()}
    known = tuple(_style(_Look(name, "bold"), variables, below) for name in _AGENTS if name in variables)
    return Theme(**styles, agents=known)


def cursor_style(widget: Widget) -> Style:
    """What lies under the block that the cursor is on."""
    return _style(_CURSOR, _variables(widget), widget.background_colors[1])


def hit_styles(widget: Widget) -> tuple[Style, Style]:
    """What lies over what a search has found, and over the one hit that one is at. Not told apart by colour alone."""
    variables, below = _variables(widget), widget.background_colors[1]
    return _style(_HIT, variables, below), _style(_CURRENT_HIT, variables, below)


def _variables(widget: Widget) -> Mapping[str, str]:
    return widget.app.theme_variables  # pyright: ignore[reportUnknownMemberType] - an untyped App


def _style(look: _Look, variables: Mapping[str, str], below: Color) -> Style:
    color, background = _color(variables.get(look.color), below), _color(variables.get(look.background), below)
    return Style.parse(look.text) + Style.from_color(
        color.rich_color if color else None, background.rich_color if background else None
    )


def _color(written: str | None, below: Color) -> Color | None:
    """A colour as themes write it (`#A7C1E5`, `ansi_default 50%`); None for a variable that the theme does not have."""
    if written is None:
        return None
    name, _, share = written.partition(" ")
    color = Color.parse(name)
    return below + (color.multiply_alpha(float(share.rstrip("%")) / 100) if share else color)
