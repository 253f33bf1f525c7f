"""A model call that fails: when it is made again, after what wait, and what is never made again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import httpx2
import openai
import pytest

from agentchat import (
    Agent,
    CheckpointSaved,
    MaxTurnsExceeded,
    ModelRetryAdvice,
    ModelRetryAdviceRequest,
    ModelRetryNormalizedError,
    ModelRetrySettings,
    ModelSettings,
    ModelTimeoutError,
    RetryDecision,
    Retrying,
    RetryPolicy,
    RetryPolicyContext,
    RunConfig,
    Runner,
    RunResultStreaming,
    UserError,
    retry_policies,
)
from agentchat.runtime.ports.clock import SystemClock
from agentchat.runtime.values.facts import TurnFact
from agentchat.runtime.values.items import TResponseStreamEvent
from agentchat.testing import ModelCall, ModelScriptItem, ModelStep, ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.journals import HeldClock, RecordingJournal
from tests.runtime.running.runs import add, told

FINE = [assistant_message("fine")]
REQUEST = httpx2.Request("POST", "http://shop/v1/responses")
AGAIN: RetryPolicy = lambda _: True  # noqa: E731 - a policy is a function, and this is the shortest one


def no_connection() -> Exception:
    return openai.APIConnectionError(request=REQUEST)


def refused(status: int, **headers: str) -> Exception:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return openai.APIStatusError("boom", response=httpx2.Response(status, headers=given, request=REQUEST), body={"code": "c"})


class SwiftClock(SystemClock):
    """Does not wait, and keeps what it was to wait."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def now(self) -> float:
        return 1_700_000_000.0

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        await asyncio.sleep(0)


class Advising(ScriptedModel):
    """Says the same about each of its failures, and keeps what it was asked."""

    def __init__(self, steps: list[ModelScriptItem], advice: ModelRetryAdvice | None = None) -> None:
        super().__init__(steps)
        self.advice = advice
        self.asked: list[ModelRetryAdviceRequest] = []

    def get_retry_advice(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
        self.asked.append(request)
        return self.advice


def retries(policy: RetryPolicy | None = AGAIN, *, most: int | None = 3, **backoff: Any) -> ModelSettings:
    given: Any = {"jitter": False, **backoff}
    return ModelSettings(retry=ModelRetrySettings(max_retries=most, backoff=given, policy=policy))


async def waits(policy: RetryPolicy | None, *errors: Exception, advice: ModelRetryAdvice | None = None, **backoff: Any) -> list[float]:
    """The waits between the attempts of a call that fails so often before it answers."""
    clock = SwiftClock()
    agent = Agent(name="A", model=Advising([*errors, FINE], advice), model_settings=retries(policy, most=len(errors), **backoff))
    result = await Runner.run(agent, "hi", run_config=RunConfig(clock=clock))
    assert result.final_output == "fine"
    return clock.waited


async def attempts(steps: list[ModelScriptItem], settings: ModelSettings, *, streamed: bool = False) -> tuple[int, Exception | None]:
    """How often the model was asked, and what the run raised."""
    model = ScriptedModel(steps)
    agent, config = Agent(name="A", model=model, model_settings=settings), RunConfig(clock=SwiftClock())
    try:
        if streamed:
            await told(Runner.run_streamed(agent, "hi", run_config=config))
        else:
            await Runner.run(agent, "hi", run_config=config)
    except Exception as error:  # noqa: BLE001 - the test looks at it
        return len(model.calls), error
    return len(model.calls), None


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("errors", "settings", "calls"),
    [
        (2, retries(retry_policies.network_error()), 3),
        (1, retries(None), 1),
        (1, retries(most=None), 1),
        (1, retries(most=0), 1),
        (1, retries(retry_policies.never()), 1),
        (1, retries(retry_policies.http_status([500])), 1),
        (1, retries(lambda _: RetryDecision(retry=False)), 1),
        (3, retries(most=2), 3),
        (1, ModelSettings(), 1),
    ],
)
async def test_a_failed_call_is_made_again_as_often_as_settings_and_policy_allow(
    errors: int, settings: ModelSettings, calls: int, streamed: bool
) -> None:
    failures: list[ModelScriptItem] = [no_connection() for _ in range(errors)]
    made, error = await attempts([*failures, FINE], settings, streamed=streamed)
    assert (made, error is None) == (calls, calls > errors)


