"""Looking inside a chat: its turns, those of earlier processes, and its team."""

from pathlib import Path

from agentchat.chat.deciding.policy import Rule
from agentchat.chat.inspecting.pages import Entry, Page
from agentchat.chat.inspecting.recording import Recorder
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.agents.handoffs import handoff
from agentchat.runtime.declarations.hosted_tools import HostedMCPTool
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.storage.answers import kept_answers
from agentchat.testing import ModelStep, assistant_message, function_call
from tests.chat.lived import LOOKUP, SESSION, opened, scripted, setup_of, tool_that_writes


def text_of(pages: tuple[Page, ...], name: str) -> str:
    return next(page.text for page in pages if page.name == name)


async def test_a_turn_shows_what_was_asked_and_what_was_answered(tmp_path: Path) -> None:
    model = scripted([function_call("lookup", {"order": 1}, call_id="c")], [assistant_message("It shipped.")])
    agent = Agent(name="triage", instructions="Be brief.", model=model, tools=[LOOKUP], model_settings=ModelSettings(temperature=0.5))
    async with opened(tmp_path / "db", setup_of(agent)) as (chat, _):
        await chat.send("Where is 1?")
        await chat.settled()
        entries = await chat.inside.turns()
        pages = await chat.inside.turn(entries[-1].key)
    assert [(entry.label, entry.mark) for entry in entries] == [("triage", "good"), ("triage", "good")]
    assert [page.name for page in pages] == ["turn", "instructions", "tools", "input", "request", "answer"]
    assert text_of(pages, "instructions") == "Be brief."
    assert '"name": "lookup"' in text_of(pages, "tools")
    assert '"call_id": "c"' in text_of(pages, "input")
    assert "  temperature           0.5" in text_of(pages, "turn").splitlines()
    assert '"text": "It shipped."' in text_of(pages, "answer")
    assert text_of(pages, "request").startswith("Nothing went over the wire")


async def test_no_key_is_shown(tmp_path: Path) -> None:
    mcp = HostedMCPTool({"type": "mcp", "server_label": "s", "authorization": "Bearer sk-mcp", "headers": {"X-Key": "sk-head"}})
    settings = ModelSettings(extra_headers={"Authorization": "Bearer sk-extra"}, extra_query={"key": "sk-query"})
    agent = Agent(name="triage", model=scripted([assistant_message("My key is sk-own.")]), tools=[mcp], model_settings=settings)
    recorder = Recorder(hide=lambda text: text.replace("sk-own", "[hidden]"))
    async with opened(tmp_path / "db", setup_of(agent, recorder=recorder)) as (chat, _):
        await chat.send("Hi")
        await chat.settled()
        exchange = recorder.exchanges[0]
        exchange.bodies.append(("/responses", {"tools": [dict(mcp.tool_config)], "input": "headers"}))
        text = "\n".join(page.text for page in await chat.inside.turn("x1"))
    assert "sk-" not in text
    assert "POST /responses" in text


async def test_a_turn_that_failed_says_why(tmp_path: Path) -> None:
    agent = Agent(name="triage", model=scripted(ModelStep(error=RuntimeError("The server is gone."))))
    async with opened(tmp_path / "db", setup_of(agent)) as (chat, _):
        await chat.send("Hi")
        await chat.settled()
        (entry,) = await chat.inside.turns()
        pages = await chat.inside.turn(entry.key)
    assert entry.mark == "bad"
    assert text_of(pages, "answer") == "RuntimeError: The server is gone."


async def test_of_turns_of_an_earlier_process_the_answer_is_known_and_it_is_said_that_the_request_is_not(tmp_path: Path) -> None:
    path = tmp_path / "db"
    async with opened(path, setup_of(Agent(name="triage", model=scripted([assistant_message("one")])))) as (chat, _):
        await chat.send("1")
        await chat.settled()

    async def earlier():
        return kept_answers(path, SESSION)

    later = setup_of(Agent(name="triage", model=scripted([assistant_message("two")])), earlier=earlier)
    later.clock._now += 3600  # type: ignore[attr-defined] - the next process, an hour later
    async with opened(path, later) as (chat, _):
        await chat.send("2")
        await chat.settled()
        entries = await chat.inside.turns()
        pages = await chat.inside.turn(entries[0].key)
    assert [(entry.label, entry.mark) for entry in entries] == [("triage", "kept"), ("triage", "good")]
    assert [page.name for page in pages] == ["turn", "answer"]
    assert "The request was not kept" in text_of(pages, "turn")
    assert '"text": "one"' in text_of(pages, "answer")


async def test_the_team_shows_who_reaches_whom_and_what_happens_to_calls(tmp_path: Path) -> None:
    billing = Agent(name="billing", model="gpt-5", tools=[LOOKUP, tool_that_writes(tmp_path / "x")], handoff_description="Money.")
    triage = Agent(name="triage", model="gpt-5", handoffs=[handoff(billing)])
    rules = [Rule("lookup", "deny", "agents.toml denies lookup")]
    async with opened(tmp_path / "db", setup_of(triage, rules=rules)) as (chat, _):
        entries = await chat.inside.team()
        team, agent = await chat.inside.agent(""), await chat.inside.agent("billing")
    assert entries == (Entry("", "the team", "2 agents"), Entry("triage", "triage", "gpt-5", "now"), Entry("billing", "billing", "gpt-5"))
    assert team[0].text.splitlines() == [
        "triage  (gets the first message, active)",
        "└─ hands over to billing",
        "   └─ uses lookup, refund",
    ]
    tools = text_of(agent, "tools").splitlines()
    assert tools[0] == "lookup  reads · denied"
    assert "refund  changes things · asks you (it changes things)" in tools
    assert "description         Money." in text_of(agent, "agent").splitlines()


async def test_a_rule_for_some_arguments_is_told_of(tmp_path: Path) -> None:
    agent = Agent(name="triage", model="gpt-5", tools=[tool_that_writes(tmp_path / "x")])
    rules = [Rule("refund", "allow", "agents.toml allows it", arguments='{"order":1}')]
    async with opened(tmp_path / "db", setup_of(agent, rules=rules)) as (chat, _):
        text = text_of(await chat.inside.agent("triage"), "tools")
    assert text.splitlines()[0] == "refund  changes things · asks you (it changes things), other for some arguments"
