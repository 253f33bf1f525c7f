"""What a command that one types can become, in a few lines above the prompt. Not there when nothing is offered."""

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from agentchat.chat.safe_text import safe_line

_MOST = 8
_COLUMN = 16


class Offers(Widget):
    """Each is a text and what it does."""

    DEFAULT_CSS = "Offers { height: auto; max-height: 9; &.-empty { display: none; } }"
    offers: reactive[tuple[tuple[str, str], ...]] = reactive((), layout=True)

    def watch_offers(self) -> None:
        """Comes and goes."""
        self.set_class(not self.offers, "-empty")

    def render(self) -> Content:
        """One line for each, and one that says that there are more, or how to take one."""
        lines = [
            Content.styled(f"{safe_line(text):<{_COLUMN}}", "$text-accent") + Content.styled(does, "$foreground-muted")
            for text, does in self.offers[:_MOST]
        ]
        more = len(self.offers) - _MOST
        lines.append(Content.styled(f"… {more} more" if more > 0 else "tab completes", "$foreground-disabled"))
        return Content("\n").join(lines)
