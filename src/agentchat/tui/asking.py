"""When the dialogs about what waits open, and what they are told: questions to answer, calls to decide about, decisions that did not hold.

And the list of rules. A dialog opens by itself once for each call; questions come before the rest. A decision is the chat's affair; when
the chat has answered and the call still waits as it was, the decision could not be kept, and the person is asked again.
"""

from typing import TYPE_CHECKING

from textual.app import App

from agentchat.chat.status import Decision, Edit, KeptRule, Pending, PendingCall
from agentchat.tui.bridge import Bridge

if TYPE_CHECKING:
    from agentchat.tui.approval.screen import ApprovalScreen
    from agentchat.tui.questions.screen import QuestionScreen


class Asking:
    """The dialogs of one application. Mutable: the application tells it what happens."""

    def __init__(self, app: App[None], bridge: Bridge) -> None:
        self._app = app
        self._bridge = bridge
        self._pending = Pending()
        self._dialog: ApprovalScreen | None = None
        self._questions: QuestionScreen | None = None
        self._shown: set[PendingCall] = set()
        """What a dialog has shown. It does not come by itself for these again."""
        self._decided: dict[str, str] = {}
        """Key and digest of what was decided here."""
        self._typed: dict[str, dict[str, str]] = {}
        """What stands in the forms for arguments, by the call's key."""
        self._written: dict[str, str] = {}
        """What stands in the lines for answers, by the call's key."""
        self.is_held = False
        """While something else has to be answered first, no dialog opens."""

    def open(self) -> None:
        """With everything that waits, also what was put off."""
        if not self._is_open:
            self._shown.clear()
            self.open_for_new_calls()

    def show_rules(self, rules: tuple[KeptRule, ...]) -> None:
        """What is kept for this session, to be withdrawn."""
        from agentchat.tui.approval.rules_screen import RulesScreen  # as above

        if rules:
            self._app.push_screen(RulesScreen(rules))
        else:
            self._app.notify("No rule is kept in this conversation. [s] in the dialog about a call keeps one.", markup=False)

    def show(self, pending: Pending) -> None:
        """These calls wait now."""
        self._pending = pending
        if self._questions is not None and self._questions in self._app.screen_stack:
            self._app.call_later(self._questions.show, pending.to_answer)
            self._were_shown(pending.to_answer)
        elif self._dialog is not None and self._is_open:
            self._dialog.show(pending.to_decide)
            self._were_shown(pending.to_decide.questions)
        else:
            self.open_for_new_calls()

    def open_for_new_calls(self) -> None:
        """For calls that no dialog has shown; one that changed after it was decided is such a call again."""
        new = [call for call in self._pending.questions if call not in self._shown and self._decided.get(call.key) != call.digest]
        if not new or self.is_held or self._is_open:
            return
        if any(call.query is not None for call in new):
            self._open_the_questions()
        else:
            self._open_the_calls()

    def _open_the_questions(self) -> None:
        from agentchat.tui.questions.screen import QuestionScreen  # all dialogs are deferred to their first use, see `tui.app`

        self._questions = QuestionScreen(self._pending.to_answer, written=self._written)
        self._were_shown(self._pending.to_answer)
        self._app.push_screen(self._questions, lambda _: self.open_for_new_calls())

    def _open_the_calls(self) -> None:
        from agentchat.tui.approval.screen import ApprovalScreen  # as above

        self._dialog = ApprovalScreen(self._pending.to_decide, typed=self._typed)
        self._were_shown(self._pending.to_decide.questions)
        self._app.push_screen(self._dialog, lambda _: self.open_for_new_calls())

    def _were_shown(self, calls: tuple[PendingCall, ...]) -> None:
        self._shown.update(call for call in calls if self._decided.get(call.key) != call.digest)

    def decide(self, key: str, decision: Decision) -> None:
        """Tells the chat, which alone knows whether the decision counts."""
        if isinstance(decision, Edit):
            self._bridge.decide(key, decision, then=lambda: self._end_the_edit(key))
            return
        self._decided[key] = decision.digest
        self._bridge.decide(key, decision, then=lambda: self._ask_again_if_it_waits(key, decision.digest))

    @property
    def _is_open(self) -> bool:
        return any(dialog in self._app.screen_stack for dialog in (self._dialog, self._questions))

    def _end_the_edit(self, key: str) -> None:
        if self._dialog is not None and self._is_open:
            self._dialog.edit_was_taken(key)

    def _ask_again_if_it_waits(self, key: str, digest: str) -> None:
        if not any((call.key, call.digest) == (key, digest) for call in self._pending.questions):
            return
        self._decided.pop(key, None)
        self.open()
        if self._questions is not None and self._questions in self._app.screen_stack:
            self._app.call_later(self._questions.ask_again, key)
        elif self._dialog is not None and self._is_open:
            self._dialog.ask_again(key)
