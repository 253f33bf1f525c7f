"""A list of blocks that grows by items and facts: the one place that knows which block an item gives.

Standard library only: the screen's first frame is drawn with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from agentchat.chat.attachments import attached_to, said_in
from agentchat.chat.transcript.blocks import (
    AnswerBlock,
    Block,
    CallBlock,
    CallState,
    HandoffBlock,
    NoticeBlock,
    NoticeLevel,
    Path,
    ReasoningBlock,
    TextEnding,
    UserBlock,
    end_of_run,
    path_of,
)
from agentchat.chat.transcript.rows import (
    HANDOFF_PREFIX,
    Item,
    arguments_of,
    call_id_of,
    handoff_target,
    is_incomplete,
    is_refusal,
    output_of,
    reasoning_of,
    shape_of,
    text_of,
    tool_of,
)
from agentchat.chat.transcript.verdicts import answer_phrase, verdict_phrase
from agentchat.runtime.values.facts import ItemEnding, ItemFact, TurnFact

NO_FACT = ItemFact(item=0, kind="other", agent="")
"""What is known of an item that another program wrote."""


@dataclass(slots=True)
class Sheet:
    """Blocks in order, each nested run under the call that leads to it, as soon as that is here. Mutable: its owner adds to it."""

    blocks: list[Block] = field(default_factory=list[Block])
    open_calls: dict[tuple[Path, str], list[int]] = field(default_factory=dict[tuple[Path, str], list[int]])
    """By path and the provider's id, which may come twice: the places of calls that have no output yet, the latest last."""
    calls: dict[Path, list[int]] = field(default_factory=dict[Path, list[int]])
    """The places of the calls of the last response that made any, by the path of its agent."""
    callers: dict[Path, int] = field(default_factory=dict[Path, int])
    """By the path of a nested run the place of its call, as far as those of the last responses go."""
    _new: set[Path] = field(default_factory=set[Path])
    """Where a commit has begun that has not shown a call yet."""

    def copy(self) -> "Sheet":
        """One that goes on from here without touching this one."""
        return Sheet(
            list(self.blocks),
            {key: list(places) for key, places in self.open_calls.items()},
            {path: list(places) for path, places in self.calls.items()},
            dict(self.callers),
            set(self._new),
        )

    def shifted(self, by: int) -> list[Block]:
        """The blocks as they are behind `by` others."""
        return [replace(block, id=block.id + by) for block in self.blocks]

    def append(self, other: "Sheet") -> None:
        """Takes the other's blocks in at the end; runs that belong to calls of the last response move under them."""
        by = len(self.blocks)
        self.blocks.extend(other.shifted(by))
        for key, places in other.open_calls.items():
            self.open_calls.setdefault(key, []).extend(place + by for place in places)
        self.calls |= {path: [place + by for place in places] for path, places in other.calls.items()}
        self.callers |= {path: place + by for path, place in other.callers.items()}
        if () not in self._new:
            self._adopt(())

    def begin_commit(self, path: Path) -> None:
        """What comes is a commit of the run at the path: its calls are those of one response."""
        self._new.add(path)

    def caller_of(self, path: Path) -> int | None:
        """The place of the call that leads to a nested run; one of an earlier response has its output."""
        place = self.callers.get(path)
        if place is None and (found := _called(self.calls.get(path[:-1], ()), path)) is not None:
            return found if any(found in places for places in self.open_calls.values()) else None
        return place

    def has_open_call(self, item: Item, path: Path) -> bool:
        """True when `item` is the output of a call that is here."""
        return shape_of(item) == "output" and bool(self.open_calls.get((path, call_id_of(item))))

    def add_item(self, item: Item, fact: ItemFact) -> None:
        """One item, and what is known of it. An item without anything to show gives no block."""
        shape = shape_of(item)
        match shape:
            case "user":
                self._add_user(item, fact)
            case "answer":
                self._add_answer(item, fact)
            case "reasoning":
                self._add_reasoning(item, fact)
            case "call":
                self._add_call(item, fact, "waiting" if fact.ending == "waiting" else "proposed")
            case "hosted call":
                self._add_call(item, fact, "done")
            case "output":
                self._answer(item, fact)
            case "other":
                pass
            case _:
                assert_never(shape)

    def add_notice(self, fact: TurnFact) -> None:
        """What is known of a turn."""
        self._add(NoticeBlock(self._next, level=level_of(fact), text=fact.text, at=fact.at, kind=fact.kind, path=fact.path))

    @property
    def _next(self) -> int:
        return len(self.blocks)

    def _add(self, block: Block) -> int:
        """Adds a block, made for the end, and moves it into its run when it is of a nested one; gives its place."""
        path, end = path_of(block), len(self.blocks)
        place = self._end_of(path) if path else end
        self.blocks.append(block)
        if place < end:
            self._reorder(place, [end, *range(place, end)])
        return place

    def _end_of(self, path: Path) -> int:
        """Where the next block of a nested run belongs: behind all of it, under its call if that is here."""
        caller = self.caller_of(path)
        if caller is not None:
            self.callers[path] = caller
            return end_of_run(self.blocks, caller, len(path))
        for place in range(len(self.blocks), 0, -1):
            if path_of(self.blocks[place - 1])[: len(path)] == path:
                return place
        return len(self.blocks)

    def _forget_the_response_before(self, path: Path) -> None:
        """Nothing more comes under its calls."""
        if not path:
            self.calls.clear()
        self.calls[path] = []
        self.callers = {run: call for run, call in self.callers.items() if path and run[:-1] != path}

    def _adopt(self, path: Path) -> None:
        """Moves what calls of the last response led to, and what came before them, under them."""
        calls = self.calls.get(path)
        if not calls:
            return
        depth = len(path) + 1
        orphans = [place for place in range(0 if path else calls[0], len(self.blocks)) if self._is_orphan(place, path)]
        under: dict[int, list[int]] = {}
        for place in orphans:
            if (call := _called(calls, path_of(self.blocks[place])[:depth])) is not None:
                under.setdefault(call, []).append(place)
        if not under:
            return
        first, moving = min(calls[0], orphans[0]), {member for members in under.values() for member in members}
        self.callers |= {path_of(self.blocks[member])[:depth]: call for call, members in under.items() for member in members}
        stay = [place for place in range(first, len(self.blocks)) if place not in moving]
        self._reorder(first, [moved for place in stay for moved in (place, *under.get(place, ()))])

    def _is_orphan(self, place: int, path: Path) -> bool:
        """Whether the block is in a run that a call at the path led to, and stands under none yet."""
        own = path_of(self.blocks[place])
        return len(own) > len(path) and own[: len(path)] == path and own[: len(path) + 1] not in self.callers

    def _reorder(self, first: int, order: list[int]) -> None:
        """The blocks from `first` on stand in this order now."""
        moved = {old: new for new, old in enumerate(order, start=first)}
        self.blocks[first:] = [replace(self.blocks[old], id=new) for old, new in moved.items()]
        for places in (*self.open_calls.values(), *self.calls.values()):
            places[:] = [moved.get(place, place) for place in places]
        self.callers = {path: moved.get(place, place) for path, place in self.callers.items()}

    def _add_user(self, item: Item, fact: ItemFact) -> None:
        if not fact.path:  # what an agent that runs as a tool is asked stands in the arguments of its call
            self._add(UserBlock(self._next, said_in(item), fact.agent, fact.started, attached_to(item)))

    def _add_answer(self, item: Item, fact: ItemFact) -> None:
        if text := text_of(item):
            ending = answer_ending(item, cut=fact.ending == "incomplete")
            self._add(AnswerBlock(self._next, agent=fact.agent, text=text, ending=ending, at=fact.started, path=fact.path))

    def _add_reasoning(self, item: Item, fact: ItemFact) -> None:
        if text := reasoning_of(item):
            ending = "incomplete" if fact.ending == "incomplete" else "complete"
            self._add(ReasoningBlock(self._next, agent=fact.agent, text=text, ending=ending, at=fact.started, path=fact.path))

    def _add_call(self, item: Item, fact: ItemFact, state: CallState) -> None:
        call = CallBlock(
            id=self._next,
            agent=fact.agent,
            tool=tool_of(item),
            arguments=arguments_of(item),
            state=state,
            at=fact.started,
            path=fact.path,
        )
        place = self._add(call)
        if state == "done":
            return
        self.open_calls.setdefault((fact.path, call_id_of(item)), []).append(place)
        if fact.path in self._new:
            self._new.discard(fact.path)
            self._forget_the_response_before(fact.path)
        self.calls.setdefault(fact.path, []).append(place)
        if fact.path:
            self._adopt(fact.path)

    def _answer(self, item: Item, fact: ItemFact) -> None:
        """An output: the latest call with its id that has none is over. Without such a call there is nowhere to show it."""
        places = self.open_calls.get((fact.path, call_id_of(item)))
        if not places:
            return
        call = self.blocks[places.pop()]
        assert isinstance(call, CallBlock)
        output = output_of(item)
        target = _target(call, fact, output)
        handed = handed_over(call, target, cut_off=fact.ending == "unknown") if target else None
        self.blocks[call.id] = handed or _answered(call, fact, output)


