"""When hooks are told what, and what becomes of a run whose hooks fail."""

import asyncio
from typing import Any

import pytest

from agentchat import (
    Agent,
    AgentHookContext,
    AgentHooks,
    AgentsException,
    MaxTurnsExceeded,
    ModelInputData,
    ModelResponse,
    RunConfig,
    RunContextWrapper,
    RunHooks,
    Runner,
    RunResultStreaming,
    RunState,
    SQLiteSession,
    Tool,
    ToolContext,
    UserError,
    function_tool,
)
from agentchat.testing import ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.runs import add, noting, told


class Told:
    """What hooks were told, one line each; one of them may fail."""

    def __init__(self, fails: str = "") -> None:
        self.lines: list[str] = []
        self._fails = fails

    def note(self, line: str) -> None:
        self.lines.append(line)
        if self._fails and line.startswith(self._fails):
            raise ValueError(f"no {line}")

    def take(self) -> list[str]:
        lines, self.lines[:] = list(self.lines), []
        return lines


class OfRun(RunHooks):
    def __init__(self, told: Told) -> None:
        self._told = told

    async def on_agent_start(self, context: AgentHookContext, agent: Agent[Any]) -> None:
        self._told.note(f"run agent_start {agent.name}")

    async def on_agent_end(self, context: AgentHookContext, agent: Agent[Any], output: Any) -> None:
        self._told.note(f"run agent_end {agent.name} {output!r}")

    async def on_llm_start(
        self, context: RunContextWrapper, agent: Agent[Any], system_prompt: str | None, input_items: list[dict[str, Any]]
    ) -> None:
        self._told.note(f"run llm_start {agent.name} {system_prompt} {len(input_items)}")

    async def on_llm_end(self, context: RunContextWrapper, agent: Agent[Any], response: ModelResponse) -> None:
        self._told.note(f"run llm_end {agent.name} {len(response.output)}")

    async def on_handoff(self, context: RunContextWrapper, from_agent: Agent[Any], to_agent: Agent[Any]) -> None:
        self._told.note(f"run handoff {from_agent.name}>{to_agent.name}")

    async def on_tool_start(self, context: RunContextWrapper, agent: Agent[Any], tool: Tool) -> None:
        self._told.note(f"run tool_start {agent.name} {tool.name}")

    async def on_tool_end(self, context: RunContextWrapper, agent: Agent[Any], tool: Tool, result: object) -> None:
        self._told.note(f"run tool_end {agent.name} {tool.name} {result!r}")


class OfAgent(AgentHooks):
    def __init__(self, told: Told, name: str) -> None:
        self._told, self._name = told, name

    async def on_start(self, context: AgentHookContext, agent: Agent[Any]) -> None:
        self._told.note(f"{self._name} start {agent.name}")

    async def on_end(self, context: AgentHookContext, agent: Agent[Any], output: Any) -> None:
        self._told.note(f"{self._name} end {agent.name} {output!r}")

    async def on_llm_start(
        self, context: RunContextWrapper, agent: Agent[Any], system_prompt: str | None, input_items: list[dict[str, Any]]
    ) -> None:
        self._told.note(f"{self._name} llm_start")

    async def on_llm_end(self, context: RunContextWrapper, agent: Agent[Any], response: ModelResponse) -> None:
        self._told.note(f"{self._name} llm_end")

    async def on_handoff(self, context: RunContextWrapper, agent: Agent[Any], source: Agent[Any]) -> None:
        self._told.note(f"{self._name} handoff agent={agent.name} source={source.name}")

    async def on_tool_start(self, context: RunContextWrapper, agent: Agent[Any], tool: Tool) -> None:
        self._told.note(f"{self._name} tool_start {tool.name}")

    async def on_tool_end(self, context: RunContextWrapper, agent: Agent[Any], tool: Tool, result: object) -> None:
        self._told.note(f"{self._name} tool_end {tool.name} {result!r}")


ADD = function_call("add", {"a": 1, "b": 2}, call_id="c1")
TO_B = function_call("transfer_to_b", {}, call_id="c2")
DONE = assistant_message("done")


def team(heard: Told, *steps: list[Any], hooked: bool = True, **fields: Any) -> Agent[Any]:
    """Agent A, which adds and hands over to B."""
    model = ScriptedModel(steps)
    b: Agent[Any] = Agent(name="B", instructions="be b", model=model, hooks=OfAgent(heard, "b") if hooked else None)
    fields = {"tools": [add], "handoffs": [b], **fields}
    return Agent(name="A", instructions="be a", model=model, hooks=OfAgent(heard, "a") if hooked else None, **fields)


