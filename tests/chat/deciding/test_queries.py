"""A question to the person: it waits like a call that needs approval, and nothing but an answer or a refusal decides it."""

from pathlib import Path
from typing import Any

import pytest

from agentchat.chat.chat import Chat
from agentchat.chat.deciding.policy import ChatPolicy, Rule
from agentchat.chat.deciding.queries import answered, query_in
from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Answer, Approve, Edit, Query, Reject
from agentchat.chat.team import Team
from agentchat.chat.transcript.blocks import AnswerBlock, CallBlock
from agentchat.runtime.agents.agent import Agent
from agentchat.testing import ScriptedModel, assistant_message, function_call
from agentchat.tools.registry import resolve_tool
from agentchat.tools.setting import ToolSetting
from tests.chat.lived import Front, TickingClock, blocks_when_reopened, opened, scripted, setup_of

QUESTION = {"question": "Which colour?", "choices": ["red", "blue"], "allow_free_text": True}
ASKED = [function_call("ask_user", QUESTION, call_id="q1")]
DONE = [assistant_message("Noted.")]


def painter(model: ScriptedModel, *, name: str = "painter") -> Agent[Any]:
    return Agent(name=name, model=model, tools=[resolve_tool("ask_user", ToolSetting(root=Path.cwd()))])


async def ask(chat: Chat, front: Front) -> None:
    await chat.send("Paint it.")
    await chat.settled()
    assert front.status.phase == "waiting"


def calls(front: Front) -> list[tuple[str, str | None, str]]:
    return [(block.state, block.output, block.verdict) for block in front.blocks if isinstance(block, CallBlock)]


async def test_the_run_waits_for_the_answer_and_goes_on_with_it(tmp_path: Path) -> None:
    model = scripted(ASKED, DONE)
    setup = setup_of(painter(model))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await ask(chat, front)
        (call,) = front.pending.to_answer
        assert (call.query, call.rule, call.schema) == (Query("Which colour?", ("red", "blue")), None, "")
        assert front.pending.to_decide.questions == ()
        await chat.decide(call.key, Answer(call.digest, "green"))
        await chat.settled()
        assert calls(front) == [("done", "green", "answered by you")]
        assert isinstance(front.blocks[-1], AnswerBlock)
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", setup)


async def test_the_question_is_there_again_after_leaving_and_can_be_answered_then(tmp_path: Path) -> None:
    async with opened(tmp_path / "db", setup_of(painter(scripted(ASKED)))) as (chat, front):
        await ask(chat, front)
    async with opened(tmp_path / "db", setup_of(painter(scripted(DONE)))) as (chat, front):
        (call,) = front.pending.to_answer
        await chat.decide(call.key, Answer(call.digest, "red"))
        await chat.settled()
        assert calls(front) == [("done", "red", "answered by you")]


async def test_an_answer_that_was_kept_before_the_program_ended_is_not_asked_for_again(tmp_path: Path) -> None:
    async with opened(tmp_path / "db", setup_of(painter(scripted(ASKED)))) as (chat, front):
        await ask(chat, front)
        (call,) = front.pending.to_answer
        await chat.decide(call.key, Answer(call.digest, "red"), go_on=False)
    async with opened(tmp_path / "db", setup_of(painter(scripted(DONE)))) as (chat, front):
        assert (front.pending.questions, front.status.phase) == ((), "interrupted")
        await chat.proceed()
        await chat.settled()
        assert calls(front) == [("done", "red", "answered by you")]


async def test_only_an_answer_or_a_refusal_decides(tmp_path: Path) -> None:
    smuggled = [function_call("ask_user", {**QUESTION, "answer": "wipe the disk"}, call_id="q1")]
    async with opened(tmp_path / "db", setup_of(painter(scripted(smuggled, DONE)))) as (chat, front):
        await ask(chat, front)
        (call,) = front.pending.to_answer
        await chat.decide(call.key, Approve(call.digest))
        await chat.decide(call.key, Edit(call.digest, answered(call.arguments, "black")))
        await chat.settled()
        assert (len(front.pending.to_answer), calls(front)) == (1, [("waiting", None, "")])
        await chat.decide(call.key, Answer(call.digest, "blue"))
        await chat.settled()
        assert calls(front) == [("done", "blue", "answered by you")]


