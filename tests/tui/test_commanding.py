"""The rooms beside the conversation, and the commands that lead there and elsewhere, in the whole application."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from agentchat.testing import ModelStep, ScriptedModel, assistant_message
from agentchat.tui.screens.browse_screen import BrowseScreen
from agentchat.tui.screens.chat_screen import ChatScreen
from agentchat.tui.screens.help_screen import HelpScreen
from agentchat.tui.screens.sessions_screen import SessionsScreen
from agentchat.tui.widgets.header import Header
from agentchat.tui.widgets.long_page import LongPage
from agentchat.tui.widgets.offers import Offers
from agentchat.tui.widgets.prompt import Prompt
from tests.tui.room_scenes import RoomDesk, answered, drawer
from tests.tui.scenes import HANDOFF, LOOKUP, SESSION, Desk, drain, settle, type_and_send


@asynccontextmanager
async def room(*script: object) -> AsyncGenerator[tuple[RoomDesk, Pilot[None]]]:
    desk = RoomDesk(ScriptedModel(script))  # type: ignore[arg-type]
    desk.drawer = drawer()
    async with desk.run_test(size=(110, 30)) as pilot:
        await drain(pilot)
        yield desk, pilot


def told(desk: Desk) -> list[str]:
    return [toast.message for toast in desk._notifications]


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)
    await drain(pilot)


async def command(pilot: Pilot[None], text: str) -> None:
    await type_and_send(pilot, text)
    await drain(pilot)


def page(desk: Desk) -> str:
    return desk.screen.query_one(LongPage).text


def titles(desk: Desk) -> list[str]:
    assert isinstance(desk.screen, SessionsScreen)
    return [placed.one.entry.title for placed in desk.screen._listed]


# Looking inside


async def test_the_inspector_shows_the_last_turn_and_walks_to_others_on_the_same_page() -> None:
    async with room(HANDOFF, LOOKUP, [assistant_message("It shipped.")]) as (desk, pilot):
        await answered(pilot)
        await press(pilot, "f2")
        assert isinstance(desk.screen, BrowseScreen)
        assert page(desk).startswith("agent                 billing")
        await press(pilot, "left")
        assert '"It shipped."' in page(desk)
        await press(pilot, "up")
        assert '"lookup_order"' in page(desk)
        await press(pilot, "c", "escape")
        assert "lookup_order" in desk.clipboard
        assert isinstance(desk.screen, ChatScreen)


async def test_a_page_is_searched_and_escape_ends_the_search_first() -> None:
    async with room([assistant_message("It shipped.")]) as (desk, pilot):
        await answered(pilot)
        await command(pilot, "/inspect")
        await press(pilot, "left", "slash", *"shipped", "enter")
        assert desk.screen.query_one(LongPage).found == (1, 1)
        await press(pilot, "escape")
        assert isinstance(desk.screen, BrowseScreen)
        assert desk.screen.query_one(LongPage).found == (0, 0)
        await press(pilot, "q")
        assert isinstance(desk.screen, ChatScreen)


async def test_the_inspector_goes_on_with_the_run_and_stays_at_the_turn_that_is_looked_at() -> None:
    async with room([assistant_message("It shipped.")], [assistant_message("And it came.")]) as (desk, pilot):
        await answered(pilot)
        await press(pilot, "f2")
        screen = desk.screen
        assert isinstance(screen, BrowseScreen)
        before, listed = page(desk), screen.query_one(OptionList)
        assert listed.option_count == 1
        desk.bridge.send("And then?")
        await drain(pilot)
        while listed.option_count == 1:
            await pilot.pause(0.05)
        assert (listed.option_count, listed.highlighted, page(desk)) == (2, 0, before)


async def test_where_nothing_was_asked_there_is_nothing_to_inspect() -> None:
    async with room() as (desk, pilot):
        await press(pilot, "f2")
        assert told(desk) == ["No model was asked anything yet."]


async def test_the_team_shows_who_acts_and_who_can_be_reached() -> None:
    async with room() as (desk, pilot):
        await command(pilot, "/agents")
        assert page(desk).splitlines()[:2] == ["triage  (gets the first message, active)", "└─ hands over to billing"]
        await press(pilot, "down", "down")
        assert page(desk).startswith("agent               billing")


# Commands


async def test_an_agent_is_chosen_for_the_next_message() -> None:
    async with room([assistant_message("Billing here.")]) as (desk, pilot):
        await command(pilot, "/agent billing")
        assert desk.chat_screen.status.trail[-1] == "billing"
        await command(pilot, "Hello")
        assert desk.chat_screen.query_one("TranscriptView").blocks[0].agent == "billing"  # type: ignore[attr-defined]


async def test_the_mode_is_changed_for_what_comes() -> None:
    async with room() as (desk, pilot):
        await command(pilot, "/mode read-only")
        assert desk.chat_screen.status.mode == "read-only"


async def test_a_text_that_is_no_command_stays_in_the_prompt_and_a_blank_makes_it_a_message() -> None:
    async with room([assistant_message("Yes.")]) as (desk, pilot):
        await command(pilot, "/inspekt this")
        prompt = desk.screen.query_one(Prompt)
        assert prompt.text == "/inspekt this"
        assert told(desk) == ["There is no command /inspekt; did you mean /inspect? A blank before the slash sends it as a message."]
        prompt.text = ""
        await command(pilot, " /etc/hosts")
        assert desk.chat_screen.has_blocks


async def test_commands_are_offered_while_one_types_and_tab_completes_them() -> None:
    async with room() as (desk, pilot):
        await press(pilot, *"/hel")
        offers = desk.screen.query_one(Offers)
        assert offers.render().plain.splitlines() == ["/help           see all keys", "tab completes"]
        await press(pilot, "tab", "enter")
        assert isinstance(desk.screen, HelpScreen)
        assert not offers.display


async def test_the_palette_lists_the_same_commands_by_the_same_names() -> None:
    async with room() as (desk, _):
        listed = {entry.title: entry.help for entry in desk.get_system_commands(desk.screen)}
        assert {"/inspect", "/agent billing", "/mode auto", "/sessions", "/new", "/export", "/quit"} <= set(listed)
        assert listed["/agent billing"] == "billing gets your next message"
        assert listed["/sessions"] == "find, open, name, fork and delete conversations · ^o"


async def test_a_conversation_is_written_to_a_file() -> None:
    async with room() as (desk, pilot):
        await command(pilot, "/export talk.md")
        assert told(desk) == ["/home/ada/shop/talk.md"]


# The saved conversations


async def test_another_conversation_is_opened_and_the_one_before_is_kept() -> None:
    async with room([assistant_message("Yes.")]) as (desk, pilot):
        await command(pilot, "Hello")
        await press(pilot, "ctrl+o")
        assert titles(desk)[0] == "Refund 1042"
        await press(pilot, "down", "enter")
        assert (desk.gone_to, isinstance(desk.screen, ChatScreen)) == (("00000001",), True)
        assert told(desk) == [f"The one before is kept: agentchat -r {SESSION}"]


async def test_the_one_that_is_open_stays_open() -> None:
    async with room() as (desk, pilot):
        await press(pilot, "ctrl+o", "enter")
        assert (desk.gone_to, isinstance(desk.screen, ChatScreen)) == ((), True)


async def test_a_new_one_is_begun_once_the_run_is_over() -> None:
    async with room(ModelStep.in_chunks(["a", "b"])) as (desk, pilot):
        desk.chat_screen._status = desk.chat_screen.status.__class__(SESSION, phase="running")
        await command(pilot, "/new")
        assert (desk.gone_to, told(desk)) == ((), ["Stop the run first (esc), then go to another conversation."])
        desk.chat_screen._status = desk.chat_screen.status.__class__(SESSION, phase="idle")
        await command(pilot, "/new")
        assert desk.gone_to == (None,)


async def test_what_is_typed_is_looked_for() -> None:
    async with room() as (desk, pilot):
        await press(pilot, "ctrl+o", *"broken")
        await drain(pilot)
        assert titles(desk) == ["A broken refund of 1077"]


async def test_one_is_renamed() -> None:
    async with room() as (desk, pilot):
        await press(pilot, "ctrl+o")
        await press(pilot, "down", "ctrl+r")
        line = desk.screen.query_one(Input)
        assert line.value == "Refunds of last week"
        line.value = "Refunds"
        await press(pilot, "enter")
        await drain(pilot)
        assert titles(desk)[1] == "Refunds"
        assert desk.chat_screen.status.title == ""


async def test_the_open_one_has_its_new_name_at_once_and_keeps_it_when_the_run_goes_on() -> None:
    async with room([assistant_message("Yes.")]) as (desk, pilot):
        await press(pilot, "ctrl+o", "ctrl+r")
        desk.screen.query_one(Input).value = "  Of 1042 "
        await press(pilot, "enter")
        await drain(pilot)
        await press(pilot, "escape")
        await command(pilot, "Hello")
        assert '"Of 1042"' in desk.chat_screen.query_one(Header).render().plain


async def test_one_is_taken_away_only_after_a_yes() -> None:
    async with room() as (desk, pilot):
        await press(pilot, "ctrl+o")
        await press(pilot, "down", "ctrl+d", "n")
        await press(pilot, "ctrl+d", "enter", "escape")
        assert len(titles(desk)) == 4
        await press(pilot, "ctrl+d", "y")
        await drain(pilot)
        assert [title for title in titles(desk) if title.startswith("Refunds")] == []
        assert desk.screen.query_one(OptionList).option_count == 3


async def test_the_one_that_is_open_here_is_not_taken_away() -> None:
    async with room() as (desk, pilot):
        await press(pilot, "ctrl+o")
        await press(pilot, "ctrl+d", "y")
        assert told(desk) == ["This conversation is open here; go to another one, then delete it."]
        assert len(titles(desk)) == 4


async def test_one_is_forked() -> None:
    async with room() as (desk, pilot):
        await press(pilot, "ctrl+o")
        await press(pilot, "down", "ctrl+f")
        await drain(pilot)
        assert "Refunds of last week (2)" in titles(desk)


async def test_a_chat_without_a_file_says_that_there_are_no_others() -> None:
    desk = Desk(ScriptedModel([]))
    async with desk.run_test(size=(100, 30)) as pilot:
        await drain(pilot)
        await press(pilot, "ctrl+o")
        assert told(desk) == ["This conversation is not saved anywhere, so there are no others."]
        await press(pilot, "escape")
        await command(pilot, "/new")
        assert len(told(desk)) == 2
