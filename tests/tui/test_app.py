import asyncio
import sys
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Static

from agentchat.chat.status import Status
from agentchat.chat.transcript.blocks import AnswerBlock, CallBlock, NoticeBlock, UserBlock
from agentchat.config.errors import ConfigError
from agentchat.config.settings import Settings
from agentchat.testing import ModelStep, ScriptedModel, assistant_message, function_call
from agentchat.tui.approval.screen import ApprovalScreen
from agentchat.tui.screens.chat_screen import ChatScreen
from agentchat.tui.screens.help_screen import HelpScreen
from agentchat.tui.start import Outcome, Start
from agentchat.tui.transcript.widget import TranscriptView
from agentchat.tui.widgets.activity import ActivityLog
from agentchat.tui.widgets.footer import Footer
from agentchat.tui.widgets.prompt import Prompt
from agentchat.tui.widgets.standing import Standing
from tests.pty_terminal import PtyTerminal
from tests.tui.scenes import ANSWER, HANDOFF, LOOKUP, REFUND, SESSION, Desk, deliberately, drain, pass_time, settle, type_and_send

ROOT = Path(__file__).parents[2]


def desk(*script, **options) -> Desk:
    return Desk(ScriptedModel(script), **options)


def blocks(app: Desk):
    return list(app.screen_stack[0].query_one(TranscriptView).blocks)


def kinds(app: Desk):
    return [type(block).__name__ for block in blocks(app)]


def footer(app: Desk) -> str:
    return app.screen_stack[0].query_one(Footer).render().plain


def standing(app: Desk) -> str:
    return app.screen_stack[0].query_one(Standing).render().plain


def prompt(app: Desk) -> Prompt:
    return app.screen_stack[0].query_one(Prompt)


def said(app: Desk) -> str:
    return "".join(block.text for block in blocks(app) if isinstance(block, AnswerBlock))


async def test_what_is_sent_appears_and_is_answered():
    app = desk([assistant_message("Hello to you.")])
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        assert isinstance(app.screen, ChatScreen)
        assert app.screen.has_class("-new")
        await type_and_send(pilot, "Hello")
        await drain(pilot)
        assert not app.screen.has_class("-new")
        assert kinds(app) == ["UserBlock", "AnswerBlock"]
        assert said(app) == "Hello to you."
        assert prompt(app).text == ""


async def test_what_is_sent_before_the_chat_stands_waits_and_is_sent_in_order():
    app = desk([assistant_message("one")], [assistant_message("two")])
    stands = asyncio.Event()
    connect = app.bridge._connect

    async def late():
        await stands.wait()
        return await connect()

    app.bridge._connect = late
    async with app.run_test(size=(120, 40)) as pilot:
        await type_and_send(pilot, "first")
        await type_and_send(pilot, "second")
        assert footer(app).endswith(" opening … · 2 queued ┘")
        stands.set()
        await drain(pilot)
        assert [block.text for block in blocks(app) if isinstance(block, UserBlock)] == ["first", "second"]
        assert footer(app).endswith("─┘")


async def test_a_message_of_the_command_line_is_sent_by_itself():
    app = desk([assistant_message("Here I am.")], message="Where are you?")
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        assert said(app) == "Here I am."


async def test_a_message_of_the_command_line_is_kept_when_the_screen_is_left_before_its_first_frame():
    class Hasty(Desk):
        def on_mount(self) -> None:
            self.leave(0)

    app = Hasty(ScriptedModel(()), message="Where are you?")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
    assert app.outcome == Outcome(0, SESSION, is_kept=True)
    assert (await app.journal.load()).prompt == "Where are you?"


async def test_escape_stops_the_run_and_keeps_what_was_said():
    gate = asyncio.Event()
    app = desk(ModelStep.in_chunks(["The beginning", " and the end"], gate=gate))
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        await type_and_send(pilot, "Tell me")
        gate.set()
        await pass_time(pilot, 1.2)
        assert "esc stop" in footer(app)
        assert "1.2 s ┘" in footer(app)
        await pilot.press("escape")
        await drain(pilot)
        assert "esc stop" not in footer(app)
        assert [block.ending for block in blocks(app) if isinstance(block, AnswerBlock)] == ["incomplete"]
        assert said(app) == "The beginning"


async def test_escape_does_nothing_when_nothing_runs():
    app = desk()
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        prompt(app).insert("a draft")
        await pilot.press("escape")
        await settle(pilot)
        assert (prompt(app).text, app.is_running, blocks(app)) == ("a draft", True, [])


