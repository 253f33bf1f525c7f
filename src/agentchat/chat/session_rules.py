"""What "for this session" keeps of a call: a rule that is never wider than what the person was shown.

Of a tool that changes nothing it is the tool; of one that writes a file, the exact path; of a command, its exact words; of anything else,
the exact arguments. There is none for what a built-in tool always asks about (a shell's text, which can say everything), nor for tools
that are no functions, whose definition lies with the model's provider. The rule is bound to the tool's definition and stored with the
conversation as a fact, which also is the line that tells of it in the transcript.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from agentchat.chat.call_line import call_line
from agentchat.chat.saved import SavedFact
from agentchat.chat.status import SessionRule
from agentchat.chat.verdicts import SESSION_RULE
from agentchat.runtime.declarations.run_context import canonical_json
from agentchat.runtime.declarations.tool import AnsweredTool, FunctionTool
from agentchat.runtime.ports.policy import CallInQuestion
from agentchat.runtime.values.facts import TurnFact

BUILT_IN = "built in"
"""The origin of the program's own tools; another tool of such a name is any other tool."""

_DECISIVE: dict[str, tuple[str, ...]] = {
    "write_file": ("path",),
    "edit_file": ("path",),
    "run_command": ("argv",),
}
"""Of built-in tools: the arguments that say what a call does; the others may be any."""

_LINE = 160


def session_rule(call: CallInQuestion) -> SessionRule | None:
    """The rule that the call would be kept as; None when it is to be asked about each time."""
    tool, name = call.tool, call.name or call.tool.name
    if not isinstance(tool, FunctionTool) or always_asks(call):
        return None
    definition = definition_of(tool)
    if tool.effects != "changes":
        return SessionRule(name, definition)
    whole = canonical_text(call)
    only = _DECISIVE.get(name, ()) if tool.origin == BUILT_IN else ()
    if not only:
        return SessionRule(name, definition, whole)
    part = part_of(call, only)
    return None if part is None else SessionRule(name, definition, part, only)


def always_asks(call: CallInQuestion) -> bool:
    """Whether no rule that a person keeps can open the call: the program's own tools mark only what must be looked at each time."""
    return call.needs_approval and call.tool.origin == BUILT_IN


def canonical_text(call: CallInQuestion) -> str:
    """The call's arguments in one spelling."""
    return call.canonical or canonical_json(call.arguments)


def part_of(call: CallInQuestion, only: tuple[str, ...]) -> str | None:
    """These arguments of the call in one spelling; None when one is missing, or when not everything can read them alike."""
    if canonical_text(call) != canonical_json(call.arguments) or not call.arguments.keys() >= set(only):
        return None
    return canonical_json({name: call.arguments[name] for name in only})


def definition_of(tool: AnsweredTool) -> str:
    """A hash of what the person was told of the tool, and the model of its arguments."""
    told = canonical_json([tool.name, tool.description, tool.params_json_schema, tool.effects, tool.origin])
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def words_of(at: float) -> str:
    """What a rule is called that is kept now; `at` in seconds since the epoch."""
    return f"{SESSION_RULE}{time.strftime('%H:%M', time.localtime(at))}"


def fact_of(rule: SessionRule, *, at: float) -> TurnFact:
    """The rule as it is stored, and told in the transcript."""
    if rule.arguments is None:
        calls = f"every call of {rule.tool}"
    else:
        calls = call_line(rule.tool, rule.arguments, width=_LINE)
        calls += ", whatever else it is given," if rule.only else ""
    words = words_of(at)
    text = f"{words[0].upper()}{words[1:]}: in this conversation {calls} runs without a question."
    return TurnFact(kind="rule", text=text, at=at, rule=json.dumps(asdict(rule)))


def kept_in(facts: Iterable[SavedFact]) -> Iterator[tuple[SessionRule, float]]:
    """The rules among stored facts, each with the time when it was kept."""
    for saved in facts:
        if isinstance(saved.fact, TurnFact) and saved.fact.kind == "rule" and saved.fact.rule:
            stored: dict[str, Any] = json.loads(saved.fact.rule)
            only: list[str] = stored["only"]
            yield SessionRule(stored["tool"], stored["definition"], stored["arguments"], tuple(only)), saved.fact.at
