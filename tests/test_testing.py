import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from agentchat.models.response_events import new_response, response_events
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.ports.model import ModelTracing
from agentchat.runtime.values.items import ModelResponse
from agentchat.runtime.values.usage import Usage
from agentchat.testing import (
    InvalidModelStep,
    ModelCall,
    ModelStep,
    ScriptedModel,
    UnconsumedModelSteps,
    UnexpectedModelCall,
    assistant_message,
    function_call,
    reasoning,
)
from tests.event_sequences import assert_well_formed, short

HELLO = assistant_message("hello")


async def ask(model: ScriptedModel, asked: Any = "hi") -> ModelResponse:
    return await model.get_response(
        *("Be kind.", asked, ModelSettings(), [], None, [], ModelTracing.DISABLED),
        previous_response_id=None,
        conversation_id=None,
        prompt=None,
    )


def stream(model: ScriptedModel, asked: Any = "hi") -> AsyncIterator[Any]:
    return model.stream_response(
        *("Be kind.", asked, ModelSettings(), [], None, [], ModelTracing.DISABLED),
        previous_response_id=None,
        conversation_id=None,
        prompt=None,
    )


async def test_steps_are_played_in_order_and_calls_are_recorded() -> None:
    model = ScriptedModel([[HELLO], [function_call("add", {"a": 1}, call_id="c1")]])

    first, second = await ask(model), [event async for event in stream(model, "again")]

    assert first == ModelResponse(output=[HELLO], usage=Usage(requests=1), response_id="resp-789")
    assert_well_formed(second)
    assert second[-1].response.output == [function_call("add", '{"a":1}', call_id="c1", item_id="c1")]
    assert [(call.input, call.streamed) for call in model.calls] == [("hi", False), ("again", True)]
    assert model.remaining_steps == 0
    model.assert_complete()


@pytest.mark.parametrize(
    "step",
    [ModelStep([HELLO]), {"output": [HELLO]}, ModelResponse([HELLO], Usage(), "resp-789"), [HELLO], (HELLO,)],
    ids=["step", "spec", "response", "list", "tuple"],
)
async def test_a_step_may_be_spelled_in_many_ways(step: Any) -> None:
    assert await ask(ScriptedModel([step])) == ModelResponse([HELLO], Usage(requests=1), "resp-789")


@pytest.mark.parametrize("step", [ValueError("down"), {"error": ValueError("down")}, ModelStep.raise_error(ValueError("down"))])
async def test_an_error_is_raised_in_both_ways_of_calling(step: Any) -> None:
    model = ScriptedModel([step, step])

    with pytest.raises(ValueError, match="down"):
        await ask(model)
    with pytest.raises(ValueError, match="down"):
        await anext(stream(model))


async def test_a_responder_makes_the_answer_from_the_call() -> None:
    def echo(call: ModelCall) -> Any:
        return [assistant_message(str(call.input))]

    async def later(call: ModelCall) -> Any:
        return ModelStep.respond(echo)

    model = ScriptedModel([ModelStep.respond(echo), ModelStep.respond(later)])

    assert [(await ask(model, text)).output for text in ("a", "b")] == [[assistant_message("a")], [assistant_message("b")]]


async def test_a_call_is_a_snapshot_that_later_changes_do_not_reach() -> None:
    given = [{"role": "user", "content": "before"}]
    model = ScriptedModel([[HELLO]])

    await ask(model, given)
    given[0]["content"] = "after"
    model.calls[0].input[0]["content"] = "changed by the test"  # type: ignore[index]

    assert model.first_call is not None
    assert model.first_call.input == [{"role": "user", "content": "before"}]
    assert model.first_call == model.last_call


async def test_a_call_too_many_names_itself() -> None:
    model = ScriptedModel([[HELLO]])
    await ask(model)

    with pytest.raises(UnexpectedModelCall, match=r"^Unexpected streaming model call #2: no scripted steps remain\.$") as caught:
        await anext(stream(model, "more"))

    assert (caught.value.call_index, caught.value.call.input) == (1, "more")
    assert len(model.calls) == 2


