"""What "for this session" keeps of a call, and that it is never wider than that."""

import pytest

from agentchat.chat.policy import ChatPolicy, kept_rule
from agentchat.chat.session_rules import definition_of, session_rule
from agentchat.chat.status import SessionRule
from agentchat.runtime.declarations.arguments import canonical_arguments, parsed_arguments
from agentchat.runtime.declarations.tool import Effects, FunctionTool
from agentchat.runtime.ports.policy import Allow, Ask, CallInQuestion, Deny
from agentchat.runtime.values.keys import CallKey, Scope

AT = 1_700_000_000.0


async def _nothing(context: object, arguments: str) -> str:
    return ""


def call(
    tool: str = "refund",
    arguments: str = "{}",
    *,
    effects: Effects = "changes",
    origin: str = "shop:refund",
    description: str = "",
    marked: bool = False,
) -> CallInQuestion:
    schema = {"type": "object", "properties": {}}
    declared = FunctionTool(tool, description, schema, _nothing, effects=effects, origin=origin)
    return CallInQuestion(
        CallKey(Scope("r"), 1, 0),
        "billing",
        declared,
        parsed_arguments(arguments) or {},
        needs_approval=marked,
        name=tool,
        canonical=canonical_arguments(arguments),
    )


def built_in(tool: str, arguments: str, *, effects: Effects = "changes", marked: bool = False) -> CallInQuestion:
    return call(tool, arguments, effects=effects, origin="built in", marked=marked)


@pytest.mark.parametrize(
    ("asked", "arguments", "only"),
    [
        (call(effects="reads", arguments='{"order":1}'), None, ()),
        (call(effects="none"), None, ()),
        (call(arguments='{"order": 1, "amount": 1e3}'), '{"amount":1e3,"order":1}', ()),
        (built_in("write_file", '{"path":"a","content":"x"}'), '{"path":"a"}', ("path",)),
        (built_in("edit_file", '{"path":"a","old_text":"x","new_text":"y"}'), '{"path":"a"}', ("path",)),
        (built_in("run_command", '{"argv":["git","log"],"timeout":5}'), '{"argv":["git","log"]}', ("argv",)),
        (call("write_file", '{"content":"x","path":"a"}'), '{"content":"x","path":"a"}', ()),
    ],
)
def test_a_rule_keeps_the_tool_or_the_path_or_the_words_or_all_arguments(
    asked: CallInQuestion, arguments: str | None, only: tuple[str, ...]
) -> None:
    name = asked.name
    assert session_rule(asked) == SessionRule(name, definition_of(asked.tool), arguments, only)


@pytest.mark.parametrize(
    "asked",
    [
        built_in("run_shell", '{"command":"ls"}', marked=True),
        built_in("run_command", '{"argv":["agentchat","approve"]}', marked=True),
        built_in("write_file", '{"path":"a","path":"b","content":""}'),
        built_in("write_file", '{"content":""}'),
        built_in("write_file", "no JSON"),
    ],
)
def test_what_is_always_asked_about_and_what_cannot_be_read_alike_by_all_gives_no_rule(asked: CallInQuestion) -> None:
    assert session_rule(asked) is None


def policy_with(asked: CallInQuestion) -> ChatPolicy:
    policy, rule = ChatPolicy(), session_rule(asked)
    assert rule is not None
    policy.keep(kept_rule(rule, at=AT))
    return policy


@pytest.mark.parametrize(
    ("kept", "other", "runs"),
    [
        (built_in("write_file", '{"path":"a","content":"x"}'), built_in("write_file", '{"content":"y","path":"a"}'), True),
        (built_in("write_file", '{"path":"a","content":"x"}'), built_in("write_file", '{"path":"a/b","content":"x"}'), False),
        (built_in("write_file", '{"path":"a","content":"x"}'), built_in("write_file", '{"path":"b","path":"a","content":"x"}'), False),
        (built_in("write_file", '{"path":"a","content":"x"}'), call("write_file", '{"path":"a","content":"x"}'), False),
        (built_in("run_command", '{"argv":["git","log"]}'), built_in("run_command", '{"argv":["git","log","-p"]}'), False),
        (built_in("run_command", '{"argv":["git","log"]}'), built_in("run_command", '{"argv":["git log"]}'), False),
        (built_in("run_command", '{"argv":["git","log"]}'), built_in("run_command", '{"argv":["git","log"]}', marked=True), False),
        (call(arguments='{"a":1}'), call(arguments='{ "a": 1 }'), True),
        (call(arguments='{"a":1}'), call(arguments='{"a":1.0}'), False),
        (call(arguments='{"a":1}'), call(arguments='{"a":1,"a":1}'), False),
        (call(arguments='{"a":1}'), call(arguments='{"a":1}', description="Another tool."), False),
        (call(arguments='{"a":1}'), call(arguments='{"a":1}', marked=True), True),
        (call(effects="reads", arguments='{"a":1}', marked=True), call(effects="reads", arguments='{"a":2}', marked=True), True),
    ],
)
def test_a_kept_rule_lets_exactly_its_calls_run(kept: CallInQuestion, other: CallInQuestion, runs: bool) -> None:
    verdict = policy_with(kept).verdict(other)
    assert isinstance(verdict, Allow if runs else Ask)


def test_a_deny_goes_before_a_kept_rule() -> None:
    policy, rule = ChatPolicy(mode="read-only"), session_rule(call())
    assert rule is not None
    policy.keep(kept_rule(rule, at=AT))
    assert isinstance(policy.verdict(call()), Deny)
    assert not policy.kept_for(call())
