"""From a file and a few options to a chat that answers: the real parts, with the built-in demo model."""

from pathlib import Path

import pytest

from agentchat.assembly import assemble, chat_with
from agentchat.building.models import OFFLINE
from agentchat.chat.chat import Chat
from agentchat.chat.options import Options
from agentchat.chat.status import Approve
from agentchat.chat.transcript.blocks import AnswerBlock, CallBlock, HandoffBlock, NoticeBlock, UserBlock
from agentchat.config.errors import ConfigError
from agentchat.config.trust import TrustRequired
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.tool import FunctionTool
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
    file.write_text(TEAM.replace('"write_file"]', '"no_such_module:tool"]'))
    with pytest.raises(ConfigError, match=r"there is no module 'no_such_module' \(.*mine\.toml:5\)") as caught:
        await assemble(options(tmp_path, config=file))
    assert (caught.value.line, caught.value.key) == (5, "agents[0].tools[1]")
    file.write_text(TEAM)
    with pytest.raises(UserError, match="did you mean 'triage'"):
        await assemble(options(tmp_path, config=file, agent="triag"))
    with pytest.raises(UserError, match="cannot be had"):
        await assemble(options(tmp_path, config=file, agent="no_such_module:agent"))
    with pytest.raises(UserError, match="'gpt-9' needs a model server, and none is configured; set OPENAI_API_KEY"):
        await assemble(options(tmp_path, config=file, model="gpt-9"))


async def test_the_agents_that_are_not_touched_by_broken_code_answer_and_the_chat_says_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(TEAM.replace('"clock", ', '"no_such_module:tool", '))
    chat = await assemble(options(tmp_path, config=file), clock=TickingClock())
    front = await opened(chat)
    assert front.status.trail == ("writer",)
    told = [block.text for block in front.blocks if isinstance(block, NoticeBlock)]
    assert told[0].startswith("Agent 'triage' is left out: Tool 'no_such_module:tool' cannot be had: there is no module 'no_such_module' (")
    assert told[1:] == ["Until then 'writer' gets your messages."]
    await chat.close()
    with pytest.raises(UserError, match="Agent 'triage' is left out"):
        await assemble(options(tmp_path, config=file, agent="triage"))


@pytest.mark.parametrize(("word", "answers"), [("stay", "writer"), ("return", "triage")])
async def test_after_a_handoff_the_next_message_goes_where_the_file_says(tmp_path: Path, word: str, answers: str) -> None:
    team = TEAM.replace('"clock", "write_file"', '"clock"').replace('"ask"', '"allow"')
    (tmp_path / "agents.toml").write_text(f'after_handoff = "{word}"\n{team}')
    chat = await assemble(options(tmp_path, untrusted="trust"), clock=TickingClock())
    front = await opened(chat)
    await chat.send('Write "hello" to notes.txt')
    await chat.settled()
    assert front.status.trail[-1] == "writer"
    await chat.send("hello")
    await chat.settled()
    assert [block.agent for block in front.blocks if isinstance(block, UserBlock)] == ["triage", answers]
    await chat.close()


async def test_the_mode_of_the_file_holds_until_a_flag_says_another(tmp_path: Path) -> None:
    (tmp_path / "agents.toml").write_text('mode = "read-only"\n' + TEAM)
    modes: list[str] = []
    for given in (None, "ask"):
        chat = await assemble(options(tmp_path, mode=given), clock=TickingClock())
        modes.append((await opened(chat)).status.mode)
        await chat.close()
    assert modes == ["read-only", "ask"]


