"""`agentchat agents`: who is in a team."""

from pathlib import Path
from typing import Any

import click

from agentchat.commands import options

_EPILOG = """\b
Examples:
  agentchat agents
  agentchat agents --graph           who can hand over to whom, as a tree
  agentchat agents --graph --format mermaid > team.md
  agentchat agents --format dot | dot -Tsvg > team.svg
"""


@click.command(epilog=_EPILOG, context_settings=options.CONTEXT)
@click.option("--graph", is_flag=True, help="Show who can hand over to whom, whom they ask as tools, and what they use.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mermaid", "dot"]),
    default="text",
    help="How the graph is written; mermaid and dot are graphs anyway.",
)
@options.config
def agents(*, graph: bool, form: Any, config: Path | None) -> None:
    """List the agents of agents.toml with their models, tools and handoffs.

    It is the agents.toml that a chat in this folder would use. Nothing that the file names is run.
    """
    from agentchat.actions.showing import show_agents  # what `--help` need not wait for

    show_agents(config, form=form, graph=graph or form != "text")