@pytest.mark.parametrize("error", [ValueError("x"), MaxTurnsExceeded("x"), TimeoutError()])
async def test_the_policy_may_allow_whatever_the_model_raises(error: Exception) -> None:
    assert await attempts([error, FINE], retries()) == (2, None)


async def test_an_async_policy_may_say_so_too_and_its_own_failure_ends_the_run() -> None:
    async def later(_: RetryPolicyContext) -> bool:
        return True

    def broken(_: RetryPolicyContext) -> bool:
        raise ZeroDivisionError

    assert await attempts([no_connection(), FINE], retries(later)) == (2, None)
    made, error = await attempts([no_connection(), FINE], retries(broken))
    assert (made, type(error)) == (1, ZeroDivisionError)


@pytest.mark.parametrize(
    ("error", "read"),
    [
        (no_connection(), ModelRetryNormalizedError(message="Connection error.", is_network_error=True)),
        (
            openai.APITimeoutError(request=REQUEST),
            ModelRetryNormalizedError(message="Request timed out.", is_network_error=True, is_timeout=True),
        ),
        (
            refused(429, retry_after="3", x_request_id="r1"),
            ModelRetryNormalizedError(status_code=429, error_code="c", message="boom", request_id="r1", retry_after=3.0),
        ),
        (httpx2.ConnectError("gone"), ModelRetryNormalizedError(message="gone", is_network_error=True)),
        (httpx2.ReadTimeout("slow"), ModelRetryNormalizedError(message="slow", is_network_error=True, is_timeout=True)),
        (TimeoutError(), ModelRetryNormalizedError(message="", is_network_error=True, is_timeout=True)),
        (ConnectionResetError("cut"), ModelRetryNormalizedError(message="cut", is_network_error=True)),
        (ModelTimeoutError(1.5), ModelRetryNormalizedError(message="Model call timed out after 1.5 seconds.", is_timeout=True)),
        (ValueError("x"), ModelRetryNormalizedError(message="x")),
    ],
)
async def test_what_the_policy_is_told_of_a_failure(error: Exception, read: ModelRetryNormalizedError) -> None:
    seen: list[RetryPolicyContext] = []

    def policy(context: RetryPolicyContext) -> bool:
        seen.append(context)
        return True

    await waits(policy, error)
    assert seen == [RetryPolicyContext(error, 1, 1, stream=False, normalized=read)]


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after_ms": "60"}, 0.06),
        ({"retry_after": "7", "retry_after_ms": "100"}, 0.1),
        ({"retry_after": "Tue, 14 Nov 2023 22:13:50 GMT"}, 30.0),
        ({"retry_after": "soon"}, 0.25),
        ({"retry_after": "-3"}, 0.25),
        ({"retry_after": "0"}, 0.0),
        ({}, 0.25),
    ],
)
async def test_the_server_says_how_long_to_wait(headers: dict[str, str], waited: float) -> None:
    assert await waits(AGAIN, refused(429, **headers)) == [waited]


@pytest.mark.parametrize(
    ("policy", "advice", "waited"),
    [
        (lambda _: RetryDecision(retry=True, delay=0.5), ModelRetryAdvice(retry_after=3.0), 0.5),
        (lambda _: RetryDecision(retry=True, delay=0.0), ModelRetryAdvice(retry_after=3.0), 0.0),
        (lambda _: RetryDecision(retry=True, delay=-1.0), None, 0.0),
        (AGAIN, ModelRetryAdvice(retry_after=3.0), 3.0),
        (AGAIN, ModelRetryAdvice(normalized=ModelRetryNormalizedError(retry_after=4.0)), 4.0),
        (AGAIN, None, 7.0),
        (retry_policies.retry_after(), ModelRetryAdvice(retry_after=3.0), 3.0),
        (retry_policies.provider_suggested(), ModelRetryAdvice(suggested=True, retry_after=3.0), 3.0),
        (retry_policies.http_status([418]), ModelRetryAdvice(normalized=ModelRetryNormalizedError(status_code=418)), 7.0),
    ],
)
async def test_the_policys_delay_goes_over_the_models_and_that_over_the_servers(
    policy: RetryPolicy, advice: ModelRetryAdvice | None, waited: float
) -> None:
    assert await waits(policy, refused(429, retry_after="7"), advice=advice) == [waited]


