"""The `agentchat` command: which command a line calls, and a status for the shell.

Nothing is imported here that `--help` does not need: a command is imported when it is called, and what it does when it does it. Whatever is
wrong with the input is one sentence on standard error and the status 2.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from agentchat.commands.table import COMMANDS
from agentchat.config.errors import ConfigError, Unusable
from agentchat.runtime.values.exceptions_base import AgentsException

if TYPE_CHECKING:
    import click

COMPLETION = "_AGENTCHAT_COMPLETE"
"""A shell that asks how a line could go on sets this variable."""
USAGE = 2
"""The exit status for input that cannot be used."""
INTERRUPTED = 130
"""The exit status after ctrl+c."""


def run(arguments: Sequence[str]) -> int:
    """Carries a command line out; returns the exit status."""
    _open_what_was_closed()
    try:
        if (asked := os.environ.get(COMPLETION)) is not None:
            return _answer(asked)
        return _call(arguments) if arguments else _begin()
    except (Unusable, ConfigError, AgentsException) as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(_told(error))


def _open_what_was_closed() -> None:
    """A standard stream that the caller closed leads nowhere: else the next file that is opened would be taken for it."""
    for fd, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if vars(sys)[name] is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != fd:
                os.dup2(nowhere, fd)
                os.close(nowhere)
            setattr(sys, name, os.fdopen(fd, mode, encoding="utf-8"))


def _told(error: OSError) -> str:
    if error.filename is None:
        return f"What it says could not be written: {error.strerror}; see where its output goes."
    return f"{error.filename} cannot be used: {error.strerror}; make its folder writable, or set AGENTCHAT_HOME."


def _begin() -> int:
    """The chat without any option, which is what is called most: nothing has to be read."""
    from agentchat.actions.launch import launch  # without click, 8 ms before the first frame
    from agentchat.actions.wish import Wish

    return launch(Wish())


def _call(arguments: Sequence[str]) -> int:
    import click  # as above

    try:
        return _main(arguments) or 0
    except click.ClickException as error:
        message = " ".join(error.format_message().split())  # click names choices on lines of their own
        context = error.ctx if isinstance(error, click.UsageError) else None
        called = f"agentchat {arguments[0]}" if arguments[0] in COMMANDS else "agentchat"  # click does not always say which
        command = context.command_path if context else called
        return _complain(f"{message}{'' if message.endswith(('.', '?', '?)')) else '.'} See {command} --help.")
    except click.Abort:
        return INTERRUPTED


def _main(arguments: Sequence[str]) -> int | None:
    entry = COMMANDS.get(arguments[0])
    if entry is None:
        return _command("agentchat.commands.chat:chat").main([*arguments], prog_name="agentchat", standalone_mode=False)
    return _command(entry.where).main([*arguments[1:]], prog_name=f"agentchat {arguments[0]}", standalone_mode=False)


def _answer(asked: str) -> int:
    from agentchat.commands.completion import answer  # 5 ms, which only a shell waits for

    return answer(asked)


def _command(where: str) -> "click.Command":
    module, name = where.split(":")
    return getattr(import_module(module), name)


def _complain(sentence: str) -> int:
    from agentchat.chat.safe_text import safe_text  # 3 ms, which `--help` need not wait for

    sys.stderr.write(f"agentchat: {safe_text(sentence)}\n")
    return USAGE
