"""The prompt: an editor of a few lines whose Enter sends.

A large paste is kept beside the text and stands in it as a short chip, because the editor needs seconds for a megabyte.
"""

import re
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from agentchat.tui.widgets.history import History

CHIP_FROM = 64 * 1024
"""Characters from which a paste becomes a chip."""


class Prompt(TextArea):
    """Can be typed in at any time; what is sent goes up as a message."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "send"),
        Binding("ctrl+j,shift+enter", "newline", "newline"),
    ]
    DEFAULT_CSS = """
    Prompt {
        width: 1fr;
        height: auto;
        min-height: 1;
        max-height: 8;
        border: none;
        padding: 0;
        background: transparent;
        scrollbar-size-vertical: 1;
        & .text-area--cursor-line { background: transparent; }
        & .text-area--placeholder { color: $foreground-disabled; }
        &:focus { border: none; background-tint: transparent; }
    }
    """

    class Sent(Message):
        """The person sends this text; empty when Enter was pressed on nothing."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Naming(Message):
        """The person types a name of a file behind an @; None when they do not any more."""

        def __init__(self, typed: str | None) -> None:
            super().__init__()
            self.typed = typed

    class NameKey(Message):
        """A key that is for the names that are offered."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, text: str = "") -> None:
        super().__init__(
            text, soft_wrap=True, show_line_numbers=False, compact=True, highlight_cursor_line=False, placeholder="Ask something"
        )
        self.cursor_blink = False
        self.sent = History()
        self.offers_names = False
        """Whether names are shown above; whoever shows them says so."""
        self._naming: str | None = None
        self._chips: dict[str, str] = {}
        """What each chip stands for."""

    async def on_key(self, event: events.Key) -> None:
        """The editor's own keys are taken here, in the order of typing.

        Bindings are looked up only when a key has come back up to the application; by then the letters typed behind it stand
        before it, so that a fast backspace, or a cursor key, would meet another text than the person saw.
        """
        action = _ACTIONS.get(event.key)
        if self.offers_names and event.key in _NAME_KEYS:
            event.prevent_default()
            event.stop()
            self.post_message(self.NameKey(event.key))
        elif action is not None:
            event.prevent_default()
            event.stop()
            await self.run_action(action)

    @property
    def draft(self) -> str:
        """What would be sent: the text with every chip spelled out."""
        return self._spelled_out(self.text)

    def action_send(self) -> None:
        """Hands the text up and begins anew."""
        draft = self.draft
        if not draft.strip():
            self.post_message(self.Sent(""))
            return
        self.sent.add(self.text)
        self._show("")
        self.post_message(self.Sent(draft))

    def action_newline(self) -> None:
        """Breaks the line."""
        self.insert("\n")

    def give_back(self, text: str) -> bool:
        """Puts a text that could not be sent back; False when something else stands here: then it is one step up in the history."""
        if self.draft == text:
            return True
        if self.text.strip():
            if self.sent.texts[-1:] != [text]:
                self.sent.add(text)
            return False
        self._show(text)
        return True

    def remember(self, texts: list[str]) -> None:
        """What was sent before this program began comes before what was sent since."""
        self.sent.remember(texts)

    # The history, from the first and the last line

    def action_cursor_up(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - Textual's signature
        """Up a line; from the first one, to what was sent before."""
        if select or not self.navigator.is_first_wrapped_line(self.cursor_location):
            super().action_cursor_up(select)
        elif (text := self.sent.earlier(self.text)) is not None:
            self._show(text)

    def action_cursor_down(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - Textual's signature
        """Down a line; from the last one, to what was sent after, and at last to the draft."""
        if select or not self.navigator.is_last_wrapped_line(self.cursor_location):
            super().action_cursor_down(select)
        elif (text := self.sent.later()) is not None:
            self._show(text)

    def _show(self, text: str) -> None:
        if len(text) >= CHIP_FROM:
            text = self._chip_for(text)
        self.text = text
        self.move_cursor(self.document.end)

    # Names of files

    @property
    def typed_name(self) -> str | None:
        """What stands between an @ and the cursor; None when no name is being typed."""
        row, column = self.cursor_location
        found = _NAME.search(self.document.get_line(row)[max(0, column - LONGEST_NAME) : column])
        return None if found is None or not self.selection.is_empty else found[1]

    @on(TextArea.SelectionChanged)
    def say_what_is_named(self) -> None:
        """Each letter makes other names fit."""
        typed = self.typed_name
        if typed != self._naming:
            self._naming = typed
            self.post_message(self.Naming(typed))

    def take_name(self, mention: str) -> None:
        """Puts a name in the place of what was typed of it."""
        row, column = self.cursor_location
        if (typed := self.typed_name) is not None:
            self.replace(f"{mention} ", (row, column - len(typed) - 1), (row, column))

    # Pastes

    def on_paste(self, event: events.Paste) -> None:
        """Takes a large paste in as a chip; a small one is the editor's own affair."""
        if len(event.text) < CHIP_FROM:
            return
        event.prevent_default()
        event.stop()
        self.replace(self._chip_for(event.text), *self.selection)

    def _chip_for(self, text: str) -> str:
        lines = text.count("\n") + 1
        counted = "1 line" if lines == 1 else f"{lines:,} lines"
        chip = f"[paste {len(self._chips) + 1}: {counted}, {len(text) // 1024:,} KB]"
        self._chips[chip] = text
        return chip

    def _spelled_out(self, text: str) -> str:
        for chip, paste in self._chips.items():
            text = text.replace(chip, paste)
        return text


_NAME = re.compile(r"(?:^|(?<=[\s(\[{\"',]))@([^\s\"<>|@]*)\Z")
LONGEST_NAME = 300
"""Characters before the cursor in which a name is looked for."""
_NAME_KEYS = frozenset({"up", "down", "tab", "enter", "escape"})

_ACTIONS = {binding.key: binding.action for owner in (TextArea, Prompt) for binding in Binding.make_bindings(owner.BINDINGS)}
"""What each key of the editor does."""
