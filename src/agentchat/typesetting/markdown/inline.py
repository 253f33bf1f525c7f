"""The inside of a paragraph: emphasis, code spans and links as runs.

This is where parsed text becomes shown text, so the display gate stands here: a character reference such as `&#x1b;` is a control
character only after parsing.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from markdown_it.token import Token
from rich.style import Style

from agentchat.chat.safe_text import safe_line, safe_text
from agentchat.typesetting.doc import NO_STYLE, Run, Runs
from agentchat.typesetting.theme import Theme

_LONGEST_TARGET = 60
_ADDRESS = re.compile(r"https?://[^\s<>\"`]*[^\s<>\"`.,;:!?'*_~)\]}]\)?")
"""An address that stands in the text as it is, without what only follows it."""


def inline_runs(token: Token, theme: Theme, base: Style) -> Runs:
    """The runs of one inline token."""
    runs: list[Run] = []
    styles = [base]
    links: list[tuple[str, int]] = []
    for child in token.children or ():
        kind = child.type
        if kind == "link_open":
            links.append((str(child.attrs.get("href", "")), len(runs)))
            styles.append(_link_style(styles[-1], theme, links[-1][0]))
        elif kind == "link_close":
            styles.pop()
            runs += _target(*links.pop(), runs, theme)
        elif child.nesting == 1:
            styles.append(_sum(styles[-1], _STYLES[kind](theme) if kind in _STYLES else NO_STYLE))
        elif child.nesting == -1:
            styles.pop()
        elif kind == "text" and not links and "://" in child.content:
            runs += _text_with_addresses(safe_text(child.content), theme, styles[-1])
        else:
            runs.append(_leaf(child, theme, styles[-1]))
    return tuple(runs)


_STYLES: dict[str, Callable[[Theme], Style]] = {
    "em_open": lambda theme: theme.emphasis,
    "strong_open": lambda theme: theme.strong,
    "s_open": lambda theme: theme.strike,
}


def _text_with_addresses(text: str, theme: Theme, style: Style) -> Iterator[Run]:
    """The text with its addresses as links."""
    begin = 0
    for match in _ADDRESS.finditer(text):
        address = match[0] if "(" in match[0] else match[0].removesuffix(")")
        end = match.start() + len(address)
        yield Run(text[begin:match.start()], style)
        yield Run(text[match.start():end], _link_style(style, theme, address))
        begin = end
    yield Run(text[begin:], style)


def _leaf(token: Token, theme: Theme, style: Style) -> Run:
    match token.type:
        case "softbreak":
            return Run(" ", style)
        case "hardbreak":
            return Run("\n", style)
        case "code_inline":
            return Run(safe_line(token.content), _sum(style, theme.code))
        case "footnote":
            return Run(f"[{safe_line(token.content)}]", _sum(style, theme.marker))
        case "image":
            source = str(token.attrs.get("src", ""))
            return Run(f"[image: {safe_line(token.content or source)}]", _link_style(style, theme, source))
        case _:
            return Run(safe_text(token.content), style)


def _link_style(style: Style, theme: Theme, href: str) -> Style:
    return _sum(style, theme.link) + Style.from_meta({"href": href})


def _target(href: str, first: int, runs: list[Run], theme: Theme) -> list[Run]:
    """Where a link leads, when its text does not say so."""
    text = "".join([run.text for run in runs[first:]])
    if text in {href, href.removeprefix("https://"), href.removeprefix("http://"), href.removeprefix("mailto:")}:
        return []
    return [Run(f" ({safe_line(_host(href))})", theme.muted)]


def _host(href: str) -> str:
    """The host that a link leads to; for other addresses their beginning."""
    try:
        host = urlsplit(href).netloc
    except ValueError:  # not an address at all, such as "http://["
        host = ""
    target = host or href
    return target if len(target) <= _LONGEST_TARGET else target[:_LONGEST_TARGET] + "…"


@lru_cache(1024)
def _sum(below: Style, above: Style) -> Style:
    return below + above
