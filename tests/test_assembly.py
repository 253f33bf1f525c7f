"""From a file and a few options to a chat that answers: the real parts, with the built-in demo model."""

from pathlib import Path

import pytest

from agentchat.assembly import OFFLINE, assemble, open_chat
from agentchat.chat.blocks import AnswerBlock, CallBlock, HandoffBlock
from agentchat.chat.chat import Chat
from agentchat.chat.options import Options
from agentchat.chat.status import Approve
from agentchat.config.errors import ConfigError
from agentchat.config.trust import TrustRequired
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.ports.policy import CallInQuestion, Verdict
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.testing import assistant_message
from tests.chat.lived import Front, TickingClock, scripted

TEAM = """
[[agents]]
name = "triage"
instructions = "Answer."
tools = ["clock", "write_file"]
handoffs = ["writer"]

[[agents]]
name = "writer"
instructions = "Write."
tools = ["write_file"]
handoffs = ["triage"]

[rules]
write_file = "ask"
"""


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def options(folder: Path, **more: object) -> Options:
    named = {"database": folder / "db", "folder": folder, "own_team": folder / "own.toml", "trust_file": folder / "trusted.jsonl"}
    return Options(**{**named, **more})  # type: ignore[arg-type]


async def opened(chat: Chat) -> Front:
    front = Front()
    await chat.open(front)
    return front


async def test_without_a_key_the_team_answers_with_the_demo_model_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "agents.toml").write_text(TEAM)
    chat = await assemble(options(tmp_path), clock=TickingClock())
    front = await opened(chat)
    assert (front.status.trail, front.status.model, front.status.provider) == (("triage",), OFFLINE, OFFLINE)
    assert front.status.offline
    await chat.send("What time is it?")
    await chat.settled()
    assert [(b.tool, b.state) for b in front.blocks if isinstance(b, CallBlock)] == [("clock", "done")]
    assert isinstance(front.blocks[-1], AnswerBlock)
    await chat.close()


async def test_a_rule_of_the_file_asks_and_the_approved_call_writes(tmp_path: Path) -> None:
    (tmp_path / "agents.toml").write_text(TEAM)
    chat = await assemble(options(tmp_path), clock=TickingClock())
    front = await opened(chat)
    await chat.send('Write "hello" to notes.txt')
    await chat.settled()
    (call,) = front.pending.calls
    assert (call.tool, call.origin, call.effects, call.reason) == ("write_file", "built in", "changes", "agents.toml asks about write_file")
    assert call.preview is not None
    assert "+hello" in call.preview.text
    await chat.decide(call.key, Approve(call.digest))
    await chat.settled()
    assert (tmp_path / "notes.txt").read_text().strip() == "hello"
    await chat.close()


async def test_the_built_in_team_hands_over_where_no_file_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("buy milk")
    chat = await assemble(options(tmp_path), clock=TickingClock())
    front = await opened(chat)
    await chat.send("Read notes.txt")
    await chat.settled()
    handed = [(block.source, block.target) for block in front.blocks if isinstance(block, HandoffBlock)]
    assert handed == [("triage", "reader")]
    assert front.status.trail == ("triage", "reader")
    await chat.close()


async def test_a_key_or_an_address_means_a_real_provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:11434/v1")
    chat = await assemble(options(tmp_path, model="llama3"))
    front = await opened(chat)
    assert (front.status.model, front.status.provider, front.status.offline) == ("llama3", "localhost:11434", False)
    await chat.close()
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    chat = await assemble(options(tmp_path, model="offline"))
    front = await opened(chat)
    assert front.status.offline
    await chat.close()


async def test_a_project_that_brings_code_is_refused_restricted_or_trusted(tmp_path: Path) -> None:
    (tmp_path / "shop_tools.py").write_text('def refund(order: int) -> str:\n    """Refund."""\n    return "done"\n')
    team = TEAM.replace('"clock", ', '"shop_tools:refund", ').replace('write_file = "ask"', 'write_file = "deny"')
    (tmp_path / "agents.toml").write_text(team)
    with pytest.raises(TrustRequired):
        await assemble(options(tmp_path))
    restricted = await assemble(options(tmp_path, untrusted="restrict"))
    assert (await opened(restricted)).status.trail == ("triage",)
    await restricted.close()
    trusted = await assemble(options(tmp_path, untrusted="trust"))
    await trusted.close()
    again = await assemble(options(tmp_path))
    await again.close()


async def test_what_cannot_be_had_is_said_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(TEAM.replace('"clock", ', '"no_such_module:tool", '))
    with pytest.raises(ConfigError, match=r"agents\[0\]|no_such_module") as caught:
        await assemble(options(tmp_path, config=file))
    assert (caught.value.line, caught.value.key) == (5, "agents[0].tools[0]")
    file.write_text(TEAM)
    with pytest.raises(UserError, match="did you mean 'triage'"):
        await assemble(options(tmp_path, config=file, agent="triag"))
    with pytest.raises(UserError, match="cannot be had"):
        await assemble(options(tmp_path, config=file, agent="no_such_module:agent"))
    with pytest.raises(UserError, match="'gpt-9' needs a model server, and none is configured; set OPENAI_API_KEY"):
        await assemble(options(tmp_path, config=file, model="gpt-9"))


async def test_an_agent_of_ones_own_python_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "my_own_agents.py").write_text('from agentchat import Agent\nmine = Agent(name="mine")\n')
    chat = await assemble(options(tmp_path, agent="my_own_agents:mine"), clock=TickingClock())
    front = await opened(chat)
    assert front.status.trail == ("mine",)
    await chat.close()


async def test_a_chat_is_opened_from_code(tmp_path: Path) -> None:
    agent = Agent(name="mine", model=scripted([assistant_message("Hello.")]))
    chat = await open_chat(agent, path=tmp_path / "db", session_id="s")
    front = await opened(chat)
    await chat.send("Hi")
    await chat.settled()
    assert front.blocks[-1] == AnswerBlock(1, agent="mine", text="Hello.", at=front.blocks[-1].at)  # type: ignore[union-attr]
    assert (front.status.title, front.status.model) == ("Hi", "ScriptedModel")
    await chat.close()


async def test_a_yes_of_the_file_is_for_the_tool_that_it_names_and_a_no_for_every_tool_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "first_shop.py").write_text("def refund(order: int) -> str:\n    return 'first'\n")
    (tmp_path / "second_shop.py").write_text("def refund(order: int) -> str:\n    return 'second'\n")
    team = """
        [[agents]]
        name = "{name}"
        instructions = "Sell."
        tools = ["{name}_shop:refund"]
    """
    both = team.format(name="first") + team.format(name="second")
    asked: dict[str, list[str]] = {}
    for word in ("allow", "deny"):
        (tmp_path / "agents.toml").write_text(both + f'[rules]\n"first_shop:refund" = "{word}"\n')
        chat = await assemble(options(tmp_path, untrusted="trust", session_id=word), clock=TickingClock())
        asked[word] = [type(verdict).__name__ for verdict in verdicts(chat)]
        await chat.close()
    assert asked == {"allow": ["Allow", "Ask"], "deny": ["Deny", "Deny"]}


def verdicts(chat: Chat) -> list[Verdict]:
    """What the chat's rules say of each agent's first tool."""
    setup = chat._setup
    return [
        setup.policy.verdict(CallInQuestion(CallKey(Scope("1"), 1, 0), agent.name, agent.tools[0], {}, needs_approval=False))
        for agent in setup.team.more
    ]