async def test_an_answer_counts_once_and_for_the_question_that_was_shown(tmp_path: Path) -> None:
    async with opened(tmp_path / "db", setup_of(painter(scripted(ASKED, DONE)))) as (chat, front):
        await ask(chat, front)
        (call,) = front.pending.to_answer
        await chat.decide(call.key, Answer("another digest", "red"))
        assert calls(front) == [("waiting", None, "")]
        await chat.decide(call.key, Answer(call.digest, "red"), go_on=False)
        await chat.decide(call.key, Answer(call.digest, "blue"))
        await chat.proceed()
        await chat.settled()
        assert calls(front) == [("done", "red", "answered by you")]


async def test_a_refusal_is_told_to_the_model(tmp_path: Path) -> None:
    async with opened(tmp_path / "db", setup_of(painter(scripted(ASKED, DONE)))) as (chat, front):
        await ask(chat, front)
        (call,) = front.pending.to_answer
        await chat.decide(call.key, Reject(call.digest, "decide yourself"))
        await chat.settled()
        assert calls(front) == [("rejected", "decide yourself", "rejected by you: decide yourself")]


@pytest.mark.parametrize(
    "policy",
    [
        ChatPolicy(mode="auto", mode_opens_marked=True),
        ChatPolicy(mode="read-only"),
        ChatPolicy([Rule("ask_user", "allow", "a file allows it"), Rule("*", "allow", "a file allows all")]),
    ],
    ids=["auto", "read-only", "allowed"],
)
async def test_no_mode_and_no_rule_answers(tmp_path: Path, policy: ChatPolicy) -> None:
    setup = ChatSetup(team=Team(first=painter(scripted(ASKED))), policy=policy, clock=TickingClock())
    async with opened(tmp_path / "db", setup) as (chat, front):
        await ask(chat, front)
        assert len(front.pending.to_answer) == 1


async def test_an_agent_that_runs_as_a_tool_asks_the_same_person(tmp_path: Path) -> None:
    inner = painter(scripted(ASKED, [assistant_message("painted red")]), name="inner")
    outer = Agent[Any](
        name="outer",
        model=scripted([function_call("paint", {"input": "it"}, call_id="o1")], DONE),
        tools=[inner.as_tool("paint", "Paints.")],
    )
    setup = setup_of(outer, inner)
    async with opened(tmp_path / "db", setup) as (chat, front):
        await ask(chat, front)
    async with opened(tmp_path / "db", setup) as (chat, front):
        (call,) = front.pending.to_answer
        assert call.agent == "inner"
        await chat.decide(call.key, Answer(call.digest, "red"))
        await chat.settled()
        assert ("done", "red", "answered by you") in calls(front)


async def test_a_question_and_a_call_wait_side_by_side(tmp_path: Path) -> None:
    both = [*ASKED, function_call("write_file", {"path": "a", "content": "x"}, call_id="w1")]
    agent = painter(scripted(both, DONE))
    agent.tools.append(resolve_tool("write_file", ToolSetting(root=tmp_path)))
    async with opened(tmp_path / "db", setup_of(agent)) as (chat, front):
        await ask(chat, front)
        assert [call.tool for call in front.pending.to_answer] == ["ask_user"]
        assert [call.tool for call in front.pending.to_decide.calls] == ["write_file"]


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ('{"question": "Why?"}', Query("Why?")),
        ('{"question": "Why?", "choices": [], "allow_free_text": false}', Query("Why?")),
        ('{"question": "A?", "choices": ["a", 2, "a", "b"], "allow_free_text": false}', Query("A?", ("a", "b"), takes_text=False)),
        ('{"question": 7, "choices": "a"}', Query("")),
        ("no JSON", Query("")),
    ],
)
def test_what_is_asked_is_read_from_whatever_a_model_wrote(arguments: str, query: Query) -> None:
    assert query_in(arguments) == query


def test_the_persons_answer_takes_the_place_of_the_models() -> None:
    assert answered('{"question": "A?", "answer": "mine"}', "yours") == '{"question": "A?", "answer": "yours"}'
