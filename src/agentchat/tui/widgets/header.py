"""The first line: who answers, with which model, in which conversation, and what it has used."""

from dataclasses import replace

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from agentchat.chat.safe_text import safe_line
from agentchat.chat.shown_cost import shown_cost
from agentchat.chat.status import Status
from agentchat.typesetting.wrapping import shortened

_LEAST_GAP = 3
_LEAST_TITLE = 12
_ARROW = " \u203a "


class Header(Widget):
    """Shows a `Status`."""

    DEFAULT_CSS = "Header { height: 1; }"
    status: reactive[Status] = reactive(Status(session_id=""))
    called: reactive[str] = reactive("")
    """The name that the person gave the conversation since it was opened; empty for the one in the status."""

    def render(self) -> Content:
        """As much as fits."""
        return header_line(replace(self.status, title=self.called or self.status.title), self.size.width)


def header_line(status: Status, width: int) -> Content:
    """The parts that fit into the width, spread over it; the least important are left out first."""
    for parts in _wordings(status):
        if _needed(parts) <= width - 2:
            return _spread(parts, width)
    return _spread([Content(shortened(_trail(status).plain or "agentchat", max(1, width - 2)))], width)


def _wordings(status: Status) -> list[list[Content]]:
    """From everything to next to nothing."""
    name, trail, mode = Content.styled("agentchat", "bold"), _trail(status), _mode(status)
    model, short_model = _model(status, where=True), _model(status, where=False)
    tokens = _tokens(status)
    titles = [_conversation(status, room) for room in (40, 28, 20, _LEAST_TITLE, 0)]
    wordings = [[name, trail, mode, model, title, tokens] for title in titles]
    wordings += [
        [name, trail, mode, model, tokens],
        [name, trail, mode, short_model],
        [trail, mode, short_model],
        [trail, mode] if status.trail else [name, mode],
    ]
    return [[part for part in wording if part.plain] for wording in wordings]


def _trail(status: Status) -> Content:
    names = [safe_line(name) for name in status.trail[-3:]]
    if not names:
        return Content.styled("opening …", "$foreground-muted") if status.phase == "opening" else Content("")
    if len(status.trail) > 3:
        names.insert(0, "…")
    before = Content.styled("".join(f"{name}{_ARROW}" for name in names[:-1]), "$foreground-muted")
    return before + Content.styled(names[-1], "bold $text-primary")


def _mode(status: Status) -> Content:
    match status.mode:
        case "ask":
            return Content("")
        case "read-only":
            return Content.styled("read-only", "bold $text-success")
        case "auto":
            return Content.styled("auto: only rules ask", "bold $text-warning")


def _model(status: Status, *, where: bool) -> Content:
    """The demo model is always named as what it is."""
    if status.offline:
        return Content.styled("offline demo model", "$text-warning")
    provider = f" · {safe_line(status.provider)}" if where and status.provider else ""
    return Content(safe_line(status.model) + provider)


def _conversation(status: Status, room: int) -> Content:
    title = f' "{shortened(safe_line(status.title), room)}"' if status.title and room else ""
    return Content.styled(safe_line(status.session_id[:4]), "$foreground-muted") + Content(title)


def _tokens(status: Status) -> Content:
    count = status.input_tokens + status.output_tokens
    cost = "" if status.cost is None else f" · {shown_cost(status.cost)}"
    return Content.styled(f"{short_number(count)} tok{cost}", "$foreground-muted") if count else Content("")


def short_number(number: int) -> str:
    """`812`, `12.4k`, `3.1M`."""
    if number < 1_000:
        return str(number)
    if number < 999_950:
        return f"{number / 1_000:.1f}k"
    return f"{number / 1_000_000:.1f}M"


def _needed(parts: list[Content]) -> int:
    return sum(cell_len(part.plain) for part in parts) + _LEAST_GAP * (len(parts) - 1)


def _spread(parts: list[Content], width: int) -> Content:
    """Name and agents stay together on the left; the rest is spread to the right edge."""
    gaps = len(parts) - 1
    if not gaps:
        return Content(" ") + parts[0]
    free = width - 2 - sum(cell_len(part.plain) for part in parts)
    first = min(_LEAST_GAP, free)
    line = Content(" ") + parts[0] + Content(" " * (first if gaps > 1 else free)) + parts[1]
    rest = free - first
    for place, part in enumerate(parts[2:], start=1):
        line += Content(" " * (rest * place // (gaps - 1) - rest * (place - 1) // (gaps - 1))) + part
    return line
