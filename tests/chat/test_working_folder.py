"""Tools of one's own learn where the conversation works, in every way in which they are called."""

import asyncio
from pathlib import Path

import pytest

from agentchat import Agent, RunConfig, function_tool, working_folder
from agentchat.chat.conversation_run import ConversationRun
from agentchat.chat.working_folder import working_in
from agentchat.testing import ScriptedModel, assistant_message, function_call


@function_tool
def in_a_thread() -> str:
    """Says where."""
    return str(working_folder())


@function_tool
async def on_the_loop() -> str:
    """Says where."""
    return str(working_folder())


def agent() -> Agent[None]:
    def calls(*names: str) -> list[object]:
        return [function_call(name, {} if name != "asks" else {"input": "Where?"}, call_id=name) for name in names]

    inner = Agent[None](name="inner", tools=[in_a_thread], model=ScriptedModel([calls("in_a_thread"), [assistant_message("There.")]]))
    inner.tool_use_behavior = "stop_on_first_tool"
    model = ScriptedModel([calls("in_a_thread", "on_the_loop", "asks"), [assistant_message("Ready.")]])
    return Agent(name="a", tools=[in_a_thread, on_the_loop, inner.as_tool("asks", "Asks.")], model=model)


async def told(folder: str) -> set[str]:
    one = agent()
    run = ConversationRun(one, "Where?", config=RunConfig(), max_turns=5, folder=folder)
    end = await run.follow(lambda _event: None)
    assert end.is_clean
    model = one.model
    assert isinstance(model, ScriptedModel)
    asked = model.calls[-1].input
    assert isinstance(asked, list)
    return {str(item["output"]) for item in asked if item.get("type") == "function_call_output"}


async def test_every_tool_of_a_run_works_in_the_folder_of_its_conversation(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    assert await asyncio.gather(told(str(one)), told(str(other))) == [{str(one)}, {str(other)}]


async def test_outside_of_a_chat_it_is_the_folder_of_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert working_folder() == tmp_path
    assert await told("") == {str(tmp_path)}
    with working_in("/elsewhere"):
        assert working_folder() == Path("/elsewhere")
    assert working_folder() == tmp_path
