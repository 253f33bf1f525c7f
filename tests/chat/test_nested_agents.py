"""A chat whose agents call other agents: what is shown, what is asked, how it is left and taken up again."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agentchat import function_tool
from agentchat.chat.chat import Chat
from agentchat.chat.status import Approve, Reject
from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, NoticeBlock
from agentchat.runtime.agents.agent import Agent
from agentchat.testing import ModelStep, ScriptedModel, assistant_message, function_call
from agentchat.testing_journal import InMemoryJournal
from tests.chat.lived import (
    LOOKUP,
    Front,
    blocks_when_reopened,
    first_frame,
    lines_of,
    opened,
    scripted,
    setup_of,
    tool_that_writes,
)
from tests.runtime.running.journals import Crash, CrashingJournal
from tests.runtime.running.nested_worlds import World, asks, calls, says, to_the_end, world


def refunds(*orders: int) -> list[Any]:
    return [function_call("refund", {"order": order}, call_id=f"r{order}") for order in orders]


def asking(*texts: str, tool: str = "billing") -> list[Any]:
    return [function_call(tool, {"input": text}, call_id=f"ask {text}") for text in texts]


def team(path: Path, inner: ScriptedModel, outer: ScriptedModel) -> Agent[Any]:
    """triage calls billing as a tool; billing can look up, and refund, which a person is asked about."""
    billing = Agent(name="billing", model=inner, tools=[LOOKUP, tool_that_writes(path / "refunds")])
    return Agent(name="triage", model=outer, tools=[billing.as_tool("billing", "Ask billing.")])


def shown(blocks: Sequence[Block]) -> list[str]:
    """Each block in a word, indented by its depth."""
    return ["  " * len(getattr(block, "path", ())) + _word(block) for block in blocks]


def under(blocks: Sequence[Block]) -> dict[str, list[str]]:
    """What stands under each call of an agent, by what the agent was asked."""
    found: dict[str, list[str]] = {}
    for block in blocks:
        if isinstance(block, CallBlock) and block.tool in {"billing", "inner"}:
            found[json.loads(block.arguments or "{}").get("input", "")] = []
        elif getattr(block, "path", ()):
            found[list(found)[-1]].append(_word(block))
    return found


def _word(block: Block) -> str:
    match block:
        case CallBlock(tool=tool, state=state):
            return f"{tool} {state}"
        case AnswerBlock(text=text) | NoticeBlock(text=text):
            return text
        case _:
            return type(block).__name__.removesuffix("Block")


async def test_what_an_agent_does_that_is_called_stands_under_its_call(tmp_path: Path) -> None:
    inner = scripted([function_call("lookup", {"order": 1}, call_id="l1")], [assistant_message("It was shipped.")])
    outer = scripted([*asking("where?")], [assistant_message("Shipped, says billing.")])
    setup = setup_of(team(tmp_path, inner, outer))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Where is 1?")
        await chat.settled()
        lived = front.blocks
        tokens = front.status.input_tokens
    assert shown(lived) == ["User", "billing done", "  lookup done", "  It was shipped.", "Shipped, says billing."]
    assert [b.output for b in lived if isinstance(b, CallBlock)] == ["It was shipped.", "order 1 was shipped"]
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")
    assert tokens == 0


async def test_a_call_of_an_agent_that_is_called_is_asked_about_and_the_run_goes_on(tmp_path: Path) -> None:
    inner = scripted([*refunds(1, 2)], [assistant_message("One of them.")])
    outer = scripted([*asking("refund both")], [assistant_message("done")])
    setup = setup_of(team(tmp_path, inner, outer))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Refund 1 and 2")
        await chat.settled()
        assert (front.status.phase, [call.agent for call in front.pending.calls]) == ("waiting", ["billing", "billing"])
        assert shown(front.blocks) == ["User", "billing waiting", "  refund waiting", "  refund waiting"]
        assert front.blocks == first_frame(tmp_path / "db")
        first, second = front.pending.calls
        await chat.decide(first.key, Approve(first.digest))
        assert lines_of(tmp_path / "refunds") == []
        await chat.decide(second.key, Reject(second.digest, reason="too late"))
        await chat.settled()
        lived = front.blocks
    assert shown(lived) == ["User", "billing done", "  refund done", "  refund rejected", "  One of them.", "done"]
    assert lines_of(tmp_path / "refunds") == ["1"]
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


async def test_a_question_of_an_agent_that_is_called_outlives_the_program(tmp_path: Path) -> None:
    inner = scripted([*refunds(1)], [assistant_message("Refunded.")])
    outer = scripted([*asking("refund 1")], [assistant_message("done")])
    setup = setup_of(team(tmp_path, inner, outer))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Refund 1")
        await chat.settled()
        asked, before = front.pending, front.blocks
    async with opened(tmp_path / "db", setup) as (chat, front):
        assert (front.pending, front.blocks, front.status.phase) == (asked, before, "waiting")
        (call,) = front.pending.calls
        await chat.decide(call.key, Approve(call.digest))
        await chat.settled()
        lived = front.blocks
        assert front.pending.calls == ()
    assert shown(lived) == ["User", "billing done", "  refund done", "  Refunded.", "done"]
    assert lines_of(tmp_path / "refunds") == ["1"]
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


async def test_a_chat_without_a_file_answers_them_too(tmp_path: Path) -> None:
    inner = scripted([*refunds(1)], [assistant_message("Refunded.")])
    outer = scripted([*asking("refund 1")], [assistant_message("done")])
    setup = setup_of(team(tmp_path, inner, outer))
    chat, front = Chat(InMemoryJournal("s", clock=setup.clock), setup), Front()
    await chat.open(front)
    await chat.send("Refund 1")
    await chat.settled()
    (call,) = front.pending.calls
    await chat.decide(call.key, Approve(call.digest))
    await chat.settled()
    assert shown(front.blocks) == ["User", "billing done", "  refund done", "  Refunded.", "done"]
    await chat.close()


async def test_another_message_ends_the_agents_that_were_waiting(tmp_path: Path) -> None:
    inner = scripted([*refunds(1)])
    outer = scripted([*asking("refund 1")], [assistant_message("Something else.")])
    setup = setup_of(team(tmp_path, inner, outer))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Refund 1")
        await chat.settled()
    # The question is left open and the team loses the agent, so that the run can only be ended.
    triage = Agent(name="triage", model=outer)
    async with opened(tmp_path / "db", setup_of(triage)) as (chat, front):
        assert front.status.phase == "interrupted"
        await chat.send("Never mind")
        await chat.settled()
        lived = front.blocks
    assert shown(lived)[:3] == ["User", "billing stopped", "  refund stopped"]
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")
    assert lines_of(tmp_path / "refunds") == []


async def test_a_stop_while_an_agent_is_called_keeps_what_it_said(tmp_path: Path) -> None:
    gate = asyncio.Event()
    inner = scripted([function_call("lookup", {"order": 1}, call_id="l1")], ModelStep.in_chunks(["It ", "was "], gate=gate))
    outer = scripted([*asking("where?")])
    setup = setup_of(team(tmp_path, inner, outer))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Where is 1?")
        gate.set()
        await front.until(lambda f: shown(f.blocks)[-1:] == ["  It "])
        await chat.stop()
        await chat.settled()
        lived = front.blocks
        assert front.status.phase == "idle"
    assert shown(lived) == ["User", "billing stopped", "  lookup done", "  It ", "Stopped by you."]
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


async def test_two_agents_at_once_of_which_one_asks(tmp_path: Path) -> None:
    inner = scripted([*refunds(1)], [assistant_message("Nothing to do.")], [assistant_message("Refunded.")])
    outer = scripted([*asking("refund 1", "look")], [assistant_message("done")])
    setup = setup_of(team(tmp_path, inner, outer))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("Both")
        await chat.settled()
        assert front.blocks == first_frame(tmp_path / "db")
        assert under(front.blocks) == {"refund 1": ["refund waiting"], "look": ["Nothing to do."]}
        (call,) = front.pending.calls
        await chat.decide(call.key, Approve(call.digest))
        await chat.settled()
        lived = front.blocks
    assert under(lived) == {"refund 1": ["refund done", "Refunded."], "look": ["Nothing to do."]}
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


async def test_agents_side_by_side_stand_each_under_its_own_call_also_while_they_run(tmp_path: Path) -> None:
    """Both work at once, in several steps; who is faster changes from step to step."""
    setup = setup_of(side_by_side(steps=3))
    seen: list[dict[str, list[str]]] = []
    async with opened(tmp_path / "db", setup) as (chat, front):
        front.waiting_for.append((lambda now: seen.append(under_each(now.blocks)) or False, asyncio.Event()))
        await chat.send("Look for both")
        await chat.settled()
        lived = front.blocks
    everything = {name: [f"lookup {name}{step}" for step in range(3)] + [f"{name} is done"] for name in ("a", "b")}
    assert under_each(lived) == everything
    assert all(told == everything[name][: len(told)] for now in seen for name, told in now.items())
    both = [now for now in seen if len(now) == 2 and all(now.values()) and now != everything]
    assert len(both) > 10
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from("ab"), min_size=0, max_size=12), st.integers(0, 3))
async def test_whoever_is_faster_what_was_lived_is_what_is_reopened(turns: list[str], steps: int) -> None:
    setup, journal, front = setup_of(side_by_side(steps=steps, turns=turns, inside=True)), InMemoryJournal("s"), Front()
    chat = Chat(journal, setup)
    await chat.open(front)
    await chat.send("Look for both")
    await chat.settled()
    reopened = Front()
    await Chat(journal, setup).open(reopened)
    assert under_each(front.blocks)["b"] == [f"lookup b{step}" for step in range(steps)] + ["b is done"]
    assert front.blocks == reopened.blocks


def side_by_side(*, steps: int, turns: Sequence[str] = "abba", inside: bool = False) -> Agent[Any]:
    """triage asks two agents at once, a and b; `turns` says whose next call returns first. With `inside`, a asks one more."""
    order = Turns(turns)

    def worker(name: str, *more: Any) -> Agent[Any]:
        async def look(what: str) -> str:
            """Look something up."""
            await order.turn_of(name)
            return f"found {what}"

        script = [[function_call("lookup", {"what": f"{name}{step}"}, call_id=f"l{step}")] for step in range(steps)]
        script += [[function_call(f"ask_{one.name}", {"input": one.name}, call_id="inner")] for one in more]
        tools = [function_tool(look, name_override="lookup", effects="reads"), *(one.as_tool(f"ask_{one.name}", "Ask.") for one in more)]
        return Agent(name=name, model=scripted(*script, [assistant_message(f"{name} is done")]), tools=tools)

    workers = [worker("a", worker("c")) if inside else worker("a"), worker("b")]
    asked = [function_call(f"ask_{one.name}", {"input": one.name}, call_id=f"call {one.name}") for one in workers]
    tools = [one.as_tool(f"ask_{one.name}", "Ask.") for one in workers]
    return Agent(name="triage", model=scripted([*asked], [assistant_message("done")]), tools=tools)


class Turns:
    """Lets calls return in an order. Mutable: each call takes one turn, at its own name or when nobody else can."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)

    async def turn_of(self, name: str) -> None:
        for _ in range(8):
            if not self._names or self._names[0] == name:
                break
            await asyncio.sleep(0)
        if self._names:
            self._names.pop(0)


