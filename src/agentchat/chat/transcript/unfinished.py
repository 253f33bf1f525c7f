"""A run that stands half-way: what it shows beyond the conversation's rows, and how it is closed.

The journal knows more of such a run than the rows do: the answer that was arriving, a response whose turn is not over, what was decided
about its calls and what came of them. All of it is put in the form in which it would be stored, so that what is shown here and what
is shown when it is stored come from the same code.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agentchat.chat.safe_text import safe_line
from agentchat.chat.transcript.blocks import AnswerBlock, Block, Path
from agentchat.chat.transcript.call_line import call_line
from agentchat.chat.transcript.replay import Replay
from agentchat.chat.transcript.rows import Item, call_id_of, shape_of
from agentchat.chat.transcript.verdicts import verdict_phrase
from agentchat.runtime.ports.journal import Approved, Recalled, RecalledCall, Rejected
from agentchat.runtime.running.blocking import WITHHELD, unseen, without_answer
from agentchat.runtime.running.judging import UNKNOWN
from agentchat.runtime.running.stopping import STOPPED_BEFORE, STOPPED_RUNNING
from agentchat.runtime.values.call_answers import answer_to, stored_answer
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.facts import EditedCall, Fact, ItemEnding, ItemFact, ItemKind, TurnFact
from agentchat.runtime.values.items import edited_call
from agentchat.runtime.values.keys import Scope
from agentchat.runtime.values.outcomes import Outcome, Returned, WireOutput
from agentchat.runtime.values.raw_calls import RawCall
from agentchat.runtime.values.raw_calls import call_id_of as raw_id_of

_SHORT = 40
"""Characters of a call where others stand beside it."""
_KINDS: dict[str, ItemKind] = {"answer": "message", "reasoning": "reasoning", "call": "call", "output": "output"}


@dataclass(frozen=True, slots=True)
class HalfWay:
    """A run that has not come to its end, with the runs of the agents that its open calls run."""

    scope: Scope
    recalled: Recalled
    inside: tuple["HalfWay", ...] = ()
    guarded: bool = False
    """True when output guardrails are still to be asked about its answer: until then that is neither shown nor a row."""
    elsewhere: frozenset[str] | None = None
    """The keys of the calls that run now, when another living process works on the run; None when none does."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What a commit writes that ends a run as it stands."""

    scope: Scope
    items: tuple[Item, ...]
    facts: tuple[Fact, ...]
    checkpoint: Checkpoint
    edits: tuple[EditedCall, ...] = ()
    """Calls that are rows, and that ran as a person had changed them."""


def laid_over(stored: Replay, run: HalfWay) -> Replay:
    """The conversation with what the journal knows of its unfinished run."""
    shown = stored.copy()
    _lay_over(shown, run)
    return shown


def blocks_of(shown: Replay, run: HalfWay | None) -> tuple[Block, ...]:
    """What there is to show of it; an answer that another process is writing goes on."""
    blocks = shown.blocks
    last = blocks[-1] if blocks and run is not None and run.elsewhere is not None else None
    if isinstance(last, AnswerBlock) and last.ending == "incomplete":
        return (*blocks[:-1], replace(last, ending="open"))
    return blocks


def closings(run: HalfWay, *, at: float, why: str) -> list[Closing]:
    """The runs, ended where they stand, the inner ones first: answers that broke off are kept as incomplete, every call has an output.

    `why` is the line that says so in the transcript.
    """
    return [*(end for inner in run.inside for end in closings(inner, at=at, why="")), _closing(run, at=at, why=why)]


def next_step(run: HalfWay) -> str:
    """What happens first when the run goes on, in a few words. An answer that is there is not asked for again."""
    recalled = run.recalled
    agent = safe_line(recalled.checkpoint.agent)
    if recalled.checkpoint.step != "turn open":
        return f"{agent} answers anew" if recalled.draft else f"{agent} answers"
    inside = {inner.scope: inner for inner in run.inside}
    left = [call for call in _unwritten(recalled) if call.outcome is None and not isinstance(call.decision, Rejected)]
    for call in left:
        if (inner := inside.get(call.call.key.inside)) is not None:
            return next_step(inner)
    to_run = [call for call in left if call.status == "proposed" and call.call.kind != "handoff"]
    if to_run:
        return _named(to_run[0]) + (f" and {len(to_run) - 1} more" if to_run[1:] else "")
    return f"{agent} is told what came of its calls" if recalled.calls else f"{agent} goes on"


