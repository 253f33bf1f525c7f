"""Where a run stands: everything that must survive when it stops and goes on.

`Progress` is what the loop works on and what a `RunState` is a copy of. It is mutable; only the loop of the run that owns it changes
it. The turn that is open (its response accepted, its calls not all done) is a part of it, so that starting a turn's calls and
resuming them are the same thing.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from openai.types.responses import ResponseFunctionToolCall
from openai.types.responses.response_output_item import McpApprovalRequest

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.agents.agent_tool import AgentTool
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.local_tools import ShellTool
from agentchat.runtime.declarations.patch_tool import ApplyPatchTool
from agentchat.runtime.declarations.run_context import RunContextWrapper, fingerprint, wrapped
from agentchat.runtime.declarations.tool import AnsweredTool, FunctionTool
from agentchat.runtime.ports.journal import Approved, ProposedCall, Recalled, RecalledCall, Rejected
from agentchat.runtime.ports.run_config import ReasoningItemIdPolicy
from agentchat.runtime.running.guardrail_results import GuardrailResults
from agentchat.runtime.running.pairing import paired
from agentchat.runtime.running.server_history import NOT_OF_THE_MODEL, ServerHistory
from agentchat.runtime.running.sight import Handed, Sight
from agentchat.runtime.running.steps import FinalOutput
from agentchat.runtime.values.call_answers import answer_to, value_of_answer
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.facts import ItemEnding
from agentchat.runtime.values.items import (
    MCPApprovalResponseItem,
    ModelResponse,
    ReasoningItem,
    RunItem,
    ToolApprovalItem,
    ToolCallOutputItem,
    TResponseInputItem,
)
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.runtime.values.named import NamedAgent
from agentchat.runtime.values.outcomes import Failed, Outcome, Returned
from agentchat.runtime.values.raw_calls import CALLS, OUTPUTS, RawCall, answered_id, call_arguments, call_id_of, call_name

STORED: Final = object()
"""The value of a call of which only the stored form is known."""


@dataclass(slots=True)
class CallSlot:
    """One call of the open turn, and what became of it so far.

    A function call, a call of a local tool (computer, shell, patch), or a request to run a hosted MCP tool; `name`, `call_id` and
    `arguments` read all of them alike.
    """

    key: CallKey
    raw: RawCall
    """The call as the model made it."""
    tool: AnsweredTool | None = None
    """None for a handoff, and for a tool that does not exist."""
    handoff: Handoff | None = None
    decision: Approved | Rejected | None = None
    """What a person decided, as the journal tells."""
    edited: str | None = None
    """The arguments that a person put in place of the model's."""
    asked: ToolApprovalItem | None = None
    """The question to a person, once it was put."""
    begun: bool = False
    """True from the moment that the journal let it start: from here on it may have taken effect."""
    outcome: Outcome | None = None
    value: Any = STORED
    """What the function returned, before it was made into the model's form."""
    ending: ItemEnding = "complete"
    verdict: str = ""
    by: str = ""
    started: float | None = None
    ended: float | None = None
    output_written: bool = False
    """True once its output is a session row."""
    nested: "Progress | None" = None
    """Of a call of an agent tool: the place of the agent's run, while that has begun and not ended."""
    agent_run: Any = None
    """Of a call of an agent tool: the RunResult of the agent's run, once that has ended."""
    output_item: ToolCallOutputItem | MCPApprovalResponseItem | None = None
    """Its output as an item; made once, when it is first asked for."""

    @property
    def function(self) -> ResponseFunctionToolCall:
        """The call itself, where it is one of a function or a handoff."""
        assert isinstance(self.raw, ResponseFunctionToolCall)
        return self.raw

    @property
    def name(self) -> str:
        """The name that the model called; where its calls carry none, the tool's."""
        return self.tool.name if isinstance(self.tool, ShellTool | ApplyPatchTool) else call_name(self.raw)

    @property
    def decided_as(self) -> str:
        """What decisions about the tool are kept under: what holds for a function does not hold for a shell of the same name."""
        return self.name if isinstance(self.raw, ResponseFunctionToolCall) else f"{self.raw.type}:{self.name}"

    def question(self, agent: NamedAgent, reason: str = "") -> ToolApprovalItem:
        """The question to a person whether the call may run."""
        item = ToolApprovalItem(agent, self.raw, tool_name=self.name, key=self.key, reason=reason)
        if isinstance(self.tool, FunctionTool):
            item.tool_origin = self.tool.tool_origin
        if isinstance(self.raw, McpApprovalRequest):
            item.tool_name, item.tool_namespace = self.raw.name, self.raw.server_label
        if not isinstance(self.raw, ResponseFunctionToolCall):
            item.tool_lookup_key = self.decided_as
        return item

    @property
    def call_id(self) -> str:
        """The provider's id of the call."""
        return call_id_of(self.raw)

    @property
    def given(self) -> str:
        """The arguments as the model wrote them."""
        return call_arguments(self.raw)

    @property
    def arguments(self) -> str:
        """The arguments as they run."""
        return self.given if self.edited is None else self.edited

    @property
    def open(self) -> bool:
        """True while it has no outcome."""
        return self.outcome is None

    @property
    def questions(self) -> list[ToolApprovalItem]:
        """What a person is asked before the call can go on: about the call, or about calls of the agent that it runs."""
        if not self.open:
            return []
        if self.nested is not None:
            return self.nested.questions
        return [] if self.asked is None else [self.asked]

    @property
    def unchecked(self) -> bool:
        """True while its outcome has not passed the tool's output guardrails."""
        return isinstance(self.outcome, Returned) and self.outcome.unchecked

    @property
    def output(self) -> Any:
        """What the function returned; where that is not known any more, what was stored of it."""
        if self.value is not STORED:
            return self.value
        if not isinstance(self.outcome, Returned):
            return None
        return value_of_answer(answer_to(self.raw.type, self.call_id, self.outcome.output))


