"""`agentchat`: the screen."""

from difflib import get_close_matches
from typing import Any

import click

from agentchat import __version__
from agentchat.commands import options
from agentchat.commands.prompt import prompt
from agentchat.commands.table import COMMANDS, listed
from agentchat.config.errors import Unusable

_EPILOG = f"""\b
Commands:
{listed()}
Each has a --help of its own.

\b
Examples:
  agentchat                               a new chat
  agentchat "what changed in this folder?"
                                          a new chat that begins with this
  agentchat -c                            on with the last one of this folder
"""


def _must_not_be_a_slip(word: str) -> None:
    """A first word that is nearly a command was meant as one."""
    if near := get_close_matches(word, COMMANDS, n=1, cutoff=0.8):
        raise Unusable(f"There is no command '{word}'; did you mean: agentchat {near[0]}? Say it to the agents in the chat itself.")


@click.command(epilog=_EPILOG, context_settings=options.CONTEXT)
@prompt(refuse=_must_not_be_a_slip)
@options.talking
@click.option("--version", is_flag=True, help="Show the version and exit.")
def chat(*, version: bool, **given: Any) -> int:
    """Talk to your agents in the terminal.

    Without options a new chat begins, and PROMPT is its first message.
    """
    if version:
        click.echo(f"agentchat {__version__}")
        return 0
    from agentchat.actions.launch import launch  # what `--help` need not wait for
    from agentchat.actions.wish import Wish

    return launch(Wish(**given))
