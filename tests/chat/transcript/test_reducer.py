"""Run events in, changes out; and with every commit the live blocks are what the store would give."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.responses import ResponseFunctionCallArgumentsDeltaEvent, ResponseTextDeltaEvent

from agentchat.chat.transcript.blocks import AnswerBlock, CallBlock, HandoffBlock, ReasoningBlock, UserBlock
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended, BlockReplaced, Transcript
from agentchat.chat.transcript.live import Redrawn
from agentchat.chat.transcript.reducer import Reducer
from agentchat.chat.transcript.replay import Replay
from agentchat.chat.transcript.unfinished import HalfWay
from agentchat.models.openai_objects import made
from agentchat.models.response_events import new_response, response_events
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.ports.journal import Approved, ProposedCall, Recalled, RecalledCall
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.events import (
    AgentUpdatedStreamEvent,
    CallFinished,
    CallProgress,
    CallStarted,
    CheckpointSaved,
    NestedEvent,
    RawResponsesStreamEvent,
    Retrying,
)
from agentchat.runtime.values.facts import ItemFact, TurnFact
from agentchat.runtime.values.items import wire_of
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.testing import assistant_message, function_call, reasoning

KEY = CallKey(Scope("r"), 1, 0)
POINT = Checkpoint(step="model next", turn=1, response=1, agent="triage", at=1.0)


def events_of(output: Sequence[Any], size: int = 3) -> list[RawResponsesStreamEvent]:
    def chunks(text: str) -> list[str]:
        return [text[start : start + size] for start in range(0, len(text), size)]

    return [RawResponsesStreamEvent(event) for event in response_events(output, new_response("r", model="m"), chunking=chunks)]


def deltas(kind: str, *parts: tuple[str, int, str]) -> list[RawResponsesStreamEvent]:
    """Bare deltas as (item id, number, text)."""
    types: dict[str, Any] = {"output_text": ResponseTextDeltaEvent, "function_call_arguments": ResponseFunctionCallArgumentsDeltaEvent}
    more: dict[str, Any] = {"content_index": 0, "logprobs": []} if kind == "output_text" else {}
    return [
        RawResponsesStreamEvent(
            made(types[kind], type=f"response.{kind}.delta", item_id=item, output_index=number, delta=text, sequence_number=0, **more)
        )
        for item, number, text in parts
    ]


def begun() -> Reducer:
    one = Reducer(Replay())
    one.changes_for(AgentUpdatedStreamEvent(Agent(name="triage")))
    return one


def fed(one: Reducer, events: Iterable[Any]) -> list[Any]:
    return [change for event in events for change in one.changes_for(event)]


def commit(*items: Any, **fact: Any) -> CheckpointSaved:
    facts = tuple(ItemFact(place, "message", "triage", **fact) for place in range(len(items)))
    return CheckpointSaved(POINT, items=items, facts=facts, ending="goes on")


def test_a_text_opens_grows_and_closes() -> None:
    one = begun()
    assert fed(one, events_of([assistant_message("Hello")])) == [
        BlockAdded(AnswerBlock(0, "triage", "Hel", "open")),
        BlockExtended(0, "lo"),
        BlockReplaced(AnswerBlock(0, "triage", "Hello", "complete")),
    ]


def test_an_item_without_text_gives_no_block() -> None:
    one = begun()
    assert fed(one, events_of([reasoning(), assistant_message("")])) == []


def test_the_parts_of_a_summary_are_paragraphs_while_they_stream() -> None:
    one = begun()
    changes = fed(one, events_of([reasoning("first", "second")], size=9))
    assert changes[:2] == [BlockAdded(ReasoningBlock(0, "triage", "first", "open")), BlockExtended(0, "\n\nsecond")]
    assert one.blocks == (ReasoningBlock(0, "triage", "first\n\nsecond"),)


def test_the_arguments_of_a_call_arrive_and_it_is_proposed() -> None:
    one = begun()
    assert fed(one, events_of([function_call("refund", '{"a":1}', call_id="c")], size=4)) == [
        BlockAdded(CallBlock(0, "triage", "refund", "", "building")),
        BlockExtended(0, '{"a"'),
        BlockExtended(0, ":1}"),
        BlockReplaced(CallBlock(0, "triage", "refund", '{"a":1}', "proposed")),
    ]


@pytest.mark.parametrize("ids", [("a", "b"), ("__fake_id__", "__fake_id__")])
def test_parallel_calls_interleave_also_when_all_ids_are_the_same(ids: tuple[str, str]) -> None:
    one = begun()
    calls = [function_call("refund", "", call_id=f"c{n}", item_id=item) for n, item in enumerate(ids)]
    added = [event for event in events_of(calls) if event.data.type == "response.output_item.added"]
    arguments = deltas("function_call_arguments", (ids[0], 0, "{0"), (ids[1], 1, "{1"), (ids[0], 0, "}"), (ids[1], 1, "}"))
    fed(one, [*added, *arguments])
    assert [block.arguments for block in one.blocks if isinstance(block, CallBlock)] == ["{0}", "{1}"]


def test_a_delta_that_fits_no_item_goes_to_the_latest_open_one_of_its_kind() -> None:
    one = begun()
    fed(one, deltas("output_text", ("a", 0, "one "), ("", 7, "two")))
    assert one.blocks == (AnswerBlock(0, "triage", "one two", "open"),)


def test_a_server_that_sends_only_the_whole_is_understood() -> None:
    output = [reasoning("hm"), assistant_message("Hello"), function_call("refund", "{}", call_id="c")]
    every = events_of(output)
    whole = [event for event in every if event.data.type == "response.completed"]
    items = [event for event in every if event.data.type in {"response.output_item.done", "response.completed"}]
    for events in (whole, items):
        one = begun()
        fed(one, events)
        assert [type(block).__name__ for block in one.blocks] == ["ReasoningBlock", "AnswerBlock", "CallBlock"]


def test_a_call_runs_tells_of_itself_and_ends() -> None:
    one = begun()
    fed(one, events_of([function_call("refund", "{}", call_id="c")]))
    running = CallBlock(0, "triage", "refund", "{}", "running", verdict="approved by you", at=5.0, since=5.0)
    started = CallStarted(KEY, "c", "triage", "refund", "{}", at=5.0, by="you")
    assert fed(one, [started]) == [BlockReplaced(running)]
    assert fed(one, [CallProgress(KEY, "c", 0.4)]) == [BlockReplaced(replace(running, progress="40%"))]
    fed(one, [CallProgress(KEY, "c", "\nhalf"), CallProgress(KEY, "c", " way")])
    assert one.blocks == (replace(running, progress="40%\nhalf way"),)
    done = replace(running, state="done", output="ok", seconds=1.5, since=None)
    assert fed(one, [CallFinished(KEY, "c", "done", 1.5, "ok")]) == [BlockReplaced(done)]


def test_events_of_a_call_that_nobody_saw_change_nothing() -> None:
    one = begun()
    events = [
        CallStarted(KEY, "x", "triage", "refund", "{}", at=5.0),
        CallProgress(KEY, "x", 0.4),
        CallFinished(KEY, "x", "done", 1.5, "ok"),
        Retrying(1, 2.0, "busy"),
    ]
    assert fed(one, events) == []


def test_a_commit_makes_the_live_blocks_what_is_stored() -> None:
    one = begun()
    fed(one, events_of([assistant_message("Hello")]))
    wire = wire_of(assistant_message("Hello"))
    assert fed(one, [commit(wire, started=3.0)]) == [BlockReplaced(AnswerBlock(0, "triage", "Hello", at=3.0))]
    assert fed(one, [commit(wire, started=4.0)]) == [BlockAdded(AnswerBlock(1, "triage", "Hello", at=4.0))]


def test_what_streamed_and_is_not_stored_is_replaced_by_what_is() -> None:
    one = begun()
    fed(one, deltas("output_text", ("a", 0, "half")))
    stopped = CheckpointSaved(POINT, facts=(TurnFact("stopped", "Stopped by you.", 2.0),), ending="stopped")
    (change,) = fed(one, [stopped])
    assert isinstance(change, BlockReplaced)
    assert change.block.id == 0


def test_a_transcript_that_gets_shorter_is_drawn_anew() -> None:
    one = begun()
    fed(one, events_of([reasoning("hm"), assistant_message("half")]))
    assert fed(one, [CheckpointSaved(POINT, ending="stopped")]) == [Redrawn(())]
    assert one.blocks == ()


def test_a_handoff_becomes_one_block() -> None:
    one = begun()
    call = function_call("transfer_to_billing", "{}", call_id="h")
    fed(one, events_of([call]))
    facts = (ItemFact(0, "handoff_call", "triage", started=1.0), ItemFact(1, "handoff_output", "triage", target="billing"))
    items = (wire_of(call), {"type": "function_call_output", "call_id": "h", "output": '{"assistant": "billing"}'})
    changes = fed(one, [CheckpointSaved(POINT, items=items, facts=facts, ending="goes on")])
    assert changes == [BlockReplaced(HandoffBlock(0, "triage", "billing", 1.0))]


def test_the_accepted_response_alone_changes_nothing() -> None:
    one = begun()
    fed(one, events_of([assistant_message("Hello")]))
    assert fed(one, [CheckpointSaved(replace(POINT, step="turn open"))]) == []


def test_nested_agents_stream_under_their_path_and_stand_after_their_call() -> None:
    one = begun()
    outer = function_call("ask_inner", "{}", call_id="o")
    inner = [assistant_message("sub")]
    fed(one, [*events_of([outer]), CallStarted(KEY, "o", "triage", "ask_inner", "{}", at=1.0)])
    nested = [AgentUpdatedStreamEvent(Agent(name="inner")), *events_of(inner), commit(wire_of(inner[0]))]
    fed(one, [NestedEvent(("1.0",), event) for event in nested])
    assert [(type(b).__name__, b.path, b.agent) for b in one.blocks if not isinstance(b, UserBlock | HandoffBlock)] == [
        ("CallBlock", (), "triage"),
        ("AnswerBlock", ("1.0",), "inner"),
    ]
    facts = (ItemFact(0, "call", "triage"), ItemFact(1, "output", "triage"))
    items = (wire_of(outer), {"type": "function_call_output", "call_id": "o", "output": "sub"})
    fed(one, [CheckpointSaved(POINT, items=items, facts=facts, ending="goes on")])
    assert one.blocks == (
        CallBlock(0, "triage", "ask_inner", "{}", "done", "sub"),
        AnswerBlock(1, "triage", "sub", path=("1.0",)),
    )


def test_a_call_that_was_stored_while_it_waited_is_found_when_it_runs() -> None:
    one = begun()
    waiting = [wire_of(function_call("refund", "{}", call_id=f"c{n}")) for n in (1, 2)]
    facts = tuple(ItemFact(place, "call", "triage", ending="waiting") for place in (0, 1))
    fed(one, [CheckpointSaved(POINT, items=tuple(waiting), facts=facts, ending="interrupted")])
    proposed = ProposedCall(KEY, "c1", "triage", "refund", "{}")
    known = RecalledCall(proposed, decision=Approved(), status="proposed")
    recalled = Recalled(replace(POINT, step="turn open", open_rows=True), "interrupted", None, (known,))
    (approved,) = one.lay_over(HalfWay(KEY.scope, recalled))
    block = CallBlock(0, "triage", "refund", "{}", "proposed", verdict="approved by you")
    assert approved == BlockReplaced(block)
    started = CallStarted(KEY, "c1", "triage", "refund", "{}", at=5.0, by="you")
    assert fed(one, [started]) == [BlockReplaced(replace(block, state="running", at=5.0, since=5.0))]
    answer = {"type": "function_call_output", "call_id": "c1", "output": "ok"}
    fact = ItemFact(0, "output", "triage", verdict="approved", by="you")
    changes = fed(one, [CheckpointSaved(POINT, items=(answer,), facts=(fact,), ending="interrupted")])
    assert changes == [BlockReplaced(replace(block, state="done", output="ok"))]
    assert fed(one, [CallFinished(KEY, "c1", "done", 1.0, "late")]) == [], "what is over is not touched"


def test_when_the_store_is_gone_nothing_stays_open() -> None:
    one = begun()
    fed(one, deltas("output_text", ("a", 0, "half")))
    assert one.break_off() == [BlockReplaced(AnswerBlock(0, "triage", "half", "incomplete"))]


_ITEMS = st.lists(
    st.one_of(
        st.builds(assistant_message, st.text(max_size=12)),
        st.builds(lambda parts: reasoning(*parts), st.lists(st.text(min_size=1, max_size=6), max_size=3)),
        st.builds(lambda name: (name,), st.text(max_size=6)),
    ),
    max_size=5,
)


@given(items=_ITEMS, size=st.integers(1, 5))
def test_what_streams_is_already_what_will_be_stored(items: list[Any], size: int) -> None:
    """Before any commit: the same blocks as the replay of the items, but for times. And the changes alone make them."""
    output = [
        function_call("tool", {"text": item[0]}, call_id=f"c{place}") if isinstance(item, tuple) else item
        for place, item in enumerate(items)
    ]
    one, transcript = begun(), Transcript()
    for change in fed(one, events_of(output, size)):
        transcript.apply(change)
    stored = Replay()
    wires = [wire_of(item) for item in output]
    stored.take(wires, [ItemFact(place, "other", "triage") for place in range(len(wires))])
    assert one.blocks == stored.blocks == tuple(transcript.blocks)


def test_a_delta_costs_the_same_however_long_the_text_is() -> None:
    def seconds(length: int) -> float:
        one = begun()
        fed(one, deltas("output_text", ("a", 0, "x" * length)))
        events = deltas("output_text", *[("a", 0, "word ")] * 500)
        began = time.perf_counter()
        fed(one, events)
        return time.perf_counter() - began

    short = min(seconds(10) for _ in range(5))
    assert min(seconds(2_000_000) for _ in range(5)) < 5 * short