@pytest.mark.parametrize(
    ("backoff", "waited"),
    [
        ({}, [0.25, 0.5, 1.0, 2.0, 2.0]),
        ({"initial_delay": 1.0, "max_delay": 3.0, "multiplier": 3.0}, [1.0, 3.0, 3.0, 3.0, 3.0]),
        ({"multiplier": 0.5}, [0.25, 0.125, 0.0625, 0.03125, 0.015625]),
        ({"initial_delay": 5.0}, [2.0] * 5),
        ({"initial_delay": 0.0}, [0.0] * 5),
    ],
)
async def test_without_a_word_from_anybody_the_wait_grows(backoff: dict[str, float], waited: list[float]) -> None:
    assert await waits(AGAIN, *[no_connection() for _ in range(5)], **backoff) == waited


async def test_the_wait_varies_by_an_eighth_and_never_exceeds_the_longest() -> None:
    found = await waits(AGAIN, *[no_connection() for _ in range(40)], jitter=True, initial_delay=1.0, multiplier=1.0, max_delay=1.1)
    assert all(0.875 <= wait <= 1.1 for wait in found)
    assert len(set(found)) > 1


@pytest.mark.parametrize(
    ("advice", "approve", "stateless", "stateful"),
    [
        ("safe", False, True, True),
        (None, False, True, False),
        (None, True, True, True),
        ("unsafe", False, False, False),
        ("unsafe", True, True, True),
    ],
)
async def test_a_request_that_may_not_be_sent_twice_is_not(advice: Any, approve: bool, stateless: bool, stateful: bool) -> None:
    async def made_again(**options: Any) -> bool:
        model = Advising([no_connection(), FINE], ModelRetryAdvice(replay_safety=advice))
        policy: RetryPolicy = lambda _: RetryDecision(retry=True, approve_unsafe_replay=approve)  # noqa: E731 - as above
        agent = Agent(name="A", model=model, model_settings=retries(policy))
        with suppress(openai.APIConnectionError):
            await Runner.run(agent, "hi", run_config=RunConfig(clock=SwiftClock()), **options)
        assert [(each.previous_response_id, each.conversation_id) for each in model.asked] == [
            (options.get("previous_response_id"), options.get("conversation_id"))
        ]
        return len(model.calls) == 2

    assert await made_again() is stateless
    assert await made_again(previous_response_id="r") is stateful
    assert await made_again(conversation_id="c") is stateful


async def test_the_model_is_asked_for_advice() -> None:
    error = no_connection()
    model = Advising([error, FINE], ModelRetryAdvice(replay_safety="unsafe"))
    with pytest.raises(openai.APIConnectionError):
        await Runner.run(Agent(name="A", model=model, model_settings=retries()), "hi")
    assert model.asked == [ModelRetryAdviceRequest(error, 1, stream=False)]


def breaking_after(count: int, error: Callable[[], Exception] = no_connection) -> ModelStep:
    """A stream that fails after so many events of a whole answer."""

    async def events(call: ModelCall) -> AsyncIterator[TResponseStreamEvent]:
        whole = ScriptedModel([FINE]).stream_response(
            None, call.input, call.model_settings, [], None, [], call.tracing,
            previous_response_id=None, conversation_id=None, prompt=None,
        )  # fmt: skip
        left = count
        async for event in whole:
            if left == 0:
                raise error()
            left -= 1
            yield event

    return ModelStep.stream(events)


def kinds(events: list[Any]) -> list[str]:
    """The raw events and the repetitions, by their names."""
    told = [event.data.type if event.type == "raw_response_event" else "" for event in events if not isinstance(event, Retrying)]
    return [name.removeprefix("response.") for name in told if name]


WHOLE = [
    "created", "in_progress", "output_item.added", "content_part.added", "output_text.delta",
    "output_text.done", "content_part.done", "output_item.done", "completed",
]  # fmt: skip


async def followed(result: RunResultStreaming) -> tuple[list[Any], Exception | None]:
    """All events up to the end, and what the run raised."""
    seen: list[Any] = []
    try:
        async for event in result.run_events():
            seen.append(event)  # noqa: PERF401 - kept up to the error
    except Exception as error:  # noqa: BLE001 - the test looks at it
        return seen, error
    return seen, None


