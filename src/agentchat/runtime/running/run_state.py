"""A run at rest: to decide about its calls, to store as JSON, to go on with.

A state is a copy; resuming it works on another copy, so that one state may be resumed twice. It names agents, and finds them again
from the agent that it is loaded with.
"""

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.approvals import Approvals
from agentchat.runtime.declarations.run_context import RunContextWrapper, approval_item_of, canonical_json, wrapped
from agentchat.runtime.ports.journal import RunJournal
from agentchat.runtime.ports.run_config import ReasoningItemIdPolicy
from agentchat.runtime.running.progress import OpenTurn, Progress, fresh
from agentchat.runtime.running.server_history import server_history
from agentchat.runtime.running.state_context import ContextDeserializer, ContextSerializer, context_from_json, context_to_json
from agentchat.runtime.running.state_form import check_form
from agentchat.runtime.running.state_json import progress_from_json, progress_to_json
from agentchat.runtime.running.state_recall import progress_from_journal
from agentchat.runtime.values.exceptions import ModelBehaviorError, UserError
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import ToolApprovalItem, TResponseInputItem
from agentchat.runtime.values.keys import Scope

VERSION = "agentchat/1"
"""What `$schemaVersion` says. Another version is refused, never guessed at."""


class RunState:
    """A run as it stands. `result.to_state()` gives one; made by hand, it is a run that has not begun."""

    def __init__(
        self,
        context: Any,
        original_input: str | list[TResponseInputItem],
        starting_agent: Agent[Any],
        max_turns: int | None = 10,
        *,
        conversation_id: str | None = None,
        previous_response_id: str | None = None,
        auto_previous_response_id: bool = False,
    ) -> None:
        """`context` is a RunContextWrapper, or the user's own object; the rest is as for `Runner.run`."""
        self._progress = fresh(starting_agent, original_input, context=context, max_turns=max_turns)
        self._progress.server = server_history(conversation_id, previous_response_id, auto_previous_response_id)

    @classmethod
    def of(cls, progress: Progress) -> "RunState":
        """The state of a run: a copy that the run's own going on does not touch."""
        return cls._around(_copied(progress))

    @classmethod
    def _around(cls, progress: Progress) -> "RunState":
        state = cls.__new__(cls)
        state._progress = progress  # noqa: SLF001 - its own
        return state

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
        return self._progress.questions

    def approve(
        self,
        approval_item: ToolApprovalItem,
        always_approve: bool = False,  # noqa: FBT001, FBT002 - published
        *,
        arguments: Mapping[str, Any] | None = None,
    ) -> None:
        """Lets the call run; with `arguments` these run instead of the model's, and the decision is bound to them."""
        item = approval_item_of(approval_item)
        context = self._context_of(item)
        context.approve_tool(item, always_approve=always_approve)
        if arguments is not None:
            decision = context.approvals.of(item.agent.name, item.decided_as).calls[item.call_id or ""]
            decision.arguments = canonical_json(dict(arguments))

    def reject(
        self,
        approval_item: ToolApprovalItem,
        always_reject: bool = False,  # noqa: FBT001, FBT002 - published
        *,
        rejection_message: str | None = None,
    ) -> None:
        """Keeps the call from running; the model gets `rejection_message`, or a standard sentence."""
        item = approval_item_of(approval_item)
        self._context_of(item).reject_tool(item, always_reject=always_reject, rejection_message=rejection_message)

    def add_input(self, input: str | list[TResponseInputItem]) -> None:  # noqa: A002 - published name
        """Stages input for the next model call, where it stands after the tools' outputs.

        UserError when there will be none: the run has ended, or what its open tools give may be the final output.
        """
        if self._progress.ended:
            raise UserError("This run has ended; start a new one with the input.")
        if self._progress.open_turn is not None and self._progress.open_turn.may_end_the_run:
            raise UserError("What the tools of this turn give may end the run; go on with it, and add the input then.")
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

    def get_tool_use_tracker_snapshot(self) -> dict[str, list[str]]:
        """Per agent, the tools of its last turn: what `reset_tool_choice` goes by."""
        return copy.deepcopy(self._progress.tools_used)

    def set_tool_use_tracker_snapshot(self, snapshot: Mapping[str, Sequence[str]] | None) -> None:
        """Puts another one in its place; None for an empty one."""
        self._progress.tools_used = {agent: list(tools) for agent, tools in (snapshot or {}).items()}

    def set_reasoning_item_id_policy(self, policy: ReasoningItemIdPolicy | None) -> None:
        """What becomes of the ids of reasoning items when the run goes on with a config that does not say."""
        self._progress.reasoning_ids = policy

    def set_trace(self, trace: Any) -> None:
        """Keeps a trace with the run; nothing is exported anywhere. A mapping is stored with the state."""
        self._progress.trace = trace

    def to_json(
        self,
        *,
        context_serializer: ContextSerializer | None = None,
        strict_context: bool = False,
        include_tracing_api_key: bool = False,  # noqa: ARG002 - published; there is no such key here
    ) -> dict[str, Any]:
        """The whole state as plain data, the runs of agents that are called as tools in it.

        A mapping as context is stored, None stays None. A pydantic model or dataclass is stored as its fields, anything else is left out
        ({}), and a warning is logged; with `strict_context` both are a UserError. A `context_serializer` goes over all that.
        """
        context = context_to_json(self._progress.context.context, context_serializer, strict=strict_context)
        return {"$schemaVersion": VERSION, **copy.deepcopy(progress_to_json(self._progress)), "context": context}

    def to_string(
        self,
        *,
        context_serializer: ContextSerializer | None = None,
        strict_context: bool = False,
        include_tracing_api_key: bool = False,  # noqa: ARG002 - as above
    ) -> str:
        """`to_json` as JSON text. UserError when the context or the trace holds what JSON cannot spell."""
        try:
            return json.dumps(self.to_json(context_serializer=context_serializer, strict_context=strict_context))
        except (TypeError, ValueError) as error:
            raise UserError(f"The run's state is no JSON: {error}; give a context_serializer.") from error

    @staticmethod
    async def from_json(
        initial_agent: Agent[Any],
        state_json: dict[str, Any],
        *,
        context_override: Any = None,
        context_deserializer: ContextDeserializer | None = None,
        strict_context: bool = False,
    ) -> "RunState":
        """The state that `to_json` wrote; agents are found by name from `initial_agent`. UserError for anything else.

        With `strict_context` also for a context that would not come back as it was.
        """
        _check_version(state_json)
        check_form(state_json)
        context = context_from_json(state_json["context"], context_override, context_deserializer, strict=strict_context)
        try:
            return RunState._around(await progress_from_json(initial_agent, copy.deepcopy(state_json), wrapped(context)))
        except (AttributeError, LookupError, TypeError, ValueError, ModelBehaviorError) as error:
            first, *_ = str(error).splitlines() or [""]
            said = f"its parts do not fit each other ({type(error).__name__}: {first})"
            raise UserError(f"The run state cannot be loaded: {said}; load what RunState.to_json wrote.") from error

    @staticmethod
    async def from_string(
        initial_agent: Agent[Any],
        state_string: str,
        *,
        context_override: Any = None,
        context_deserializer: ContextDeserializer | None = None,
        strict_context: bool = False,
    ) -> "RunState":
        """The state that `to_string` wrote."""
        try:
            data = json.loads(state_string)
        except (TypeError, ValueError, RecursionError) as error:
            raise UserError(f"Failed to parse run state JSON: {error}; give the text that RunState.to_string wrote.") from error
        return await RunState.from_json(
            initial_agent,
            data,
            context_override=context_override,
            context_deserializer=context_deserializer,
            strict_context=strict_context,
        )

    @staticmethod
    async def recall(agent: Agent[Any], journal: RunJournal, run_id: str, *, context: Any = None) -> "RunState":
        """The state of a run as its journal has it: the last checkpoint with the journal's rows laid over it.

        The conversation so far is its input; the items, answers and guardrail results of before are not told again. `context` takes the
        place of the user's own object, which a journal does not keep. UserError when the journal does not know the run, or an agent of
        it cannot be reached from `agent`.
        """
        recalled = await journal.recall(Scope(run_id=run_id))
        if recalled is None:
            raise UserError(f"The journal knows no run {run_id!r}; list the conversation's runs and take one of those.")
        return RunState._around(await progress_from_journal(agent, journal, Scope(run_id), recalled, wrapped(context)))

    def _context_of(self, item: ToolApprovalItem) -> RunContextWrapper[Any]:
        """Where the decision belongs: the run that asks, which may be one inside this one; a UserError when that is over.

        Another run may use the same provider's id for the same call: it is to be asked about by itself.
        """
        if item.key is None:
            return self._progress.context
        context = next((run.context for run in _with_those_inside(self._progress) if run.scope == item.key.scope), None)
        if context is None:
            raise UserError("This call is none of this run, or of an agent's run inside it that is over; take one of get_interruptions().")
        return context


