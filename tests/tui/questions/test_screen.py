"""The dialog in which a question is answered, over a real chat."""

from pathlib import Path

import pytest
from textual.events import Key

from agentchat.chat.transcript.blocks import CallBlock
from agentchat.testing import ScriptedModel, assistant_message, function_call
from agentchat.tools.registry import resolve_tool
from agentchat.tools.setting import ToolSetting
from agentchat.tui.approval.screen import ApprovalScreen
from agentchat.tui.questions.screen import QuestionScreen
from agentchat.tui.screens.chat_screen import ChatScreen
from agentchat.tui.transcript.widget import TranscriptView
from agentchat.tui.widgets.standing import Standing
from tests.tui.scenes import HANDOFF, REFUND, Desk, deliberately, drain, pass_time, settle, type_and_send

DONE = [assistant_message("Done.")]


def asks(question: str = "Which colour?", call_id: str = "q1", **more: object) -> object:
    return function_call("ask_user", {"question": question, "choices": ["red", "blue"], **more}, call_id=call_id)


def desk(*script: object) -> Desk:
    return Desk(ScriptedModel(script), more_tools=lambda _: [resolve_tool("ask_user", ToolSetting(root=Path.cwd()))])


def answers(app: Desk) -> list[tuple[str, str | None]]:
    blocks = app.screen_stack[0].query_one(TranscriptView).blocks
    return [(block.state, block.output) for block in blocks if isinstance(block, CallBlock) and block.tool == "ask_user"]


async def begin(pilot) -> None:
    await drain(pilot)
    await type_and_send(pilot, "Paint it")
    await drain(pilot)
    assert isinstance(pilot.app.screen, QuestionScreen)


async def write(pilot, text: str) -> None:
    """As fast as a person types who has begun."""
    for letter in text:
        event = Key(letter, letter)
        event.set_sender(pilot.app)
        pilot.app._driver.send_message(event)
    await settle(pilot)


@pytest.mark.parametrize(("keys", "answer"), [(["2"], "blue"), (["enter"], "red"), (["down", "enter"], "blue")])
async def test_a_choice_is_answered_by_its_number_or_by_arrows_and_enter(keys: list[str], answer: str):
    app = desk(HANDOFF, [asks()], DONE)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await deliberately(pilot, *keys)
        await drain(pilot)
        assert (answers(app), type(app.screen)) == ([("done", answer)], ChatScreen)


async def test_an_answer_of_ones_own_is_written_below_the_choices():
    app = desk(HANDOFF, [asks()], DONE)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await deliberately(pilot, "down", "down", "g")
        await write(pilot, "reen 2")
        await deliberately(pilot, "enter")
        await drain(pilot)
        assert answers(app) == [("done", "green 2")]


async def test_the_question_is_answered_where_tooltips_are_on_as_on_every_real_terminal():
    app = desk(HANDOFF, [asks()], DONE)
    async with app.run_test(size=(120, 40), tooltips=True) as pilot:
        await begin(pilot)
        await deliberately(pilot, "2")
        await drain(pilot)
        assert answers(app) == [("done", "blue")]


async def test_keys_that_were_typed_before_the_question_was_there_answer_nothing_and_write_nothing():
    app = desk(HANDOFF, [asks(choices=None)], DONE)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await write(pilot, "hello")
        await write(pilot, "2")
        assert isinstance(app.screen, QuestionScreen)
        assert (app.screen.line.value, answers(app)) == ("", [("waiting", None)])
        await deliberately(pilot, "x")
        await write(pilot, "yz")
        assert app.screen.line.value == "xyz"


async def test_a_question_that_is_put_off_comes_back_with_what_was_written():
    app = desk(HANDOFF, [asks()], DONE)
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await deliberately(pilot, "down", "down", "g", "escape")
        assert isinstance(app.screen, ChatScreen)
        assert "1 question waits for you · ^a answer" in app.screen.query_one(Standing).render().plain
        await pilot.press("ctrl+a")
        await settle(pilot)
        assert isinstance(app.screen, QuestionScreen)
        assert app.screen.line.value == "g"
        await deliberately(pilot, "1")
        await drain(pilot)
        assert answers(app) == [("done", "red")]


async def test_a_refusal_lets_the_run_go_on():
    app = desk(HANDOFF, [asks(allow_free_text=False)], DONE)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await deliberately(pilot, "down", "down", "ctrl+x")
        await drain(pilot)
        assert answers(app) == [("rejected", "The user does not want to answer; decide yourself, or leave it.")]


async def test_two_questions_are_answered_one_after_the_other_and_the_calls_are_decided_then():
    app = desk(HANDOFF, [asks("First?", "q1"), asks("Second?", "q2"), *REFUND], DONE)
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot)
        await deliberately(pilot, "right", "2", "1")
        await drain(pilot)
        assert isinstance(app.screen, ApprovalScreen)
        await deliberately(pilot, "a")
        await drain(pilot)
        assert answers(app) == [("done", "red"), ("done", "blue")]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (44, 12), (20, 5)])
async def test_a_long_question_scrolls_and_nothing_in_it_is_markup(size: tuple[int, int]):
    app = desk(HANDOFF, [asks("[@click=app.quit]x[/] \x1b]0;t\x07 " * 300, choices=["[b]one[/b]", "two\nlines"])], DONE)
    async with app.run_test(size=size) as pilot:
        await begin(pilot)
        await pass_time(pilot, 1)
        text = "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())
        assert "\x1b" not in text
        if size[1] > 10:
            assert "[@click=app.quit]x[/] ␛]0;t␇" in text
            await pilot.press("pagedown", "pagedown", "pagedown", "pagedown", "pagedown", "pagedown", "pagedown", "pagedown", "pagedown")
        await deliberately(pilot, "2")
        await drain(pilot)
        assert answers(app) == [("done", "two\nlines")]