@dataclass(slots=True)
class OpenTurn:
    """A turn whose response is accepted."""

    number: int
    """The response's number in its scope."""
    agent: Agent[Any]
    response: ModelResponse
    items: list[RunItem]
    """What the model produced, in its order."""
    slots: list[CallSlot]
    at: float
    """When the response was complete, in seconds since the epoch."""
    since: float | None = None
    """When its first delta came."""
    rows_written: bool = False
    """True once the items are session rows (the turn was interrupted before)."""

    @property
    def waiting(self) -> list[CallSlot]:
        """The calls that wait for a person."""
        return [slot for slot in self.slots if slot.questions]

    @property
    def questions(self) -> list[ToolApprovalItem]:
        """What a person is asked, in the order of the calls."""
        return [question for slot in self.slots for question in slot.questions]

    @property
    def may_end_the_run(self) -> bool:
        """True when what its tools give may be the final output."""
        behavior = self.agent.tool_use_behavior
        if isinstance(behavior, dict):
            return any(slot.name in behavior["stop_at_tool_names"] for slot in self.slots)
        return behavior != "run_llm_again" and any(isinstance(slot.tool, FunctionTool) for slot in self.slots)

    def proposed(self) -> list[ProposedCall]:
        """The calls as the journal keeps them: tools, and handoffs whose callback may have effects."""
        return [
            ProposedCall(
                key=slot.key,
                call_id=slot.call_id,
                agent=self.agent.name,
                tool=slot.name,
                arguments=slot.given,
                kind="handoff" if slot.handoff is not None else "agent" if isinstance(slot.tool, AgentTool) else "tool",
            )
            for slot in self.slots
            if slot.handoff is None or slot.handoff.has_callback
        ]

    def mark_written(self) -> None:
        """The items, and the outputs that there are, are session rows now."""
        self.rows_written = True
        for slot in self.slots:
            slot.output_written = slot.output_written or not slot.open

    def lay_over(self, recalled: Recalled) -> None:
        """Takes in what the journal knows of the calls."""
        known = {call.call.key: call for call in recalled.calls}
        for slot in self.slots:
            if (call := known.get(slot.key)) is not None:
                _lay_over_call(slot, call)


