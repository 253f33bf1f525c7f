"""A run at rest: to decide about its calls, to store as JSON, to go on with.

A state is a copy; resuming it works on another copy, so that one state may be resumed twice. It names agents, and finds them again
from the agent that it is loaded with.
"""

import copy
import json
from collections.abc import Mapping
from typing import Any, cast

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.approvals import Approvals, CallDecision
from agentchat.runtime.declarations.run_context import approval_item_of, canonical_json, fingerprint, wrapped
from agentchat.runtime.ports.journal import RunJournal
from agentchat.runtime.running.progress import OpenTurn, Progress
from agentchat.runtime.running.state_json import progress_from_json, progress_to_json
from agentchat.runtime.running.state_recall import progress_from_journal
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import ToolApprovalItem, TResponseInputItem
from agentchat.runtime.values.keys import Scope

VERSION = "agentchat/1"
"""What `$schemaVersion` says. Another version is refused, never guessed at."""


class RunState:
    """A run as it stands."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    @classmethod
    def of(cls, progress: Progress) -> "RunState":
        """The state of a run: a copy that the run's own going on does not touch."""
        return cls(_copied(progress))

    @property
    def run_id(self) -> str:
        """The run's own name, which it keeps over all resumes."""
        return self._progress.run_id

    @property
    def pending_input(self) -> list[TResponseInputItem]:
        """What is staged for the next model call."""
        return copy.deepcopy(self._progress.staged)

    def get_interruptions(self) -> list[ToolApprovalItem]:
        """The calls that wait for a person."""
        turn = self._progress.open_turn
        return [] if turn is None else [slot.asked for slot in turn.waiting if slot.asked is not None]

    def approve(
        self,
        approval_item: ToolApprovalItem,
        always_approve: bool = False,  # noqa: FBT001, FBT002 - published
        *,
        arguments: Mapping[str, Any] | None = None,
    ) -> None:
        """Lets the call run; with `arguments` these run instead of the model's, and the decision is bound to them."""
        item = approval_item_of(approval_item)
        self._progress.context.approve_tool(item, always_approve=always_approve)
        if arguments is not None:
            self._edit(item, canonical_json(dict(arguments)))

    def reject(
        self,
        approval_item: ToolApprovalItem,
        always_reject: bool = False,  # noqa: FBT001, FBT002 - published
        *,
        rejection_message: str | None = None,
    ) -> None:
        """Keeps the call from running; the model gets `rejection_message`, or a standard sentence."""
        item = approval_item_of(approval_item)
        self._progress.context.reject_tool(item, always_reject=always_reject, rejection_message=rejection_message)

    def add_input(self, input: str | list[TResponseInputItem]) -> None:  # noqa: A002 - published name
        """Stages input for the next model call, where it stands after the tools' outputs. UserError when the run has ended."""
        if self._progress.ended:
            raise UserError("This run has ended; start a new one with the input.")
        self._progress.staged.extend(ItemHelpers.input_to_new_input_list(input))

    def clear_pending_input(self) -> None:
        """Forgets what is staged."""
        self._progress.staged.clear()

    def resumed(self, context: Any = None) -> Progress:
        """A copy to run on; a `context` takes the place of the old one, decisions and usage stay."""
        progress = _copied(self._progress)
        if context is not None:
            progress.context.context = wrapped(context).context
        return progress

    def to_json(self, *, context_serializer: Any = None, strict_context: bool = False) -> dict[str, Any]:
        """The whole state as plain data.

        A mapping as context is stored, None stays None; other contexts go through `context_serializer`, or are left out ({}), which
        with `strict_context` is a UserError.
        """
        context = _context_to_json(self._progress.context.context, context_serializer, strict=strict_context)
        return {"$schemaVersion": VERSION, **copy.deepcopy(progress_to_json(self._progress)), "context_object": context}

    def to_string(self, *, context_serializer: Any = None, strict_context: bool = False) -> str:
        """`to_json` as JSON text."""
        return json.dumps(self.to_json(context_serializer=context_serializer, strict_context=strict_context))

    @staticmethod
    async def from_json(
        initial_agent: Agent[Any],
        state_json: dict[str, Any],
        *,
        context_override: Any = None,
        context_deserializer: Any = None,
    ) -> "RunState":
        """The state that `to_json` wrote; agents are found by name from `initial_agent`. UserError for anything else."""
        _check_version(state_json)
        stored = state_json["context_object"]
        context = context_override
        if context is None:
            context = context_deserializer(stored) if context_deserializer is not None else stored
        return RunState(await progress_from_json(initial_agent, copy.deepcopy(state_json), wrapped(context)))

    @staticmethod
    async def from_string(initial_agent: Agent[Any], state_string: str, **options: Any) -> "RunState":
        """The state that `to_string` wrote."""
        try:
            data = json.loads(state_string)
        except ValueError as error:
            raise UserError(f"Failed to parse run state JSON: {error}") from error
        return await RunState.from_json(initial_agent, data, **options)

    @staticmethod
    async def recall(agent: Agent[Any], journal: RunJournal, run_id: str, *, context: Any = None) -> "RunState":
        """The state of a run as its journal has it: the last checkpoint with the journal's rows laid over it.

        UserError when the journal does not know the run, or an agent of it cannot be reached from `agent`.
        """
        recalled = await journal.recall(Scope(run_id=run_id))
        if recalled is None:
            raise UserError(f"The journal knows no run {run_id!r}; list the conversation's runs and take one of those.")
        return RunState(await progress_from_journal(agent, journal, run_id, recalled, wrapped(context)))

    def _edit(self, item: ToolApprovalItem, arguments: str) -> None:
        record = self._progress.context.approvals.of(item.agent.name, item.tool_name or "")
        record.calls[item.call_id or ""] = CallDecision(
            approved=True, fingerprint=fingerprint(item.tool_name or "", item.arguments or ""), arguments=arguments
        )


def _copied(progress: Progress) -> Progress:
    """A copy that shares what never changes (items, responses, agents) and nothing that does."""
    twin = copy.copy(progress)
    for name in ("input_items", "new_items", "responses", "answered", "unanswered", "seen_calls"):
        setattr(twin, name, copy.copy(getattr(progress, name)))
    twin.staged, twin.tools_used = copy.deepcopy(progress.staged), copy.deepcopy(progress.tools_used)
    twin.open_turn = None if progress.open_turn is None else _copied_turn(progress.open_turn)
    twin.context = copy.copy(progress.context)
    twin.context.usage = copy.deepcopy(progress.context.usage)
    twin.context.approvals = Approvals.from_json(progress.context.approvals.to_json())
    return twin


def _copied_turn(turn: OpenTurn) -> OpenTurn:
    twin = copy.copy(turn)
    twin.slots = [copy.copy(slot) for slot in turn.slots]
    return twin


def _context_to_json(context: Any, serializer: Any, *, strict: bool) -> Any:
    if serializer is not None:
        return serializer(context)
    if context is None or isinstance(context, Mapping):
        return cast("Mapping[str, Any] | None", context)
    if strict:
        raise UserError(f"A {type(context).__name__} as context needs a context_serializer to be stored.")
    return {}


def _check_version(data: Any) -> None:
    if not isinstance(data, dict) or "$schemaVersion" not in data:
        raise UserError("Run state is missing schema version; only what RunState.to_json wrote can be loaded.")
    version: object = data["$schemaVersion"]  # pyright: ignore[reportUnknownVariableType] - foreign data
    if version != VERSION:
        raise UserError(f"Run state schema version is not supported: {version!r}; this version reads {VERSION!r}.")
