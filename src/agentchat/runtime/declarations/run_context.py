"""What tools, hooks and guardrails are given of the run that they are part of."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields
from typing import Any, Generic, cast

from openai.types.responses import ResponseFunctionToolCall
from typing_extensions import TypeVar

from agentchat.runtime.declarations.approvals import Approvals, CallDecision, ToolDecisions
from agentchat.runtime.declarations.arguments import canonical_arguments
from agentchat.runtime.declarations.sync_calls import LateResult
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.items import ToolApprovalItem, TResponseInputItem
from agentchat.runtime.values.named import NamedAgent
from agentchat.runtime.values.usage import Usage

TContext = TypeVar("TContext", default=Any)


@dataclass(eq=False)
class RunContextWrapper(Generic[TContext]):
    """The user's own context object, with what the run knows beside it. Never sent to a model."""

    context: TContext
    usage: Usage = field(default_factory=Usage)
    """The tokens so far; up to date once a response is complete."""
    turn_input: list[TResponseInputItem] = field(default_factory=list[TResponseInputItem])
    tool_input: Any = None
    """In an agent that was called as a tool with `parameters`: these, as a dict."""
    approvals: Approvals = field(default_factory=Approvals)

    def approve_tool(self, approval_item: ToolApprovalItem, always_approve: bool = False) -> None:  # noqa: FBT001, FBT002 - published
        """Lets the call run; with `always_approve` every later call of the tool by the same agent in this run too."""
        self._decide(approval_item, always=always_approve, approved=True, message=None)

    def reject_tool(
        self,
        approval_item: ToolApprovalItem,
        always_reject: bool = False,  # noqa: FBT001, FBT002 - published
        rejection_message: str | None = None,
    ) -> None:
        """Keeps the call from running; the model gets `rejection_message`, or a standard sentence."""
        self._decide(approval_item, always=always_reject, approved=False, message=rejection_message)

    def is_tool_approved(self, tool_name: str, call_id: str) -> bool | None:
        """What was decided about a call of any agent; None when nothing was."""
        own, records = self._said(tool_name, call_id)
        return own.approved if own is not None else next((r.always for r in records if r.always is not None), None)

    def get_approval_status(
        self, tool_name: str, call_id: str, *, existing_pending: ToolApprovalItem | None = None, **_: Any
    ) -> bool | None:
        """`is_tool_approved`; with `existing_pending` of that very call, by its agent and with its arguments."""
        if (item := existing_pending) is None:
            return self.is_tool_approved(tool_name, call_id)
        mark = fingerprint(item.decided_as, item.arguments or "")
        found = self.approvals.find(item.agent.name, item.decided_as, call_id=call_id, fingerprint=mark)
        return None if found is None else found.approved

    def get_rejection_message(self, tool_name: str, call_id: str) -> str | None:
        """What the model is told about a rejected call; None for the standard sentence."""
        own, records = self._said(tool_name, call_id)
        return own.message if own is not None else next((r.always_message for r in records), None)

    def _said(self, tool_name: str, call_id: str) -> tuple[CallDecision | None, list[ToolDecisions]]:
        """What was said of one call, and all that was said of the tool, whichever agent calls it."""
        records = [record for (_, tool), record in self.approvals.tools.items() if tool == tool_name]
        return next((record.calls[call_id] for record in records if call_id in record.calls), None), records

    def shared(self) -> dict[str, Any]:
        """What every context of one run has in common, for one that says more."""
        return {each.name: getattr(self, each.name) for each in fields(RunContextWrapper)}

    def _decide(self, item: ToolApprovalItem, *, always: bool, approved: bool, message: str | None) -> None:
        record = self.approvals.of(item.agent.name, item.decided_as)
        if always and not approved:  # it is the latest word; an "always" does not undo a no to one call
            record.calls = {call_id: said for call_id, said in record.calls.items() if not said.approved}
        record.calls[item.call_id or ""] = CallDecision(
            approved=approved, fingerprint=fingerprint(item.decided_as, item.arguments or ""), message=message
        )
        if always:
            record.always, record.always_message = approved, message