async def test_the_hooks_of_run_and_agents_are_told_in_the_published_order() -> None:
    heard = Told()
    await Runner.run(team(heard, [ADD], [TO_B], [DONE]), "hi", hooks=OfRun(heard))
    assert heard.lines == [
        "run agent_start A",
        "a start A",
        "run llm_start A be a 1",
        "a llm_start",
        "a llm_end",
        "run llm_end A 1",
        "run tool_start A add",
        "a tool_start add",
        "run tool_end A add 3",
        "a tool_end add 3",
        "run llm_start A be a 3",
        "a llm_start",
        "a llm_end",
        "run llm_end A 1",
        "run handoff A>B",
        "a handoff agent=B source=A",
        "run agent_start B",
        "b start B",
        "run llm_start B be b 5",
        "b llm_start",
        "b llm_end",
        "run llm_end B 1",
        "run agent_end B 'done'",
        "b end B 'done'",
    ]


async def test_a_streamed_run_tells_hooks_the_same_and_the_items_come_before_llm_end() -> None:
    plain, streamed = Told(), Told()
    await Runner.run(team(plain, [ADD], [TO_B], [DONE]), "hi", hooks=OfRun(plain))
    result = Runner.run_streamed(team(streamed, [ADD], [TO_B], [DONE]), "hi", hooks=OfRun(streamed))
    assert await told(result) == [
        *("AU(A)", "RAW", "tool_called", "tool_output 3"),
        *("RAW", "handoff_requested", "handoff_occured", "AU(B)", "RAW", "message_output_created"),
    ]
    assert streamed.lines == plain.lines


async def test_a_run_without_run_hooks_tells_those_of_the_agents() -> None:
    heard = Told()
    await Runner.run(team(heard, [TO_B], [DONE]), "hi")
    assert heard.lines[:5] == ["a start A", "a llm_start", "a llm_end", "a handoff agent=B source=A", "b start B"]


async def test_both_are_told_at_once() -> None:
    met = asyncio.Barrier(2)

    class RunMeets(RunHooks):
        async def on_agent_start(self, context: AgentHookContext, agent: Agent[Any]) -> None:
            await met.wait()

    class AgentMeets(AgentHooks):
        async def on_start(self, context: AgentHookContext, agent: Agent[Any]) -> None:
            await met.wait()

    agent: Agent[Any] = Agent(name="A", model=ScriptedModel([[DONE]]), hooks=AgentMeets())
    async with asyncio.timeout(5):
        await Runner.run(agent, "hi", hooks=RunMeets())


async def test_the_contexts_are_those_of_the_run_and_of_the_call() -> None:
    seen: list[Any] = []

    class Looks(RunHooks):
        async def on_agent_start(self, context: AgentHookContext, agent: Agent[Any]) -> None:
            seen.append((type(context), context.context, context.turn_input, context.usage.requests))

        async def on_tool_end(self, context: RunContextWrapper, agent: Agent[Any], tool: Tool, result: object) -> None:
            assert isinstance(context, ToolContext)
            seen.append((context.tool_call_id, context.tool_arguments, context.usage.requests))

        async def on_agent_end(self, context: AgentHookContext, agent: Agent[Any], output: Any) -> None:
            seen.append((type(context), context.turn_input, context.usage.requests))

    session = SQLiteSession("s")
    await session.add_items([{"role": "user", "content": "before"}])
    await Runner.run(team(Told(), [ADD], [DONE], hooked=False), "hi", context="ctx", hooks=Looks(), session=session)
    given = [{"role": "user", "content": "before"}, {"content": "hi", "role": "user"}]
    assert seen == [
        (AgentHookContext, "ctx", given, 0),
        ("c1", '{"a":1,"b":2}', 1),
        (AgentHookContext, given, 2),
    ]


async def test_llm_start_hears_what_is_sent_and_cannot_change_what_was_said() -> None:
    class Spoils(RunHooks):
        async def on_llm_start(
            self, context: RunContextWrapper, agent: Agent[Any], system_prompt: str | None, input_items: list[dict[str, Any]]
        ) -> None:
            heard.append((system_prompt, [item["content"] for item in input_items]))
            input_items[0]["content"] = "spoilt"

    heard: list[Any] = []
    config = RunConfig(call_model_input_filter=lambda call: ModelInputData(input=call.model_data.input, instructions="other"))
    result = await Runner.run(team(Told(), [DONE]), "hi", hooks=Spoils(), run_config=config)
    assert heard == [("other", ["hi"])]
    assert result.to_input_list()[0] == {"content": "hi", "role": "user"}


