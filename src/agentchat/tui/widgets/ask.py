"""Where one writes: the prompt with its mark, and above it the names of files that fit to what stands behind an @."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from agentchat.chat.attachments import mention_of
from agentchat.tui.widgets.names import Names
from agentchat.tui.widgets.prompt import Prompt

MARK = "\u203a "
"""What stands before the prompt."""


class Ask(Vertical):
    """Asks for names while one types, and puts the chosen one into the prompt. Typing never waits for them."""

    DEFAULT_CSS = "Ask { height: auto; }"

    class NamesWanted(Message):
        """The person types a name; `ask.offer` takes what fits."""

        def __init__(self, ask: "Ask", typed: str) -> None:
            super().__init__()
            self.ask = ask
            self.typed = typed

    def compose(self) -> ComposeResult:
        """From the top to the bottom."""
        yield Names(classes="-empty")
        with Horizontal(id="ask"):
            yield Static(MARK, id="mark", markup=False)
            yield Prompt()

    def offer(self, typed: str, names: tuple[str, ...]) -> None:
        """These names fit to what was typed; late ones, and one that stands there whole already, are not shown."""
        prompt = self.query_one(Prompt)
        self._show(names if prompt.typed_name == typed and typed not in names else ())

    @on(Prompt.Naming)
    def look_for_names(self, event: Prompt.Naming) -> None:
        """What fits is found out elsewhere."""
        event.stop()
        if event.typed is None:
            self._show(())
        else:
            self.post_message(self.NamesWanted(self, event.typed))

    @on(Prompt.NameKey)
    def choose(self, event: Prompt.NameKey) -> None:
        """Moves among the names, takes one, or puts them away."""
        event.stop()
        names = self.query_one(Names)
        if not names.names:
            return
        match event.key:
            case "up" | "down":
                names.move(1 if event.key == "down" else -1)
            case "escape":
                self._show(())
            case _:
                self.query_one(Prompt).take_name(mention_of(names.marked))
                self._show(())

    def _show(self, names: tuple[str, ...]) -> None:
        self.query_one(Names).names = names
        self.query_one(Prompt).offers_names = bool(names)
