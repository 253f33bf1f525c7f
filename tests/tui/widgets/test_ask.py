"""Names of files that are completed where one writes."""

import asyncio
import time

from textual import events
from textual.app import App, ComposeResult

from agentchat.tui.widgets.ask import Ask
from agentchat.tui.widgets.names import Names
from agentchat.tui.widgets.prompt import Prompt

FILES = ("README.md", "src/app.py", "two words.md")


class Desk(App[None]):
    """Holds the place where one writes, and answers like the chat does."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []
        self.asked: list[str] = []

    def compose(self) -> ComposeResult:
        yield Ask()

    def on_ask_names_wanted(self, event: Ask.NamesWanted) -> None:
        self.asked.append(event.typed)
        event.ask.offer(event.typed, tuple(name for name in FILES if event.typed.lower() in name.lower()))

    def on_prompt_sent(self, event: Prompt.Sent) -> None:
        self.sent.append(event.text)

    @property
    def names(self) -> tuple[str, ...]:
        return self.query_one(Names).names

    @property
    def text(self) -> str:
        return self.query_one(Prompt).text


async def test_what_fits_is_offered_and_taken_with_a_key_and_enter_sends_then():
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press(*"see ", "@", *"ap")
        assert (app.names, app.asked) == (("src/app.py",), ["", "a", "ap"])
        await pilot.press("tab")
        assert (app.text, app.names) == ("see @src/app.py ", ())
        await pilot.press("enter")
        assert app.sent == ["see @src/app.py "]


async def test_arrows_choose_and_a_name_with_a_blank_is_put_in_quotes():
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press("@", "up", "enter")
        assert (app.text, app.sent) == ('@"two words.md" ', [])


async def test_escape_puts_the_names_away_and_the_arrows_are_the_prompts_again():
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press("@")
        assert app.names == FILES
        await pilot.press("escape", "enter")
        assert app.sent == ["@"]


async def test_a_name_that_stands_there_whole_and_an_address_offer_nothing():
    app = Desk()
    async with app.run_test() as pilot:
        app.query_one(Prompt).insert("@README.md")
        await pilot.pause()
        assert app.names == ()
        app.query_one(Prompt).text = ""
        await pilot.press(*"ada@re")
        assert (app.names, app.asked) == ((), ["README.md"])


async def test_names_that_come_late_are_not_shown():
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press("@", "a", "space")
        app.query_one(Ask).offer("a", FILES)
        await pilot.pause()
        assert app.names == ()


async def test_a_file_name_is_no_markup_and_no_escape():
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press("@")
        app.query_one(Ask).offer("", ("[red]x\x1b[2J",))
        await asyncio.sleep(0)
        assert "[red]x␛[2J" in app.query_one(Names).render().plain


async def test_ten_megabytes_become_a_chip_at_once_and_are_sent_whole():
    app = Desk()
    text = ("lorem ipsum dolor sit amet " * 4 + "\n") * 97_000
    async with app.run_test() as pilot:
        began = time.process_time()
        app.query_one(Prompt).post_message(events.Paste(text))
        await pilot.pause()
        assert app.text == f"[paste 1: 97,001 lines, {len(text) // 1024:,} KB]"
        assert time.process_time() - began < 0.3
        await pilot.press("enter")
        assert app.sent == [text]
