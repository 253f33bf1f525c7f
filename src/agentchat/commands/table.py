"""The commands behind `agentchat`: one line each, read by the command line, by its help and by the completion of shells.

A command's own module is imported when it is called, so that a long list costs nothing.
"""

from textwrap import fill
from typing import NamedTuple


class Entry(NamedTuple):
    """One command."""

    usage: str
    """What stands behind its name in the list."""
    summary: str
    where: str
    """The click command, as `module:object`."""


COMMANDS = {
    "run": Entry("PROMPT", "Say one thing without the screen; for scripts and pipes.", "agentchat.commands.run:run"),
    "sessions": Entry("", "List, read, search, export and keep the saved conversations.", "agentchat.commands.sessions:sessions"),
    "approvals": Entry("", "List the calls that wait for approval, in all conversations.", "agentchat.commands.approvals:approvals"),
    "approve": Entry("ID", "Read a call that waits, and let it run once.", "agentchat.commands.approvals:approve"),
    "reject": Entry("ID", "Refuse a call that waits.", "agentchat.commands.approvals:reject"),
    "agents": Entry("", "List the agents of agents.toml, or draw who hands over to whom.", "agentchat.commands.agents:agents"),
    "check": Entry("[FILE]", "Say whether an agents.toml can be used, and all that is wrong with it.", "agentchat.commands.check:check"),
    "init": Entry("", "Write a commented agents.toml to begin with.", "agentchat.commands.init:init"),
    "completion": Entry("SHELL", "Print the script that lets bash, zsh or fish complete.", "agentchat.commands.completion:completion"),
}


def listed() -> str:
    """All of them, as the help shows them on a terminal of 80 columns."""
    calls = {f"agentchat {name} {entry.usage}".rstrip(): entry.summary for name, entry in COMMANDS.items()}
    width = max(map(len, calls))
    return "\n".join(_described(f"  {call:<{width}}  ", summary) for call, summary in calls.items())


def _described(call: str, summary: str) -> str:
    return fill(summary, 77, initial_indent=call, subsequent_indent=" " * len(call))
