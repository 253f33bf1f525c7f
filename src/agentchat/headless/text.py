"""What happens as text: the answer on standard output, everything else in short lines on standard error.

Standard output gets what the agent says that has the conversation in the end. Who that is, nobody knows while an agent speaks that can
hand over. On a terminal all of it streams, because a person watches. Elsewhere the first words of such an agent are held until they are
more than an announcement; what is handed over before that is told on standard error.
"""

from itertools import groupby
from typing import assert_never

from agentchat.chat.deciding.short_keys import short_key
from agentchat.chat.safe_text import safe_line
from agentchat.chat.transcript.call_line import call_line
from agentchat.headless.answer_text import SafePieces
from agentchat.headless.happenings import (
    Asked,
    CallBegan,
    CallEnded,
    HandedOver,
    Happening,
    Noticed,
    Result,
    Started,
    TextCame,
    ThoughtCame,
)
from agentchat.headless.streams import Streams

_ANNOUNCEMENT = 240
"""Characters; "I hand you over to billing." is shorter, and an answer is soon longer."""

_GLYPHS = {"done": "✓", "failed": "✗", "rejected": "✗", "denied": "✗", "stopped": "■", "unknown": "?"}


class Text:
    """Prints for people and pipes. Mutable: it knows which message it writes, and what it holds back."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._held: list[TextCame] = []
        self._message: int | None = None
        self._written: list[str] = []
        self._pieces = SafePieces()

    def tell(self, happening: Happening) -> None:
        """Writes it down."""
        match happening:
            case TextCame():
                self._hear(happening)
            case ThoughtCame():
                pass  # neither the answer nor something that was done
            case HandedOver(source, target):
                self._announce()
                self._say(f"→ {target}  (from {source})", depth=len(happening.path))
            case Result():
                self._finish(happening)
            case Started():
                self._say(_introduction(happening))
            case CallBegan():
                self._say_call("⚙", happening)
            case CallEnded(status=status):
                self._say_call(_GLYPHS[status], happening, about=_how_it_ended(happening))
            case Asked(call):
                line = call_line(call.tool, call.arguments, width=max(20, self._streams.width - 40))
                reason = f": {safe_line(call.reason)}" if call.reason else ""
                self._streams.say(f"⏸ {line} waits for approval as {short_key(call.key)}{reason}")
            case Noticed(text, is_error):
                self._say(f"{'error' if is_error else 'note'}: {text}")
            case _:
                assert_never(happening)

    def _hear(self, piece: TextCame) -> None:
        if self._message == piece.message or self._streams.out_is_terminal or not piece.may_hand_over:
            self._release()
            self._write(piece)
            return
        if piece.anew:
            self._held = [one for one in self._held if one.message != piece.message]
        self._held.append(piece)
        if sum(len(one.text) for one in self._held) > _ANNOUNCEMENT:
            self._release()

    def _release(self) -> None:
        """What was held is a part of the answer."""
        held, self._held = self._held, []
        for piece in held:
            self._write(piece)

    def _announce(self) -> None:
        """What was held was said by an agent that then handed over."""
        for _, pieces in groupby(self._held, key=lambda piece: (piece.message, piece.agent)):
            said = list(pieces)
            self._say(f"{said[0].agent}: {''.join(piece.text for piece in said)}")
        self._held.clear()

    def _write(self, piece: TextCame) -> None:
        if self._message != piece.message or piece.anew:
            self._end_message()
            if self._written:
                self._streams.answer("\n")
            self._message = piece.message
            self._written.clear()
        self._written.append(piece.text)
        self._streams.answer(self._pieces.next(piece.text) if self._streams.out_is_terminal else piece.text)

    def _end_message(self) -> None:
        self._streams.answer(self._pieces.rest())
        self._streams.end_line()

    def _finish(self, result: Result) -> None:
        self._release()
        if result.text and "".join(self._written) != result.text:  # a tool's output, which no agent has said
            self._write(TextCame(-1, "", result.text))
        self._end_message()

    def _say_call(self, glyph: str, call: CallBegan | CallEnded, *, about: str = "") -> None:
        room = max(20, self._streams.width - 4 - 2 * len(call.path) - min(len(about), 60))
        self._streams.say("  " * len(call.path) + f"{glyph} {call_line(call.tool, call.arguments, width=room)}{about}")

    def _say(self, text: str, *, depth: int = 0) -> None:
        self._streams.say("  " * depth + safe_line(text))


def _introduction(started: Started) -> str:
    model = started.model if started.model == started.provider else f"{started.model} ({started.provider})"
    return f"agentchat {started.session}: {started.agent}, {model}"


def _how_it_ended(call: CallEnded) -> str:
    """Behind the call: what became of it, in few words."""
    parts = [f"{call.seconds:.1f} s"] if call.seconds is not None else []
    if call.status != "done":
        first = call.output.strip().partition("\n")[0]
        parts.append(call.verdict if call.verdict.startswith(call.status) else f"{call.status}: {first}")
    return "".join(f"  {safe_line(part)[:200]}" for part in parts)