async def test_a_failure_that_the_model_is_told_of_is_the_result_of_the_tool() -> None:
    @function_tool
    def bad() -> str:
        """Fails."""
        raise RuntimeError

    heard = Told()
    await Runner.run(team(heard, [function_call("bad", {}, call_id="c1")], [DONE], tools=[bad]), "hi", hooks=OfRun(heard))
    told_text = "'An error occurred while running the tool. Please try again.'"
    assert f"run tool_end A bad {told_text}" in heard.lines


async def test_a_call_that_does_not_run_is_no_matter_for_hooks() -> None:
    heard, seen = Told(), list[str]()
    agent = team(heard, [function_call("note", {"text": "x"}, call_id="c1")], [DONE], tools=[noting(seen, needs_approval=True)])
    state = (await Runner.run(agent, "hi", hooks=OfRun(heard))).to_state()
    heard.take()
    state.reject(state.get_interruptions()[0])
    await Runner.run(agent, state, hooks=OfRun(heard))
    assert (seen, heard.lines[:2]) == ([], ["run agent_start A", "a start A"])


async def test_after_a_resume_the_resumed_tools_come_first_and_the_agent_starts_again() -> None:
    heard, seen = Told(), list[str]()
    asks = function_call("note", {"text": "x"}, call_id="c0")
    agent = team(heard, [asks, ADD], [DONE], tools=[noting(seen, needs_approval=True), add])
    result = await Runner.run(agent, "hi", hooks=OfRun(heard))
    assert heard.take()[-4:] == ["run tool_start A add", "a tool_start add", "run tool_end A add 3", "a tool_end add 3"]

    result = await Runner.run(agent, result.to_state(), hooks=OfRun(heard))
    assert heard.take() == []  # nothing was decided, nothing happens

    state = await RunState.from_json(agent, result.to_state().to_json())
    state.approve(state.get_interruptions()[0])
    await Runner.run(agent, state, hooks=OfRun(heard))
    assert heard.lines[:6] == [
        *("run tool_start A note", "a tool_start note", "run tool_end A note 'noted x'", "a tool_end note 'noted x'"),
        *("run agent_start A", "a start A"),
    ]


async def test_a_resume_after_a_stop_starts_the_agent_again() -> None:
    heard = Told()
    agent = team(heard, [ADD], [DONE])
    result = Runner.run_streamed(agent, "hi", hooks=OfRun(heard))
    result.cancel("after_turn")
    await told(result)
    heard.take()
    await Runner.run(agent, result.to_state(), hooks=OfRun(heard))
    assert heard.lines[:3] == ["run agent_start A", "a start A", "run llm_start A be a 3"]


async def test_a_handoff_to_itself_starts_the_agent_again() -> None:
    heard = Told()
    agent = team(heard, [function_call("transfer_to_a", {}, call_id="c1")], [DONE])
    agent.handoffs = [agent]
    await Runner.run(agent, "hi")
    assert [line for line in heard.lines if "llm" not in line] == [
        *("a start A", "a handoff agent=A source=A", "a start A", "a end A 'done'")
    ]


async def test_an_agent_that_may_not_act_any_more_does_not_start() -> None:
    heard = Told()
    with pytest.raises(MaxTurnsExceeded):
        await Runner.run(team(heard, [TO_B], [DONE]), "hi", max_turns=1)
    assert heard.lines[-1] == "a handoff agent=B source=A"


async def test_an_answer_that_nobody_can_work_with_has_ended_all_the_same() -> None:
    heard = Told()
    with pytest.raises(AgentsException, match="Tool nope not found in agent A"):
        await Runner.run(team(heard, [function_call("nope", {}, call_id="c1")]), "hi")
    assert heard.lines == ["a start A", "a llm_start", "a llm_end"]


STEPS: tuple[list[Any], ...] = ([ADD], [TO_B], [DONE])


