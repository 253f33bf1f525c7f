"""The calls that wait for a person: what is shown of each, and which exact call a decision is about.

A decision is bound to a digest of everything that the person was shown. The digest is made anew when the decision comes, so that a file
that changed since its diff was shown, or a tool that is described otherwise, is asked about again. The run makes it once more before it
starts the call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from agentchat.chat.status import Pending, PendingCall, Preview
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.arguments import canonical_arguments, parsed_arguments
from agentchat.runtime.declarations.shown_call import shown_call
from agentchat.runtime.declarations.tool import AnsweredTool
from agentchat.runtime.ports.policy import ApprovalPolicy, Ask, CallInQuestion
from agentchat.runtime.running.response_items import answering_tool
from agentchat.runtime.values.items import ToolApprovalItem

Standing = Literal["waits", "changed", "gone"]
"""Of a call that was decided: it waits as it was shown; it waits, but is not what was shown; it does not wait any more."""


@dataclass(frozen=True, slots=True)
class _Asked:
    item: ToolApprovalItem
    shown: PendingCall


class WaitingCalls:
    """The waiting calls of one conversation. Mutable: its chat says which they are."""

    def __init__(self, session_id: str, policy: ApprovalPolicy) -> None:
        self._session_id = session_id
        self._policy = policy
        self._calls: dict[str, _Asked] = {}

    @property
    def pending(self) -> Pending:
        """As a front end is told."""
        return Pending(tuple(asked.shown for asked in self._calls.values()))

    async def ask(self, items: Sequence[ToolApprovalItem]) -> None:
        """These calls wait, and no others."""
        calls: dict[str, _Asked] = {}
        for item in items:
            calls[str(item.key)] = _Asked(item, await self._shown(item))
        self._calls = calls

    async def check(self, key: str, digest: str) -> Standing:
        """How the call stands that a person decided about; one that changed is shown as it is now from here on."""
        asked = self._calls.get(key)
        if asked is None:
            return "gone"
        now = await self._shown(asked.item)
        if key not in self._calls:
            return "gone"
        self._calls[key] = _Asked(asked.item, now)
        return "waits" if now.digest == digest else "changed"

    def drop(self, key: str) -> None:
        """The call is decided."""
        self._calls.pop(key, None)

    async def _shown(self, item: ToolApprovalItem) -> PendingCall:
        name, arguments = item.qualified_name or "", item.arguments or ""
        tool = _tool_of(item)
        assert item.key is not None
        now = await shown_call(
            tool, name=name, arguments=arguments, agent=item.agent.name, session_id=self._session_id, key=item.key
        )
        return PendingCall(
            key=str(item.key),
            agent=item.agent.name,
            tool=name,
            description="" if tool is None else tool.description,
            origin="" if tool is None else tool.origin,
            effects="changes" if tool is None else tool.effects,
            arguments=canonical_arguments(arguments),
            digest=now.digest,
            preview=None if now.preview is None else Preview(kind=now.preview.kind, text=now.preview.text),
            reason=item.reason or self._reason(item, tool),
        )

    def _reason(self, item: ToolApprovalItem, tool: AnsweredTool | None) -> str:
        """Why a person is asked, of a call that was asked about by a process that is gone."""
        if tool is None or item.key is None:
            return ""
        marked = tool.needs_approval is True
        arguments = parsed_arguments(item.arguments or "") or {}
        name = item.qualified_name or ""
        verdict = self._policy.verdict(CallInQuestion(item.key, item.agent.name, tool, arguments, needs_approval=marked, name=name))
        return verdict.reason if isinstance(verdict, Ask) else ""


def _tool_of(item: ToolApprovalItem) -> AnsweredTool | None:
    """The tool that the call means."""
    return answering_tool(item.raw_item, cast("Agent[Any]", item.agent).tools)
