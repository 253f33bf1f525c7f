"""A list of blocks that grows by items and facts: the one place that knows which block an item gives.

Standard library only: the screen's first frame is drawn with it.
"""

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
    """Blocks in order, and which calls among them have no output yet. Mutable: its owner adds to it."""

    blocks: list[Block] = field(default_factory=list[Block])
    open_calls: dict[tuple[Path, str], list[int]] = field(default_factory=dict[tuple[Path, str], list[int]])
    """By path and the provider's id, which may come twice: the places of such calls, the latest last."""

    def copy(self) -> "Sheet":
        """One that goes on from here without touching this one."""
        return Sheet(list(self.blocks), {key: list(places) for key, places in self.open_calls.items()})

    def shifted(self, by: int) -> list[Block]:
        """The blocks as they are behind `by` others."""
        return [replace(block, id=block.id + by) for block in self.blocks]

    def append(self, other: "Sheet") -> None:
        """Takes the other's blocks in at the end."""
        for key, places in other.open_calls.items():
            self.open_calls.setdefault(key, []).extend(place + len(self.blocks) for place in places)
        self.blocks.extend(other.shifted(len(self.blocks)))

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
        self.blocks.append(NoticeBlock(self._next, level=level_of(fact), text=fact.text, at=fact.at, kind=fact.kind))

    @property
    def _next(self) -> int:
        return len(self.blocks)

    def _add_user(self, item: Item, fact: ItemFact) -> None:
        if not fact.path:  # what an agent that runs as a tool is asked stands in the arguments of its call
            self.blocks.append(UserBlock(self._next, said_in(item), fact.agent, fact.started, attached_to(item)))

    def _add_answer(self, item: Item, fact: ItemFact) -> None:
        if text := text_of(item):
            ending = answer_ending(item, cut=fact.ending == "incomplete")
            self.blocks.append(
                AnswerBlock(self._next, agent=fact.agent, text=text, ending=ending, at=fact.started, path=fact.path)
            )

    def _add_reasoning(self, item: Item, fact: ItemFact) -> None:
        if text := reasoning_of(item):
            ending = "incomplete" if fact.ending == "incomplete" else "complete"
            self.blocks.append(
                ReasoningBlock(self._next, agent=fact.agent, text=text, ending=ending, at=fact.started, path=fact.path)
            )

    def _add_call(self, item: Item, fact: ItemFact, state: CallState) -> None:
        if state != "done":
            self.open_calls.setdefault((fact.path, call_id_of(item)), []).append(self._next)
        self.blocks.append(
            CallBlock(
                id=self._next,
                agent=fact.agent,
                tool=tool_of(item),
                arguments=arguments_of(item),
                state=state,
                at=fact.started,
                path=fact.path,
            )
        )

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