def _lay_over_call(slot: CallSlot, call: RecalledCall) -> None:
    slot.decision = call.decision
    slot.started, slot.ended = call.started, call.ended
    if call.status != "proposed":
        slot.begun, slot.by = True, call.by
        slot.verdict = _verdict_of(call)
        if isinstance(call.decision, Approved):
            slot.edited = call.decision.arguments
    if call.outcome is not None and slot.outcome is None:
        slot.outcome = call.outcome
        if isinstance(call.outcome, Failed) or call.outcome.failed:
            slot.ending = "failed"


def _verdict_of(call: RecalledCall) -> str:
    if isinstance(call.decision, Approved):
        return "approved"
    return "allowed" if call.by else ""


@dataclass(slots=True)
class OpenGuardrails:
    """Input guardrails that have no verdict yet."""

    agent: Agent[Any]
    """Whose they are: the agent that the run began with."""
    shown: str | list[TResponseInputItem]
    """What they look at: the run's input, behind the history where there is a session."""
    rows: int = 0
    """How many rows the run has written since."""


@dataclass(slots=True)
class Progress:
    """One run's place."""

    run_id: str
    agent: Agent[Any]
    """The active agent."""
    original_input: str | list[TResponseInputItem]
    """What the caller passed; with a session, history and input in one list."""
    context: RunContextWrapper[Any]
    max_turns: int | None
    input_items: list[TResponseInputItem] = field(default_factory=list[TResponseInputItem])
    """What the next model call sees, before calls without an output are left out. Only grows."""
    new_items: list[RunItem] = field(default_factory=list[RunItem])
    """What the run produced, turn by turn; a turn enters when it is committed."""
    responses: list[ModelResponse] = field(default_factory=list[ModelResponse])
    turn: int = 0
    response: int = 0
    tools_used: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    staged: list[TResponseInputItem] = field(default_factory=list[TResponseInputItem])
    open_turn: OpenTurn | None = None
    entered: bool = False
    """True once the caller's input is in the journal."""
    ended: bool = False
    sight: Sight | None = None
    """What follows `original_input` in the model's eyes; None when that is all of `new_items`."""
    view: str = ""
    """The journal's record of what the model sees in place of the first rows; empty when it sees them as they are."""
    server: ServerHistory | None = None
    """The run's place in a conversation that the provider keeps; None when the run sends its history itself."""
    final: FinalOutput | None = None
    """What the run ended with, once it has."""
    path: tuple[str, ...] = ()
    """The outer calls, of a run inside another one."""
    start: Agent[Any] | None = None
    """The agent that the run began with: all others are found from it."""
    reasoning_ids: ReasoningItemIdPolicy | None = None
    """What becomes of the ids of reasoning items where the run's config does not say."""
    trace: Any = None
    """As the caller set it; nothing is exported anywhere."""
    open_guardrails: OpenGuardrails | None = None
    """None when the input guardrails have said yes, or there are none."""
    guardrail_results: GuardrailResults = field(default_factory=GuardrailResults)
    seen_calls: dict[str, str] = field(default_factory=dict[str, str])
    """Fingerprints of the run's calls, by the provider's id."""
    answered: set[str] = field(default_factory=set[str])
    """The provider's ids of calls in `input_items` that have an output there, and of reasoning."""
    unanswered: set[str] = field(default_factory=set[str])
    """The provider's ids of calls in `input_items` that have none (yet)."""
    unpaired: bool = False
    """True when `input_items` hold what will never be a pair (the outputs of a turn that a limited history cuts, an abandoned call), or
    one id twice."""

    @property
    def scope(self) -> Scope:
        """The run's name in the journal."""
        return Scope(run_id=self.run_id, path=self.path)

    @property
    def questions(self) -> list[ToolApprovalItem]:
        """What a person is asked before the run can go on, runs inside it included."""
        return [] if self.open_turn is None else self.open_turn.questions

    def take_up(self, recalled: Recalled) -> None:
        """Takes in what the journal knows of the run; a UserError when the run has gone on since this was its place."""
        step = "turn open" if self.open_turn is not None else "ended" if self.ended else "model next"
        if (recalled.checkpoint.step, recalled.checkpoint.response) != (step, self.response):
            raise UserError("This run has gone on since its state was taken; load the state again with RunState.recall.")
        self.note_calls(recalled.earlier_calls)
        if self.open_turn is not None:
            self.open_turn.lay_over(recalled)

    def extend(
        self, items: Sequence[RunItem], wires: Sequence[TResponseInputItem], *, shown: Sequence[RunItem] | None = None
    ) -> None:
        """The run has produced these (an item each, and its stored form); `shown` has its questions to a person as well."""
        self.extend_input(wires)
        self.new_items.extend(items if shown is None else shown)
        if self.sight is not None:
            self.sight.items.extend(items)
        if self.server is not None:
            self.server.unsent.extend(wire for item, wire in zip(items, wires, strict=True) if isinstance(item, NOT_OF_THE_MODEL))

    def keep_to(self, policy: ReasoningItemIdPolicy | None) -> None:
        """What the run's config says of the ids of reasoning items; None where it says nothing."""
        self.reasoning_ids = policy or self.reasoning_ids
        for item in [] if self.open_turn is None else self.open_turn.items:
            if isinstance(item, ReasoningItem):
                item.id_omitted = self.reasoning_ids == "omit"

    def take_over(self, handed: Handed) -> None:
        """The model sees only this from now on; that calls of before were answered is not forgotten."""
        self.original_input, self.sight = handed.given, handed.sight
        self.new_items.extend(handed.kept)
        self.input_items, self.unanswered, self.unpaired = [], set(), False
        self.extend_input(handed.wires)

    def note_calls(self, calls: Sequence[ProposedCall]) -> None:
        """The run has made these, and has their outputs: a model that uses their ids again is caught."""
        for call in calls:
            self.seen_calls.setdefault(call.call_id, fingerprint(call.tool, call.arguments))
            self.answered.add(call.call_id)

    def extend_input(self, wires: Sequence[TResponseInputItem]) -> None:
        """The model sees these from now on. Keeps count of open calls, so that the history is never searched for them."""
        for wire in wires:
            kind = wire.get("type")
            if kind in CALLS:
                self.unpaired = self.unpaired or wire["call_id"] in self.unanswered or wire["call_id"] in self.answered
                self.unanswered.add(wire["call_id"])
            elif kind in OUTPUTS:
                call_id = answered_id(wire)
                self.unpaired = self.unpaired or call_id not in self.unanswered
                self.unanswered.discard(call_id)
                self.answered.add(call_id)
            elif kind == "reasoning" and "id" in wire:
                self.unpaired = self.unpaired or wire["id"] in self.answered
                self.answered.add(wire["id"])
            elif kind == "mcp_approval_response":
                self.answered.add(wire["approval_request_id"])
        self.input_items.extend(wires)

    def model_input(self) -> list[TResponseInputItem]:
        """`input_items` without calls that have no output, and outputs without a call: providers refuse both; they stay stored.

        Where the provider keeps the conversation, what it does not have yet.
        """
        if self.server is not None:
            return list(self.server.unsent)
        return paired(self.input_items) if self.unanswered or self.unpaired else list(self.input_items)


def fresh(agent: Agent[Any], given: str | list[TResponseInputItem], *, context: Any, max_turns: int | None) -> Progress:
    """The place of a run that begins; `context` is a RunContextWrapper, or the user's own object."""
    return Progress(
        run_id=uuid.uuid4().hex, agent=agent, start=agent, original_input=given, context=wrapped(context), max_turns=max_turns
    )