async def test_mode_auto_of_a_file_does_not_open_what_its_author_marked(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('mode = "auto"\n' + TEAM.replace('write_file = "ask"', ""))
    asked: list[str] = []
    for given in (None, "auto"):
        chat = await assemble(options(tmp_path, mode=given), clock=TickingClock())
        tool = chat._setup.team.first.tools[1]
        assert isinstance(tool, FunctionTool)
        call = CallInQuestion(CallKey(Scope("1"), 1, 0), "triage", tool, {}, needs_approval=True)
        asked.append(type(chat._setup.policy.verdict(call)).__name__)
        await chat.close()
    assert asked == ["Ask", "Allow"]


@pytest.mark.parametrize(("flag", "limit", "turns"), [(None, None, 50), (None, 7, 7), (3, 7, 3)])
async def test_the_turns_of_the_file_go_over_the_settings_and_a_flag_over_both(
    tmp_path: Path, flag: int | None, limit: int | None, turns: int
) -> None:
    (tmp_path / "agents.toml").write_text(TEAM + ("" if limit is None else f"[limits]\nmax_turns = {limit}\n"))
    chat = await assemble(options(tmp_path, max_turns=flag), clock=TickingClock())
    assert chat._setup.max_turns == turns
    await chat.close()


async def test_a_trip_is_told_with_its_reason_and_what_to_do(tmp_path: Path) -> None:
    guarded = 'instructions = "Answer."\ninput_guardrails = ["secrets"]'
    (tmp_path / "agents.toml").write_text(TEAM.replace('instructions = "Answer."', guarded))
    chat = await assemble(options(tmp_path), clock=TickingClock())
    front = await opened(chat)
    await chat.send("My key is ghp_" + "a" * 36)
    await chat.settled()
    notice = front.blocks[-1]
    assert isinstance(notice, NoticeBlock)
    assert (notice.kind, notice.text) == (
        "guardrail",
        "The input guardrail 'secrets' stopped this message: it holds what looks like a GitHub token; change it and send it again.",
    )
    await chat.close()


async def test_what_a_guardrail_stopped_is_kept_from_models_in_later_turns_and_after_a_restart(tmp_path: Path) -> None:
    key = "ghp_" + "a" * 36
    (tmp_path / "agents.toml").write_text(
        TEAM.replace('instructions = "Answer."', 'instructions = "Answer."\ninput_guardrails = ["secrets", "short"]')
        + '[guardrails]\nshort = { kind = "length", characters = 60 }\n'
    )
    seen: list[str] = []
    for texts in ((f"My key is {key}", "x " * 40, "What time is it?"), ("What is 2 + 3?",)):
        chat = await assemble(options(tmp_path, session_id="s"), clock=TickingClock())
        model = scripted([assistant_message("Fine.")])
        chat._setup.team.first.model = model
        await opened(chat)
        for text in texts:
            await chat.send(text)
            await chat.settled()
        (call,) = model.calls
        seen.append(str(call.input))
        await chat.close()
    assert all(key not in one and "is withheld" in one for one in seen)
    assert "x x x" not in seen[0]
    assert "What time is it?" in seen[1]


async def test_an_agent_of_ones_own_python_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "my_own_agents.py").write_text('from agentchat import Agent\nmine = Agent(name="mine")\n')
    chat = await assemble(options(tmp_path, agent="my_own_agents:mine"), clock=TickingClock())
    front = await opened(chat)
    assert front.status.trail == ("mine",)
    await chat.close()


async def test_a_chat_with_an_agent_of_ones_own_reads_no_file(tmp_path: Path) -> None:
    (tmp_path / "agents.toml").write_text("broken")
    agent = Agent(name="mine", model=scripted([assistant_message("Hello.")]))
    chat = await chat_with(agent, options(tmp_path, session_id="s"), clock=TickingClock())
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


async def test_notes_belong_to_a_conversation_and_are_there_when_it_is_opened_again(tmp_path: Path) -> None:
    async def told(sentence: str, **more: object) -> tuple[str, str]:
        chat = await assemble(options(tmp_path, **more), clock=TickingClock())
        front = await opened(chat)
        await chat.send(sentence)
        await chat.settled()
        await chat.close()
        return front.status.session_id, next(block.output for block in reversed(front.blocks) if isinstance(block, CallBlock)) or ""

    first, said = await told("call remember(text=tea)")
    assert said == "Noted as number 1."
    assert [path.name for path in (tmp_path / "db-notes").iterdir()] == [f"{first}.json"]
    assert (await told("call recall_notes", session_id=first))[1].endswith(") tea")
    assert (await told("call recall_notes"))[1] == "There are no notes in this conversation."


def verdicts(chat: Chat) -> list[Verdict]:
    """What the chat's rules say of each agent's first tool."""
    setup = chat._setup
    return [
        setup.policy.verdict(CallInQuestion(CallKey(Scope("1"), 1, 0), agent.name, agent.tools[0], {}, needs_approval=False))
        for agent in setup.team.more
    ]
