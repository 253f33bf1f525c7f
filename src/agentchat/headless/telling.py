"""From how a transcript changes to what happened: every happening once, in order.

A place in a transcript is no name: what agents do that run as tools is put in order when their turn is stored, so that another block
may stand there then. That is no news. The messages, and the calls, of the conversation's own agents stay where they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from agentchat.chat.front import Opened, Unsent, Update
from agentchat.chat.status import Pending, PendingCall, Status
from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, HandoffBlock, NoticeBlock, ReasoningBlock, UserBlock
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended, BlockInserted, BlockReplaced, Change, Transcript
from agentchat.config.errors import Unusable
from agentchat.headless.happenings import (
    Asked,
    CallBegan,
    CallEnded,
    HandedOver,
    Happening,
    Noticed,
    Started,
    TextCame,
    ThoughtCame,
)


@dataclass(slots=True)
class Teller:
    """What is known of a chat, and what was told of it. Mutable: `take` is called with each update, in order."""

    status: Status = field(default_factory=lambda: Status(""))
    pending: Pending = field(default_factory=Pending)
    unsent: str = ""
    """What the chat gave back, or had kept from an earlier time, to be sent once more."""
    _transcript: Transcript = field(default_factory=Transcript)
    _known: int | None = None
    """How many blocks there were when the chat was opened; None before that."""
    _told: set[object] = field(default_factory=set[object])
    """Calls that wait, handoffs and notices."""
    _retries: set[str] = field(default_factory=set[str])
    """Failed attempts that were told of while they were waited for; what is stored of them says the same once more."""
    _calls: dict[int, int] = field(default_factory=dict[int, int])
    """The numbers of the calls that run, by their place."""
    _count: int = 0

    def take(self, update: Update) -> list[Happening]:
        """What happened, by this update."""
        match update:
            case Opened():
                return self._opened(update)
            case BlockAdded() | BlockInserted() | BlockExtended() | BlockReplaced():
                return self._changed(update)
            case Status():
                return self._stands(update)
            case Pending(calls):
                self.pending = update
                return self._asked(calls)
            case Unsent(text):
                self.unsent = "\n\n".join(part for part in (self.unsent, text) if part)
                return []
            case _:
                assert_never(update)

    @property
    def answer(self) -> str | None:
        """What the last run came to: its last message, or the output of the tool that it ended with."""
        for block in reversed(self._transcript.blocks[self._known or 0 :]):
            match block:
                case AnswerBlock(path=()):
                    return block.text
                case CallBlock(path=(), output=str() as output):
                    return output
                case UserBlock():
                    return None
                case _:
                    pass
        return None

    def must_be_writable(self) -> None:
        """Raises Unusable for a conversation that can only be read, because another process has it, or its file cannot be written."""
        if self.status.read_only:
            hint = f" Without the screen: agentchat run -r {self.status.session_id} --take-over" if self.status.may_take_over else ""
            raise Unusable(f"{self.status.read_only}{hint}")

    def _opened(self, opened: Opened) -> list[Happening]:
        """The first time, all that there is was told before; later it is the same transcript, drawn anew."""
        before, self._transcript = self._transcript.blocks, Transcript(list(opened.blocks))
        self.status, self.pending = opened.status, opened.pending
        news = [self._news(block, before[block.id] if block.id < len(before) else None) for block in opened.blocks]
        if self._known is not None:
            return [*(one for one in news if one is not None), *self._asked(opened.pending.calls)]
        self._known = len(opened.blocks)
        self._calls.clear()
        self._count = 0
        status = opened.status
        agent = status.trail[-1] if status.trail else ""
        started = Started(status.session_id, agent, status.model, status.provider, status.offline)
        return [started, *self._asked(opened.pending.calls)]

    def _asked(self, calls: Sequence[PendingCall]) -> list[Happening]:
        return [Asked(call) for call in calls if self._is_new(("asked", call.key))]

    def _stands(self, status: Status) -> list[Happening]:
        before, self.status = self.status, status
        if status.retry is None or status.retry == before.retry:
            return []
        self._retries.add(f"Attempt {status.retry.attempt} failed")
        return [Noticed(status.retry.told(status.retry.delay))]

    def _changed(self, change: Change) -> list[Happening]:
        blocks = self._transcript.blocks
        match change:
            case BlockAdded(block) | BlockInserted(block):
                happening = self._said(block, block.text) if isinstance(block, _Text) else self._news(block, None)
            case BlockExtended(place, text):
                grown = blocks[place]
                happening = self._said(grown, text) if isinstance(grown, _Text) else None
            case BlockReplaced(block):
                before = blocks[block.id]
                happening = self._said_anew(block, before) if isinstance(block, _Text) else self._news(block, before)
            case _:
                assert_never(change)
        self._transcript.apply(change)
        return [] if happening is None else [happening]

    def _said(self, block: AnswerBlock | ReasoningBlock, text: str, *, anew: bool = False) -> TextCame | ThoughtCame | None:
        """A piece of a message, or of a thought, of the conversation's own agents."""
        if block.path or not (text or anew):
            return None
        if isinstance(block, ReasoningBlock):
            return ThoughtCame(block.id, block.agent, text, anew=anew)
        return TextCame(block.id, block.agent, text, may_hand_over=self.status.may_hand_over, anew=anew)

    def _said_anew(self, block: AnswerBlock | ReasoningBlock, before: Block) -> TextCame | ThoughtCame | None:
        said = before.text if isinstance(before, _Text) and type(before) is type(block) else ""
        anew = not block.text.startswith(said)
        return self._said(block, block.text if anew else block.text[len(said) :], anew=anew)

    def _news(self, block: Block, before: Block | None) -> Happening | None:
        """What a block tells that stands where `before` stood."""
        match block:
            case CallBlock():
                return self._of_call(block, before if isinstance(before, CallBlock) else None)
            case HandoffBlock(_, source, target, at, path) if self._is_new((source, target, at, path)):
                return HandedOver(source, target, path)
            case NoticeBlock(_, level, text, at) if self._is_new((text, at)):
                return None if _attempt(text) in self._retries else Noticed(text, is_error=level == "error")
            case _:
                return None

    def _of_call(self, block: CallBlock, before: CallBlock | None) -> CallBegan | CallEnded | None:
        if before is not None and block.path and _is_another(block, before):
            return None
        agent, tool, arguments, path = block.agent, block.tool, block.arguments, block.path
        was = "proposed" if before is None else before.state
        match block.state:
            case "building" | "proposed" | "waiting":
                return None
            case "running":
                return None if was == "running" else CallBegan(self._begin(block.id), agent, tool, arguments, path)
            case status:
                if was not in _NOT_ENDED:
                    return None
                number = self._calls.pop(block.id, None) or self._next()
                return CallEnded(number, agent, tool, arguments, status, block.verdict, block.output or "", block.seconds, path)

    def _begin(self, place: int) -> int:
        self._calls[place] = number = self._next()
        return number

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _is_new(self, what: object) -> bool:
        if what in self._told:
            return False
        self._told.add(what)
        return True


_Text = (AnswerBlock, ReasoningBlock)

_NOT_ENDED = frozenset({"building", "proposed", "waiting", "running"})


def _is_another(block: CallBlock, before: CallBlock) -> bool:
    """Whether another call stands there than did before. While one is built its arguments grow."""
    if (block.path, block.agent, block.tool) != (before.path, before.agent, before.tool):
        return True
    return before.state != "building" and block.arguments != before.arguments


def _attempt(sentence: str) -> str:
    """How the sentences about a failed attempt begin: "Attempt 1 failed"."""
    return " ".join(sentence.replace(":", " ").split()[:3])
