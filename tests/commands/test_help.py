"""The help of every command on a terminal of 80 columns."""

from importlib import import_module

import click
import pytest

from agentchat.commands.table import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_no_line_of_a_help_is_wider_than_80_columns(name):
    module, _, attribute = COMMANDS[name].where.partition(":")
    command = getattr(import_module(module), attribute)
    parts = list(command.commands.items()) if isinstance(command, click.Group) else []
    for called, one in [(name, command), *parts]:
        told = one.get_help(click.Context(one, info_name=f"agentchat {called}", terminal_width=80))
        assert [line for line in told.splitlines() if len(line) > 80] == []
