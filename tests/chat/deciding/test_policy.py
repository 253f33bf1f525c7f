"""The precedence of rules, row by row."""

import pytest

from agentchat.chat.deciding.policy import ChatPolicy, Rule
from agentchat.chat.status import Mode
from agentchat.runtime.declarations.tool import Effects, FunctionTool
from agentchat.runtime.ports.policy import Allow, Ask, CallInQuestion, Deny, Verdict
from agentchat.runtime.values.keys import CallKey, Scope


async def _nothing(context: object, arguments: str) -> str:
    return ""


def call(*, effects: Effects = "changes", marked: bool = False, tool: str = "refund", **arguments: object) -> CallInQuestion:
    declared = FunctionTool(tool, "", {"type": "object", "properties": {}}, _nothing, effects=effects)
    return CallInQuestion(CallKey(Scope("r"), 1, 0), "billing", declared, arguments, needs_approval=marked)


def rule(verb: str, tool: str = "refund", arguments: str | None = None) -> Rule:
    return Rule(tool=tool, verb=verb, words=f"the file: {verb}", arguments=arguments)  # type: ignore[arg-type]


ASK, ALLOW, DENY = rule("ask"), rule("allow"), rule("deny")
CHANGES, MARKED = Ask("it changes things"), Ask("its author wants to be asked")
READ_ONLY = Deny("This chat is read-only, and refund changes things.")
NOBODY = Allow("")


@pytest.mark.parametrize(
    ("rules", "kept", "mode", "effects", "marked", "verdict"),
    [
        # the tool's effects decide where nothing else does
        ((), (), "ask", "changes", False, CHANGES),
        ((), (), "ask", "reads", False, NOBODY),
        ((), (), "ask", "none", False, NOBODY),
        # the mode goes before the effects
        ((), (), "auto", "changes", False, Allow("mode auto")),
        ((), (), "auto", "reads", False, NOBODY),
        ((), (), "read-only", "changes", False, READ_ONLY),
        ((), (), "read-only", "reads", False, NOBODY),
        # an allow rule goes before the mode, but read-only does not write
        ((ALLOW,), (), "ask", "changes", False, Allow("the file: allow")),
        ((ALLOW,), (), "read-only", "reads", False, Allow("the file: allow")),
        ((ALLOW,), (), "read-only", "changes", False, READ_ONLY),
        # an ask rule goes before an allow rule and the mode
        ((ALLOW, ASK), (), "ask", "reads", False, Ask("the file: ask")),
        ((ASK,), (), "auto", "changes", False, Ask("the file: ask")),
        ((ASK,), (), "read-only", "reads", False, Ask("the file: ask")),
        # what its author marked goes before the file's rules and the mode
        ((ALLOW,), (), "ask", "none", True, MARKED),
        ((ASK,), (), "ask", "none", True, MARKED),
        ((), (), "auto", "none", True, MARKED),
        # a rule that is kept for the session goes before all of these
        ((ASK,), (ALLOW,), "ask", "changes", True, Allow("the file: allow")),
        ((ALLOW,), (ASK,), "auto", "reads", False, Ask("the file: ask")),
        ((), (ALLOW,), "read-only", "changes", False, READ_ONLY),
        # any deny goes before everything
        ((ALLOW, DENY), (ALLOW,), "auto", "none", False, Deny("the file: deny")),
        ((), (ALLOW, DENY), "ask", "none", False, Deny("the file: deny")),
        ((DENY,), (), "ask", "changes", True, Deny("the file: deny")),
    ],
)
def test_precedence(
    rules: tuple[Rule, ...], kept: tuple[Rule, ...], mode: Mode, effects: Effects, marked: bool, verdict: Verdict
) -> None:
    policy = ChatPolicy(rules, mode=mode)
    for one in kept:
        policy.keep(one)
    assert policy.verdict(call(effects=effects, marked=marked)) == verdict


def test_mode_auto_opens_what_is_marked_only_when_a_flag_or_a_key_said_so() -> None:
    assert ChatPolicy(mode="auto", mode_opens_marked=True).verdict(call(marked=True)) == Allow("mode auto")
    assert ChatPolicy(mode="ask", mode_opens_marked=True).verdict(call(marked=True)) == MARKED
    assert ChatPolicy((ASK,), mode="auto", mode_opens_marked=True).verdict(call(marked=True)) == Ask("the file: ask")


def test_a_rule_is_about_one_tool_or_all() -> None:
    policy = ChatPolicy([rule("deny", tool="bash"), rule("allow", tool="*")])
    assert policy.verdict(call(tool="bash")) == Deny("the file: deny")
    assert policy.verdict(call(tool="refund")) == Allow("the file: allow")


def test_a_rule_with_arguments_holds_for_exactly_these() -> None:
    policy = ChatPolicy()
    policy.keep(rule("allow", arguments='{"amount":49.0,"order":1}'))
    assert policy.verdict(call(order=1, amount=49.0)) == Allow("the file: allow")
    assert policy.verdict(call(order=2, amount=49.0)) == CHANGES


def test_a_yes_for_a_tool_from_one_place_is_none_for_its_namesake() -> None:
    rule = Rule(tool="refund", verb="allow", words="allowed", origin="shop:refund")
    asked = [call(), call()]
    for one, origin in zip(asked, ("shop:refund", "other:refund"), strict=True):
        one.tool.origin = origin
    assert [ChatPolicy([rule]).verdict(one) for one in asked] == [Allow("allowed"), Ask("it changes things")]
