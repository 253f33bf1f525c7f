"""Lived equals reopened, for conversations that nobody wrote: handoffs, parallel calls, decisions, guardrails, stops, errors, mixed."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentchat import (
    GuardrailFunctionOutput,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrailData,
    ToolOutputGuardrailData,
    input_guardrail,
    output_guardrail,
    tool_input_guardrail,
    tool_output_guardrail,
)
from agentchat.chat.chat import Chat
from agentchat.chat.status import Approve, Edit, Reject
from agentchat.chat.transcript.blocks import Block, CallBlock, HandoffBlock, NoticeBlock, UserBlock
from agentchat.chat.transcript.replay import replay
from agentchat.runtime.agents.agent import Agent
from agentchat.storage.forking import fork
from agentchat.storage.keeping import add
from agentchat.storage.portable import from_json, to_json
from agentchat.storage.reader import read_chat
from agentchat.testing import ModelStep, assistant_message, function_call, reasoning
from tests import figures
from tests.chat.lived import (
    LOOKUP,
    SESSION,
    Front,
    blocks_when_reopened,
    first_frame,
    lines_of,
    opened,
    scripted,
    setup_of,
    tool_that_writes,
)

pytestmark = pytest.mark.no_cover  # what these run again and again, other tests cover; tracing it takes longer than running it

PARTS = ("say", "think", "lookup", "lookup", "refund", "refund", "clerk", "transfer_to_billing", "transfer_to_triage", "no_such_tool")
"""What a model can put into an answer; what should be frequent stands twice."""

_CALLS = st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map(tuple)
_STEP = st.integers(0, 9).flatmap(lambda chance: st.just(("error",)) if chance == 7 else _CALLS)


@dataclass(frozen=True)
class Message:
    """One thing that the person says, and what comes of it."""

    steps: tuple[tuple[str, ...], ...]
    clerk: tuple[tuple[str, ...], ...]
    """What an agent answers that the others call as a tool."""
    stop_after: int | None
    """Updates until the person stops it."""
    answers: tuple[str, ...]
    """The person's decisions, in order: "yes", "no", or "edit", which is a yes to other arguments; then no."""
    no_after: int | None
    """Turns of the event loop until an input guardrail says no to it; None for a yes."""


_MESSAGE = st.builds(
    Message,
    steps=st.lists(_STEP, min_size=1, max_size=4).map(tuple),
    clerk=st.lists(st.lists(st.sampled_from(("say", "lookup", "refund")), min_size=1, max_size=3).map(tuple), max_size=4).map(tuple),
    stop_after=st.integers(0, 60).map(lambda n: n if n < 15 else None),
    answers=st.lists(st.sampled_from(("edit", "yes", "no")), min_size=2, max_size=6).map(tuple),
    no_after=st.integers(0, 200).map(lambda n: n if n < 20 else None),
)

happened: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def _told() -> Iterator[None]:
    """The mixture must hold all that it is about; a law about nothing is no law."""
    yield
    counted = ", ".join(f"{count} {what}" for what, count in sorted(happened.items()))
    figures.lines.append(f"lived equals reopened, over conversations with {counted}")
    met = {"HandoffBlock", "CallBlock done", "CallBlock rejected", "CallBlock denied", "NoticeBlock error", "NoticeBlock warning"}
    met |= {"call of an agent that was called", "stop", "edit"}
    assert met <= set(happened), happened


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(messages=st.lists(_MESSAGE, min_size=1, max_size=3))
def test_any_conversation_is_shown_again_as_it_was_lived(messages: list[Message]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_live(Path(folder), messages))


async def _live(folder: Path, messages: list[Message]) -> None:
    ids = count()
    model, clerks_model = scripted(), scripted()
    lookup = replace(LOOKUP, tool_input_guardrails=[_refuses], tool_output_guardrails=[_replaces, _ends])
    tools = [lookup, tool_that_writes(folder / "refunds")]
    clerk = Agent(name="clerk", model=clerks_model, tools=list(tools))
    tools.append(clerk.as_tool("clerk", "Ask the clerk."))
    guardrails: dict[str, Any] = {"input_guardrails": [_listens], "output_guardrails": [_reads]}
    triage, billing = (Agent(name=name, model=model, tools=tools, **guardrails) for name in ("triage", "billing"))
    triage.handoffs, billing.handoffs = [billing], [triage]
    setup = setup_of(triage)
    async with opened(folder / "db", setup) as (chat, front):
        for message in messages:
            model.extend([_played(step, ids) for step in (*message.steps, ("say",))])
            clerks_model.extend([_played(step, ids) for step in (*message.clerk, ("say",))])
            await _say(chat, front, message)
            lived = front.blocks
            assert lived == first_frame(folder / "db")
        phase = front.status.phase
    assert lived == await blocks_when_reopened(folder / "db", setup)
    _carry_away(folder, lived)
    done = [block for block in lived if isinstance(block, CallBlock) and block.tool == "refund" and block.state == "done"]
    assert phase == "idle"
    assert len(lines_of(folder / "refunds")) >= len(done)
    _count(lived)


