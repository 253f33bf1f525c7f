"""Input and output guardrails in a run: who is asked when, what waits for a verdict, and what a no leaves."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from agentchat import (
    Agent,
    CheckpointSaved,
    FunctionTool,
    GuardrailFunctionOutput,
    InputGuardrail,
    InputGuardrailTripwireTriggered,
    OutputGuardrail,
    OutputGuardrailTripwireTriggered,
    RunConfig,
    Runner,
    RunResultBase,
    RunResultStreaming,
    RunState,
    SQLiteSession,
    ToolExecutionConfig,
    UserError,
    function_tool,
)
from agentchat.models.response_events import new_response, response_events
from agentchat.runtime.values.items import TResponseInputItem
from agentchat.testing import ModelStep, ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.journals import RecordingJournal
from tests.runtime.running.runs import add

STREAMED = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


@dataclass
class Seen:
    """What the guardrails of a test were asked, and a gate that holds their verdict back."""

    asked: list[Any] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    def held(self) -> "Seen":
        self.gate.clear()
        return self

    def guard(self, name: str, *, trips: bool = False, beside: bool = True, fails: Exception | None = None) -> InputGuardrail[Any]:
        async def look(context: object, agent: Any, given: object) -> GuardrailFunctionOutput:
            self.asked.append((name, agent.name, given))
            await self._verdict(name, fails)
            return GuardrailFunctionOutput(f"{name} says", trips)

        return InputGuardrail(look, name=name, run_in_parallel=beside)

    def output_guard(self, name: str, *, trips: bool = False, fails: Exception | None = None) -> OutputGuardrail[Any]:
        async def look(context: object, agent: Any, output: object) -> GuardrailFunctionOutput:
            self.asked.append((name, agent.name, output))
            await self._verdict(name, fails)
            return GuardrailFunctionOutput(f"{name} says", trips)

        return OutputGuardrail(look, name=name)

    async def _verdict(self, name: str, fails: Exception | None) -> None:
        self.was_asked.set()
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled.append(name)
            raise
        if fails is not None:
            raise fails


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture(autouse=True)
async def no_task_outlives_the_run() -> AsyncIterator[None]:
    yield
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def run(agent: Agent[Any], given: Any = "hi", *, streamed: bool, **options: Any) -> RunResultBase:
    if not streamed:
        return await Runner.run(agent, given, **options)
    result = Runner.run_streamed(agent, given, **options)
    async for _ in result.stream_events():
        pass
    return result


def names(results: Any) -> list[tuple[str, bool]]:
    return [(said.guardrail.get_name(), said.output.tripwire_triggered) for said in results]


def answering(text: str = "hello", **options: Any) -> Agent[Any]:
    return Agent(name="A", model=ScriptedModel([[assistant_message(text)]]), **options)


def calling(*names: str, **options: Any) -> Agent[Any]:
    """An agent whose first response calls these tools and whose second one says "done"."""
    calls = [function_call(name, {"a": 1, "b": 2} if name == "add" else {}, call_id=f"c{i}") for i, name in enumerate(names)]
    return Agent(name="A", model=ScriptedModel([calls, [assistant_message("done")]]), **options)


def tool_that(then: Callable[[], Any], name: str = "work") -> FunctionTool:
    @function_tool(name_override=name)
    async def work() -> str:
        """Works."""
        then()
        return "worked"

    return work


def model_of(agent: Agent[Any]) -> ScriptedModel:
    assert isinstance(agent.model, ScriptedModel)
    return agent.model


def kinds(items: list[TResponseInputItem]) -> list[str]:
    return [item.get("type") or item["role"] for item in items]


async def read(result: RunResultStreaming, look: Callable[[Any], None]) -> None:
    async for event in result.stream_events():
        look(event)


def answering_model(*output: Any) -> tuple[ScriptedModel, asyncio.Event]:
    """A model of one answer, and the event that it was given."""
    answered = asyncio.Event()

    def answer(_: object) -> Any:
        answered.set()
        return list(output)

    return ScriptedModel([ModelStep.respond(answer)]), answered


@contextmanager
def complaints() -> Iterator[list[str]]:
    """What the event loop complains of: errors of tasks that nobody has asked for."""
    heard: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: heard.append(context["message"]))
    yield heard
    gc.collect()
    loop.set_exception_handler(None)


async def tripped(result: RunResultStreaming) -> tuple[list[str], Exception]:
    """The events of a streamed run, and what ended it."""
    words: list[str] = []
    with pytest.raises(Exception, match="triggered tripwire") as caught:
        words.extend(await _into(words, result))
    return words, caught.value


async def _into(words: list[str], result: RunResultStreaming) -> list[str]:
    async for event in result.stream_events():
        match event.type:
            case "agent_updated_stream_event":
                words.append(f"AU({event.new_agent.name})")
            case "run_item_stream_event":
                words.append(event.name)
            case _ if words[-1] != "RAW":
                words.append("RAW")
            case _:
                pass
    return []


# Input guardrails


@STREAMED
async def test_the_starting_agents_guardrails_come_before_the_runs_own_and_say_their_verdicts(seen: Seen, streamed: bool) -> None:
    agent = answering(input_guardrails=[seen.guard("mine")])
    result = await run(agent, streamed=streamed, run_config=RunConfig(input_guardrails=[seen.guard("the run's")]))
    assert seen.asked == [("mine", "A", "hi"), ("the run's", "A", "hi")]
    assert names(result.input_guardrail_results) == [("mine", False), ("the run's", False)]
    assert [said.output.output_info for said in result.input_guardrail_results] == ["mine says", "the run's says"]


@STREAMED
async def test_blocking_guardrails_are_done_before_the_parallel_ones_begin(streamed: bool) -> None:
    order: list[str] = []

    def guard(name: str, *, beside: bool) -> InputGuardrail[Any]:
        async def look(*_: object) -> GuardrailFunctionOutput:
            order.append(f"{name} begins")
            await asyncio.sleep(0)
            order.append(f"{name} ends")
            return GuardrailFunctionOutput(None, tripwire_triggered=False)

        return InputGuardrail(look, run_in_parallel=beside)

    def model(_: object) -> Any:
        order.append("model")
        return [assistant_message("hello")]

    guards = [guard("p", beside=True), guard("b1", beside=False), guard("b2", beside=False)]
    await run(Agent(name="A", model=ScriptedModel([ModelStep.respond(model)]), input_guardrails=guards), streamed=streamed)
    assert order[:4] == ["b1 begins", "b2 begins", "b1 ends", "b2 ends"]
    assert sorted(order[4:]) == ["model", "p begins", "p ends"]


async def test_a_blocking_guardrail_that_trips_keeps_the_model_from_being_called(seen: Seen) -> None:
    session = SQLiteSession("s")
    agent = answering(input_guardrails=[seen.guard("p"), seen.guard("b", trips=True, beside=False)])
    result = Runner.run_streamed(agent, "hi", session=session)
    words, error = await tripped(result)
    assert words == ["AU(A)"]
    assert isinstance(error, InputGuardrailTripwireTriggered)
    assert error.guardrail_result is result.input_guardrail_results[0]
    assert error.run_data.input_guardrail_results == result.input_guardrail_results
    assert [asked[0] for asked in seen.asked] == ["b"]
    assert model_of(agent).calls == ()
    assert await session.get_items() == [{"content": "hi", "role": "user"}]


@STREAMED
async def test_a_trip_while_the_model_works_is_raised_at_once(seen: Seen, streamed: bool) -> None:
    stopped: list[str] = []

    async def never(_: object) -> Any:
        seen.gate.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stopped.append("model")
            raise

    session = SQLiteSession("s")
    agent = Agent(name="A", model=ScriptedModel([ModelStep.respond(never)]), input_guardrails=[seen.held().guard("p", trips=True)])
    with pytest.raises(InputGuardrailTripwireTriggered):
        await run(agent, streamed=streamed, session=session)
    assert stopped == ["model"]
    assert await session.get_items() == [{"content": "hi", "role": "user"}]


async def test_a_trip_while_the_answer_streams_ends_it_after_what_was_told(seen: Seen) -> None:
    gate = asyncio.Event()
    gate.set()
    agent = Agent(
        name="A",
        model=ScriptedModel([ModelStep.in_chunks(["Hello ", "world"], gate=gate)]),
        input_guardrails=[seen.held().guard("p", trips=True)],
    )
    result = Runner.run_streamed(agent, "hi")
    deltas: list[str] = []

    def trip_at_a_delta(event: Any) -> None:
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            deltas.append(event.data.delta)
            seen.gate.set()

    with pytest.raises(InputGuardrailTripwireTriggered):
        await read(result, trip_at_a_delta)
    assert deltas == ["Hello "]
    assert (result.new_items, result.final_output) == ([], None)


async def test_a_model_that_swallows_the_cancelling_does_not_keep_the_run_going(seen: Seen) -> None:
    created = next(iter(response_events([assistant_message("x")], new_response("r", model="m"))))

    async def stubborn(_: object) -> AsyncIterator[Any]:
        while True:
            try:
                seen.gate.set()
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                yield created

    model = ScriptedModel([ModelStep.stream(stubborn)])
    result = Runner.run_streamed(Agent(name="A", model=model, input_guardrails=[seen.held().guard("p", trips=True)]), "hi")
    _, error = await tripped(result)
    assert isinstance(error, InputGuardrailTripwireTriggered)


async def test_a_model_that_is_faster_is_told_whole_and_its_answer_is_not_final(seen: Seen) -> None:
    session = SQLiteSession("s")
    agent = answering(input_guardrails=[seen.held().guard("p", trips=True)])
    result = Runner.run_streamed(agent, "hi", session=session)
    events: list[str] = []

    def trip_at_the_message(event: Any) -> None:
        events.append(event.name if event.type == "run_item_stream_event" else event.type)
        if events[-1] == "message_output_created":
            assert result.final_output is None
            seen.gate.set()

    with pytest.raises(InputGuardrailTripwireTriggered):
        await read(result, trip_at_the_message)
    assert events[-1] == "message_output_created"
    assert result.final_output is None
    assert await session.get_items() == [{"content": "hi", "role": "user"}]


@STREAMED
async def test_a_final_output_waits_for_all_verdicts(seen: Seen, streamed: bool) -> None:
    model, answered = answering_model(assistant_message("hello"))
    agent = Agent(name="A", model=model, input_guardrails=[seen.held().guard("p"), Seen().guard("q")])
    running = asyncio.create_task(run(agent, streamed=streamed))
    await answered.wait()
    assert not running.done()
    seen.gate.set()
    result = await running
    assert result.final_output == "hello"
    assert names(result.input_guardrail_results) == [("q", False), ("p", False)]


@STREAMED
async def test_no_tool_starts_once_the_verdict_is_known(seen: Seen, streamed: bool) -> None:
    ran: list[str] = []
    agent = calling("work", tools=[tool_that(lambda: ran.append("work"))], input_guardrails=[seen.guard("p", trips=True)])
    with pytest.raises(InputGuardrailTripwireTriggered):
        await run(agent, streamed=streamed)
    assert ran == []


async def test_a_tool_that_runs_may_finish_and_the_next_one_does_not_start(seen: Seen) -> None:
    ran: list[str] = []

    async def trip_while_it_runs() -> str:
        """Works."""
        seen.gate.set()
        for _ in range(5):
            await asyncio.sleep(0)
        ran.append("first")
        return "x"

    tools = [function_tool(trip_while_it_runs, name_override="first"), tool_that(lambda: ran.append("second"), "second")]
    config = RunConfig(tool_execution=ToolExecutionConfig(max_function_tool_concurrency=1))
    agent = calling("first", "second", tools=tools, input_guardrails=[seen.held().guard("p", trips=True)])
    with pytest.raises(InputGuardrailTripwireTriggered):
        await Runner.run(agent, "hi", run_config=config)
    assert ran == ["first"]
    assert len(model_of(agent).calls) == 1


async def test_a_later_yes_does_not_undo_a_no(seen: Seen) -> None:
    other = Seen().held()

    @function_tool
    async def work() -> str:
        """Works."""
        seen.gate.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        other.gate.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return "worked"

    agent = calling("work", tools=[work], input_guardrails=[seen.held().guard("no", trips=True), other.guard("yes")])
    with pytest.raises(InputGuardrailTripwireTriggered) as caught:
        await Runner.run(agent, "hi")
    assert names(caught.value.run_data.input_guardrail_results) == [("no", True), ("yes", False)]


async def test_a_trip_after_tools_ran_comes_beside_the_next_model_call_and_stores_only_the_input(seen: Seen) -> None:
    session = SQLiteSession("s")

    async def second(_: object) -> Any:
        seen.gate.set()
        await asyncio.Event().wait()

    agent = calling("add", tools=[add], input_guardrails=[seen.held().guard("p", trips=True)])
    agent.model = ScriptedModel([[function_call("add", {"a": 1, "b": 2}, call_id="c")], ModelStep.respond(second)])
    words, error = await tripped(Runner.run_streamed(agent, "hi", session=session))
    assert words == ["AU(A)", "RAW", "tool_called", "tool_output"]
    assert [item.type for item in error.run_data.new_items] == ["tool_call_item", "tool_call_output_item"]
    assert await session.get_items() == [{"content": "hi", "role": "user"}]


@STREAMED
async def test_turns_that_ended_before_the_verdict_are_stored_when_it_is_a_yes(seen: Seen, streamed: bool) -> None:
    session = SQLiteSession("s")
    stored: list[int] = []

    async def second(_: object) -> Any:
        stored.append(len(await session.get_items()))
        seen.gate.set()
        return [assistant_message("done")]

    agent = calling("add", tools=[add], input_guardrails=[seen.held().guard("p")])
    agent.model = ScriptedModel([[function_call("add", {"a": 1, "b": 2}, call_id="c")], ModelStep.respond(second)])
    await run(agent, streamed=streamed, session=session)
    assert stored == [1]
    assert kinds(await session.get_items()) == ["user", "function_call", "function_call_output", "message"]


async def test_a_failure_before_the_verdict_keeps_the_turns_that_ended(seen: Seen) -> None:
    session = SQLiteSession("s")
    agent = calling("add", tools=[add], input_guardrails=[seen.held().guard("p")])
    agent.model = ScriptedModel([[function_call("add", {"a": 1, "b": 2}, call_id="c")], RuntimeError("down")])
    with pytest.raises(RuntimeError, match="down"):
        await Runner.run(agent, "hi", session=session)
    assert kinds(await session.get_items()) == ["user", "function_call", "function_call_output"]
    assert seen.cancelled == ["p"]


@STREAMED
async def test_a_guardrail_that_raises_fails_the_run_and_ends_the_others(seen: Seen, streamed: bool) -> None:
    agent = answering(input_guardrails=[Seen().guard("p", fails=ValueError("boom")), seen.held().guard("q")])
    with pytest.raises(ValueError, match="boom"):
        await run(agent, streamed=streamed)
    assert seen.cancelled == ["q"]


async def test_what_a_model_raises_when_a_no_ends_it_is_nobodys_concern(seen: Seen) -> None:
    async def fails_when_stopped(_: object) -> Any:
        seen.gate.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("cut off")

    model = ScriptedModel([ModelStep.respond(fails_when_stopped)])
    agent = Agent(name="A", model=model, input_guardrails=[seen.held().guard("p", trips=True)])
    with complaints() as heard, pytest.raises(InputGuardrailTripwireTriggered):
        await Runner.run(agent, "hi")
    assert heard == []


async def test_of_output_guardrails_that_fail_together_one_is_told() -> None:
    async def fails(*_: object) -> GuardrailFunctionOutput:
        raise ValueError

    guards = [OutputGuardrail[Any](fails), OutputGuardrail[Any](fails)]
    with complaints() as heard, suppress(ValueError):  # pytest.raises would keep the tasks alive with the error
        await Runner.run(answering(output_guardrails=guards), "hi")
    assert heard == []


async def test_a_no_while_the_answer_is_written_does_not_keep_it_from_being_told(seen: Seen) -> None:
    class Slow(InMemoryJournal):
        async def accept(self, *given: Any) -> None:
            seen.gate.set()
            for _ in range(20):
                await asyncio.sleep(0)
            await super().accept(*given)

    agent, told = answering(input_guardrails=[seen.held().guard("p", trips=True)]), list[Any]()
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=Slow("s")))
    with suppress(InputGuardrailTripwireTriggered):
        async for event in result.run_events():
            told.append(event)
    assert [event.checkpoint.step for event in told if isinstance(event, CheckpointSaved)] == ["model next", "turn open", "ended"]


async def test_a_guardrail_that_cancels_itself_has_not_said_yes() -> None:
    async def look(*_: object) -> GuardrailFunctionOutput:
        raise asyncio.CancelledError

    with pytest.raises(UserError, match=r"Guardrail 'look' was cancelled from within; let it return its verdict\."):
        await Runner.run(answering(input_guardrails=[InputGuardrail(look)]), "hi")


async def test_a_model_that_fails_ends_the_guardrails_too(seen: Seen) -> None:
    agent = Agent(name="A", model=ScriptedModel([RuntimeError("down")]), input_guardrails=[seen.held().guard("p", trips=True)])
    with pytest.raises(RuntimeError, match="down"):
        await Runner.run(agent, "hi")
    assert seen.cancelled == ["p"]


async def test_only_the_starting_agents_guardrails_are_asked_and_only_once(seen: Seen) -> None:
    b = answering("from B", input_guardrails=[seen.guard("B's")])
    b.name = "B"
    steps = [[function_call("add", {"a": 1, "b": 2}, call_id="c")], [function_call("transfer_to_b", "{}", call_id="h")]]
    agent = Agent(name="A", model=ScriptedModel(steps), tools=[add], handoffs=[b], input_guardrails=[seen.guard("A's")])
    result = await Runner.run(agent, "hi")
    assert result.final_output == "from B"
    assert [asked[0] for asked in seen.asked] == ["A's"]


@pytest.mark.parametrize(
    ("given", "session", "shown"),
    [
        ("hi", None, "hi"),
        ([{"role": "user", "content": "x"}], None, [{"role": "user", "content": "x"}]),
        ("hi", "s", [{"role": "user", "content": "old"}, {"role": "user", "content": "hi"}]),
    ],
)
async def test_guardrails_are_shown_the_input_as_it_was_given_with_a_session_behind_the_history(
    seen: Seen, given: Any, session: str | None, shown: Any
) -> None:
    memory = None
    if session is not None:
        memory = SQLiteSession(session)
        await memory.add_items([{"role": "user", "content": "old"}])
    await Runner.run(answering(input_guardrails=[seen.guard("p")]), given, session=memory)
    assert seen.asked == [("p", "A", shown)]


# Stops, questions, states


async def test_a_stop_ends_the_guardrails(seen: Seen) -> None:
    result = Runner.run_streamed(answering(input_guardrails=[seen.held().guard("p")]), "hi")
    async for event in result.stream_events():
        if event.type == "raw_response_event":
            result.cancel()
    await result.wait()
    assert (seen.cancelled, result.final_output) == (["p"], None)


async def test_a_stop_after_the_turn_waits_for_the_verdict(seen: Seen) -> None:
    session = SQLiteSession("s")
    agent = calling("add", tools=[add], input_guardrails=[seen.held().guard("p")])
    result = Runner.run_streamed(agent, "hi", session=session)
    result.cancel("after_turn")

    def answer_at_the_end(event: Any) -> None:
        if event.type == "run_item_stream_event" and event.name == "tool_output":
            asyncio.get_running_loop().call_later(0.01, seen.gate.set)

    await read(result, answer_at_the_end)
    assert names(result.input_guardrail_results) == [("p", False)]
    assert kinds(await session.get_items()) == ["user", "function_call", "function_call_output"]


@STREAMED
@pytest.mark.parametrize("output", [assistant_message("hello"), function_call("ask", "{}", call_id="c")], ids=["answer", "question"])
async def test_nothing_is_final_and_nobody_is_asked_before_a_no(seen: Seen, output: Any, streamed: bool) -> None:
    journal = RecordingJournal()

    @function_tool(needs_approval=True)
    def ask() -> str:
        """Asks."""
        return "asked"

    model, answered = answering_model(output)
    agent = Agent(name="A", model=model, tools=[ask], input_guardrails=[seen.held().guard("p", trips=True)])
    running = asyncio.create_task(run(agent, streamed=streamed, run_config=RunConfig(run_journal=journal)))
    await answered.wait()
    for _ in range(50):
        await asyncio.sleep(0)  # more than the run needs to come as far as it can
    assert journal.asked[-1].startswith("accept")
    seen.gate.set()
    with pytest.raises(InputGuardrailTripwireTriggered):
        await running
    assert [said.split(":")[0] for said in journal.asked if said.startswith("commit")] == ["commit blocked"]


async def test_a_run_that_goes_on_does_not_ask_again_and_keeps_what_was_said(seen: Seen) -> None:
    @function_tool(needs_approval=True)
    def ask() -> str:
        """Asks."""
        return "asked"

    agent = calling("ask", tools=[ask], input_guardrails=[seen.guard("p")], output_guardrails=[seen.output_guard("o")])
    first = await Runner.run(agent, "hi")
    state = await RunState.from_string(agent, first.to_state().to_string())
    state.approve(state.get_interruptions()[0])
    result = await Runner.run(agent, state)
    assert [asked[0] for asked in seen.asked] == ["p", "o"]
    said = result.input_guardrail_results[0]
    assert (said.guardrail.get_name(), said.output) == ("p", GuardrailFunctionOutput("p says", tripwire_triggered=False))
    with pytest.raises(UserError, match="loaded with a stored state"):
        await said.guardrail.run(agent, "hi", result.context_wrapper)


@pytest.mark.parametrize("as_text", [False, True])
async def test_a_run_that_was_stopped_before_the_verdict_asks_again_before_anything_else(seen: Seen, as_text: bool) -> None:
    agent = answering(input_guardrails=[seen.held().guard("p")])
    stopped = Runner.run_streamed(agent, "hi")
    async for event in stopped.stream_events():
        if event.type == "raw_response_event":
            stopped.cancel()
    await stopped.wait()
    state = stopped.to_state()
    if as_text:
        state = await RunState.from_string(agent, state.to_string())
    agent.input_guardrails = [Seen().guard("p", trips=True)]
    with pytest.raises(InputGuardrailTripwireTriggered):
        await Runner.run(agent, state)
    assert len(model_of(agent).calls) == 1


# Output guardrails


@STREAMED
async def test_output_guardrails_see_the_final_output_only(seen: Seen, streamed: bool) -> None:
    agent = calling("add", tools=[add], output_guardrails=[seen.output_guard("mine")])
    result = await run(agent, streamed=streamed, run_config=RunConfig(output_guardrails=[seen.output_guard("the run's")]))
    assert seen.asked == [("mine", "A", "done"), ("the run's", "A", "done")]
    assert names(result.output_guardrail_results) == [("mine", False), ("the run's", False)]
    assert [(said.agent.name, said.agent_output) for said in result.output_guardrail_results] == [("A", "done"), ("A", "done")]


async def test_the_output_guardrails_of_the_last_agent_are_asked(seen: Seen) -> None:
    b = answering("from B", output_guardrails=[seen.output_guard("B's")])
    b.name = "B"
    model = ScriptedModel([[function_call("transfer_to_b", "{}", call_id="h")]])
    await Runner.run(Agent(name="A", model=model, handoffs=[b], output_guardrails=[seen.output_guard("A's")]), "hi")
    assert seen.asked == [("B's", "B", "from B")]


@STREAMED
async def test_an_answer_that_is_held_back_is_no_final_output_and_is_not_stored(seen: Seen, streamed: bool) -> None:
    session = SQLiteSession("s")
    agent = calling("add", tools=[add], output_guardrails=[seen.output_guard("o", trips=True)])
    with pytest.raises(OutputGuardrailTripwireTriggered) as caught:
        await run(agent, streamed=streamed, session=session)
    said, data = caught.value.guardrail_result, caught.value.run_data
    assert (said.guardrail.get_name(), said.agent_output, said.output.output_info) == ("o", "done", "o says")
    assert data.output_guardrail_results == [said]
    assert [item.type for item in data.new_items] == ["tool_call_item", "tool_call_output_item", "message_output_item"]
    assert kinds(await session.get_items()) == ["user", "function_call", "function_call_output"]


async def test_an_answer_that_is_held_back_was_told_before(seen: Seen) -> None:
    result = Runner.run_streamed(answering(output_guardrails=[seen.output_guard("o", trips=True)]), "hi")
    words, _ = await tripped(result)
    assert words == ["AU(A)", "RAW", "message_output_created"]
    assert result.final_output is None


async def test_the_first_no_ends_the_other_output_guardrails(seen: Seen) -> None:
    guards = [seen.held().output_guard("slow"), Seen().output_guard("no", trips=True)]
    with pytest.raises(OutputGuardrailTripwireTriggered):
        await Runner.run(answering(output_guardrails=guards), "hi")
    assert seen.cancelled == ["slow"]


async def test_an_output_guardrail_that_raises_fails_the_run(seen: Seen) -> None:
    with pytest.raises(ValueError, match="boom"):
        await Runner.run(answering(output_guardrails=[seen.output_guard("o", fails=ValueError("boom"))]), "hi")


async def test_a_stop_ends_the_output_guardrails(seen: Seen) -> None:
    result = Runner.run_streamed(answering(output_guardrails=[seen.held().output_guard("o")]), "hi")
    await seen.was_asked.wait()
    result.cancel()
    await result.wait()
    assert (seen.cancelled, result.final_output) == (["o"], None)


@STREAMED
@pytest.mark.parametrize(
    ("message", "kept"),
    [
        (None, "Output withheld by an output guardrail."),
        ("Not for you.", "Not for you."),
        (lambda args: f"{args.guardrail_name}, {args.agent.name}: {args.default_message}", "o, A: Output withheld by an output guardrail."),
        (lambda args: None, "Output withheld by an output guardrail."),
        (lambda args: 1 / 0, "Output withheld by an output guardrail."),
    ],
)
async def test_a_tools_output_that_was_to_be_the_answer_leaves_a_placeholder(seen: Seen, message: Any, kept: str, streamed: bool) -> None:
    session = SQLiteSession("s")
    agent = Agent(
        name="A",
        tools=[tool_that(lambda: None), add],
        tool_use_behavior={"stop_at_tool_names": ["work"]},
        output_guardrails=[seen.output_guard("o", trips=True)],
        model=ScriptedModel([
            [assistant_message("aside"), function_call("work", "{}", call_id="c1"), function_call("add", {"a": 1, "b": 2}, call_id="c2")]
        ]),
    )
    config = RunConfig(output_guardrail_blocked_message=message)
    with pytest.raises(OutputGuardrailTripwireTriggered) as caught:
        await run(agent, streamed=streamed, session=session, run_config=config)
    rows = await session.get_items()
    assert kinds(rows) == ["user", "function_call", "function_call", "function_call_output", "function_call_output"]
    assert [row["output"] for row in rows[3:]] == [kept, kept]
    assert [item.output for item in caught.value.run_data.new_items[2:]] == [kept, kept]


async def test_a_placeholder_is_told_in_the_place_of_the_output(seen: Seen) -> None:
    tool = replace(tool_that(lambda: None), custom_data_extractor=lambda data: {"output": data.output})
    agent = Agent(
        name="A",
        tools=[tool],
        tool_use_behavior="stop_on_first_tool",
        output_guardrails=[seen.output_guard("o", trips=True)],
        model=ScriptedModel([[function_call("work", "{}", call_id="c1")]]),
    )
    result = Runner.run_streamed(agent, "hi")
    outputs: list[Any] = []

    def note_outputs(event: Any) -> None:
        if event.type == "run_item_stream_event" and event.name == "tool_output":
            outputs.append((event.item.output, event.item.custom_data))

    with pytest.raises(OutputGuardrailTripwireTriggered):
        await read(result, note_outputs)
    assert outputs == [("Output withheld by an output guardrail.", None)]


async def test_what_was_held_back_is_not_in_a_stored_state(seen: Seen) -> None:
    result = Runner.run_streamed(answering("secret", output_guardrails=[seen.output_guard("o", trips=True)]), "hi")
    await tripped(result)
    assert result.to_state().to_json()["guardrail_results"]["output"] == [
        {"name": "o", "agent": "A", "seen": None, "output": {"output_info": "o says", "tripwire_triggered": True}}
    ]


async def test_what_guardrails_said_is_stored_as_far_as_json_can_spell_it() -> None:
    async def look(*_: object) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput({"of": {1}, "by": look}, tripwire_triggered=False)

    result = await Runner.run(answering(input_guardrails=[InputGuardrail(look)]), "hi")
    stored = result.to_state().to_json()["guardrail_results"]["input"]
    assert stored == [{"name": "look", "output": {"output_info": {"of": [1], "by": str(look)}, "tripwire_triggered": False}}]
