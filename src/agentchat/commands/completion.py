"""`agentchat completion`: what a shell needs in order to complete the words of this program, and the answers to what it asks then."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem, FishComplete, get_completion_class

from agentchat.commands import options
from agentchat.commands.table import COMMANDS

VARIABLE = "_AGENTCHAT_COMPLETE"
"""A shell that asks sets it, to "bash_complete" or the like."""

_PROGRAM = "agentchat"

_EPILOG = """\b
To have it in every new shell, once:
  bash   echo 'eval "$(agentchat completion bash)"' >> ~/.bashrc
  zsh    echo 'eval "$(agentchat completion zsh)"' >> ~/.zshrc
         (behind the line that calls compinit)
  fish   agentchat completion fish > ~/.config/fish/completions/agentchat.fish

\b
In this shell only:
  eval "$(agentchat completion bash)"
"""


@click.command(epilog=_EPILOG, context_settings=options.CONTEXT)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(*, shell: str) -> None:
    """Print the script that lets a shell complete commands, options, conversations and agents.

    A conversation is offered by its id, also where the beginning of its title is typed; zsh and fish show the title beside it. The
    agents are those of the agents.toml that is used in this folder.
    """
    shells = _Fish if shell == "fish" else get_completion_class(shell)
    assert shells is not None
    click.echo(shells(_Program(), {}, _PROGRAM, VARIABLE).source())


def answer(asked: str) -> int:
    """Prints what a shell can offer; `asked` is what stands in the variable. Returns the exit status."""
    shell, _, instruction = asked.partition("_")
    shells = get_completion_class(shell)
    if shells is None or instruction != "complete":
        return 1
    click.echo(shells(_Program(), {}, _PROGRAM, VARIABLE).complete())
    return 0


class _Fish(FishComplete):
    """click's script for fish, but that what stands beside a word is not cut off at its first comma."""

    source_template = FishComplete.source_template.replace('string split "," ', 'string split -m 1 "," ')


class _Program(click.Group):
    """The whole command line as one tree, which only completion needs: every other call knows its command by the first word."""

    def __init__(self) -> None:
        chat = import_module("agentchat.commands.chat").chat
        super().__init__(_PROGRAM, params=[one for one in chat.params if isinstance(one, click.Option)], invoke_without_command=True)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Their names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Imported when it is this one that is typed."""
        if (entry := COMMANDS.get(cmd_name)) is None:
            return None
        module, name = entry.where.split(":")
        return getattr(import_module(module), name)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[Any]]:
        """The commands by the table, which imports none of them, and the options of the chat."""
        commands: Mapping[str, str] = {name: entry.summary for name, entry in COMMANDS.items()}
        found = [CompletionItem(name, help=told) for name, told in commands.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]
