"""Conversations that a process is killed in: what is said, what the agents do, what the person decides.

The models answer by what stands in their input and the effects are lines in files, so that a second process goes on with the same story
wherever the first was killed.
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentchat import Agent, GuardrailFunctionOutput, handoff, input_guardrail, output_guardrail
from agentchat.chat.chat import Chat
from agentchat.chat.deciding.policy import ChatPolicy
from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Approve, PendingCall, Reject
from agentchat.chat.team import Team
from agentchat.runtime.declarations.function_tool import function_tool
from agentchat.testing import assistant_message, function_call
from tests.chat.lived import Front, TickingClock
from tests.runtime.running.nested_worlds import Scripts, Step, asks, calls, says

Reached = Callable[[str], None]
"""Told the name of each place that the story comes to."""

LAST_WORDS = "That was all."
REFUSED = "refused"
"""In the text of a call that the person says no to."""


@dataclass(frozen=True)
class Story:
    """One message, and what comes of it."""

    scripts: dict[str, list[Step]]
    effects: int
    """How many effects it has when nothing goes wrong."""


def _transfer(text: str) -> Step:
    return [function_call("transfer_to_billing", {}, call_id=text)]


STORIES = {
    "parallel calls": Story({"go": [calls("note", "1", "2", "3"), calls("note", "4"), says(LAST_WORDS)]}, effects=4),
    "one of three approved, one refused": Story({"go": [calls("ask", "1", f"{REFUSED} 2", "3"), says(LAST_WORDS)]}, effects=2),
    "a call that asks beside two that do not": Story(
        {"go": [[*calls("note", "1"), *calls("ask", "2"), *calls("note", "3")], says(LAST_WORDS)]}, effects=3
    ),
    "a handoff with a callback": Story({"go": [_transfer("t"), calls("note", "1"), says(LAST_WORDS)]}, effects=2),
    "inside a nested agent": Story(
        {
            "go": [asks("inner", "a", "b"), says(LAST_WORDS)],
            "a": [calls("note", "1", "2"), says("a is done")],
            "b": [calls("ask", "3"), says("b is done")],
        },
        effects=3,
    ),
    "a nested agent inside a nested agent": Story(
        {
            "go": [asks("inner", "a"), says(LAST_WORDS)],
            "a": [asks("deep", "x"), calls("note", "1"), says("a")],
            "x": [calls("ask", "2", f"{REFUSED} 3"), says("x")],
        },
        effects=2,
    ),
    "a long answer": Story({"go": [[assistant_message("word " * 40 + LAST_WORDS, item_id="long")]]}, effects=0),
}  # fmt: skip


class Traces:
    """The files that effects leave a line in."""

    def __init__(self, folder: Path, reached: Reached) -> None:
        self._file = folder / "effects"
        self._reached = reached

    def leave(self, text: str) -> None:
        """Atomically: a line is there or it is not."""
        self._reached(f"before the effect {text}")
        handle = os.open(self._file, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        os.write(handle, f"{text}\n".encode())
        os.close(handle)
        self._reached(f"after the effect {text}")

    @property
    def left(self) -> list[str]:
        return self._file.read_text().splitlines() if self._file.exists() else []


def setup_of(story: Story, traces: Traces) -> ChatSetup:
    """`triage` is talked to; it can hand over to `billing`, and call `inner`, which can call `deep`. All have `note` and `ask`."""
    model = Scripts(story.scripts)

    def note(text: str) -> str:
        """Notes a text."""
        traces.leave(text)
        return f"noted {text}"

    def ask(text: str) -> str:
        """Notes a text that a person is asked about."""
        traces.leave(text)
        return f"asked and noted {text}"

    tools: list[Any] = [function_tool(note, effects="none"), function_tool(ask, needs_approval=True)]
    deep = Agent(name="deep", model=model, tools=[*tools])
    inner = Agent(name="inner", model=model, tools=[*tools, deep.as_tool("deep", "Goes deeper.")])
    nested = inner.as_tool("inner", "Does a part.")
    guardrails: dict[str, Any] = {"input_guardrails": [_listens], "output_guardrails": [_reads]}
    billing = Agent(name="billing", model=model, tools=[*tools], **guardrails)
    over = handoff(billing, on_handoff=lambda context: traces.leave("handed over"))
    triage = Agent(name="triage", model=model, tools=[*tools, nested], handoffs=[over], **guardrails)
    return ChatSetup(team=Team(first=triage, more=(billing,)), policy=ChatPolicy(()), clock=TickingClock())


@input_guardrail
async def _listens(context: object, agent: object, given: object) -> GuardrailFunctionOutput:
    await asyncio.sleep(0)
    return GuardrailFunctionOutput(None, tripwire_triggered=False)


@output_guardrail
async def _reads(context: object, agent: object, output: object) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(None, tripwire_triggered=False)


async def tell(chat: Chat, front: Front) -> None:
    """From where the story stands to its end: says it, or goes on; and decides whatever is asked, one call after the other."""
    await chat.settled()
    if not front.blocks:
        await chat.send("go")
    elif front.status.phase != "idle":
        await chat.proceed()
    await chat.settled()
    while front.pending.questions:
        if front.pending.calls:
            call = front.pending.calls[0]
            await chat.decide(call.key, _decision(call))
        else:
            await chat.proceed()
        await chat.settled()


def _decision(call: PendingCall) -> Approve | Reject:
    return Reject(call.digest, "not this one") if REFUSED in call.arguments else Approve(call.digest)
