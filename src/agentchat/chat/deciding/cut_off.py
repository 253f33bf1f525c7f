"""Calls whose command was ended because the program was killed: that this is known of them, where else nobody knows how they came out.

Whoever runs commands can leave word of it (`agentchat.tools.commands.kill_notes`); what is known is told once in the conversation,
and whenever the call is asked about.
"""

import time
from collections.abc import Callable, Iterator
from typing import TypeAlias

from agentchat.chat.deciding.questions import Question
from agentchat.chat.standing import OpenRun
from agentchat.chat.transcript.call_line import call_line

EndedAt: TypeAlias = Callable[[str, str], float | None]
"""When the command of a call (its provider's id, its arguments as they ran) was ended because the program was killed, in seconds since
the epoch; None when nothing is known of that."""

_LINE = 100


def nothing_known(_call_id: str, _arguments: str) -> None:
    """Where nobody leaves word."""


def why_unknown(question: Question, ended_at: EndedAt) -> str:
    """Why it is not known how a call came out, as part of a sentence; empty where it is not known either."""
    at = _cut_off_at(question, ended_at)
    return "" if at is None else f"it was ended when agentchat was killed at {_when(at)}"


def cut_off_lines(run: OpenRun | None, ended_at: EndedAt) -> Iterator[str]:
    """A sentence for each call that was cut off."""
    for question in () if run is None else run.questions:
        if (at := _cut_off_at(question, ended_at)) is not None:
            call = call_line(question.item.qualified_name or "", _arguments(question), width=_LINE)
            yield f"{call} was ended, with all it had started, when agentchat was killed at {_when(at)}; what it did before stays done."


def _cut_off_at(question: Question, ended_at: EndedAt) -> float | None:
    """A word from before this call was started is about another one of the same id."""
    if question.asks != "outcome unknown" or question.started is None:
        return None
    at = ended_at(question.item.call_id or "", _arguments(question))
    return None if at is None or at < question.started else at


def _arguments(question: Question) -> str:
    return (question.item.arguments or "") if question.edited is None else question.edited


def _when(at: float) -> str:
    then, today = time.localtime(at), time.localtime()
    return time.strftime("%H:%M" if then[:3] == today[:3] else "%H:%M on %Y-%m-%d", then)