async def test_one_can_type_while_an_answer_streams_and_what_is_sent_then_is_queued():
    gate = asyncio.Event()
    app = desk(ModelStep.in_chunks(["a", "b", "c"], gate=gate), [assistant_message("next")])
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        await type_and_send(pilot, "Go")
        for key in "hello":
            gate.set()
            await pilot.press(key)
            await pass_time(pilot, 0.1)
        assert prompt(app).text == "hello"
        await pilot.press("enter")
        await drain(pilot)
        assert [block.text for block in blocks(app) if isinstance(block, UserBlock)] == ["Go", "hello"]


async def test_the_dialog_opens_by_itself_and_a_deliberate_key_runs_the_call():
    app = desk(HANDOFF, LOOKUP, REFUND, [assistant_message("Done.")])
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        prompt(app).insert("Refund it")
        await pilot.press("enter")
        prompt(app).insert("a draft")
        await drain(pilot)
        assert isinstance(app.screen, ApprovalScreen)
        await pilot.press("a")  # in the same moment: it was meant for the prompt
        await drain(pilot)
        assert isinstance(app.screen, ApprovalScreen)
        await deliberately(pilot, "a")
        await drain(pilot)
        assert isinstance(app.screen, ChatScreen)
        assert prompt(app).text == "a draft"
        calls = [(block.tool, block.state, block.verdict) for block in blocks(app) if isinstance(block, CallBlock)]
        assert calls == [("lookup_order", "done", ""), ("issue_refund", "done", "approved by you")]


async def test_deciding_later_leaves_a_line_and_a_key_that_brings_the_dialog_back():
    app = desk(HANDOFF, REFUND, [assistant_message("Then not.")])
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        await type_and_send(pilot, "Refund it")
        await drain(pilot)
        await deliberately(pilot, "escape")
        assert isinstance(app.screen, ChatScreen)
        assert standing(app) == "⏸ 1 call waits for you · ^a decide"
        assert "^a approvals" in footer(app)
        await pilot.press("ctrl+a")
        await deliberately(pilot, "r")
        await drain(pilot)
        assert (standing(app), said(app)) == ("", "Then not.")
        assert "^a approvals" not in footer(app)


async def test_control_a_without_waiting_calls_goes_to_the_beginning_of_the_line():
    app = desk()
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        prompt(app).insert("word")
        await pilot.press("ctrl+a", "s")
        assert prompt(app).text == "sword"


async def test_enter_on_a_line_of_the_activity_log_goes_to_its_block():
    app = desk(HANDOFF, LOOKUP, [assistant_message(ANSWER)])
    async with app.run_test(size=(120, 24)) as pilot:
        await drain(pilot)
        await type_and_send(pilot, "Where is it?")
        await drain(pilot)
        app.screen.query_one(ActivityLog).focus()
        await pilot.press("end", "enter")
        await settle(pilot)
        transcript = app.screen.query_one(TranscriptView)
        assert app.focused is transcript
        chosen = transcript.blocks[transcript.cursor]
        assert isinstance(chosen, CallBlock)
        assert chosen.tool == "lookup_order"


async def test_the_log_lies_over_the_transcript_on_a_narrow_screen_only_when_it_is_asked_for():
    app = desk(HANDOFF, LOOKUP, [assistant_message(ANSWER)])
    async with app.run_test(size=(80, 24)) as pilot:
        await drain(pilot)
        await type_and_send(pilot, "Where is it?")
        await drain(pilot)
        log, transcript = app.screen.query_one(ActivityLog), app.screen.query_one(TranscriptView)
        assert not log.display
        width = transcript.size.width
        await pilot.press("ctrl+l")
        await settle(pilot)
        assert (log.display, app.focused, transcript.size.width) == (True, log, width)
        await pilot.press("escape")
        await settle(pilot)
        assert (log.display, app.focused) == (False, prompt(app))


@pytest.mark.parametrize("size", [(200, 60), (100, 30), (99, 30), (44, 20), (40, 12)])
async def test_every_part_has_its_place_in_every_size_down_to_40x12(size):
    app = desk([assistant_message(ANSWER)])
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        await type_and_send(pilot, "Where is it?")
        await drain(pilot)
        await pilot.resize_terminal(*size)
        await settle(pilot)
        assert not app.screen.has_class("-too-small")
        assert app.screen.query_one(TranscriptView).size.height >= 5
        assert prompt(app).region.bottom == size[1] - 1
        assert app.screen.query_one(Footer).region.bottom == size[1]
        assert app.screen.query_one(ActivityLog).display == (size[0] >= 100)


