"""The styles of the transcript, taken from component classes, whose colours come from the app's theme variables.

Renderers know a `Theme` of plain Rich styles and nothing of Textual's CSS; when the app's theme changes, the widget makes a new one
and everything is drawn again. Each field is one component class: `call_tool` is `transcript--call-tool`.
"""

from dataclasses import dataclass, fields

from rich.style import Style
from textual.widget import Widget

from agentchat.tui.transcript.doc import NO_STYLE


@dataclass(frozen=True, slots=True)
class Theme:
    """One style per role. The default has none: for tests that only look at text."""

    text: Style = NO_STYLE
    """Running text."""
    user: Style = NO_STYLE
    """The edge of what the person wrote."""
    agent: Style = NO_STYLE
    """An agent's head line."""
    muted: Style = NO_STYLE
    """What matters less: reasoning, arguments, hosts of links."""
    fold: Style = NO_STYLE
    """The mark that opens and folds."""
    good: Style = NO_STYLE
    bad: Style = NO_STYLE
    waiting: Style = NO_STYLE
    running: Style = NO_STYLE
    info: Style = NO_STYLE
    heading: Style = NO_STYLE
    """The first and second level."""
    subheading: Style = NO_STYLE
    strong: Style = NO_STYLE
    emphasis: Style = NO_STYLE
    strike: Style = NO_STYLE
    code: Style = NO_STYLE
    """A code span."""
    link: Style = NO_STYLE
    marker: Style = NO_STYLE
    """Bullets and numbers of lists."""
    quote: Style = NO_STYLE
    """The bar beside a quote."""
    rule: Style = NO_STYLE
    """Rules, and the lines of tables and code."""
    keyword: Style = NO_STYLE
    """This and all below: highlighted code."""
    string: Style = NO_STYLE
    number: Style = NO_STYLE
    comment: Style = NO_STYLE
    function: Style = NO_STYLE
    type: Style = NO_STYLE
    builtin: Style = NO_STYLE
    inserted: Style = NO_STYLE
    deleted: Style = NO_STYLE


ROLES = tuple(field.name for field in fields(Theme))
COMPONENT_CLASSES = frozenset(f"transcript--{role}" for role in ROLES)

LOOKS = """
TranscriptView {
    & > .transcript--user { color: $text-accent; text-style: bold; }
    & > .transcript--agent { color: $text-primary; text-style: bold; }
    & > .transcript--muted { color: $foreground-muted; }
    & > .transcript--fold { color: $text-primary; }
    & > .transcript--good { color: $text-success; }
    & > .transcript--bad { color: $text-error; text-style: bold; }
    & > .transcript--waiting { color: $text-warning; text-style: bold; }
    & > .transcript--running { color: $text-primary; }
    & > .transcript--info { color: $text-secondary; }
    & > .transcript--heading { color: $text-primary; text-style: bold underline; }
    & > .transcript--subheading { color: $text-primary; text-style: bold; }
    & > .transcript--strong { text-style: bold; }
    & > .transcript--emphasis { text-style: italic; }
    & > .transcript--strike { text-style: strike; }
    & > .transcript--code { color: $text-warning; background: $boost; }
    & > .transcript--link { color: $text-accent; text-style: underline; }
    & > .transcript--marker { color: $text-accent; }
    & > .transcript--quote { color: $foreground-muted; }
    & > .transcript--rule { color: $foreground-disabled; }
    & > .transcript--keyword { color: $text-accent; }
    & > .transcript--string { color: $text-success; }
    & > .transcript--number { color: $text-warning; }
    & > .transcript--comment { color: $foreground-muted; text-style: italic; }
    & > .transcript--function { color: $text-primary; }
    & > .transcript--type { color: $text-secondary; text-style: bold; }
    & > .transcript--builtin { color: $text-secondary; }
    & > .transcript--inserted { color: $text-success; }
    & > .transcript--deleted { color: $text-error; }
    & > .transcript--cursor { background: $boost; }
}
"""
"""The widget's default looks; an app's own style sheet goes over them."""


def theme_of(widget: Widget) -> Theme:
    """The styles as the app's theme has them now."""
    return Theme(**{role: component_style(widget, f"transcript--{role}") for role in ROLES})


def component_style(widget: Widget, name: str) -> Style:
    """The component's own style; half-transparent colours are laid over the widget's background."""
    styles = widget.get_component_styles(name)
    below = widget.background_colors[1]
    style = Style.null() + styles.text_style
    if styles.has_rule("color"):
        style += Style.from_color((below + styles.color).rich_color)
    if styles.has_rule("background"):
        style += Style.from_color(None, (below + styles.background).rich_color)
    return style
