"""The floor for everything that draws: the smallest Textual app that shows a line and echoes keys."""

from textual.app import App, ComposeResult
from textual.widgets import Static, TextArea


class EchoApp(App[None]):
    """One line and an editor, which has the keys."""

    ENABLE_COMMAND_PALETTE = False
    CSS = "TextArea { height: 5; }"

    def compose(self) -> ComposeResult:
        yield Static("FIRST-FRAME", markup=False)
        yield TextArea()


if __name__ == "__main__":
    EchoApp().run()