async def test_a_terminal_that_is_too_small_gets_a_plain_sentence():
    app = desk()
    async with app.run_test(size=(39, 20)) as pilot:
        await drain(pilot)
        shown = [widget for widget in app.screen.children if widget.display and widget.id != "enlarge" and widget.region]
        assert shown == []
        assert str(app.screen.query_one("#enlarge", Static).content) == "Enlarge the terminal: agentchat needs 40x12"
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert prompt(app).region


async def test_enter_sends_control_j_breaks_the_line_and_the_prompt_grows_to_eight_lines():
    app = desk([assistant_message("ok")])
    async with app.run_test(size=(80, 30)) as pilot:
        await drain(pilot)
        await pilot.press("a", "ctrl+j", "b")
        await settle(pilot)
        assert (prompt(app).text, prompt(app).size.height) == ("a\nb", 2)
        prompt(app).insert("\n" * 20)
        await settle(pilot)
        assert prompt(app).size.height == 8


async def test_up_and_down_walk_through_what_was_sent_and_keep_the_draft():
    app = desk([assistant_message("1")], [assistant_message("2")])
    async with app.run_test(size=(80, 30)) as pilot:
        await drain(pilot)
        for text in ("one", "two\nlines"):
            await type_and_send(pilot, text)
            await drain(pilot)
        prompt(app).insert("draft")
        seen = []
        for key in ("up", "up", "up", "up", "down", "down"):
            await pilot.press(key)
            seen.append(prompt(app).text)
        assert seen == ["two\nlines", "two\nlines", "one", "one", "two\nlines", "draft"]


async def test_a_large_paste_stands_as_a_chip_and_is_sent_whole():
    app = desk([assistant_message("read")])
    text = "x" * 70_000 + "\nend"
    async with app.run_test(size=(80, 30)) as pilot:
        await drain(pilot)
        prompt(app).insert("see ")
        app.post_message(events.Paste(text))
        await settle(pilot)
        assert prompt(app).text == "see [paste 1: 2 lines, 68 KB]"
        await pilot.press("enter")
        await drain(pilot)
        assert [block.text for block in blocks(app) if isinstance(block, UserBlock)] == [f"see {text}"]


async def test_a_text_that_could_not_be_sent_is_back_in_the_prompt():
    app = desk(ModelStep.raise_error(RuntimeError("no line")))
    async with app.run_test(size=(120, 30)) as pilot:
        await drain(pilot)
        await type_and_send(pilot, "Hello")
        await drain(pilot)
        assert prompt(app).text == "Hello"
        assert any(isinstance(block, NoticeBlock) and block.level == "error" for block in blocks(app))


async def test_a_text_that_could_not_be_sent_does_not_take_the_place_of_a_draft():
    app = desk(ModelStep.raise_error(RuntimeError("no line")))
    async with app.run_test(size=(120, 30)) as pilot:
        await drain(pilot)
        prompt(app).insert("Hello")
        await pilot.press("enter")
        prompt(app).insert("a draft")
        await drain(pilot)
        assert prompt(app).text == "a draft"
        await pilot.press("up")
        assert prompt(app).text == "Hello"


async def test_the_help_names_the_keys_of_every_part():
    app = desk()
    async with app.run_test(size=(120, 60)) as pilot:
        await drain(pilot)
        await pilot.press("f1")
        await settle(pilot)
        assert isinstance(app.screen, HelpScreen)
        text = str(app.screen.query_one(Static).content)
        for line in ("^q              quit", "⏎               send", "^j shift+⏎      newline", "a               approve"):
            assert line in text
        await pilot.press("escape")
        assert isinstance(app.screen, ChatScreen)


async def test_what_keys_do_is_said_in_one_style():
    app = desk()
    async with app.run_test(size=(120, 60)) as pilot:
        await drain(pilot)
        app.action_help()
        await settle(pilot)
        assert isinstance(app.screen, HelpScreen)
        said = [hint.does for _, hints in app.screen._sections for hint in hints]
        assert len(said) > 30
        assert [does for does in said if does[0] != does[0].lower() or does.endswith(".")] == []


async def test_markup_in_foreign_text_is_only_text():
    hostile = "[@click=app.quit]x[/] [bold]y \x1b]52;c;aGk=\x07"
    app = desk([assistant_message(hostile), function_call("[red]tool", {"[b]": "[/b]\x1b[2J"}, call_id="c")], [assistant_message("end")])
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        await type_and_send(pilot, hostile)
        await drain(pilot)
        app.request_failed(ValueError(hostile))
        await settle(pilot)
        picture = app.export_screenshot()
        assert "\x1b" not in picture
        assert "[@click=app.quit]x[/]" in picture.replace("&#160;", " ")


