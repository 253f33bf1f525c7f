"""The question before a link is opened."""

import webbrowser
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from agentchat.testing import ScriptedModel, assistant_message
from agentchat.tui.screens.link_screen import LinkScreen
from agentchat.tui.transcript.address import address_of, open_in_browser
from agentchat.tui.transcript.widget import TranscriptView
from tests.tui.scenes import Desk, deliberately, drain, settle, type_and_send

LINKS = "See [my bank](https://bank.example@evil.example/login), [this](https://xn--pple-43d.com) or [that](ftp://files.example/x)."


@asynccontextmanager
async def asked(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Pilot[None]]:
    """The question about the first link of an answer, on a machine without a desk."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    desk = Desk(ScriptedModel([[assistant_message(LINKS)]]))
    async with desk.run_test(size=(80, 24)) as pilot:
        await drain(pilot)
        await type_and_send(pilot, "links?")
        await drain(pilot)
        desk.screen.query_one(TranscriptView).focus()
        await pilot.press("o")
        await settle(pilot)
        assert isinstance(desk.screen, LinkScreen)
        yield pilot


def shown(pilot: Pilot[None]) -> list[str]:
    return [line for line in str(pilot.app.screen.query_one("#address", Static).content).split("\n") if line]


async def test_the_whole_address_is_shown_and_opened_only_at_a_deliberate_key(monkeypatch: pytest.MonkeyPatch) -> None:
    async with asked(monkeypatch) as pilot:
        assert shown(pilot) == [
            "https://evil.example/login",
            "! A user name stood before the host; it is left out.",
            "o open in the browser · c copy · ← → other links · esc close",
        ]
        await pilot.press("o")
        assert isinstance(pilot.app.screen, LinkScreen)
        await deliberately(pilot, "o")
        assert not isinstance(pilot.app.screen, LinkScreen)
        assert pilot.app.clipboard == "https://evil.example/login"


async def test_one_walks_through_the_links_and_only_pages_can_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    async with asked(monkeypatch) as pilot:
        await deliberately(pilot, "right")
        assert shown(pilot)[1] == "! The host has letters that may look like others."
        await deliberately(pilot, "right")
        assert shown(pilot)[:2] == ["ftp://files.example/x", "✗ Only http and https addresses are opened."]
        await deliberately(pilot, "o")
        assert isinstance(pilot.app.screen, LinkScreen)
        await deliberately(pilot, "c")
        assert (isinstance(pilot.app.screen, LinkScreen), pilot.app.clipboard) == (False, "ftp://files.example/x")


def test_the_browser_gets_what_was_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/opened\n')
    browser.chmod(0o700)
    monkeypatch.setattr(webbrowser, "_tryorder", ["ours"])
    monkeypatch.setitem(webbrowser._browsers, "ours", [None, webbrowser.GenericBrowser([str(browser), "%s"])])
    address = address_of("https://example.com/$(id) --x")
    assert open_in_browser(address)  # type: ignore[arg-type]
    assert (tmp_path / "opened").read_text() == "https://example.com/$(id)%20--x"
