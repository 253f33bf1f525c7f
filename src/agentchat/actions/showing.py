"""`agentchat agents`: who is in a team, and who hands over to whom."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from textwrap import wrap

import click

from agentchat.assembly import vocabulary
from agentchat.chat.safe_text import safe_line
from agentchat.config.agent_specs import AgentSpec, agent_tool_of, handoff_of
from agentchat.config.agents_file import read_team
from agentchat.config.errors import shown_path
from agentchat.config.find import find_team
from agentchat.config.graph import Form
from agentchat.config.graph import graph as graph_of
from agentchat.config.paths import find_paths
from agentchat.config.specs import TeamSpec

_HEAD = ("AGENT", "MODEL", "TOOLS", "HANDS OVER TO", "ASKS")
_TOOLS = 2
"""The column that gives way where a terminal is narrower than the table."""
_NARROWEST = 20


def show_agents(file: Path | None, *, form: Form, graph: bool) -> None:
    """A line for each agent, or the graph. Nothing that the file names is imported, so that it needs no trust."""
    place = find_team(option=file, folder=Path.cwd(), own=find_paths().team)
    team = read_team(place.path, origin=place.origin, vocabulary=vocabulary())
    if form == "text":
        first = "" if graph else " The agent with * gets the first message."
        click.echo(f"From {safe_line(shown_path(team.source))}.{first}", err=True)
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None  # for a program each agent is one line
    for line in graph_of(team, form) if graph else _listed(team, columns):
        click.echo(safe_line(line).rstrip())


def _listed(team: TeamSpec, columns: int | None) -> Iterator[str]:
    rows = [_HEAD, *(_row(team, agent) for agent in team.agents)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    if columns is not None:
        over = sum(widths) + 2 * (len(widths) - 1) - columns
        widths[_TOOLS] -= max(0, min(over, widths[_TOOLS] - _NARROWEST))
    for row in rows:
        yield from _lines(row, widths)


def _lines(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """One, or as many as its longest cell needs."""
    for cells in zip_longest(*(wrap(cell, width) for cell, width in zip(row, widths, strict=True)), fillvalue=""):
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))


def _row(team: TeamSpec, agent: AgentSpec) -> tuple[str, ...]:
    return (
        f"{agent.name} *" if agent.name == team.first else agent.name,
        agent.model or team.model or "-",
        ", ".join(agent.tools) or "-",
        ", ".join(handoff_of(one).agent for one in agent.handoffs) or "-",
        ", ".join(agent_tool_of(one).agent for one in agent.agents_as_tools) or "-",
    )
