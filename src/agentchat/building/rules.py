"""The rules of a file as rules of a chat."""

from collections.abc import Mapping
from typing import Any

from agentchat.building.problems import Problems
from agentchat.chat.deciding.argument_patterns import ArgumentPatterns
from agentchat.chat.deciding.argv_patterns import ArgvPattern
from agentchat.chat.deciding.comparisons import Comparison, is_comparison
from agentchat.chat.deciding.policy import Rule
from agentchat.config.errors import quoted
from agentchat.config.nearest import suggestion
from agentchat.config.specs import RuleSpec, TeamSpec
from agentchat.runtime.declarations.tool import FunctionTool, Tool
from agentchat.tools.registry import BUILT_IN_ORIGIN


def rules_of(spec: TeamSpec, tools: Mapping[str, Tool], problems: Problems) -> tuple[Rule, ...]:
    """All of them; a case that no call can fit, because the tool has no such argument, is a problem."""
    for rule in spec.all_rules:
        _check_arguments(rule, tools, problems)
    return tuple(_rule(rule, spec, tools) for rule in spec.all_rules)


def _rule(rule: RuleSpec, spec: TeamSpec, tools: Mapping[str, Tool]) -> Rule:
    """The rule for the name that models call the tool by, which is another one for `module:function`.

    Tools from different places can have one name. A yes is for the one that the file names; everything else holds for all of them.
    """
    found = tools.get(rule.tool)
    meant = found if isinstance(found, FunctionTool) else None
    says = {"ask": "asks about", "allow": "allows", "deny": "denies"}[rule.word]
    return Rule(
        tool=rule.tool if meant is None else meant.name,
        verb=rule.word,
        words=f"{spec.source.name} {says} {rule.tool}{_cases(rule)}",
        origin=None if rule.word != "allow" else BUILT_IN_ORIGIN if meant is None else meant.origin,
        argv=None if rule.command is None else ArgvPattern.parse(rule.command),
        when=None if rule.when is None else ArgumentPatterns(rule.when),
    )


def _cases(rule: RuleSpec) -> str:
    """For which calls, in words."""
    if rule.command is not None:
        return f" {quoted(rule.command)}"
    if rule.when is None:
        return ""
    return f" when {' and '.join(f'{name} is {_shown(value)}' for name, value in rule.when.items())}"


def _shown(value: Any) -> str:
    if is_comparison(value):
        return Comparison.parse(value).words
    return quoted(value) if isinstance(value, str) else quoted(str(value)).strip("'")


def _check_arguments(rule: RuleSpec, tools: Mapping[str, Tool], problems: Problems) -> None:
    tool = tools.get(rule.tool)
    if rule.when is None or not isinstance(tool, FunctionTool):
        return
    known: dict[str, Any] = tool.params_json_schema.get("properties", {})
    for name, pattern in rule.when.items():
        if name not in known:
            sentence = f"[rules.{rule.tool}] is about an argument {quoted(name)}, which the tool does not have; {suggestion(name, known)}"
            problems.add((*rule.place, "when", name), sentence)
        elif is_comparison(pattern) and _is_no_number(known[name]):
            sentence = f"[rules.{rule.tool}] compares the argument {quoted(name)}, which is no number; write the value that it must have."
            problems.add((*rule.place, "when", name), sentence)


def _is_no_number(schema: Mapping[str, Any]) -> bool:
    """Whether an argument can surely be none."""
    kind = schema.get("type")
    return isinstance(kind, str) and kind not in {"number", "integer"}
