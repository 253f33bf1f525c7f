"""The rules that are kept for this session, one by one, each as it was shown when it was kept; and a key that withdraws the shown one.

It takes the rules and posts `Withdrawn`; what comes of that is the chat's affair.
"""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from agentchat.chat.safe_text import safe_line
from agentchat.chat.status import KeptRule
from agentchat.tui.approval.box import Labels
from agentchat.tui.approval.call_text import rule_text
from agentchat.tui.approval.frame import warning_of
from agentchat.tui.approval.key_line import KeyHint
from agentchat.tui.approval.reading import ReadingScreen
from agentchat.tui.approval.seen import Seen


class RulesScreen(ReadingScreen[None]):
    """Closes with the last rule. Withdrawing is never dangerous: it only makes a question come back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u,U,shift+u", "withdraw", "withdraw the rule"),
        Binding("left", "walk(-1)", "previous"),
        Binding("right", "walk(1)", "next"),
        Binding("f,F,shift+f", "full_screen", "full screen"),
        Binding("escape", "dismiss", "close"),
    ]

    class Withdrawn(Message):
        """The person wants the rule to hold no longer."""

        def __init__(self, kept: KeptRule) -> None:
            super().__init__()
            self.kept = kept

    def __init__(self, rules: tuple[KeptRule, ...]) -> None:
        """There is one at least."""
        super().__init__()
        self._rules = rules
        self._index = 0

    def on_mount(self) -> None:
        """Shows the first rule."""
        self._show()

    def labels(self) -> Labels:
        """Which rule of how many, and the keys."""
        several = len(self._rules) > 1
        number = f"{self._index + 1} of {len(self._rules)} · " if several else ""
        title = f"{number}kept for this session: {safe_line(self._rules[self._index].rule.tool)}"
        keys = (
            KeyHint("u", "withdraw this rule", "withdraw"),
            *((KeyHint("←→", "previous, next", "next"),) if several else ()),
            KeyHint("f", "full screen", "full", is_extra=True),
            KeyHint("esc", "close", "close"),
        )
        return Labels(Content(title), warning_of(self.text), keys)

    def action_walk(self, step: int) -> None:
        """Shows the previous or the next rule."""
        self._index = (self._index + step) % len(self._rules)
        self._show()

    def action_withdraw(self) -> None:
        """Ends the shown rule."""
        kept = self._rules[self._index]
        self.post_message(self.Withdrawn(kept))
        self._rules = tuple(one for one in self._rules if one != kept)
        if not self._rules:
            self.dismiss()
            return
        self._index = min(self._index, len(self._rules) - 1)
        self._show()

    def _show(self) -> None:
        kept = self._rules[self._index]
        text = rule_text(kept.rule, kept_at=kept.at)
        self.show_text(text, Seen(text.text))
        self.fit_box()
