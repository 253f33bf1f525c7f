"""What "for this session" keeps of a call, and that it is never wider than that."""

import json

import pytest

from agentchat.chat.deciding.policy import ChatPolicy, Rule, kept_rule
from agentchat.chat.deciding.session_rules import definition_of, session_rule
from agentchat.chat.status import SessionRule
from agentchat.runtime.declarations.arguments import canonical_arguments, parsed_arguments
from agentchat.runtime.declarations.tool import Effects, FunctionTool
from agentchat.runtime.ports.policy import Allow, Ask, CallInQuestion, Deny
from agentchat.runtime.values.keys import CallKey, Scope

AT = 1_700_000_000.0
COMMAND = ("argv", "cwd", "background")


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
        (built_in("run_command", '{"argv":["git","log"],"timeout":5}'), '{"argv":["git","log"]}', COMMAND),
        (built_in("run_command", '{"argv":["ls"],"cwd":null,"background":false}'), '{"argv":["ls"]}', COMMAND),
        (built_in("run_command", '{"argv":["ls"],"cwd":"docs"}'), '{"argv":["ls"],"cwd":"docs"}', COMMAND),
        (built_in("run_command", '{"argv":["ls"],"background":true}'), '{"argv":["ls"],"background":true}', COMMAND),
        (call("write_file", '{"content":"x","path":"a"}'), '{"content":"x","path":"a"}', ()),
    ],
)
def test_a_rule_keeps_the_tool_or_the_path_or_the_words_or_all_arguments(
    asked: CallInQuestion, arguments: str | None, only: tuple[str, ...]
) -> None:
    name = asked.name
    tool = asked.tool
    kept = SessionRule(name, definition_of(tool), arguments, only, tool.effects, tool.origin, "" if arguments is None else "/home/ada")
    assert session_rule(asked, "/home/ada") == kept


@pytest.mark.parametrize(
    "asked",
    [
        built_in("run_shell", '{"command":"ls"}', marked=True),
        built_in("run_command", '{"argv":["agentchat","approve"]}', marked=True),
        built_in("write_file", '{"path":"a","path":"b","content":""}'),
        built_in("write_file", '{"content":""}'),
        built_in("run_command", '{"cwd":"docs"}'),
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
        (built_in("run_command", '{"argv":["ls"]}'), built_in("run_command", '{"argv":["ls"],"cwd":null,"timeout":9}'), True),
        (built_in("run_command", '{"argv":["ls"]}'), built_in("run_command", '{"argv":["ls"],"cwd":"docs"}'), False),
        (built_in("run_command", '{"argv":["ls"]}'), built_in("run_command", '{"argv":["ls"],"cwd":""}'), False),
        (built_in("run_command", '{"argv":["ls"],"cwd":"docs"}'), built_in("run_command", '{"cwd":"docs","argv":["ls"]}'), True),
        (built_in("run_command", '{"argv":["ls"],"cwd":"docs"}'), built_in("run_command", '{"argv":["ls"]}'), False),
        (built_in("run_command", '{"argv":["ls"]}'), built_in("run_command", '{"argv":["ls"],"background":true}'), False),
        (built_in("run_command", '{"argv":["ls"]}'), built_in("run_command", '{"argv":["ls\\n"]}'), False),
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


def fetch(url: str, *, start: int = 0, origin: str = "built in") -> CallInQuestion:
    return call("fetch_page", json.dumps({"url": url, "start": start}), effects="reads", origin=origin)


def test_a_fetch_is_asked_about_once_for_each_host() -> None:
    policy = ChatPolicy()
    assert policy.verdict(fetch("https://shop.test/a")) == Ask("it sends a request to a host")
    rule = session_rule(fetch("https://shop.test/a"), "/home/ada")
    assert rule is not None
    assert (rule.arguments, rule.only, rule.folder) == ('{"host":"shop.test"}', ("host",), "")
    policy.keep(kept_rule(rule, at=AT))
    allowed = [
        url
        for url in (
            "https://shop.test/a",
            "http://SHOP.test./b?c#d",
            "https://shop.test:443/",
            "https://shop.test:8443/",
            "https://www.shop.test/",
            "https://shop.test.evil.test/",
            "https://shop.test@evil.test/",
            "https://evil.test/shop.test",
            "https://evil.test\\@shop.test/",
        )
        if isinstance(policy.verdict(fetch(url, start=7)), Allow)
    ]
    assert allowed == ["https://shop.test/a", "http://SHOP.test./b?c#d", "https://shop.test:443/"]


def test_what_is_no_address_is_asked_about_each_time() -> None:
    for url in ("https://user@shop.test/", "shop.test", ""):
        assert session_rule(fetch(url)) is None
        assert ChatPolicy().verdict(fetch(url)) == Ask("it sends a request to a host")


def test_a_fetch_by_the_mode_and_by_rules_of_a_file() -> None:
    asked = fetch("https://shop.test/")
    assert ChatPolicy(mode="auto").verdict(asked) == Allow("mode auto")
    assert ChatPolicy(mode="read-only").verdict(asked) == Ask("it sends a request to a host")
    assert ChatPolicy([Rule("fetch_page", "allow", "the file allows it")]).verdict(asked) == Allow("the file allows it")
    assert ChatPolicy([Rule("fetch_page", "deny", "the file denies it")]).verdict(asked) == Deny("the file denies it")


def test_a_tool_of_somebody_else_with_the_name_is_any_other_tool() -> None:
    foreign = fetch("https://shop.test/", origin="shop:fetch_page")
    assert ChatPolicy().verdict(foreign) == Allow("")
    assert session_rule(foreign) == SessionRule("fetch_page", definition_of(foreign.tool), effects="reads", origin="shop:fetch_page")


def test_a_move_is_kept_by_both_its_paths() -> None:
    rule = session_rule(built_in("move_file", '{"new_path":"b","path":"a"}'), "/home/ada")
    assert rule is not None
    assert (rule.arguments, rule.only, rule.folder) == ('{"new_path":"b","path":"a"}', ("path", "new_path"), "/home/ada")
