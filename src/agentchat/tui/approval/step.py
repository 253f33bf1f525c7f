"""What the dialog asks at a time, which keys mean something then, and what they are called."""

from typing import Literal, TypeAlias, assert_never, get_args

from textual.content import Content

from agentchat.chat.status import Asks, PendingCall
from agentchat.chat.transcript.call_line import call_line
from agentchat.tui.approval.call_text import CallText, Page
from agentchat.tui.approval.key_line import KeyHint

AboutACall: TypeAlias = Asks
"""The first steps: what is asked about the shown call."""

Further: TypeAlias = Literal["reason", "outcome", "rule", "edit", "approve all", "reject all"]
"""Why not; what came of it; whether its rule is kept; for other arguments; about all calls at once."""

Step: TypeAlias = AboutACall | Further

ACTIONS: dict[Step, frozenset[str]] = {
    "may it run": frozenset({
        "approve", "keep", "edit", "reject", "write_reason", "walk", "approve_all", "reject_all", "full_screen", "leave",
    }),
    "approved, not run": frozenset({"run_now", "withdraw", "walk", "full_screen", "leave"}),
    "outcome unknown": frozenset({"write_outcome", "run_again", "skip", "walk", "full_screen", "leave"}),
    "reason": frozenset({"leave"}),
    "outcome": frozenset({"leave"}),
    "rule": frozenset({"keep", "full_screen", "leave"}),
    "edit": frozenset({"show_edited", "leave"}),
    "approve all": frozenset({"confirm", "full_screen", "leave"}),
    "reject all": frozenset({"confirm", "full_screen", "leave"}),
}  # fmt: skip
"""What keys can do at each step. Whatever else is pressed does nothing."""

FIRST: frozenset[Step] = frozenset(get_args(Asks))

WRITTEN: dict[Step, str] = {"reason": "why not? the model is told", "outcome": "what came of it? may stay empty; the model is told"}
"""The steps with a line to write in, and what it asks for."""

SENDS: dict[Step, str] = {"reason": "enter", "outcome": "enter", "edit": "ctrl+s"}
"""The one key that leads on where a person writes; all others write."""

_BACK = KeyHint("esc", "back", "back")
_FULL = KeyHint("f", "full screen", "full", is_extra=True)
_LINE = 200


def hints_about_a_call(step: Literal["approved, not run", "outcome unknown"], *, is_read: bool, several: bool) -> tuple[KeyHint, ...]:
    """The keys about a call of a run that broke off. Each has a letter that says yes or no to nothing else."""
    walking = (KeyHint("←→", "previous, next", "next"),) if several else ()
    leaving = (*walking, _FULL, KeyHint("esc", "decide later", "later"))
    match step:
        case "approved, not run":
            return (KeyHint("g", "go: run it now", "go", works=is_read), KeyHint("u", "withdraw the approval", "undo"), *leaving)
        case "outcome unknown":
            happened = KeyHint("h", "it happened", "happened", works=is_read)
            return (happened, KeyHint("o", "run it once more", "once more", works=is_read), KeyHint("k", "skip it", "skip"), *leaving)
        case _:
            assert_never(step)


def hints_at(step: Further, *, is_read: bool, count: int) -> tuple[KeyHint, ...]:
    """The keys of every further step."""
    match step:
        case "reason":
            return (KeyHint("enter", "reject and say so", "send"), _BACK)
        case "outcome":
            return (KeyHint("enter", "it happened: say so", "send"), _BACK)
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