def _named(call: RecalledCall) -> str:
    """The call as it would run."""
    edited = call.decision.arguments if isinstance(call.decision, Approved) else None
    return call_line(call.call.tool, call.call.arguments if edited is None else edited, width=_SHORT)


def _lay_over(shown: Replay, run: HalfWay) -> None:
    recalled, path = run.recalled, run.scope.path
    batch = _Rows(recalled, path)
    edits = _edits(recalled)
    _add_draft(batch, run)
    _add_response(batch, run, edits)
    for call in _unwritten(recalled):
        if call.outcome is not None:
            _add_outcome(batch, call, call.outcome)
    if batch.items or batch.facts or edits or not path:
        shown.take(batch.items, batch.facts, edits if recalled.checkpoint.open_rows else ())
    for call in _unwritten(recalled):
        _mark(shown, call, runs=run.elsewhere is not None and str(call.call.key) in run.elsewhere)
    for inner in run.inside:
        _lay_over(shown, inner)


def _closing(run: HalfWay, *, at: float, why: str) -> Closing:
    scope, recalled = run.scope, run.recalled
    batch = _Rows(recalled, scope.path)
    edits = _edits(recalled, begun=True)
    _add_draft(batch, run)
    _add_response(batch, run, edits)
    known = {call.call.call_id: call for call in _unwritten(recalled)}
    for call_id in _open_call_ids(recalled):
        _add_end(batch, call_id, known.get(call_id))
    if why:
        batch.facts.append(TurnFact(kind="stopped", text=why, at=at, agent=recalled.checkpoint.agent))
    ended = replace(recalled.checkpoint, step="ended", at=at, open_rows=False, open_outputs=())
    edited = edits if recalled.checkpoint.open_rows else ()
    return Closing(scope=scope, items=tuple(batch.items), facts=tuple(batch.facts), checkpoint=ended, edits=tuple(edited))


class _Rows:
    """Items in the making, with a fact about each. Mutable, and gone with the function that made it."""

    def __init__(self, recalled: Recalled, path: Path) -> None:
        self._checkpoint, self._path = recalled.checkpoint, path
        calls = [] if recalled.open_response is None else recalled.open_response.to_input_items()
        self._types = {call_id_of(item): item["type"] for item in calls if shape_of(item) == "call"}
        self.items: list[Item] = []
        self.facts: list[Fact] = []

    def add(self, item: Item, *, ending: ItemEnding = "complete", started: float | None, ended: float | None) -> ItemFact:
        """One item of the active agent."""
        kind = _KINDS.get(shape_of(item), "other")
        fact = ItemFact(
            item=len(self.items),
            kind=kind,
            agent=self._checkpoint.agent,
            ending=ending,
            started=started,
            ended=ended,
            path=self._path,
        )
        self.items.append(item)
        self.facts.append(fact)
        return fact

    def answer(self, call_id: str, output: WireOutput) -> Item:
        """The item that answers a call of the open response."""
        return stored_answer(answer_to(self._types.get(call_id, "function_call"), call_id, output))

    def decided(self, fact: ItemFact, call: RecalledCall) -> None:
        """Who decided about the call whose output was just added, and whether it is as the model made it."""
        decision = call.decision
        if isinstance(decision, Approved):
            edited = decision.arguments is not None
            given = call.call.arguments if edited else ""
            self.facts[fact.item] = replace(fact, verdict="approved", by=call.by, edited=edited, given=given)
        elif call.by:
            self.facts[fact.item] = replace(fact, verdict="allowed", by=call.by)


def _add_draft(batch: _Rows, run: HalfWay) -> None:
    recalled = run.recalled
    if recalled.draft and run.guarded:
        at, agent = recalled.checkpoint.at, recalled.checkpoint.agent
        batch.facts.append(TurnFact(kind="cut off", text=unseen(recalled.draft), at=at, agent=agent, path=run.scope.path))
    elif recalled.draft:
        part: Item = {"type": "output_text", "text": recalled.draft, "annotations": []}
        message: Item = {"type": "message", "role": "assistant", "status": "incomplete", "content": [part]}
        batch.add(message, ending="incomplete", started=None, ended=None)


