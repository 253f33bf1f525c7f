"""The `agentchat` command: its options and its listings, and a status for the shell.

Nothing is imported here that `--help` does not need: what a command does is imported when it is called. Whatever is wrong with the
input is one sentence on standard error and the status 2.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from agentchat import __version__
from agentchat.config.errors import ConfigError, Unusable
from agentchat.runtime.values.exceptions_base import AgentsException

USAGE = 2
"""The exit status for input that cannot be used."""


def run(arguments: Sequence[str]) -> int:
    """Carries a command line out; returns the exit status."""
    command = _SUBCOMMANDS.get(arguments[0]) if arguments else None
    try:
        if command is not None:
            status = command.main([*arguments[1:]], prog_name=f"agentchat {arguments[0]}", standalone_mode=False)
        else:
            status = chat.main([*arguments], prog_name="agentchat", standalone_mode=False)
    except click.ClickException as error:
        message = error.format_message()
        return _complain(f"{message}{'' if message.endswith(('.', '?', '?)')) else '.'} See agentchat --help.")
    except (Unusable, ConfigError, AgentsException) as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(f"{error.filename or 'A file'} cannot be used: {error.strerror}; make its folder writable, or set AGENTCHAT_HOME.")
    return status or 0


_EPILOG = """\b
Commands:
  agentchat sessions   List the saved conversations.
"""


@click.command(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("prompt", required=False, default="")
@click.option("-r", "--resume", metavar="ID", help="Resume a saved conversation: its id, the beginning of its id, or its title.")
@click.option("-c", "--continue", "latest", is_flag=True, help="Resume the conversation that was used last in this folder.")
@click.option("--agent", metavar="NAME", help="The agent that gets the first message: a name from agents.toml, or module:object.")
@click.option("--model", metavar="NAME", help='The model of all agents; "offline" is the built-in demo model.')
@click.option("--config", metavar="FILE", type=click.Path(path_type=Path), help="Read this agents.toml.")
@click.option("--mode", type=click.Choice(["ask", "read-only", "auto"]), default="ask", help="What happens to calls that change things.")
@click.option("--db", "database", metavar="FILE", type=click.Path(path_type=Path), help="Keep the conversations in this file.")
@click.option("--trust", is_flag=True, help="Trust this project's agents.toml as it is now.")
@click.option("--version", is_flag=True, help="Show the version and exit.")
def chat(*, version: bool, **given: Any) -> int:
    """Talk to your agents in the terminal.

    Without options a new chat begins, and PROMPT is its first message.
    """
    if version:
        click.echo(f"agentchat {__version__}")
        return 0
    from agentchat.launch import Wish, launch  # what `--help` need not wait for

    return launch(Wish(**given))


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--db", "database", metavar="FILE", type=click.Path(path_type=Path), help="The file with the conversations.")
def sessions(*, database: Path | None) -> None:
    """List the saved conversations, the one used last first."""
    from agentchat.listing import show_sessions  # as above

    show_sessions(database)


_SUBCOMMANDS: dict[str, click.Command] = {"sessions": sessions}


def _complain(sentence: str) -> int:
    from agentchat.chat.safe_text import safe_text  # as above

    click.echo(f"agentchat: {safe_text(sentence)}", err=True)
    return USAGE
