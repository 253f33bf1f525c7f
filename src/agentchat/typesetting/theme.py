"""The styles that text is set in: plain Rich styles, so that nobody here knows where their colours come from.

When the colours change, a new theme is made and everything is set again.
"""

from dataclasses import dataclass

from rich.style import Style

from agentchat.typesetting.doc import NO_STYLE


@dataclass(frozen=True, slots=True)
class Theme:
    """One style per role. The default has none: for tests that only look at text."""

    code_colours: bool = True
    """Whether code is highlighted; without it no highlighter is loaded."""
    text: Style = NO_STYLE
    """Running text."""
    user: Style = NO_STYLE
    """The edge of what the person wrote."""
    agent: Style = NO_STYLE
    """An agent's head line."""
    agents: tuple[Style, ...] = ()
    """The same for several agents, to be told apart."""
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
