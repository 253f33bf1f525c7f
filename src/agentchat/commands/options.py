"""The options that several commands have, and bundles of those that belong together. Only click is imported for them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from agentchat.commands.completing import agents, conversations

CONTEXT: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
"""The settings of every command."""
FILE = click.Path(path_type=Path)

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

agent = click.option(
    "--agent",
    metavar="NAME",
    shell_complete=agents,
    help="The agent that gets the first message: a name from agents.toml, or module:object.",
)
model = click.option("--model", metavar="NAME", help='The model of all agents; "offline" is the built-in demo model.')
config = click.option("--config", metavar="FILE", type=FILE, help="Read this agents.toml.")
mode = click.option(
    "--mode",
    type=click.Choice(["ask", "read-only", "auto"]),
    help="What happens to calls that change things; ask, unless agents.toml says otherwise.",
)
database = click.option("--db", "database", metavar="FILE", type=FILE, help="The file with the conversations.")
trust = click.option("--trust", is_flag=True, help="Trust this project's agents.toml as it is now.")
resume = click.option(
    "-r",
    "--resume",
    metavar="ID",
    shell_complete=conversations,
    help="Resume a saved conversation: its id, the beginning of its id, or its title.",
)
latest = click.option("-c", "--continue", "latest", is_flag=True, help="Resume the conversation that was used last in this folder.")


def together(*options: Decorator) -> Decorator:
    """Several options as one decorator; the help lists them in this order."""

    def with_all(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return with_all


talking = together(resume, latest, agent, model, config, mode, database, trust)
"""What every way to talk with agents knows."""
deciding = together(agent, model, config, database, trust)
"""The same where the conversation is named by an argument."""
