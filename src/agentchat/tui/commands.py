"""The commands: what the palette lists, and what one types in the prompt behind a slash. One table for both.

Without Textual: what a command does is the application's affair (`tui.doing`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agentchat.chat.safe_text import safe_line
from agentchat.chat.status import Status

Name: TypeAlias = Literal[
    "agent", "agents", "approvals", "activity", "export", "help", "inspect", "mode", "new", "quit", "rules", "search", "sessions", "theme"
]
Takes: TypeAlias = Literal["nothing", "an agent", "a mode", "a file"]

MODES = ("ask", "read-only", "auto")


@dataclass(frozen=True, slots=True)
class Command:
    """One command."""

    name: Name
    """Without the slash."""
    does: str
    action: str = ""
    """What the key is bound to that does the same; empty where no key does."""
    takes: Takes = "nothing"
    does_so: str = ""
    """What it does with one of its choices, which stands at {}."""

    def told(self, choice: str) -> str:
        """What it does, with the choice where one is made. Not safe to show before it was made so."""
        return self.does_so.replace("{}", choice) if choice and self.does_so else self.does

    def choices(self, status: Status) -> tuple[str, ...]:
        """The words that may stand behind it; none where anything may, or nothing."""
        match self.takes:
            case "an agent":
                return status.agents
            case "a mode":
                return MODES
            case "nothing" | "a file":
                return ()


COMMANDS = (
    Command("sessions", "find, open, name, fork and delete conversations", "sessions"),
    Command("new", "begin a new conversation"),
    Command("agent", "choose who gets your next message", takes="an agent", does_so="{} gets your next message"),
    Command("agents", "see the team: who reaches whom, with which tools", "agents"),
    Command("inspect", "see what models were asked and what they answered", "inspect"),
    Command("mode", "choose what decides about calls: ask, read-only or auto", takes="a mode", does_so="decide about calls in the mode {}"),
    Command("rules", "see and withdraw what is kept for this session"),
    Command("approvals", "decide about the calls that wait", "approvals"),
    Command("activity", "show or hide the activity pane", "activity"),
    Command("search", "search this conversation", "search"),
    Command("export", "write this conversation to a file (.md, .html, .json)", takes="a file"),
    Command("theme", "choose the colours"),
    Command("help", "see all keys", "help"),
    Command("quit", "leave; everything is saved already", "quit"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """A command with what stands behind it."""

    command: Command
    argument: str = ""


def understood(text: str, status: Status) -> Said | str:
    """The command that the text is, or a sentence that says why it is none."""
    name, _, argument = text.removeprefix("/").strip().partition(" ")
    argument = argument.strip()
    command = next((one for one in COMMANDS if one.name == name), None)
    if command is None:
        return f"There is no command /{safe_line(name)[:40]}; {_nearest(name)} A blank before the slash sends it as a message."
    choices = command.choices(status)
    if command.takes == "nothing" and argument:
        return f"/{name} takes nothing behind it."
    if choices and argument not in choices:
        told = ", ".join(safe_line(choice) for choice in choices)
        return f"Say which: /{name} {told}" if not argument else f"/{name} takes one of: {told}"
    return Said(command, argument)


def offered(text: str, status: Status) -> tuple[tuple[str, str], ...]:
    """What the beginning of a command can become, each with what it does; none for a text that begins otherwise."""
    if not text.startswith("/") or "\n" in text:
        return ()
    name, blank, argument = text[1:].partition(" ")
    if not blank:
        return tuple((f"/{one.name}", one.does) for one in COMMANDS if one.name.startswith(name))
    whole = next((one for one in COMMANDS if one.name == name), None)
    choices = () if whole is None else whole.choices(status)
    return tuple((f"/{name} {choice}", "") for choice in choices if choice.startswith(argument) and choice != argument)


def completed(text: str, status: Status) -> str:
    """The text as far as what is offered agrees; with a blank behind a name that takes something."""
    texts = [whole for whole, _ in offered(text, status)]
    if not texts:
        return text
    if len(texts) > 1:
        return max(_common(texts), text, key=len)
    takes_more = any(f"/{one.name}" == texts[0] and one.takes != "nothing" for one in COMMANDS)
    return f"{texts[0]} " if takes_more else texts[0]


def _common(texts: Iterable[str]) -> str:
    first, last = min(texts), max(texts)
    length = next((place for place, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[:length]


def _nearest(name: str) -> str:
    from difflib import get_close_matches  # 8 ms to import, and only a mistyped name needs it

    near = get_close_matches(name, [one.name for one in COMMANDS], n=1)
    return f"did you mean /{near[0]}?" if near else "/help lists the keys, and / alone the commands."
