"""Whether a case of a rule can mean what it should."""

from collections.abc import Iterator
from typing import Any, cast

from agentchat.chat.deciding.argv_patterns import ArgvPattern
from agentchat.chat.deciding.comparisons import WORDS, Comparison, is_comparison, is_number
from agentchat.config.complaints import Complaints
from agentchat.config.errors import quoted
from agentchat.config.nearest import nearest
from agentchat.config.specs import RuleCase
from agentchat.config.toml_places import KeyPath

COMMANDS = frozenset({"run_command", "run_shell"})
"""The tools that run commands, which have rules by their words."""


def check_case(tool: str, case: RuleCase, path: KeyPath, complaints: Complaints) -> None:
    """Complains of a `when` of a tool that runs commands, a `command` of another one, and of what no call could fit."""
    if case.command is not None:
        _check_command(tool, case.command, (*path, "command"), complaints)
    if case.when is None:
        return
    place = (*path, "when")
    if tool in COMMANDS:
        complaints.add(place, f"[rules.{tool}] has 'when'; of a tool that runs commands write 'command' instead.")
    if case.when == {}:
        complaints.add(place, f"[rules.{tool}] has an empty 'when'; leave it out for all calls.")
    for name, pattern in case.when.items():
        for wrong in _faults(pattern):
            complaints.add((*place, name), f"[rules.{tool}] {quoted(name)} {wrong}")


def _check_command(tool: str, command: str, path: KeyPath, complaints: Complaints) -> None:
    if tool not in COMMANDS:
        complaints.add(path, f"[rules.{tool}] has 'command', but {quoted(tool)} runs none; write 'when' instead.")
        return
    try:
        ArgvPattern.parse(command)
    except ValueError as error:
        complaints.add(path, f"[rules.{tool}] has {quoted(command)} for 'command'. {error}")


def _faults(pattern: Any) -> Iterator[str]:
    """What is wrong with the comparisons in a value."""
    if is_comparison(pattern):
        try:
            Comparison.parse(pattern)
        except ValueError as error:
            yield str(error)
        return
    match pattern:
        case dict():
            for name, value in cast("dict[str, Any]", pattern).items():
                if is_number(value) and (meant := nearest(name, WORDS)):
                    yield f"has {quoted(name)}; did you mean {quoted(meant)}?"
                yield from _faults(value)
        case list():
            for value in cast("list[Any]", pattern):
                yield from _faults(value)
        case _:
            pass
