"""What a shell offers when tab is pressed: the words that an argument can be. Only click is imported until somebody asks.

What a file holds is foreign: a word is offered only when a shell takes it as it is, and what stands beside it passes the display gate. What
goes wrong is nothing to offer.
"""

import re
from contextlib import suppress
from pathlib import Path

from click import Context, Parameter
from click.shell_completion import CompletionItem

_PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
"""Words that need no quotes in any shell."""
_MOST = 50
_HELP_LENGTH = 60


def conversations(ctx: Context, _parameter: Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """The ids of conversations that begin so, or whose titles do, the one used last first."""
    with suppress(Exception):  # whatever it is, the person is in the middle of a line
        from agentchat.chat.safe_text import safe_line  # nothing of this is needed for any other completion
        from agentchat.config.paths import find_paths
        from agentchat.storage.reader import list_sessions

        database: Path = (ctx.params.get("database") or find_paths().database).expanduser().absolute()
        begins = incomplete.casefold()
        found = [
            CompletionItem(entry.session_id, help=safe_line(entry.title)[:_HELP_LENGTH] or "(nothing said yet)")
            for entry in list_sessions(database)
            if entry.session_id.startswith(incomplete) or entry.title.casefold().startswith(begins)
        ]
        return [item for item in found if _PLAIN.fullmatch(item.value)][:_MOST]
    return []


def agents(ctx: Context, _parameter: Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """The names in the agents.toml that would be used."""
    with suppress(Exception):  # as above
        from agentchat.chat.safe_text import safe_line
        from agentchat.config.find import find_team
        from agentchat.config.paths import find_paths
        from agentchat.config.toml_text import read_toml

        place = find_team(option=ctx.params.get("config"), folder=Path.cwd(), own=find_paths().team)
        team = read_toml(place.path).table  # of a plain file only: a pipe would keep the shell waiting
        described = {str(agent["name"]): safe_line(str(agent.get("description", ""))) for agent in team["agents"]}
        return [
            CompletionItem(name, help=told[:_HELP_LENGTH])
            for name, told in described.items()
            if name.startswith(incomplete) and _PLAIN.fullmatch(name)
        ]
    return []
