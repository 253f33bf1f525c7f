"""A chat with agents that use a shell, patches, a computer and a hosted server: what is asked, shown and kept."""

from pathlib import Path
from typing import Any

import pytest

from agentchat.chat.deciding.policy import Rule
from agentchat.chat.status import Approve, Reject
from agentchat.chat.transcript.blocks import AnswerBlock, CallBlock
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.local_tools import ComputerTool
from agentchat.runtime.declarations.patch_tool import ApplyPatchTool
from agentchat.runtime.ports.clock import SystemClock
from agentchat.runtime.ports.run_config import RunConfig
from agentchat.runtime.running.judging import UNKNOWN
from agentchat.runtime.running.runner import Runner
from agentchat.storage.store import SQLiteStore
from agentchat.testing import assistant_message
from tests.chat.lived import SESSION, Front, blocks_when_reopened, first_frame, opened, scripted, setup_of
from tests.runtime.running.journals import Crash, CrashingJournal, all_events
from tests.runtime.running.local_items import (
    NotingComputer,
    NotingEditor,
    computer_call,
    docs_server,
    mcp_request,
    patch_call,
    shell_call,
    shell_that_notes,
)

DONE = [assistant_message("done")]


def calls(front: Front) -> list[tuple[str, str, str]]:
    return [(block.tool, block.state, block.output or "") for block in front.blocks if isinstance(block, CallBlock)]


def agent_with(seen: list[Any], *turns: list[Any]) -> Agent[Any]:
    tools = [shell_that_notes(seen), ApplyPatchTool(NotingEditor(seen)), ComputerTool(NotingComputer(seen)), docs_server()]
    return Agent(name="worker", model=scripted(*turns), tools=tools)


async def test_every_kind_of_call_is_asked_about_shown_and_shown_again(tmp_path: Path) -> None:
    seen: list[Any] = []
    turn = [shell_call("ls"), patch_call(), computer_call({"type": "wait"}), mcp_request()]
    setup = setup_of(agent_with(seen, turn, DONE))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Work.")
        await chat.settled()
        assert [(call.tool, call.arguments, call.effects) for call in front.pending.calls] == [
            ("shell", '{"commands":["ls"]}', "changes"),
            ("apply_patch", '{"diff":"+hi\\n","path":"a.txt","type":"create_file"}', "changes"),
            ("computer_use_preview", '{"actions":[{"type":"wait"}]}', "changes"),
            ("docs.search", '{"q":1}', "changes"),
        ]
        assert front.pending.calls[0].description == "Runs shell commands on this machine."
        shell, patch, computer, server = front.pending.calls
        await chat.decide(patch.key, Reject(patch.digest, "not that file"))
        for call in (shell, computer, server):
            await chat.decide(call.key, Approve(call.digest))
        await chat.settled()
        assert calls(front) == [
            ("shell", "done", "ran 1"),
            ("apply_patch", "rejected", "not that file"),
            ("computer", "done", "[image]"),
            ("docs.search", "done", "Approved."),
        ]
        assert front.blocks[-1] == AnswerBlock(id=5, agent="worker", text="done", ending="complete", at=front.blocks[-1].at)
        assert seen == ["ls", "wait", "screenshot"]
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", setup)
    assert lived == first_frame(tmp_path / "db")


async def test_a_rule_is_about_one_tool_of_one_server_or_about_the_very_commands(tmp_path: Path) -> None:
    listing = Rule("shell", "allow", "you said so", arguments='{"commands":["ls"]}')
    rules = (Rule("docs.delete", "deny", "never"), listing, Rule("apply_patch", "deny", "no patches here"))
    turn = [mcp_request(), mcp_request("r2", name="delete"), shell_call(), shell_call("rm x", call_id="s2"), patch_call()]
    setup = setup_of(agent_with([], turn), rules=rules)
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Work.")
        await chat.settled()
        assert [call.tool for call in front.pending.calls] == ["docs.search", "shell"]
        assert calls(front) == [
            ("docs.search", "waiting", ""),
            ("docs.delete", "denied", "never"),
            ("shell", "done", "ran 1"),
            ("shell", "waiting", ""),
            ("apply_patch", "denied", "no patches here"),
        ]


async def test_a_run_that_broke_off_in_a_shell_is_closed_in_the_words_of_each_kind(tmp_path: Path) -> None:
    path, seen = tmp_path / "db", list[Any]()
    agent = agent_with(seen, [shell_call(), patch_call(), mcp_request()], DONE)
    store = await SQLiteStore.open(path, SESSION, clock=SystemClock())
    agent.tools = [shell_that_notes(seen), ApplyPatchTool(NotingEditor(seen), needs_approval=True), docs_server()]
    dying = CrashingJournal(store, at=5, done=True)  # type: ignore[arg-type]
    with pytest.raises(Crash):
        await all_events(Runner.run_streamed(agent, "Work.", run_config=RunConfig(run_journal=dying)))
    assert dying.crashed == "start 1.0"
    await store.close()
    setup = setup_of(agent)
    async with opened(path, setup) as (chat, front):
        assert [state for _, state, _ in calls(front)] == ["unknown", "proposed", "proposed"]
        await chat.send("Something else.")
        await chat.settled()
        before = "Stopped by the user before it ran."
        assert calls(front) == [("shell", "unknown", UNKNOWN), ("apply_patch", "stopped", before), ("docs.search", "stopped", before)]
        assert seen == []
        assert front.blocks[-1].text == "done"  # type: ignore[union-attr]
        lived = front.blocks
    assert lived == await blocks_when_reopened(path, setup)
