"""A decision is about exactly what was shown, until the call starts: files, tools and other calls may change in between."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openai.types.responses import ResponseFunctionToolCall

from agentchat.chat.deciding.policy import ChatPolicy, Rule
from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Approve, Reject
from agentchat.chat.team import Team
from agentchat.chat.transcript.blocks import CallBlock, NoticeBlock
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.function_tool import function_tool
from agentchat.runtime.declarations.tool import CallPreview, FunctionTool
from agentchat.runtime.ports.clock import SystemClock
from agentchat.runtime.ports.run_config import RunConfig
from agentchat.testing import assistant_message, function_call
from agentchat.tools.registry import resolve_tool
from agentchat.tools.setting import ToolSetting
from tests.chat.lived import Front, TickingClock, blocks_when_reopened, opened, scripted, setup_of

DONE = [assistant_message("done")]
CHANGED = "this was approved, but would not do any more what was shown then, because things have changed since; it is asked about again."


def write_file(folder: Path) -> FunctionTool:
    return resolve_tool("write_file", ToolSetting(root=folder, clock=SystemClock()))


def write(path: str, content: str, call_id: str) -> object:
    return function_call("write_file", {"path": path, "content": content}, call_id=call_id)


def as_written(tool: str, arguments: str) -> object:
    return ResponseFunctionToolCall(name=tool, arguments=arguments, call_id="c1", type="function_call")


def calls(front: Front) -> list[tuple[str, str]]:
    return [(block.tool, block.state) for block in front.blocks if isinstance(block, CallBlock)]


def notices(front: Front) -> list[str]:
    return [block.text for block in front.blocks if isinstance(block, NoticeBlock)]


async def approve_all(chat: Any, front: Front) -> None:
    for call in front.pending.calls:
        await chat.decide(call.key, Approve(call.digest))
    await chat.settled()


async def test_a_file_that_changes_after_its_diff_was_approved_is_not_overwritten_and_asked_about_again(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(f"old {name}\n")
    model = scripted([write("a", "new a\n", "1"), write("b", "new b\n", "2")], DONE)
    setup = setup_of(Agent(name="writer", model=model, tools=[write_file(tmp_path)]))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Write.")
        await chat.settled()
        first, second = front.pending.calls
        await chat.decide(first.key, Approve(first.digest))
        (tmp_path / "a").write_text("an hour of work\n")
        await chat.decide(second.key, Approve(second.digest))
        await chat.settled()
        assert [(tmp_path / name).read_text() for name in ("a", "b")] == ["an hour of work\n", "old b\n"]
        assert (calls(front), front.status.phase) == ([("write_file", "waiting"), ("write_file", "proposed")], "waiting")
        assert notices(front) == [f'write_file(path="a", content="new a\\n"): {CHANGED}']
        (again,) = front.pending.calls
        assert (again.key, again.preview is not None and "-an hour of work" in again.preview.text) == (first.key, True)
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", setup)
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.decide(first.key, Approve(first.digest))
        await chat.settled()
        assert (tmp_path / "a").read_text() == "an hour of work\n", "the first yes is none"
        await approve_all(chat, front)
        assert [call.asks for call in front.pending.questions] == ["approved, not run"]
        await chat.proceed()
        await chat.settled()
        assert [(tmp_path / name).read_text() for name in ("a", "b")] == ["new a\n", "new b\n"]


@pytest.mark.parametrize("folder", ["a", "b"])
async def test_a_yes_holds_in_the_folder_that_it_was_given_in_and_in_no_other(tmp_path: Path, folder: str) -> None:
    ran: list[str] = []

    def setup(place: str, *answers: Any) -> ChatSetup:
        tool = function_tool(lambda order: ran.append(place), name_override="refund", description_override="Refunds.")
        return replace(setup_of(Agent(name="a", model=scripted(*answers), tools=[tool])), folder=place)

    async with opened(tmp_path / "db", setup("a", [function_call("refund", {"order": 1}, call_id="1")])) as (chat, front):
        await chat.send("Refund 1")
        await chat.settled()
        (call,) = front.pending.calls
        await chat.decide(call.key, Approve(call.digest), go_on=False)
    async with opened(tmp_path / "db", setup(folder, DONE)) as (chat, front):
        await chat.proceed()
        await chat.settled()
        if folder == "a":
            assert (ran, front.status.phase) == (["a"], "idle")
            return
        assert (ran, front.status.phase, [one.key for one in front.pending.calls]) == ([], "waiting", [call.key])
        await chat.decide(call.key, Approve(call.digest))
        assert ran == [], "the yes of the other folder is none here"
        await approve_all(chat, front)
        assert ran == ["b"]


async def test_an_agent_that_runs_as_a_tool_is_bound_to_the_folder_too(tmp_path: Path) -> None:
    ran: list[str] = []

    def setup(place: str, *answers: Any) -> ChatSetup:
        tool = function_tool(lambda order: ran.append(place), name_override="refund", description_override="Refunds.")
        model = scripted(*answers)
        inner = Agent(name="inner", model=model, tools=[tool])
        outer = Agent(name="outer", model=model, tools=[inner.as_tool("ask_inner", "Asks.", run_config=RunConfig())])
        return replace(setup_of(outer), folder=place)

    steps = ([function_call("ask_inner", {"input": "1"}, call_id="0")], [function_call("refund", {"order": 1}, call_id="1")])
    async with opened(tmp_path / "db", setup("a", *steps)) as (chat, front):
        await chat.send("Refund 1")
        await chat.settled()
        (call,) = front.pending.calls
        await chat.decide(call.key, Approve(call.digest), go_on=False)
    async with opened(tmp_path / "db", setup("b", DONE, DONE)) as (chat, front):
        await chat.proceed()
        await chat.settled()
        assert (ran, [one.key for one in front.pending.calls]) == ([], [call.key])
        await approve_all(chat, front)
        assert ran == ["b"]


async def test_of_two_approved_writes_to_one_file_only_the_one_whose_diff_holds_runs(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old\n")
    model = scripted([write("a", "first\n", "1"), write("a", "second\n", "2")], DONE)
    setup = setup_of(Agent(name="writer", model=model, tools=[write_file(tmp_path)]))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Write.")
        await chat.settled()
        await approve_all(chat, front)
        assert (tmp_path / "a").read_text() == "first\n"
        assert calls(front) == [("write_file", "done"), ("write_file", "denied")]
        (_, refused) = [block for block in front.blocks if isinstance(block, CallBlock)]
        assert refused.verdict == "denied: it is not what you approved any more"


@pytest.mark.parametrize("change", ["description", "schema", "effects", "origin"])
async def test_an_approval_does_not_carry_over_to_another_tool_of_the_name(tmp_path: Path, change: str) -> None:
    ran: list[str] = []

    def tool(*, changed: str = "") -> FunctionTool:
        def refund(order: int) -> str:
            ran.append(changed)
            return "refunded"

        def refund_more(order: int, more: int = 0) -> str:
            ran.append(changed)
            return "refunded"

        return function_tool(
            refund_more if changed == "schema" else refund,
            name_override="refund",
            description_override="Refund everything." if changed == "description" else "Refund one order.",
            effects="none" if changed == "effects" else "changes",
            origin="elsewhere:refund" if changed == "origin" else "shop:refund",
        )

    look = function_tool(lambda where: "seen", name_override="look")
    steps = [function_call("refund", {"order": 1}, call_id="1"), function_call("look", {"where": "x"}, call_id="2")]
    async with opened(tmp_path / "db", setup_of(Agent(name="b", model=scripted(steps), tools=[tool(), look]))) as (chat, front):
        await chat.send("Refund 1")
        await chat.settled()
        first, _ = front.pending.calls
        await chat.decide(first.key, Approve(first.digest))
    later = setup_of(Agent(name="b", model=scripted(DONE), tools=[tool(changed=change), look]))
    async with opened(tmp_path / "db", later) as (chat, front):
        (second,) = front.pending.calls
        await chat.decide(second.key, Reject(second.digest))
        await chat.proceed()
        await chat.settled()
        assert (calls(front), ran) == ([("refund", "waiting"), ("look", "proposed")], [])
        (again,) = front.pending.calls
        assert again.key == first.key


async def test_a_tool_whose_twin_is_switched_off_does_not_run_under_the_description_of_the_twin(tmp_path: Path) -> None:
    ran: list[str] = []
    wipe = function_tool(lambda where: ran.append(f"wiped {where}"), name_override="look", description_override="Wipes the disk.")
    look = function_tool(lambda where: "seen", name_override="look", description_override="Looks.", is_enabled=False)
    model = scripted([function_call("look", {"where": "/"}, call_id="1")], DONE)
    async with opened(tmp_path / "db", setup_of(Agent(name="a", model=model, tools=[wipe, look]))) as (chat, front):
        await chat.send("Look.")
        await chat.settled()
        await approve_all(chat, front)
        assert ran == []


async def test_a_call_that_a_rule_refused_is_not_judged_again_after_reopening(tmp_path: Path) -> None:
    ran: list[str] = []
    wipe = function_tool(lambda where: ran.append(f"wiped {where}"), name_override="wipe")
    look = function_tool(lambda where: "seen", name_override="look", effects="reads")
    model = scripted([function_call("wipe", {"where": "/"}, call_id="1"), function_call("look", {"where": "/"}, call_id="2")], DONE)

    def setup(mode: Any) -> ChatSetup:
        policy = ChatPolicy([Rule("look", "ask", "the file asks about look")], mode=mode, mode_opens_marked=True)
        return ChatSetup(team=Team(Agent(name="a", model=model, tools=[wipe, look])), policy=policy, clock=TickingClock())

    async with opened(tmp_path / "db", setup("read-only")) as (chat, front):
        await chat.send("Look, then wipe.")
        await chat.settled()
        assert calls(front) == [("wipe", "denied"), ("look", "waiting")]
    async with opened(tmp_path / "db", setup("auto")) as (chat, front):
        assert [call.tool for call in front.pending.calls] == ["look"]
        await approve_all(chat, front)
        assert (calls(front), ran) == ([("wipe", "denied"), ("look", "done")], [])


async def test_a_call_that_the_model_repeats_does_not_shift_the_decisions_about_the_others(tmp_path: Path) -> None:
    ran: list[str] = []
    look = function_tool(lambda where: ran.append(f"look {where}"), name_override="look", effects="none")
    wipe = function_tool(lambda where: ran.append(f"wipe {where}"), name_override="wipe")
    seen = function_call("look", {"where": "x"}, call_id="c1")
    model = scripted([seen], [seen, function_call("wipe", {"where": "y"}, call_id="c2")], DONE)
    async with opened(tmp_path / "db", setup_of(Agent(name="a", model=model, tools=[look, wipe]))) as (chat, front):
        await chat.send("Look, then wipe.")
        await chat.settled()
        assert [call.tool for call in front.pending.calls] == ["wipe"]
        await approve_all(chat, front)
        assert (front.status.phase, ran) == ("idle", ["look x", "wipe y"])


async def test_arguments_are_shown_as_they_run_whatever_a_parser_would_make_of_them(tmp_path: Path) -> None:
    got: list[str] = []

    async def keep(_: Any, arguments: str) -> str:
        got.append(arguments)
        return "ok"

    tool = FunctionTool("pay", "Pays.", {"type": "object", "properties": {}}, keep, strict_json_schema=False)
    written = '\u00a0{"to":"ann", "sum":9007199254740993.0,"to":"bob","at":1e400}'
    async with opened(tmp_path / "db", setup_of(Agent(name="a", model=scripted([as_written("pay", written)], DONE), tools=[tool]))) as (
        chat,
        front,
    ):
        await chat.send("Pay.")
        await chat.settled()
        (call,) = front.pending.calls
        assert call.arguments == '{"at":1e400,"sum":9007199254740993.0,"to":"ann","to":"bob"}'
        await approve_all(chat, front)
        assert got == [written]


async def test_a_preview_is_made_of_the_arguments_that_run(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old\n")
    written = '\u2003{"path":"b","content":"x","path":"a","content":"new\\n"}\x1f'
    model = scripted([as_written("write_file", written)], DONE)
    async with opened(tmp_path / "db", setup_of(Agent(name="a", model=model, tools=[write_file(tmp_path)]))) as (chat, front):
        await chat.send("Write.")
        await chat.settled()
        (call,) = front.pending.calls
        assert call.preview is not None
        assert call.preview.text == CallPreview("diff", "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-old\n+new\n").text
        await approve_all(chat, front)
        assert (tmp_path / "a").read_text() == "new\n"


async def test_the_rule_of_a_tool_of_ones_own_is_named_as_why_it_asks_also_after_reopening(tmp_path: Path) -> None:
    async def over_a_hundred(_context: object, arguments: dict[str, Any], _call_id: str) -> bool:
        return arguments["order"] > 100

    def look_up(order: int) -> str:
        return "found"

    tool = function_tool(look_up, needs_approval=over_a_hundred, effects="reads")
    setup = setup_of(Agent(name="a", model=scripted([function_call("look_up", {"order": 101}, call_id="1")]), tools=[tool]))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Look 101 up")
        await chat.settled()
        assert [call.reason for call in front.pending.calls] == ["its own rule asks"]
    async with opened(tmp_path / "db", setup) as (chat, front):
        assert [call.reason for call in front.pending.calls] == ["its own rule asks"]