def _with_those_inside(progress: Progress) -> Iterator[Progress]:
    """The run, and those of the agents that its open calls run."""
    yield progress
    for slot in [] if progress.open_turn is None else progress.open_turn.slots:
        if slot.nested is not None:
            yield from _with_those_inside(slot.nested)


def _copied(progress: Progress) -> Progress:
    """A copy that shares what never changes (items, responses, agents) and nothing that does."""
    twin = copy.copy(progress)
    for name in ("input_items", "new_items", "responses", "answered", "unanswered", "seen_calls"):
        setattr(twin, name, copy.copy(getattr(progress, name)))
    twin.staged, twin.tools_used = copy.deepcopy(progress.staged), copy.deepcopy(progress.tools_used)
    twin.guardrail_results, twin.open_guardrails = progress.guardrail_results.copy(), copy.copy(progress.open_guardrails)
    twin.open_turn = None if progress.open_turn is None else _copied_turn(progress.open_turn)
    twin.sight = None if progress.sight is None else progress.sight.copied()
    twin.server = copy.deepcopy(progress.server)
    twin.context = copy.copy(progress.context)
    twin.context.usage = copy.deepcopy(progress.context.usage)
    twin.context.approvals = Approvals.from_json(progress.context.approvals.to_json())
    return twin


def _copied_turn(turn: OpenTurn) -> OpenTurn:
    twin = copy.copy(turn)
    twin.items, twin.slots = list(turn.items), [copy.copy(slot) for slot in turn.slots]
    for slot in twin.slots:
        slot.nested = None if slot.nested is None else _copied(slot.nested)
    return twin


def _check_version(data: Any) -> None:
    if not isinstance(data, dict) or "$schemaVersion" not in data:
        raise UserError("Run state is missing schema version; only what RunState.to_json wrote can be loaded.")
    version: object = data["$schemaVersion"]  # pyright: ignore[reportUnknownVariableType] - foreign data
    if version != VERSION:
        raise UserError(f"Run state schema version is not supported: {version!r}; this version reads {VERSION!r}.")
