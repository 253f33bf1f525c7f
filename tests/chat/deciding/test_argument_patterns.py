"""A yes fits exactly what stands there; a no is not talked round."""

import json
import math
from typing import Any

import pytest

from agentchat.chat.deciding.argument_patterns import ArgumentPatterns
from agentchat.runtime.declarations.run_context import canonical_json
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.ports.policy import CallInQuestion
from agentchat.runtime.values.keys import CallKey, Scope


async def _nothing(context: object, arguments: str) -> str:
    return arguments


TOOL = FunctionTool("write_file", "", {}, _nothing)


def call(arguments: dict[str, Any], canonical: str | None = None) -> CallInQuestion:
    text = canonical_json(arguments) if canonical is None else canonical
    return CallInQuestion(CallKey(Scope("1"), 1, 0), "a", TOOL, arguments, needs_approval=False, canonical=text)


@pytest.mark.parametrize(
    ("pattern", "value", "allows", "forbids"),
    [
        ("notes.txt", "notes.txt", True, True),
        ("notes.txt", "./notes.txt", False, True),
        ("notes.txt", "Notes.TXT", False, True),
        ("notes.txt", " notes.txt", False, True),
        ("notes.txt", "notes_txt", False, False),
        ("notes/*", "notes/a", True, True),
        ("notes/*", "notes/a/b", False, False),
        ("notes/**", "notes/a/b", True, True),
        ("notes/**", "notes/../secrets", False, True),
        ("secrets/**", "notes/../secrets/a", False, True),
        ("secrets/**", "secrets//a", True, True),
        ("*", "a\nb", True, True),
        (5, 5, True, True),
        (1, True, False, False),
        (True, True, True, True),
        (["git", "log", "**"], ["git", "log", "--all"], True, True),
        (["git", "log"], ["git", "log", "--all"], False, False),
        (["git", "**"], ["rm"], False, False),
        ({"a": "x*"}, {"a": "xy"}, True, True),
        ({"a": "x*"}, {"a": "xy", "b": 1}, False, False),
        ("5", 5, False, False),
    ],
)
def test_what_a_pattern_allows_and_forbids(pattern: Any, value: Any, allows: bool, forbids: bool) -> None:
    patterns = ArgumentPatterns({"path": pattern})
    one = call({"path": value, "content": "x"})
    assert (patterns.allow(one), patterns.forbid(one)) == (allows, forbids)


def test_all_arguments_must_fit_and_be_there() -> None:
    patterns = ArgumentPatterns({"path": "a", "mode": "w"})
    assert patterns.allow(call({"path": "a", "mode": "w"}))
    for arguments in ({"path": "a"}, {"path": "a", "mode": "r"}, {}):
        assert not patterns.allow(call(arguments))
        assert not patterns.forbid(call(arguments))


def test_arguments_that_can_be_read_in_two_ways_are_never_allowed_and_always_forbidden() -> None:
    twice = '{"path":"secrets/a","path":"notes"}'
    one = call(json.loads(twice), canonical=twice)
    assert not ArgumentPatterns({"path": "notes"}).allow(one)
    assert ArgumentPatterns({"path": "secrets/**"}).forbid(one)


@pytest.mark.parametrize(
    ("bounds", "value", "allows", "forbids"),
    [
        ({"above": 50}, 50.01, True, True),
        ({"above": 50}, 50, False, False),
        ({"at_least": 50}, 50.0, True, True),
        ({"at_most": 50}, 50, True, True),
        ({"at_most": 50}, 51, False, False),
        ({"below": 0.1}, 0.1, False, False),
        ({"above": 0, "at_most": 5}, 5, True, True),
        ({"above": 0, "at_most": 5}, 0, False, False),
        ({"above": 50}, 10**400, True, True),
        ({"above": 50}, "10", False, True),
        ({"below": 50}, "10", False, True),
        ({"below": 50}, True, False, True),
        ({"below": 50}, None, False, True),
        ({"below": 50}, [10], False, True),
        ({"above": 50}, float("nan"), False, True),
        ({"below": 50}, -math.inf, False, True),
    ],
)
def test_numbers_are_compared_and_what_is_none_is_never_allowed(bounds: Any, value: Any, allows: bool, forbids: bool) -> None:
    patterns = ArgumentPatterns({"amount": bounds})
    one = call({"amount": value})
    assert (patterns.allow(one), patterns.forbid(one)) == (allows, forbids)


def test_a_number_that_is_left_out_is_not_allowed_and_not_let_through() -> None:
    patterns = ArgumentPatterns({"amount": {"below": 50}})
    assert (patterns.allow(call({"order": 1})), patterns.forbid(call({"order": 1}))) == (False, True)


def test_a_number_that_is_written_so_that_it_reads_as_another_one_is_not_allowed() -> None:
    one = call({"amount": 50.0}, canonical='{"amount":50.00000000000000000001}')
    patterns = ArgumentPatterns({"amount": {"at_most": 50}})
    assert (patterns.allow(one), patterns.forbid(one)) == (False, True)