def under_each(blocks: Sequence[Block]) -> dict[str, list[str]]:
    """What stands under the calls of a and b, as lines."""
    found: dict[str, list[str]] = {}
    name = ""
    for block in blocks:
        match block:
            case CallBlock(path=(), tool=tool):
                name = tool.removeprefix("ask_")
                found[name] = []
            case CallBlock(arguments=arguments, state=state) if state != "building":
                found[name].append(f"lookup {json.loads(arguments).get('what', '')}")
            case AnswerBlock(path=path, text=text, ending="complete") if path:
                found[name].append(text)
            case _:
                pass
    return found


async def test_a_chat_whose_program_died_inside_an_agent_shows_that_and_goes_on() -> None:
    """At every point: what is shown half-way is shown again, a question comes back, and the conversation comes to its end."""
    scripts = {
        "go": [[*asks("inner", "a"), *calls("note", "o1")], says("done")],
        "a": [[*calls("ask", "a1"), *calls("note", "a2")], says("a said")],
    }
    at = 0
    while True:
        at += 1
        one, journal = world(scripts), InMemoryJournal("s")
        dying = CrashingJournal(journal, at=at, done=True)
        try:
            await to_the_end(one, dying)
        except Crash:
            await _opened_and_ended(one, journal)
        else:
            break
    assert at > 20


async def _opened_and_ended(one: World, journal: InMemoryJournal) -> None:
    half_way = await _blocks(one, journal)
    chat, front = Chat(journal, setup_of(one.agent)), Front()
    await chat.open(front)
    assert front.blocks == half_way
    if front.status.phase == "idle":
        return
    await chat.proceed()
    await chat.settled()
    while front.pending.calls:
        await chat.decide(front.pending.calls[0].key, Approve(front.pending.calls[0].digest))
        await chat.settled()
    assert (front.status.phase, shown(front.blocks)[-1]) == ("idle", "done")
    assert front.blocks == await _blocks(one, journal)
    states = [block.state for block in front.blocks if isinstance(block, CallBlock)]
    assert set(states) <= {"done", "unknown"}
    assert len(one.seen) == len(set(one.seen))


async def _blocks(one: World, journal: InMemoryJournal) -> tuple[Block, ...]:
    """What a chat shows that is opened now."""
    chat, front = Chat(journal, setup_of(one.agent)), Front()
    await chat.open(front)
    return front.blocks
