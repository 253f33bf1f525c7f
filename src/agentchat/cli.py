"""The `agentchat` command: which command a line calls, and a status for the shell.

Nothing is imported here that `--help` does not need: a command is imported when it is called, and what it does when it does it. Whatever is
wrong with the input is one sentence on standard error and the status 2.
"""

import os
from collections.abc import Sequence
from importlib import import_module

import click

from agentchat.commands.table import COMMANDS
from agentchat.config.errors import ConfigError, Unusable
from agentchat.runtime.values.exceptions_base import AgentsException

COMPLETION = "_AGENTCHAT_COMPLETE"
"""A shell that asks how a line could go on sets this variable."""
USAGE = 2
"""The exit status for input that cannot be used."""
INTERRUPTED = 130
"""The exit status after ctrl+c."""


def run(arguments: Sequence[str]) -> int:
    """Carries a command line out; returns the exit status."""
    try:
        if (asked := os.environ.get(COMPLETION)) is not None:
            return _answer(asked)
        return _call(arguments) or 0
    except click.ClickException as error:
        message = " ".join(error.format_message().split())  # click names choices on lines of their own
        context = error.ctx if isinstance(error, click.UsageError) else None
        command = context.command_path if context else "agentchat"
        return _complain(f"{message}{'' if message.endswith(('.', '?', '?)')) else '.'} See {command} --help.")
    except click.Abort:
        return INTERRUPTED
    except (Unusable, ConfigError, AgentsException) as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(f"{error.filename or 'A file'} cannot be used: {error.strerror}; make its folder writable, or set AGENTCHAT_HOME.")


def _call(arguments: Sequence[str]) -> int | None:
    entry = COMMANDS.get(arguments[0]) if arguments else None
    if entry is None:
        return _command("agentchat.commands.chat:chat").main([*arguments], prog_name="agentchat", standalone_mode=False)
    return _command(entry.where).main([*arguments[1:]], prog_name=f"agentchat {arguments[0]}", standalone_mode=False)


def _answer(asked: str) -> int:
    from agentchat.commands.completion import answer  # 5 ms, which only a shell waits for

    return answer(asked)


def _command(where: str) -> click.Command:
    module, name = where.split(":")
    return getattr(import_module(module), name)


def _complain(sentence: str) -> int:
    from agentchat.chat.safe_text import safe_text  # 3 ms, which `--help` need not wait for

    click.echo(f"agentchat: {safe_text(sentence)}", err=True)
    return USAGE