def _edits(recalled: Recalled, *, begun: bool = False) -> list[EditedCall]:
    """The calls of the open turn that a person changed; with `begun` only those that were started."""
    response, edits = recalled.open_response, list[EditedCall]()
    raws = {raw_id_of(raw): raw for raw in (() if response is None else response.output) if isinstance(raw, RawCall)}
    for call in _unwritten(recalled):
        arguments = call.decision.arguments if isinstance(call.decision, Approved) else None
        if arguments is None or (begun and not was_started(call)) or call.call.call_id not in raws:
            continue
        if (edit := edited_call(raws[call.call.call_id], arguments)) is not None:
            edits.append(replace(edit, path=call.call.key.scope.path))
    return edits


def _add_response(batch: _Rows, run: HalfWay, edits: Sequence[EditedCall]) -> None:
    """The items of the response whose turn is open, unless they are rows already."""
    point, response = run.recalled.checkpoint, run.recalled.open_response
    if point.step != "turn open" or point.open_rows or response is None:
        return
    items = response.to_input_items()
    for edit in edits:
        edit.put(items)
    if run.guarded and not any(shape_of(item) == "call" for item in items):
        items = without_answer(items, lambda item: str(item.get("type")))
    for item in items:
        batch.add(item, started=point.at, ended=point.at)


def _unwritten(recalled: Recalled) -> Sequence[RecalledCall]:
    """The calls of the open turn whose outputs are no rows yet."""
    point = recalled.checkpoint
    if point.step != "turn open":
        return ()
    return [call for call in recalled.calls if call.call.key.index not in point.open_outputs]


def _open_call_ids(recalled: Recalled) -> Sequence[str]:
    """The provider's ids of those calls, and of handoffs, which a journal may not know; in the model's order."""
    point, response = recalled.checkpoint, recalled.open_response
    if point.step != "turn open" or response is None:
        return ()
    written = {call.call.call_id for call in recalled.calls if call.call.key.index in point.open_outputs}
    ids = [call_id_of(item) for item in response.to_input_items() if shape_of(item) == "call"]
    return [call_id for call_id in dict.fromkeys(ids) if call_id not in written]


def _add_end(batch: _Rows, call_id: str, call: RecalledCall | None) -> None:
    if call is not None and call.outcome is not None:
        _add_outcome(batch, call, call.outcome)
    elif call is not None and call.status == "started" and call.call.kind == "agent":
        batch.decided(batch.add(batch.answer(call_id, STOPPED_RUNNING), ending="stopped", started=call.started, ended=None), call)
    elif call is not None and was_started(call):
        batch.decided(batch.add(batch.answer(call_id, UNKNOWN), ending="unknown", started=call.started, ended=None), call)
    else:
        batch.add(batch.answer(call_id, STOPPED_BEFORE), ending="stopped", started=None, ended=None)


def _add_outcome(batch: _Rows, call: RecalledCall, outcome: Outcome) -> None:
    returned = isinstance(outcome, Returned)
    failed = outcome.failed if returned else True
    output = outcome.output if returned else f"The call failed: {outcome.message}"
    if returned and outcome.unchecked:
        batch.add(batch.answer(call.call.call_id, WITHHELD), ending="denied", started=call.started, ended=call.ended)
        return
    fact = batch.add(
        batch.answer(call.call.call_id, output), ending="failed" if failed else "complete", started=call.started, ended=call.ended
    )
    batch.decided(fact, call)


def was_started(call: RecalledCall) -> bool:
    """Whether it may have taken effect. One that is to run again was started before."""
    return call.status != "proposed" or call.started is not None


def _mark(shown: Replay, call: RecalledCall, *, runs: bool) -> None:
    """A call without an outcome: it runs elsewhere, was started once, or decided and not begun."""
    call_id, path, decision = call.call.call_id, call.call.key.scope.path, call.decision
    if call.outcome is not None or (call.status == "started" and call.call.kind == "agent"):
        return  # how an agent's run stands, its own calls show
    if call.status != "proposed":
        verdict = verdict_phrase("approved" if isinstance(decision, Approved) else "allowed", call.by)
        shown.mark_call(call_id, path, state="running" if runs else "unknown", verdict=verdict)
    elif isinstance(decision, Approved):
        shown.mark_call(call_id, path, state="proposed", verdict=verdict_phrase("approved", decision.by))
    elif isinstance(decision, Rejected):
        shown.mark_call(call_id, path, state="proposed", verdict=verdict_phrase("rejected", decision.by, output=decision.reason))
