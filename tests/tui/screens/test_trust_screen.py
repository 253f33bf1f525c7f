import pytest
from textual import events
from textual.widgets import Static

from agentchat.chat.transcript.blocks import AnswerBlock, UserBlock
from agentchat.testing import ScriptedModel, assistant_message
from agentchat.tui.approval.screen import ApprovalScreen
from agentchat.tui.screens.chat_screen import ChatScreen
from agentchat.tui.screens.trust_screen import TrustScreen, trust_text
from agentchat.tui.transcript.widget import TranscriptView
from agentchat.tui.widgets.footer import Footer
from agentchat.tui.widgets.prompt import Prompt
from agentchat.tui.widgets.standing import Standing
from tests.tui.scenes import HANDOFF, NEEDS, REFUND, Desk, deliberately, drain, settle, type_and_send

CHANGED = (*NEEDS, (30, "[rules] lets tool 'run_command' run without asking you"))
LONG = tuple((line, f"Agent 'a' lists tool 'x{line}:y', which runs code of the project") for line in range(1, 60))


def desk(*script, contents=(NEEDS,), **options) -> Desk:
    return Desk(ScriptedModel(script), contents=contents, **options)


def standing(app: Desk) -> str:
    return app.screen_stack[0].query_one(Standing).render().plain


def hint(app: Desk) -> str:
    return str(app.screen.query_one("#hint", Static).content)


def said(app: Desk) -> list[str]:
    blocks = app.screen_stack[0].query_one(TranscriptView).blocks
    return [block.text for block in blocks if isinstance(block, (UserBlock, AnswerBlock))]


async def test_the_file_is_shown_and_trusting_it_makes_the_chat_anew():
    app = desk()
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        assert isinstance(app.screen, TrustScreen)
        await deliberately(pilot, "t")
        await drain(pilot)
        assert isinstance(app.screen, ChatScreen)
        assert len(app.trusted) == 1
        assert standing(app) == ""


@pytest.mark.parametrize("key", ["n", "N", "escape"])
async def test_not_now_goes_on_with_the_built_in_team_and_says_so(key):
    app = desk([assistant_message("I am built in.")])
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        await deliberately(pilot, key)
        assert isinstance(app.screen, ChatScreen)
        assert app.trusted == []
        assert standing(app) == "⚠ agents.toml is not trusted: the built-in team answers"
        await type_and_send(pilot, "Who are you?")
        await drain(pilot)
        assert said(app) == ["Who are you?", "I am built in."]


async def test_a_key_typed_before_the_list_could_be_read_decides_nothing():
    app = desk()
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        for key in ("t", "n", "escape"):
            await pilot.press(key)
            assert isinstance(app.screen, TrustScreen)
            assert hint(app) == "not yet: wait a moment, then press the key again"


async def test_neither_enter_nor_a_paste_decides():
    app = desk()
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        await deliberately(pilot, "enter", "space", "y")
        app.post_message(events.Paste("t"))
        await settle(pilot)
        assert isinstance(app.screen, TrustScreen)


async def test_a_long_list_has_to_be_scrolled_to_its_end_before_it_is_trusted_but_not_before_it_is_put_off():
    app = desk(contents=(LONG,))
    async with app.run_test(size=(80, 24)) as pilot:
        await drain(pilot)
        await deliberately(pilot, "t")
        assert hint(app).startswith("scroll to the end first: lines 1-")
        await deliberately(pilot, "end", "t")
        assert (isinstance(app.screen, TrustScreen), app.trusted) == (True, [])
        await deliberately(pilot, *["pageup"] * 6, "t")
        await drain(pilot)
        assert len(app.trusted) == 1


async def test_a_content_that_changed_meanwhile_is_shown_again_and_trusted_by_its_own_digest():
    app = desk(contents=(NEEDS, CHANGED))
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        before = app.screen
        await deliberately(pilot, "t")
        await drain(pilot)
        assert isinstance(app.screen, TrustScreen)
        assert app.screen is not before
        await pilot.press("t")
        assert len(app.trusted) == 1, "the new list could not be read yet"
        await deliberately(pilot, "t")
        await drain(pilot)
        assert isinstance(app.screen, ChatScreen)
        assert len(set(app.trusted)) == 2


@pytest.mark.parametrize("key", ["t", "n"])
async def test_what_was_said_before_is_sent_when_the_person_has_decided(key):
    app = desk([assistant_message("One.")], [assistant_message("Two.")], message="first")
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        app.say(ChatScreen.Said("second"))
        await drain(pilot)
        assert said(app) == []
        await deliberately(pilot, key)
        await drain(pilot)
        assert said(app) == ["first", "One.", "second", "Two."]


async def test_what_stands_in_the_prompt_is_there_still_when_the_file_was_trusted():
    app = desk()
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        prompt = app.screen_stack[0].query_one(Prompt)
        prompt.insert("a draft")
        await deliberately(pilot, "t")
        await drain(pilot)
        assert prompt.text == "a draft"
        assert "opening" not in app.screen.query_one(Footer).render().plain


async def test_calls_that_wait_are_asked_about_after_the_file():
    app = desk(HANDOFF, REFUND, [assistant_message("Done.")])
    async with app.run_test(size=(120, 40)) as pilot:
        await drain(pilot)
        await deliberately(pilot, "n")
        await type_and_send(pilot, "Refund it")
        await drain(pilot)
        await deliberately(pilot, "escape")
    for key in ("n", "t"):
        again = desk([assistant_message("Done.")])
        again.journal, again.team = app.journal, app.team
        async with again.run_test(size=(120, 40)) as pilot:
            await drain(pilot)
            assert isinstance(again.screen, TrustScreen)
            assert not any(isinstance(screen, ApprovalScreen) for screen in again.screen_stack)
            await deliberately(pilot, key)
            await drain(pilot)
            assert isinstance(again.screen, ApprovalScreen)


def test_the_list_names_the_file_its_content_and_every_need_with_its_line():
    file = desk()._file()
    assert trust_text(file).text.split("\n") == [
        "/home/ada/shop/agents.toml",
        f"sha256 {file.digest[:16]}",
        "",
        "line 8   Agent 'billing' lists tool 'shop.tools:lookup_order', which runs code of the project",
        "line 8   Agent 'billing' lists tool 'shop.tools:issue_refund', which runs code of the project",
        "line 17  [rules] lets tool 'shop.tools:issue_refund' run without asking you",
        "line 20  [provider] sends your conversations to 'https://models.shop.example/v1'",
        "line 21  [provider] uses the key in your environment variable 'OPENAI_API_KEY'",
        "",
        "Trust is for exactly this content; when the file changes you are asked again.",
        "Until you trust it the built-in team answers, and the file's ask and deny rules hold.",
    ]


async def test_what_the_file_hides_is_made_visible_and_warned_of():
    app = desk(contents=(((4, "Agent '[b]\u202e' lists tool 'a:b'\x1b[2J"),),))
    async with app.run_test(size=(80, 24)) as pilot:
        await drain(pilot)
        assert "Agent '[b]\\u{202E}' lists tool 'a:b'␛[2J" in trust_text(app._file()).text
        warning = str(app.screen.query_one("#warning", Static).content)
        assert warning == "⚠ made visible: RIGHT-TO-LEFT OVERRIDE U+202E and 1 more"
