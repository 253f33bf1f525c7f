"""What the dialog asks at a time, which keys mean something then, and what they are called."""

from typing import Literal, TypeAlias, assert_never

from textual.content import Content

from agentchat.chat.call_line import call_line
from agentchat.chat.status import PendingCall
from agentchat.tui.approval.call_text import CallText, Page
from agentchat.tui.approval.key_line import KeyHint

Step: TypeAlias = Literal["call", "reason", "rule", "edit", "approve all", "reject all"]
"""About the call; why not; whether its rule is kept; for other arguments; about all calls at once."""

ACTIONS: dict[Step, frozenset[str]] = {
    "call": frozenset({
        "approve", "keep", "edit", "reject", "write_reason", "walk", "approve_all", "reject_all", "full_screen", "leave",
    }),
    "reason": frozenset({"leave"}),
    "rule": frozenset({"keep", "full_screen", "leave"}),
    "edit": frozenset({"show_edited", "leave"}),
    "approve all": frozenset({"confirm", "full_screen", "leave"}),
    "reject all": frozenset({"confirm", "full_screen", "leave"}),
}  # fmt: skip
"""What keys can do at each step. Whatever else is pressed does nothing."""

SENDS: dict[Step, str] = {"reason": "enter", "edit": "ctrl+s"}
"""The one key that leads on where a person writes; all others write."""

_BACK = KeyHint("esc", "back", "back")
_FULL = KeyHint("f", "full screen", "full", is_extra=True)
_LINE = 200


def hints_at(step: Literal["reason", "rule", "edit", "approve all", "reject all"], *, is_read: bool, count: int) -> tuple[KeyHint, ...]:
    """The keys of every step but the first."""
    match step:
        case "reason":
            return (KeyHint("enter", "reject and say so", "send"), _BACK)
        case "rule":
            return (KeyHint("s", "keep this rule and approve", "keep", works=is_read), _FULL, _BACK)
        case "edit":
            return (KeyHint("^s", "show the edited call", "show"), KeyHint("tab", "next field", "next", is_extra=True), _BACK)
        case "approve all":
            return (KeyHint("y", f"approve these {count} calls", "yes", works=is_read), _FULL, _BACK)
        case "reject all":
            return (KeyHint("y", f"reject these {count} calls", "yes", works=is_read), _FULL, _BACK)
        case _:
            assert_never(step)


def title_at(step: Step, tool: str, count: int) -> Content | None:
    """The title of a step that is not about who wants what."""
    match step:
        case "rule":
            return Content(f"keep a rule for {tool} for this session?")
        case "edit":
            return Content(f"edit the arguments of {tool}")
        case "approve all":
            return Content(f"approve all {count} calls?")
        case "reject all":
            return Content(f"reject all {count} calls?")
        case _:
            return None


def list_text(calls: tuple[PendingCall, ...]) -> CallText:
    """The calls that are decided about at once, one line each. Each was, or could have been, looked at by itself."""
    page = Page()
    for number, call in enumerate(calls, start=1):
        line = call_line(call.tool, call.arguments, width=_LINE)
        page.line((f"{number}. ", "quiet"), line, ("  edited by you" if call.original else "", "quiet"))
    return page.written((text for call in calls for text in (call.tool, call.arguments)), prose=0)
