"""What the journal is told of calls that are none of a function, and how such a call is left and taken up again."""

import asyncio
import threading
from contextlib import aclosing
from typing import Any

import pytest

from agentchat import (
    Agent,
    ApplyPatchTool,
    CallFinished,
    CallStarted,
    ComputerTool,
    RunConfig,
    Runner,
    RunState,
    ShellCommandRequest,
    ShellTool,
)
from agentchat.runtime.ports.journal import Approved
from agentchat.runtime.running.judging import UNKNOWN
from agentchat.runtime.values.keys import CallKey
from agentchat.runtime.values.outcomes import Finished, Go, Returned, Start, Unknown
from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.journals import RecordingJournal, all_events, assert_told_is_stored
from tests.runtime.running.local_items import (
    NotingComputer,
    NotingEditor,
    agent_of,
    answers,
    computer_call,
    docs_server,
    mcp_request,
    patch_call,
    shell_answer,
    shell_call,
    shell_that_notes,
)


async def test_every_call_is_proposed_and_started_and_finished_with_the_whole_answer() -> None:
    seen: list[Any] = []
    tools = [shell_that_notes(seen), ComputerTool(NotingComputer(seen)), docs_server(on_approval_request=lambda _: {"approve": True})]
    agent, _ = agent_of([shell_call(), computer_call({"type": "wait"}), mcp_request()], tools=tools)
    journal = RecordingJournal()
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal))
    events = await all_events(result)
    await assert_told_is_stored(events, journal)
    assert "accept 1.0 1.1 1.2" in journal.asked
    assert sorted(line for line in journal.asked if line.startswith("start")) == ["start 1.0", "start 1.1", "start 1.2"]
    finished = [line for line in journal.asked if line.startswith("finish 1.2")]
    assert finished == ["finish 1.2 Returned [{'type': 'mcp_approval_response', 'approval_request_id': 'r1', 'approve': True}]"]
    started = {event.call_id: (event.tool, event.arguments) for event in events if isinstance(event, CallStarted)}
    assert started == {
        "s1": ("shell", '{"commands":["ls"]}'),
        "c1": ("computer_use_preview", '{"actions":[{"type":"wait"}]}'),
        "r1": ("docs.search", '{"q":1}'),
    }
    outputs = {event.call_id: event.output for event in events if isinstance(event, CallFinished)}
    screen = [{"type": "input_image", "image_url": "data:image/png;base64,QUJD"}]
    assert outputs == {"s1": "ran 1", "c1": screen, "r1": "Approved."}


class _Answering(RecordingJournal):
    """Answers every start alike."""

    def __init__(self, answer: Start) -> None:
        super().__init__()
        self._answer = answer

    async def start(self, key: CallKey, by: str, decision: Approved | None = None) -> Start:
        await super().start(key, by, decision)
        return self._answer


@pytest.mark.parametrize(
    ("answer", "given"),
    [
        (Unknown(), shell_answer("", stderr=UNKNOWN, code=1)),
        (Finished(Returned([{**shell_answer("then"), "status": "completed"}])), shell_answer("then")),
        (Go(), shell_answer("ran 1")),
    ],
)
async def test_a_call_runs_only_where_the_journal_lets_it_go(answer: Start, given: dict[str, Any]) -> None:
    seen: list[str] = []
    agent, model = agent_of([shell_call()], tools=[shell_that_notes(seen)])
    await Runner.run(agent, "hi", run_config=RunConfig(run_journal=_Answering(answer)))
    assert (answers(model), seen) == ([given], ["ls"] if isinstance(answer, Go) else [])


async def test_an_approval_of_unknown_outcome_is_no_approval() -> None:
    agent, model = agent_of([mcp_request()], tools=[docs_server(on_approval_request=lambda _: {"approve": True})])
    await Runner.run(agent, "hi", run_config=RunConfig(run_journal=_Answering(Unknown())))
    assert answers(model) == [{"type": "mcp_approval_response", "approval_request_id": "r1", "approve": False, "reason": UNKNOWN}]


async def test_the_questions_of_a_recalled_run_are_those_that_were_asked() -> None:
    seen: list[str] = []
    tools = [shell_that_notes(seen, name="sh", needs_approval=True), ApplyPatchTool(NotingEditor(seen), needs_approval=True), docs_server()]
    agent, _ = agent_of([shell_call(), patch_call(), mcp_request()], tools=tools)
    journal = InMemoryJournal("s")
    config = RunConfig(run_journal=journal)
    result = await Runner.run(agent, "hi", run_config=config)
    run_id = result.to_state().run_id
    recalled = await RunState.recall(agent, journal, run_id)
    assert [_told(item) for item in recalled.get_interruptions()] == [_told(item) for item in result.interruptions]
    for item in recalled.get_interruptions():
        assert item.key is not None
        assert await journal.decide(item.key, Approved())
    result = await Runner.run(agent, await RunState.recall(agent, journal, run_id), run_config=config)
    assert (result.final_output, seen) == ("done", ["ls", "create a.txt +hi\n"])


def _told(item: Any) -> tuple[Any, ...]:
    return item.name, item.qualified_name, item.arguments, item.call_id, item.key, item.decided_as


def _shell_that_waits() -> tuple[ShellTool, asyncio.Event]:
    entered = asyncio.Event()

    async def execute(_: ShellCommandRequest) -> str:
        entered.set()
        await asyncio.Event().wait()
        return ""

    return ShellTool(execute), entered


async def _stopped_at(agent: Agent[Any], entered: asyncio.Event, journal: InMemoryJournal) -> list[dict[str, Any]]:
    result = Runner.run_streamed(agent, "hi", run_config=RunConfig(run_journal=journal))
    async with aclosing(result.run_events()) as events:
        async for event in events:
            if isinstance(event, CallStarted):
                await entered.wait()
                result.cancel()
    await result.wait()
    return await journal.get_items()


async def test_a_stop_tells_what_may_have_happened_in_the_words_of_each_kind() -> None:
    shell, entered = _shell_that_waits()
    agent, _ = agent_of([shell_call(), shell_call(call_id="s2")], tools=[shell])
    rows = await _stopped_at(agent, entered, InMemoryJournal("s"))
    assert rows[3:] == [
        shell_answer("", stderr="Stopped by the user; it may have taken effect.", code=1),
        shell_answer("", stderr="Stopped by the user before it ran.", code=1, call_id="s2"),
    ]


async def test_what_an_abandoned_thread_brings_late_goes_to_the_journal() -> None:
    gate, entered, kept = threading.Event(), asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def execute(_: ShellCommandRequest) -> str:
        loop.call_soon_threadsafe(entered.set)
        gate.wait()
        return "at last"

    class Journal(InMemoryJournal):
        async def finish(self, key: CallKey, outcome: Any) -> None:
            await super().finish(key, outcome)
            self.late = outcome
            kept.set()

    journal = Journal("s")
    agent, _ = agent_of([shell_call()], tools=[ShellTool(execute)])
    await _stopped_at(agent, entered, journal)
    gate.set()
    await kept.wait()
    [item] = journal.late.output
    assert (item["type"], item["output"]) == ("shell_call_output", shell_answer("at last")["output"])