async def test_control_c_quits_when_it_is_pressed_twice_within_three_seconds():
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await drain(pilot)
        await pilot.press("ctrl+c")
        await pass_time(pilot, 4.0)
        await pilot.press("ctrl+c")
        await settle(pilot)
        assert app.is_running
        await pilot.press("ctrl+c")
        await settle(pilot)
    assert app.outcome == Outcome(0, SESSION, is_kept=False)


async def test_quitting_while_a_run_goes_on_stops_and_saves_it():
    gate = asyncio.Event()
    app = desk(ModelStep.in_chunks(["The beginning", " and the end"], gate=gate))
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        await type_and_send(pilot, "Tell me")
        gate.set()
        await pass_time(pilot, 0.5)
        await pilot.press("ctrl+q")
        await settle(pilot)
        await pass_time(pilot, 0.5)
    assert app.outcome == Outcome(0, SESSION, is_kept=True)
    texts = [str(row.item) for row in (await app.journal.load()).rows]
    assert ["The beginning" in text for text in texts] == [False, True]


@pytest.mark.parametrize(("typed", "is_kept"), [("a draft", True), (" \n", False)])
async def test_quitting_keeps_what_stands_in_the_prompt(typed, is_kept):
    app = desk()
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        prompt(app).insert(typed)
        await pilot.press("ctrl+q")
        await settle(pilot)
    assert app.outcome == Outcome(0, SESSION, is_kept=is_kept)
    assert (await app.journal.load()).prompt == (typed if is_kept else "")
    again = desk()
    again.journal = app.journal
    async with again.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        assert prompt(again).text == (typed if is_kept else "")


async def test_what_was_sent_before_the_chat_stood_is_kept_by_quitting_too():
    app = desk()
    stands = asyncio.Event()
    connect = app.bridge._connect

    async def late():
        await stands.wait()
        return await connect()

    app.bridge._connect = late
    async with app.run_test(size=(120, 40)) as pilot:
        await type_and_send(pilot, "first")
        prompt(app).insert("a draft")
        app.leave(143)
        await settle(pilot)
        stands.set()
        await settle(pilot)
    assert app.outcome == Outcome(143, SESSION, is_kept=True)
    assert (await app.journal.load()).prompt == "first\n\na draft"


async def test_a_chat_that_cannot_be_made_ends_the_program_with_its_sentence_and_status_2():
    app = desk()

    async def fails():
        raise ConfigError(Path("agents.toml"), "There is no tool 'serch'; did you mean 'search'?", line=14)

    app.bridge._connect = fails
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
    sentence = "There is no tool 'serch'; did you mean 'search'? (agents.toml:14)"
    assert app.outcome == Outcome(2, SESSION, is_kept=False, last_words=sentence)


async def test_a_resumed_conversation_is_shown_before_the_chat_stands():
    app = desk()
    app.chat_screen._start = Start(Status(SESSION), "1", blocks=(UserBlock(0, "from the file"),))
    app.bridge._connect = asyncio.Event().wait  # never stands
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert blocks(app) == [UserBlock(0, "from the file")]
        assert not app.screen.has_class("-new")


async def test_an_unknown_theme_in_the_settings_is_told_and_replaced():
    app = desk(settings=Settings(theme="[b]nope"))
    async with app.run_test(size=(80, 24)) as pilot:
        await drain(pilot)
        assert app.theme == "agentchat-dark"
        assert [notice.message for notice in app._notifications] == ["There is no theme '[b]nope'; ^p lists those that exist."]


def test_a_tool_that_blocks_its_thread_leaves_the_keys_free_and_quitting_takes_less_than_two_seconds(tmp_path):
    env = {"AGENTCHAT_HOME": str(tmp_path), "TERM": "xterm-256color"}
    argv = [sys.executable, "-m", "tests.tui.blocking_chat", str(tmp_path / "log")]
    with PtyTerminal(argv, cwd=ROOT, columns=100, rows=30, env=env) as terminal:
        terminal.wait_for("offline demo")
        terminal.send(b"go\r")
        terminal.wait_for("block()")
        terminal.send(b"still typing")
        terminal.wait_for("still typing", deadline=2.0)
        terminal.send(b"\x11")
        assert terminal.wait_for_exit(deadline=2.5) == 0
        assert terminal.is_cooked


