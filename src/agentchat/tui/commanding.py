"""An application that takes commands, by name in the palette, behind a slash in the prompt and by keys: what each of them does.

Beside the conversation there are rooms: the inspector, the team, the saved conversations. They ask for what they show by message, and
are told when the chat, or the file, has answered.
"""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from textual import on
from textual.app import ReturnType, SystemCommand
from textual.screen import Screen

from agentchat.chat.safe_text import safe_line
from agentchat.chat.shelf import Shelf
from agentchat.chat.status import Mode
from agentchat.runtime.ports.clock import Clock
from agentchat.tui.asking import Asking
from agentchat.tui.branching import Branching
from agentchat.tui.bridge import Bridge, Connect, Connected
from agentchat.tui.commands import COMMANDS, Said
from agentchat.tui.desktop import Desktop
from agentchat.tui.keys import key_name
from agentchat.tui.screens.chat_screen import ChatScreen
from agentchat.tui.transcript.widget import TranscriptView

if TYPE_CHECKING:
    from agentchat.chat.inspecting.pages import Entry, Page
    from agentchat.tui.screens.browse_screen import BrowseScreen, Kind
    from agentchat.tui.screens.sessions_screen import SessionsScreen

T = TypeVar("T")

_NO_COMMANDS = frozenset({"command_palette", "quit_on_the_second", "to_prompt", "app.focus_next", "app.focus_previous", "screen.copy_text"})
"""Keys that make no sense to be looked for by name."""
_NOT_KEPT = "This conversation is not saved anywhere, so there are no others."
_LOOK_AGAIN = 0.5
"""Seconds from something that happened to another look at it."""
_BUSY = frozenset({"opening", "running", "stopping"})


class NotKeptError(Exception):
    """There is no file with conversations."""