def test_steps_that_are_left_are_an_error() -> None:
    with pytest.raises(UnconsumedModelSteps, match="2 scripted") as caught:
        ScriptedModel([[HELLO], [HELLO]]).assert_complete()
    assert caught.value.remaining_steps == 2


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (3, "invalid_input"),
        ("text", "invalid_input"),
        ([{"type": "message"}], "invalid_input"),
        ({"output": 3}, "invalid_input"),
        ({"outputs": []}, "unsupported_field"),
        ({"error": "down"}, "invalid_error"),
        (ModelStep(responder=3), "invalid_responder"),  # type: ignore[arg-type]
        (ModelStep(stream_events=3), "invalid_stream_events"),  # type: ignore[arg-type]
        ({"error": ValueError(), "stream_events": []}, "conflicting_outcomes"),
        (KeyboardInterrupt(), "invalid_input"),
    ],
)
def test_a_step_that_cannot_be_played_does_not_enter_the_script(step: Any, reason: str) -> None:
    model = ScriptedModel()
    with pytest.raises(InvalidModelStep, match="step #2 ") as caught:
        model.extend([[HELLO], step])
    assert (caught.value.reason, caught.value.input_index, model.remaining_steps) == (reason, 1, 0)


async def test_usage_comes_from_the_step_or_else_from_the_default() -> None:
    own, default = Usage(requests=2, input_tokens=5, total_tokens=5), Usage(requests=1, output_tokens=7, total_tokens=7)
    model = ScriptedModel([ModelStep([HELLO], usage=own), [HELLO]], default_usage=default)
    model.enqueue([HELLO])

    first, second = await ask(model), await ask(model)
    model.set_default_usage(None)

    assert (first.usage, second.usage, (await ask(model)).usage) == (own, default, Usage(requests=1))


async def test_the_usage_is_told_at_the_end_of_a_stream() -> None:
    usage = Usage(requests=1, input_tokens=3, output_tokens=4, total_tokens=7)

    events = [event async for event in stream(ScriptedModel([ModelStep([HELLO], usage=usage)]))]

    assert Usage.of_response(events[-1].response.usage) == usage


async def test_reasoning_and_a_message_stream_the_full_sequence() -> None:
    events = [event async for event in stream(ScriptedModel([[reasoning("Easy."), HELLO]]))]

    assert_well_formed(events)
    assert short(events) == [
        *["created", "in_progress", "output_item.added", "reasoning_summary_part.added"],
        *["reasoning_summary_text.delta:Easy.", "reasoning_summary_text.done", "reasoning_summary_part.done", "output_item.done"],
        *["output_item.added", "content_part.added", "output_text.delta:hello", "output_text.done", "content_part.done"],
        *["output_item.done", "completed"],
    ]


async def test_a_step_can_stream_exactly_the_given_events() -> None:
    events = list(response_events([HELLO], new_response("r", model="m")))[:4]
    model = ScriptedModel([ModelStep.stream(events, output=[HELLO]), ModelStep.stream(events, output=[HELLO])])

    assert [event async for event in stream(model)] == events
    assert (await ask(model)).output == [HELLO]


async def test_a_gate_holds_a_stream_before_each_delta() -> None:
    gate, seen = asyncio.Event(), list[Any]()
    model = ScriptedModel([ModelStep.in_chunks(["a", "b"], gate=gate)])

    async def read() -> None:
        async for event in stream(model):
            seen.append(event)

    reading = asyncio.ensure_future(read())
    await _idle()
    before = short(seen)
    gate.set()
    await _idle()
    between = short(seen)
    gate.set()
    await reading

    assert before[-1] == "content_part.added"
    assert between[-1] == "output_text.delta:a"
    assert_well_formed(seen)


async def _idle() -> None:
    """Lets everything run that can run now."""
    for _ in range(20):
        await asyncio.sleep(0)