def _carry_away(folder: Path, lived: tuple[Block, ...]) -> None:
    """Exported and taken in by another file, or forked, whole or before the last message, it shows the same."""
    said = [block.id for block in lived if isinstance(block, UserBlock)]
    if not said:
        return  # it was stopped before its first word was stored
    path = folder / "db"
    copies = {None: lived, len(said): lived[: said[-1]]}
    made = {before: fork(path, SESSION, at=0.0, before=before).session_id for before in copies}
    assert {before: replay(read_chat(path, copy)) for before, copy in made.items()} == copies
    taken_in = add(folder / "other", from_json(to_json(read_chat(path, SESSION))))
    assert replay(read_chat(folder / "other", taken_in)) == lived


@input_guardrail
async def _listens(context: object, agent: object, given: Any) -> GuardrailFunctionOutput:
    _, _, turns = given[-1]["content"].partition("No ")
    for _ in range(int(turns or 0)):
        await asyncio.sleep(0)
    return GuardrailFunctionOutput(None, tripwire_triggered=bool(turns))


@output_guardrail
async def _reads(context: object, agent: object, output: str) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(None, tripwire_triggered=output.endswith("3"))


@tool_input_guardrail
async def _refuses(data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
    return ToolGuardrailFunctionOutput.reject_content("not this") if "5}" in data.context.tool_arguments else ToolGuardrailFunctionOutput()


@tool_output_guardrail
async def _replaces(data: ToolOutputGuardrailData) -> ToolGuardrailFunctionOutput:
    return ToolGuardrailFunctionOutput.reject_content("hidden") if "6}" in data.context.tool_arguments else ToolGuardrailFunctionOutput()


@tool_output_guardrail
async def _ends(data: ToolOutputGuardrailData) -> ToolGuardrailFunctionOutput:
    return ToolGuardrailFunctionOutput.raise_exception() if "7}" in data.context.tool_arguments else ToolGuardrailFunctionOutput()


async def _say(chat: Chat, front: Front, message: Message) -> None:
    await chat.send("And now?" if message.no_after is None else f"No {message.no_after}")
    if message.stop_after is not None:
        enough = len(front.seen) + message.stop_after
        await front.until(lambda f: len(f.seen) >= enough or f.status.phase != "running")
        happened["stop"] += front.status.phase == "running"
        await chat.stop()
    await chat.settled()
    answers = iter(message.answers)
    while front.pending.calls:
        call, answer = front.pending.calls[0], next(answers, "no")
        if answer == "edit":
            happened["edit"] += 1
            await chat.decide(call.key, Edit(call.digest, '{"order": 1000}'))
            await chat.settled()
            (call,) = [one for one in front.pending.calls if one.key == call.key]
        await chat.decide(call.key, Reject(call.digest, "no") if answer == "no" else Approve(call.digest))
        await chat.settled()


def _played(step: tuple[str, ...], ids: Iterator[int]) -> Any:
    if step == ("error",):
        return ModelStep.raise_error(RuntimeError("the server is down"))
    happened["scripted answer with parallel calls"] += sum(part not in {"say", "think"} for part in step) > 1
    return [_item(part, next(ids)) for part in step]


def _item(part: str, number: int) -> Any:
    match part:
        case "say":
            return assistant_message(f"text {number}", item_id=f"m{number}")
        case "think":
            return reasoning(f"thought {number}", item_id=f"r{number}")
        case "clerk":
            return function_call(part, {"input": f"question {number}"}, call_id=f"c{number}")
        case "lookup" | "refund":
            return function_call(part, {"order": number}, call_id=f"c{number}")
        case _:
            return function_call(part, {}, call_id=f"c{number}")


def _count(blocks: tuple[Any, ...]) -> None:
    for block in blocks:
        name = type(block).__name__
        match block:
            case CallBlock(state=state):
                happened[f"{name} {state}"] += 1
                happened["call of an agent that was called"] += bool(block.path)
            case NoticeBlock(level=level):
                happened[f"{name} {level}"] += 1
            case HandoffBlock():
                happened[name] += 1
            case _:
                pass