@pytest.mark.parametrize("shown", range(10))
async def test_a_stream_is_asked_again_only_while_nothing_of_it_could_be_seen(shown: int) -> None:
    model = ScriptedModel([breaking_after(shown), FINE])
    agent = Agent(name="A", model=model, model_settings=retries(retry_policies.network_error()))
    events, error = await followed(Runner.run_streamed(agent, "hi", run_config=RunConfig(clock=SwiftClock())))
    raw = kinds([event for event in events if getattr(event, "type", "") == "raw_response_event"])
    retried = [event for event in events if isinstance(event, Retrying)]
    if shown <= 2:
        assert (raw, error, len(model.calls)) == ([*WHOLE[:shown], *WHOLE], None, 2)
        assert retried == [Retrying(attempt=1, delay=0.25, error="Connection error.")]
    elif shown < len(WHOLE):
        assert (raw, type(error), len(model.calls), retried) == (WHOLE[:shown], openai.APIConnectionError, 1, [])
    else:
        assert (raw, error, len(model.calls), retried) == (WHOLE, None, 1, [])


async def test_a_repetition_is_told_before_its_wait_and_the_published_events_do_not_mention_it() -> None:
    clock = HeldClock()
    agent = Agent(name="A", model=ScriptedModel([no_connection(), FINE]), model_settings=retries(initial_delay=2.0))
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(clock=clock, describe_error=lambda _: "The shop is closed."))
    events = result.run_events()
    async for event in events:
        if isinstance(event, Retrying):
            assert event == Retrying(attempt=1, delay=2.0, error="The shop is closed.")
            break_off = asyncio.create_task(clock.waited_on.wait())
            await break_off
            clock.move(2.0)
    assert result.final_output == "fine"

    again = Agent(name="A", model=ScriptedModel([no_connection(), FINE]), model_settings=retries())
    public = await told(Runner.run_streamed(again, "hi", run_config=RunConfig(clock=SwiftClock())))
    assert public == ["AU(A)", "RAW", "message_output_created"]


@pytest.mark.parametrize("streamed", [False, True])
async def test_failed_attempts_are_requests_without_tokens(streamed: bool) -> None:
    add_call = [function_call("add", {"a": 1, "b": 2}, call_id="c")]
    steps: list[ModelScriptItem] = [no_connection(), add_call, no_connection(), no_connection(), FINE]
    agent = Agent(name="A", model=ScriptedModel(steps), tools=[add], model_settings=retries())
    config = RunConfig(clock=SwiftClock())
    if streamed:
        result: Any = Runner.run_streamed(agent, "hi", run_config=config)
        await result.wait()
    else:
        result = await Runner.run(agent, "hi", run_config=config)
    usage = result.context_wrapper.usage
    assert [response.usage.requests for response in result.raw_responses] == [2, 3]
    assert (usage.requests, len(usage.request_usage_entries), usage.total_tokens) == (5, 5, 0)


async def test_the_attempts_of_each_call_are_counted_on_their_own_and_take_no_turns() -> None:
    steps: list[ModelScriptItem] = [no_connection(), [function_call("add", {"a": 1, "b": 2}, call_id="c")], no_connection(), FINE]
    agent = Agent(name="A", model=ScriptedModel(steps), tools=[add], model_settings=retries(most=1))
    result = await Runner.run(agent, "hi", max_turns=2, run_config=RunConfig(clock=SwiftClock()))
    assert result.final_output == "fine"


async def test_a_stop_during_the_wait_ends_the_run_at_once() -> None:
    clock, model = HeldClock(), ScriptedModel([no_connection(), FINE])
    result = Runner.run_streamed(Agent(name="A", model=model, model_settings=retries()), "hi", run_config=RunConfig(clock=clock))
    await clock.waited_on.wait()
    result.cancel()
    events, error = await followed(result)
    assert (error, len(model.calls), [event for event in events if not isinstance(event, CheckpointSaved)]) == (None, 1, [])


async def test_a_cancelled_call_is_never_made_again() -> None:
    def cancelled() -> Exception:
        error = RuntimeError("closed")
        error.__cause__ = asyncio.CancelledError()
        return error

    made, error = await attempts([cancelled(), FINE], retries())
    assert (made, type(error)) == (1, RuntimeError)

    class Cancelled(ScriptedModel):
        async def get_response(self, *args: Any, **named: Any) -> Any:
            await super().get_response(*args, **named)
            raise asyncio.CancelledError

    model = Cancelled([FINE, FINE])
    with pytest.raises(UserError, match="A CancelledError came out of a model"):
        await Runner.run(Agent(name="A", model=model, model_settings=retries()), "hi")
    assert len(model.calls) == 1