def level_of(fact: TurnFact) -> NoticeLevel:
    """How loud the notice is."""
    return _LEVELS[fact.kind]


def answer_ending(item: Item, *, cut: bool) -> TextEnding:
    """How a message stands that will not grow."""
    if cut or is_incomplete(item):
        return "incomplete"
    return "refused" if is_refusal(item) else "complete"


def handed_over(call: CallBlock, target: str, *, cut_off: bool = False) -> HandoffBlock:
    """What a call becomes that gave the conversation to another agent."""
    return HandoffBlock(id=call.id, source=call.agent, target=target, at=call.at, path=call.path, cut_off=cut_off)


def _target(call: CallBlock, fact: ItemFact, output: str) -> str:
    """The agent that the call handed over to; "" when it is an ordinary call, or a handoff that was not taken."""
    if fact.kind == "handoff_output":
        return fact.target or handoff_target(output)
    if fact.kind == "other" and call.tool.startswith(HANDOFF_PREFIX):
        return handoff_target(output)
    return ""


def _answered(call: CallBlock, fact: ItemFact, output: str) -> CallBlock:
    return replace(
        call,
        state=_ENDED[fact.ending],
        output=output,
        verdict=answer_phrase(call.tool, fact.verdict) or verdict_phrase(fact.verdict, fact.by, output=output, edited=fact.edited),
        seconds=None if fact.started is None or fact.ended is None else fact.ended - fact.started,
    )


_ENDED: dict[ItemEnding, CallState] = {
    "complete": "done",
    "incomplete": "stopped",
    "waiting": "done",
    "failed": "failed",
    "rejected": "rejected",
    "denied": "denied",
    "stopped": "stopped",
    "unknown": "unknown",
}
"""How a call ended, by the fact of its output."""

_LEVELS: dict[str, NoticeLevel] = {
    "retry": "warning",
    "guardrail": "warning",
    "cut off": "warning",
    "error": "error",
    "stopped": "info",
    "notice": "info",
    "rule": "info",
}
"""By the kind of a turn's fact."""


def _called(calls: Sequence[int], path: Path) -> int | None:
    """The place of the call of a response that led to the run: the last part of its path ends with the call's number in the response."""
    number = path[-1].rpartition(".")[2]
    return calls[int(number)] if number.isdecimal() and int(number) < len(calls) else None
