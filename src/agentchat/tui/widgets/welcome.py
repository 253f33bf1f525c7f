"""What a new chat shows before anything was said: what this is, which model answers, what one can say, and the keys."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from agentchat.chat.safe_text import safe_line
from agentchat.chat.status import Status
from agentchat.tui.keys import Hint

EXAMPLES = ("What is 17.5 % of 1240?", "List the files in this folder", "What can you do?")


class Welcome(VerticalScroll, can_focus=False):
    """Honest about who answers."""

    DEFAULT_CSS = """
    Welcome { height: 1fr; padding: 1 2; scrollbar-size-vertical: 1; }
    Welcome > Static { max-width: 76; }
    """
    status: reactive[Status] = reactive(Status(session_id=""))

    def __init__(self, version: str, keys: tuple[Hint, ...]) -> None:
        super().__init__()
        self._version = version
        self._keys = keys

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(markup=False)

    def on_mount(self) -> None:
        """Shows what is known already."""
        self.watch_status()

    def watch_status(self) -> None:
        """The model is known when the chat stands."""
        if self.is_mounted:
            self.query_one(Static).update(welcome_text(self._version, self.status, self._keys))


def welcome_text(version: str, status: Status, keys: tuple[Hint, ...]) -> Content:
    """The whole text."""
    parts = [
        Content.styled("agentchat", "bold $text-primary") + Content.styled(f" {version}", "$foreground-muted"),
        Content("Talk to your agents in the terminal. Every token, tool call and handoff is shown, and what changes things asks first."),
        _who_answers(status),
        Content.styled("Try", "bold") + Content("".join(f"\n  {example}" for example in EXAMPLES)),
        Content.styled("Keys", "bold") + Content("").join(_key(hint) for hint in keys),
    ]
    return Content("\n\n").join(part for part in parts if part.plain)


def _who_answers(status: Status) -> Content:
    if status.offline:
        return (
            Content.styled("The offline demo model answers: rules, not a language model.", "$text-warning")
            + Content(" It knows a few plain sentences and calls the real tools, without a key and without a network.\n")
            + Content("To connect a real model set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own, and start again.")
        )
    if not status.model:
        return Content("")
    where = f" at {safe_line(status.provider)}" if status.provider else ""
    return Content.styled(safe_line(status.model), "bold") + Content(f"{where} answers.")


def _key(hint: Hint) -> Content:
    key, *_ = hint.key.split()
    return Content("\n  ") + Content.styled(f"{key:<6}", "$text-accent") + Content(hint.does)