async def test_a_repetition_stands_in_the_journal_as_a_fact_of_its_turn() -> None:
    journal = RecordingJournal()
    agent = Agent(name="A", model=ScriptedModel([no_connection(), breaking_after(2), FINE]), model_settings=retries())
    config = RunConfig(clock=SwiftClock(), run_journal=journal)
    events, error = await followed(Runner.run_streamed(agent, "hi", run_config=config))
    assert error is None
    facts = [fact for event in events if isinstance(event, CheckpointSaved) for fact in event.facts if isinstance(fact, TurnFact)]
    assert [(fact.kind, fact.agent, fact.text) for fact in facts] == [
        ("retry", "A", "Attempt 1 failed and was made again after 0.2 s: Connection error."),
        ("retry", "A", "Attempt 2 failed and was made again after 0.5 s: Connection error."),
    ]
    assert [line for line in journal.asked if line.startswith("draft")] == []


async def test_repetitions_that_did_not_help_stand_before_the_error() -> None:
    journal = InMemoryJournal("s")
    agent = Agent(name="A", model=ScriptedModel([no_connection(), no_connection()]), model_settings=retries(most=1))
    events, error = await followed(Runner.run_streamed(agent, "hi", run_config=RunConfig(clock=SwiftClock(), run_journal=journal)))
    assert isinstance(error, openai.APIConnectionError)
    facts = [fact for event in events if isinstance(event, CheckpointSaved) for fact in event.facts if isinstance(fact, TurnFact)]
    assert [fact.kind for fact in facts] == ["retry", "error"], "in the order of time"


class _NoDraft(InMemoryJournal):
    async def draft(self, scope: Any, text: str) -> None:
        raise OSError("the disk is full")


async def test_a_journal_that_fails_is_no_reason_to_ask_the_model_again() -> None:
    model = ScriptedModel([FINE, FINE])

    class Slow(SwiftClock):
        def monotonic(self) -> float:
            self.waited.append(0.0)
            return float(len(self.waited))

    agent = Agent(name="A", model=model, model_settings=retries())
    _, error = await followed(Runner.run_streamed(agent, "hi", run_config=RunConfig(clock=Slow(), run_journal=_NoDraft("s"))))
    assert (type(error), len(model.calls)) == (OSError, 1)


async def _never(_: ModelCall) -> Any:
    await asyncio.get_running_loop().create_future()


def _stuck_after(count: int) -> ModelStep:
    async def events(call: ModelCall) -> AsyncIterator[TResponseStreamEvent]:
        step = breaking_after(count).stream_events
        assert callable(step)
        try:
            async for event in step(call):
                yield event
        except openai.APIConnectionError:
            await asyncio.get_running_loop().create_future()

    return ModelStep.stream(events)


def limited(seconds: float = 0.02, policy: RetryPolicy | None = None) -> ModelSettings:
    return ModelSettings(timeout=seconds, retry=retries(policy).retry if policy else None)


async def test_an_answer_that_takes_too_long_is_a_model_timeout() -> None:
    made, error = await attempts([ModelStep.respond(_never)], limited())
    assert isinstance(error, ModelTimeoutError)
    assert (made, error.timeout_seconds, str(error)) == (1, 0.02, "Model call timed out after 0.02 seconds.")


@pytest.mark.parametrize("shown", [0, 2, 5])
async def test_the_limit_holds_for_a_whole_streamed_answer(shown: int) -> None:
    model = ScriptedModel([_stuck_after(shown)])
    events, error = await followed(Runner.run_streamed(Agent(name="A", model=model, model_settings=limited()), "hi"))
    raw = kinds([event for event in events if getattr(event, "type", "") == "raw_response_event"])
    assert (raw, type(error)) == (WHOLE[:shown], ModelTimeoutError)


@pytest.mark.parametrize("streamed", [False, True])
async def test_each_attempt_has_the_whole_time(streamed: bool) -> None:
    steps: list[ModelScriptItem] = [_stuck_after(0) if streamed else ModelStep.respond(_never) for _ in range(2)]
    assert await attempts([*steps, FINE], limited(policy=retry_policies.network_error()), streamed=streamed) == (3, None)


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_time_out_of_the_models_own_passes_as_it_is(streamed: bool) -> None:
    made, error = await attempts([TimeoutError("mine")], limited(5.0), streamed=streamed)
    assert (made, repr(error)) == (1, "TimeoutError('mine')")


async def test_an_answer_in_time_is_passed_on_event_by_event() -> None:
    model = ScriptedModel([FINE])
    events, error = await followed(Runner.run_streamed(Agent(name="A", model=model, model_settings=limited(5.0)), "hi"))
    assert (kinds([event for event in events if getattr(event, "type", "") == "raw_response_event"]), error) == (WHOLE, None)