@pytest.mark.parametrize(
    "fails",
    ["run agent_start", "a start", "run llm_start", "a llm_end", "run handoff", "a handoff", "b start", "run agent_end", "b end"],
)
@pytest.mark.parametrize("streamed", [False, True])
async def test_what_a_hook_raises_ends_the_run_as_it_is(fails: str, streamed: bool) -> None:
    heard = Told(fails)
    with pytest.raises(ValueError, match=f"no {fails}"):
        await _run(team(heard, *STEPS), heard, streamed=streamed)
    with pytest.raises(ValueError, match=f"no {fails}"):  # the other one was told all the same
        await _run(team(heard, *STEPS), heard, streamed=streamed)


@pytest.mark.parametrize("fails", ["run tool_start", "a tool_start", "run tool_end", "a tool_end"])
@pytest.mark.parametrize("streamed", [False, True])
async def test_what_a_hook_raises_around_a_tool_ends_the_run_as_an_error_of_the_tool(fails: str, streamed: bool) -> None:
    heard = Told(fails)
    with pytest.raises(UserError, match=f"Error running tool add: no {fails}") as caught:
        await _run(team(heard, *STEPS), heard, streamed=streamed)
    assert isinstance(caught.value.__cause__, ValueError)


async def test_when_one_of_the_two_fails_the_other_is_told_to_its_end() -> None:
    heard = Told("run agent_start")
    with pytest.raises(ValueError, match="no run agent_start"):
        await Runner.run(team(heard, [DONE]), "hi", hooks=OfRun(heard))
    assert heard.lines == ["run agent_start A", "a start A"]


async def test_a_tool_whose_start_hook_fails_does_not_run() -> None:
    heard, seen = Told("a tool_start"), list[str]()
    agent = team(heard, [function_call("note", {"text": "x"}, call_id="c1")], tools=[noting(seen)])
    with pytest.raises(UserError):
        await Runner.run(agent, "hi")
    assert seen == []


@pytest.mark.parametrize(
    ("fails", "rows"),
    [
        ("a tool_start", ["The call failed: no a tool_start note"]),
        ("a tool_end", ["noted x"]),
        ("a llm_end", ["The run failed before this call ran."]),
    ],
)
async def test_with_a_journal_the_turn_of_a_failing_hook_is_kept(fails: str, rows: list[str]) -> None:
    heard, seen, journal = Told(fails), list[str](), InMemoryJournal("s")
    agent = team(heard, [function_call("note", {"text": "x"}, call_id="c1")], tools=[noting(seen)])
    with pytest.raises((UserError, ValueError)):
        await Runner.run(agent, "hi", run_config=RunConfig(run_journal=journal))
    assert [item["output"] for item in await journal.get_items() if item.get("type") == "function_call_output"] == rows


async def test_a_hook_that_is_not_async_is_told_so() -> None:
    class Sync(RunHooks):
        def on_agent_start(self, context: AgentHookContext, agent: Agent[Any]) -> None:  # type: ignore[override]
            pass

    with pytest.raises(TypeError, match="The hooks of Sync must be async methods; write 'async def'"):
        await Runner.run(team(Told(), [DONE]), "hi", hooks=Sync())


async def test_hooks_are_stopped_with_the_run() -> None:
    waiting, stopped = asyncio.Event(), asyncio.Event()

    class Waits(RunHooks):
        async def on_agent_start(self, context: AgentHookContext, agent: Agent[Any]) -> None:
            waiting.set()
            try:
                await asyncio.Event().wait()
            finally:
                stopped.set()

    result = Runner.run_streamed(team(Told(), [DONE]), "hi", hooks=Waits())
    await waiting.wait()
    result.cancel()
    await result.wait()
    assert stopped.is_set()
    assert await told(result) == []


async def _run(agent: Agent[Any], heard: Told, *, streamed: bool) -> None:
    if not streamed:
        await Runner.run(agent, "hi", hooks=OfRun(heard))
        return
    result: RunResultStreaming = Runner.run_streamed(agent, "hi", hooks=OfRun(heard))
    await told(result)


async def test_an_agents_hook_may_call_the_context_of_a_handoff_what_it_likes() -> None:
    class Short(AgentHooks):
        async def on_handoff(self, ctx: Any, agent: Agent[Any], source: Agent[Any]) -> None:  # type: ignore[override]
            handed.append((type(ctx).__name__, agent.name, source.name))

    handed: list[tuple[str, str, str]] = []
    agent = team(Told(), [TO_B], [DONE], hooked=False)
    agent.hooks = Short()
    await Runner.run(agent, "hi")
    assert handed == [("RunContextWrapper", "B", "A")]
