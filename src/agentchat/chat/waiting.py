"""The calls that wait for a person: what is shown of each, and which exact call a decision is about.

A decision is bound to a digest of everything that the person was shown. The digest is made anew when the decision comes, so that a file
that changed since its diff was shown, or a tool that is described otherwise, is asked about again. The run makes it once more before it
starts the call. Other arguments that the person puts in the place of the model's are shown as the call that would run then, and decided
about like any other.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from agentchat.chat.policy import ChatPolicy
from agentchat.chat.session_rules import BUILT_IN, session_rule
from agentchat.chat.status import Approve, Decision, Edit, Pending, PendingCall, Preview, Reject, SessionRule
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.arguments import canonical_arguments, parsed_arguments
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.declarations.shown_call import shown_call
from agentchat.runtime.declarations.tool import AnsweredTool, FunctionTool
from agentchat.runtime.ports.journal import Approved, Rejected
from agentchat.runtime.ports.policy import Ask, CallInQuestion
from agentchat.runtime.running.response_items import answering_tool
from agentchat.runtime.values.items import ToolApprovalItem

Standing = Literal["waits", "changed", "gone"]
"""Of a call that was decided: it waits as it was shown; it waits, but is not what was shown; it does not wait any more."""

_IN_A_FOLDER = frozenset({"read_file", "list_files", "search_files", "write_file", "edit_file", "run_command", "run_shell"})
"""Built-in tools that work in the chat's folder."""


@dataclass(frozen=True, slots=True)
class _Asked:
    item: ToolApprovalItem
    shown: PendingCall
    edited: str | None = None
    """The arguments that the person put in the place of the model's."""


class WaitingCalls:
    """The waiting calls of one conversation. Mutable: its chat says which they are."""

    def __init__(self, session_id: str, policy: ChatPolicy, *, folder: str = "") -> None:
        self._session_id = session_id
        self._policy = policy
        self._folder = folder
        self._calls: dict[str, _Asked] = {}
        self._asked: Counter[str] = Counter()
        """How often a decision about a call was not kept."""

    @property
    def pending(self) -> Pending:
        """As a front end is told."""
        return Pending(tuple(asked.shown for asked in self._calls.values()))

    async def ask(self, items: Sequence[ToolApprovalItem], *, again: str = "") -> None:
        """These calls wait, and no others; the one with the key `again` is asked about anew, because a decision was not kept.

        What the person has put in the place of arguments stays.
        """
        self._asked[again] += 1
        calls: dict[str, _Asked] = {}
        for item in items:
            before = self._calls.get(str(item.key))
            edited = None if before is None else before.edited
            calls[str(item.key)] = _Asked(item, await self._shown(item, edited), edited)
        self._calls = calls

    async def check(self, key: str, digest: str) -> Standing:
        """How the call stands that a person decided about; one that changed is shown as it is now from here on."""
        asked = self._calls.get(key)
        if asked is None:
            return "gone"
        now = await self._shown(asked.item, asked.edited)
        if key not in self._calls:
            return "gone"
        self._calls[key] = replace(asked, shown=now)
        return "waits" if now.digest == digest else "changed"

    async def said(self, key: str, decision: Decision) -> Approved | Rejected | None:
        """What a person says of a call that waits, for the journal.

        None when that is no decision: an edit, which is asked about from here on, or the word of a rule that does not hold any more.
        """
        asked = self._calls[key]
        match decision:
            case Reject(_, reason):
                return Rejected(reason=reason)
            case Approve(digest, by):
                who = await self._rule_for(asked) if by == "kept rule" else "you"
                return Approved(arguments=asked.edited, by=who, digest=digest) if who else None
            case Edit(_, arguments):
                await self._edit(key, asked, arguments)
                return None

    def rule_in(self, key: str, decision: Decision) -> SessionRule | None:
        """The rule that is to be kept from here on, where the decision says so."""
        return self._calls[key].shown.rule if isinstance(decision, Approve) and decision.by == "new rule" else None

    async def _edit(self, key: str, asked: _Asked, arguments: str) -> None:
        """The model's own arguments take an edit back."""
        canonical = canonical_arguments(arguments)
        edited = None if canonical == canonical_arguments(asked.item.arguments or "") else canonical
        if asked.shown.schema:
            self._calls[key] = _Asked(asked.item, await self._shown(asked.item, edited), edited)

    async def _rule_for(self, asked: _Asked) -> str:
        tool = _tool_of(asked.item)
        return "" if tool is None else self._policy.kept_for(await _question(asked.item, tool, asked.shown.arguments))

    async def _shown(self, item: ToolApprovalItem, edited: str | None) -> PendingCall:
        name, given = item.qualified_name or "", item.arguments or ""
        arguments = given if edited is None else edited
        tool = _tool_of(item)
        assert item.key is not None
        now = await shown_call(
            tool, name=name, arguments=arguments, agent=item.agent.name, session_id=self._session_id, key=item.key
        )
        asked = None if tool is None else await _question(item, tool, arguments)
        return PendingCall(
            key=str(item.key),
            agent=item.agent.name,
            tool=name,
            description="" if tool is None else tool.description,
            origin="" if tool is None else tool.origin,
            effects="changes" if tool is None else tool.effects,
            arguments=canonical_arguments(arguments),
            digest=now.digest,
            asked=1 + self._asked[str(item.key)],
            preview=None if now.preview is None else Preview(kind=now.preview.kind, text=now.preview.text),
            reason=item.reason or self._reason(asked),
            rule=None if asked is None else session_rule(asked),
            schema=json.dumps(tool.params_json_schema) if isinstance(tool, FunctionTool) else "",
            original="" if edited is None else canonical_arguments(given),
            folder=self._folder if tool is not None and tool.origin == BUILT_IN and name in _IN_A_FOLDER else "",
        )

    def _reason(self, asked: CallInQuestion | None) -> str:
        """Why a person is asked, of a call that was asked about by a process that is gone."""
        verdict = None if asked is None else self._policy.verdict(asked)
        return verdict.reason if isinstance(verdict, Ask) else ""


async def _question(item: ToolApprovalItem, tool: AnsweredTool, arguments: str) -> CallInQuestion:
    """The call as the policy is asked about it."""
    assert item.key is not None
    parsed = parsed_arguments(arguments) or {}
    return CallInQuestion(
        item.key,
        item.agent.name,
        tool,
        parsed,
        needs_approval=await _is_marked(tool, parsed, item.call_id or ""),
        name=item.qualified_name or "",
        canonical=canonical_arguments(arguments),
    )


async def _is_marked(tool: AnsweredTool, arguments: dict[str, Any], call_id: str) -> bool:
    """Whether the tool's author wants to be asked about the call. Without the run, only the program's own tools can say so of each."""
    asks: object = tool.needs_approval
    if tool.origin == BUILT_IN and isinstance(tool, FunctionTool) and callable(tool.needs_approval):
        asks = await tool.needs_approval(RunContextWrapper(None), arguments, call_id)
    return asks is True


def _tool_of(item: ToolApprovalItem) -> AnsweredTool | None:
    """The tool that the call means."""
    return answering_tool(item.raw_item, cast("Agent[Any]", item.agent).tools)
