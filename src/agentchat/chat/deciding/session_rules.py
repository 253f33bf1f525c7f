"""What "for this session" keeps of a call: a rule that is never wider than what the person was shown.

Of a tool that changes nothing it is the tool; of one that writes a file, the exact path; of a command, its exact words and folder; of a
fetch, the host; of anything else, the exact arguments. There is none for what a built-in tool always asks about (a shell's text, which
can say everything), nor for tools that are no functions, whose definition lies with the model's provider. The rule is bound to the
tool's definition and, where the tool changes things, to the chat's folder. It is stored with
the conversation as a fact, which also is the line that tells of it in the transcript; so is its withdrawal.
"""

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from agentchat.chat.deciding.web_hosts import web_host
from agentchat.chat.saved import SavedFact
from agentchat.chat.status import BUILT_IN, KeptRule, SessionRule
from agentchat.chat.transcript.call_line import call_line
from agentchat.chat.transcript.verdicts import SESSION_RULE
from agentchat.runtime.declarations.run_context import canonical_json
from agentchat.runtime.declarations.tool import AnsweredTool, FunctionTool
from agentchat.runtime.ports.policy import CallInQuestion
from agentchat.runtime.values.facts import TurnFact

_DECISIVE: dict[str, tuple[str, ...]] = {
    "write_file": ("path",),
    "edit_file": ("path",),
    "patch_files": ("diff",),
    "move_file": ("path", "new_path"),
    "run_command": ("argv", "cwd", "background"),
}
"""Of built-in tools: the arguments that say what a call does, the first of them always there; the others may be any."""

_FETCHES = {"fetch_page": "url"}
"""Built-in tools that send requests, and the argument that says where to: such a call is asked about once for each host."""

_HOST = ("host",)
"""What such a rule holds for; no argument of those tools has this name."""

_LINE = 160


def session_rule(call: CallInQuestion, folder: str = "") -> SessionRule | None:
    """The rule that the call would be kept as in the chat's folder; None when it is to be asked about each time."""
    tool, name = call.tool, call.name or call.tool.name
    if not isinstance(tool, FunctionTool) or always_asks(call):
        return None
    rule = SessionRule(name, definition_of(tool), effects=tool.effects, origin=tool.origin)
    if fetches(call):
        host = part_of(call, _HOST)
        return None if host is None else replace(rule, arguments=host, only=_HOST)
    if tool.effects != "changes":
        return rule
    only = _DECISIVE.get(name, ()) if tool.origin == BUILT_IN else ()
    if not only:
        return replace(rule, arguments=canonical_text(call), folder=folder)
    part = part_of(call, only)
    return None if part is None else replace(rule, arguments=part, only=only, folder=folder)


def always_asks(call: CallInQuestion) -> bool:
    """Whether no rule that a person keeps can open the call: the program's own tools mark only what must be looked at each time."""
    return call.needs_approval and call.tool.origin == BUILT_IN


def fetches(call: CallInQuestion) -> bool:
    """Whether the call sends a request to a host that the model chose."""
    return call.tool.origin == BUILT_IN and call.tool.name in _FETCHES


def canonical_text(call: CallInQuestion) -> str:
    """The call's arguments in one spelling."""
    return call.canonical or canonical_json(call.arguments)


def part_of(call: CallInQuestion, only: tuple[str, ...]) -> str | None:
    """These arguments of the call in one spelling; None when the first is missing, or when not everything can read them alike.

    Null and false say the same as leaving an argument out.
    """
    if only == _HOST and fetches(call):
        return _host_of(call)
    if canonical_text(call) != canonical_json(call.arguments) or only[0] not in call.arguments:
        return None
    first, *more = only
    said = {name: call.arguments[name] for name in more if not _is_left_out(call.arguments.get(name))}
    return canonical_json({first: call.arguments[first], **said})


def _is_left_out(value: object) -> bool:
    return value is None or value is False


def _host_of(call: CallInQuestion) -> str | None:
    """The host that the call reaches, in one spelling; None for an address that is not fetched."""
    url = call.arguments.get(_FETCHES[call.tool.name])
    host = web_host(url) if isinstance(url, str) and canonical_text(call) == canonical_json(call.arguments) else None
    return None if host is None else canonical_json({"host": host})


def definition_of(tool: AnsweredTool) -> str:
    """A hash of what the person was told of the tool, and the model of its arguments."""
    told = canonical_json([tool.name, tool.description, tool.params_json_schema, tool.effects, tool.origin])
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def words_of(at: float) -> str:
    """What a rule is called that is kept now; `at` in seconds since the epoch."""
    return f"{SESSION_RULE}{time.strftime('%H:%M', time.localtime(at))}"


def fact_of(rule: SessionRule, *, at: float) -> TurnFact:
    """The rule as it is stored, and told in the transcript."""
    words = words_of(at)
    text = f"{words[0].upper()}{words[1:]}: in this conversation {_calls_of(rule)} runs without a question."
    return TurnFact(kind="rule", text=text, at=at, rule=json.dumps(asdict(rule)))


def withdrawal_of(kept: KeptRule, *, at: float) -> TurnFact:
    """That the rule holds no longer, as it is stored and told."""
    text = f"You withdrew {words_of(kept.at)}: {_calls_of(kept.rule)} is asked about again."
    return TurnFact(kind="rule", text=text, at=at, rule=json.dumps({"withdrawn": asdict(kept.rule)}))


def kept_in(facts: Iterable[SavedFact], folder: str = "") -> tuple[KeptRule, ...]:
    """The rules among stored facts that hold in this folder and were not withdrawn."""
    kept: dict[SessionRule, KeptRule] = {}
    for saved in facts:
        if isinstance(saved.fact, TurnFact) and saved.fact.kind == "rule" and saved.fact.rule:
            stored: dict[str, Any] = json.loads(saved.fact.rule)
            if "withdrawn" in stored:
                kept.pop(_read(stored["withdrawn"]), None)
            else:
                rule = _read(stored)
                kept.setdefault(rule, KeptRule(rule, saved.fact.at))
    return tuple(one for one in kept.values() if one.rule.folder in {"", folder})


def _calls_of(rule: SessionRule) -> str:
    if rule.arguments is None:
        return f"every call of {rule.tool}"
    calls = call_line(rule.tool, rule.arguments, width=_LINE)
    return calls + (", whatever else it is given," if rule.only else "")


def _read(stored: dict[str, Any]) -> SessionRule:
    only: list[str] = stored["only"]
    return SessionRule(**{**stored, "only": tuple[str, ...](only)})  # pyright: ignore[reportArgumentType] - as `asdict` wrote it