class Commanded(Desktop[ReturnType]):
    """Whoever inherits it has the chat's screen and the way to the chat."""

    bridge: Bridge
    chat_screen: ChatScreen
    asking: Asking
    clock: Clock
    _browsing: "BrowseScreen | None" = None
    _looks_again: bool = False
    """Whether what is looked at beside the conversation will be asked for again in a moment."""

    def live_with(self, connect: Connect) -> None:
        """With another chat in the place of this one, which ends."""
        raise NotImplementedError

    # By name

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The commands; and whatever else has a key now."""
        bound = {binding.action: key_name(key) for key, (_, binding, _, _) in screen.active_bindings.items()}
        for command in COMMANDS:
            key = f" · {bound[command.action]}" if command.action in bound else ""
            for argument in command.choices(self.chat_screen.status) or ("",):
                title = f"/{command.name} {safe_line(argument)}".rstrip()
                yield SystemCommand(title, safe_line(command.told(argument)) + key, partial(self.carry_out, Said(command, argument)))
        named = {command.action for command in COMMANDS} | _NO_COMMANDS
        for key, (node, binding, enabled, _) in screen.active_bindings.items():
            if enabled and node in {screen, self} and binding.description and binding.action not in named:
                title = binding.description[:1].upper() + binding.description[1:]
                yield SystemCommand(title, f"Key {key_name(key)}", partial(self.run_action, binding.action, node))

    @on(ChatScreen.Commanded)
    async def take_the_command(self, event: ChatScreen.Commanded) -> None:
        """From the prompt."""
        await self.carry_out(event.said)

    async def carry_out(self, said: Said) -> None:
        """Does what the command says."""
        match said.command.name:
            case "agent":
                self.bridge.fetch(lambda it: it.chat.choose_agent(said.argument), _nothing)
            case "mode":
                self.bridge.fetch(lambda it: it.chat.change_mode(cast("Mode", said.argument)), _nothing)
            case "new":
                self.go_to(None)
            case "rules":
                self.asking.show_rules(self.chat_screen.status.rules)
            case "export":
                self._export(said.argument)
            case "theme":
                self.action_change_theme()
            case "agents" | "inspect" | "sessions" | "help" | "quit":
                await self.run_action(said.command.action, self)
            case "approvals" | "activity" | "search":
                await self.run_action(said.command.action, self.chat_screen)

    # Looking inside

    def action_inspect(self) -> None:
        """What models were asked, and what they answered; the last turn first."""
        self._browse("turns", "Inspector: every call of a model", "No model was asked anything yet.", last=True)

    def action_agents(self) -> None:
        """Who is in the team."""
        self._browse("team", "Team", "There is no team yet.", last=False)

    def _browse(self, kind: "Kind", title: str, nothing: str, *, last: bool) -> None:
        def show(entries: "tuple[Entry, ...]") -> None:
            from agentchat.tui.screens.browse_screen import BrowseScreen  # all dialogs are deferred to their first use, see `tui.app`

            if entries:
                self._browsing = BrowseScreen(title, kind, entries, chosen=len(entries) - 1 if last else 0)
                self.push_screen(self._browsing)
            else:
                self.notify(nothing, markup=False)

        self.bridge.fetch(partial(_entries, kind), show)

    def look_again(self) -> None:
        """Something happened: what is looked at beside the conversation may be another by now. Not in every frame."""
        if self._browsing is not None and self._browsing.is_attached and not self._looks_again:
            self._looks_again = True
            self.set_timer(_LOOK_AGAIN, self._show_anew)

    def _show_anew(self) -> None:
        self._looks_again, screen = False, self._browsing
        if screen is not None and screen.is_attached:
            self.bridge.fetch(partial(_entries, screen.kind), lambda entries: screen.renew(entries) if screen.is_attached else None)

    def on_browse_screen_pages_wanted(self, event: "BrowseScreen.PagesWanted") -> None:
        """Asks the chat for them."""
        screen, key = event.screen, event.key

        def show(pages: "tuple[Page, ...]") -> None:
            if screen.is_attached:
                screen.show(key, pages)

        self.bridge.fetch(lambda it: it.chat.inside.turn(key) if screen.kind == "turns" else it.chat.inside.agent(key), show)

    def on_browse_screen_copy_wanted(self, event: "BrowseScreen.CopyWanted") -> None:
        """Says what was copied, because it cannot be seen."""
        self.copy_to_clipboard(event.text)
        self.notify(f"Copied {event.what}.", timeout=2.0, markup=False)

    # From one conversation to another

    @on(TranscriptView.BranchWanted)
    def branch_off(self, event: TranscriptView.BranchWanted) -> None:
        """What was said here stays as it is."""
        Branching(self, self.chat_screen, self.bridge).begin(event)

    def go_to(self, session_id: str | None) -> None:
        """To the conversation with that id; to a new one."""
        another = None if self.bridge.connected is None else self.bridge.connected.another
        if self.chat_screen.status.phase in _BUSY:
            self.notify("Stop the run first (esc), then go to another conversation.", severity="warning", markup=False)
        elif another is None:
            self.notify(_NOT_KEPT, severity="warning", markup=False)
        else:
            origin, has_words = safe_line(self.chat_screen.status.session_id), self.chat_screen.has_blocks
            self.live_with(another(session_id))
            self.chat_screen.empty_the_prompt()
            if has_words:
                self.notify(f"The one before is kept: agentchat -r {origin}", markup=False)

    def action_sessions(self) -> None:
        """The saved conversations."""
        from agentchat.tui.screens.sessions_screen import SessionsScreen  # as above

        self.push_screen(SessionsScreen(self.chat_screen.status.session_id, self.clock))

    def on_sessions_screen_list_wanted(self, event: "SessionsScreen.ListWanted") -> None:
        """Looks in the file."""
        words, screen = event.words, event.screen
        self._with_the_shelf(
            lambda shelf: shelf.search(words) if words.strip() else shelf.conversations(),
            lambda found: screen.show(words, found) if screen.is_attached else None,
        )

    def on_sessions_screen_new_wanted(self) -> None:
        """Leaves the list for it."""
        self.screen.dismiss()
        self.go_to(None)

    def on_sessions_screen_deed_wanted(self, event: "SessionsScreen.DeedWanted") -> None:
        """With one of the conversations."""
        session_id, screen = event.session_id, event.screen
        is_here = session_id == self.chat_screen.status.session_id
        match event.deed:
            case "open":
                screen.dismiss()
                if not is_here:
                    self.go_to(session_id)
            case "fork":
                self._with_the_shelf(lambda shelf: shelf.fork(session_id), lambda _: screen.look_again())
            case "delete" if is_here:
                self.notify("This conversation is open here; go to another one, then delete it.", severity="warning", markup=False)
            case "delete":
                self._with_the_shelf(lambda shelf: shelf.delete(session_id), lambda _: screen.look_again())

    def on_sessions_screen_renamed(self, event: "SessionsScreen.Renamed") -> None:
        """In the file; and on the screen, where it is the one that is open."""

        def show(_: object) -> None:
            event.screen.look_again()
            if event.session_id == self.chat_screen.status.session_id:
                self.chat_screen.call_it(event.title)

        self._with_the_shelf(lambda shelf: shelf.rename(event.session_id, event.title), show)

    def _export(self, name: str) -> None:
        session_id = self.chat_screen.status.session_id
        told = partial(self.notify, title="Written", markup=False)
        self._with_the_shelf(lambda shelf: shelf.export(session_id, name), lambda path: told(safe_line(path)))

    def _with_the_shelf(self, work: Callable[[Shelf], T], then: Callable[[T], object]) -> None:
        """Does something with the file, in a thread."""

        async def do(connected: Connected) -> T:
            if connected.shelf is None:
                raise NotKeptError(_NOT_KEPT)
            return await asyncio.to_thread(work, connected.shelf)

        self.bridge.fetch(do, then)


async def _entries(kind: "Kind", connected: Connected) -> "tuple[Entry, ...]":
    inside = connected.chat.inside
    return await (inside.turns() if kind == "turns" else inside.team())


def _nothing(_: object) -> None:
    """Nothing is to be done with the answer: what has changed is published."""