@dataclass(eq=False)
class AgentHookContext(RunContextWrapper[TContext]):
    """The context that agent hooks get."""


@dataclass(eq=False, kw_only=True)
class ToolContext(RunContextWrapper[TContext]):
    """The context that a tool gets: the run's, and the call that it answers."""

    tool_name: str = cast("str", None)  # published: which call it is for is asked for by a ValueError
    tool_call_id: str = cast("str", None)
    tool_arguments: str = cast("str", None)
    """The arguments as JSON text."""
    tool_call: ResponseFunctionToolCall | None = None
    tool_namespace: str | None = None
    agent: NamedAgent | None = None
    run_config: Any = None
    """The run's RunConfig."""
    on_progress: Callable[[str | float], None] | None = None
    """Takes what `report_progress` is given; set by the run."""
    format_error: Callable[[Exception, str], Awaitable[str]] | None = None
    """Gives what the model is told of an error where the tool does not say, from it and the standard sentence; set by the run."""
    on_late_result: Callable[[LateResult], None] | None = None
    """Takes what the thread of a sync tool brings after the call was given up; set by the run, called on its event loop."""
    run_agent: Callable[[Any], Awaitable[Any]] | None = None
    """Runs the agent of an agent tool as a part of the run; set by the run, for calls of such tools."""

    def __post_init__(self) -> None:
        if missing := [name for name in ("tool_name", "tool_call_id", "tool_arguments") if getattr(self, name) is None]:
            raise ValueError(f"A ToolContext needs {missing[0]}: it is the context of one call.")

    @property
    def qualified_tool_name(self) -> str:
        """The tool's name behind its namespace, where it has one."""
        return f"{self.tool_namespace}.{self.tool_name}" if self.tool_namespace else self.tool_name

    def report_progress(self, progress: str | float) -> None:
        """Tells whoever watches the run how the tool is getting on: a text to append, or a fraction from 0 to 1.

        May be called from any thread; does nothing where nobody watches.
        """
        if self.on_progress is not None:
            self.on_progress(progress)

    @classmethod
    def from_agent_context(
        cls,
        context: RunContextWrapper[TContext],
        tool_call_id: str,
        tool_call: ResponseFunctionToolCall | None = None,
        agent: NamedAgent | None = None,
        **of_the_run: Any,
    ) -> "ToolContext[TContext]":
        """The context of one call in a run, with what the run sets; a ValueError when nothing says which call."""
        if tool_call is None:
            raise ValueError("A ToolContext needs the tool call that it is for.")
        return cls(
            **context.shared(),
            tool_name=tool_call.name,
            tool_call_id=tool_call_id,
            tool_arguments=tool_call.arguments,
            tool_call=tool_call,
            tool_namespace=tool_call.namespace,
            agent=agent,
            **of_the_run,
        )


def fingerprint(tool: str, arguments: str) -> str:
    """A hash of what a call does: its tool and its arguments, whatever their spelling as JSON."""
    return hashlib.sha256(canonical_json([tool, canonical_arguments(arguments)]).encode("utf-8", "surrogatepass")).hexdigest()


def canonical_json(value: Any) -> str:
    """One spelling for one value: sorted keys, no blanks that carry nothing."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def wrapped(context: Any) -> RunContextWrapper[Any]:
    """The wrapper itself, or a new one around the user's own object."""
    return cast("RunContextWrapper[Any]", context) if isinstance(context, RunContextWrapper) else RunContextWrapper(context)


def approval_item_of(item: object) -> ToolApprovalItem:
    """The item itself; a UserError when it is not one that waits for approval."""
    if not isinstance(item, ToolApprovalItem):
        raise UserError(f"Only items of result.interruptions can be decided; this is a {type(item).__name__}.")
    return item
