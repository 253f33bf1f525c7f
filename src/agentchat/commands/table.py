"""The commands behind `agentchat`: one line each, read by the command line, by its help and by the completion of shells.

A command's own module is imported when it is called, so that a long list costs nothing.
"""

from typing import NamedTuple


class Entry(NamedTuple):
    """One command."""

    usage: str
    """What stands behind its name in the list."""
    summary: str
    where: str
    """The click command, as `module:object`."""


COMMANDS = {
    "run": Entry("PROMPT", "Say one thing without the screen, and print the answer; for scripts and pipes.", "agentchat.commands.run:run"),
    "sessions": Entry("", "List the saved conversations.", "agentchat.commands.sessions:sessions"),
    "approvals": Entry("", "List the calls that wait for approval, in all conversations.", "agentchat.commands.approvals:approvals"),
    "approve": Entry("ID", "Read a call that waits, and let it run once.", "agentchat.commands.approvals:approve"),
    "reject": Entry("ID", "Refuse a call that waits.", "agentchat.commands.approvals:reject"),
}


def listed() -> str:
    """All of them, a line each, as the help shows them."""
    calls = {f"agentchat {name} {entry.usage}".rstrip(): entry.summary for name, entry in COMMANDS.items()}
    width = max(map(len, calls))
    return "\n".join(f"  {call:<{width}}  {summary}" for call, summary in calls.items())
