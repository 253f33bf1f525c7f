"""When the approval dialog opens, and what it is told: the calls that wait, and decisions that did not hold.

The dialog opens by itself once for each call. A decision is the chat's affair; when the chat has answered and the call still waits as it
was, the decision could not be kept, and the person is asked again.
"""

from typing import TYPE_CHECKING

from textual.app import App

from agentchat.chat.status import Decision, Edit, Pending, PendingCall
from agentchat.tui.bridge import Bridge

if TYPE_CHECKING:
    from agentchat.tui.approval.screen import ApprovalScreen


class Asking:
    """The dialog of one application. Mutable: the application tells it what happens."""

    def __init__(self, app: App[None], bridge: Bridge) -> None:
        self._app = app
        self._bridge = bridge
        self._pending = Pending()
        self._dialog: ApprovalScreen | None = None
        self._shown: set[PendingCall] = set()
        """What a dialog has shown. It does not come by itself for these again."""
        self._decided: dict[str, str] = {}
        """Key and digest of what was decided here."""
        self._typed: dict[str, dict[str, str]] = {}
        """What stands in the forms for arguments, by the call's key."""
        self.is_held = False
        """While something else has to be answered first, no dialog opens."""

    def open(self) -> None:
        """With every call that waits, also those that were put off."""
        from agentchat.tui.approval.screen import ApprovalScreen  # all dialogs are deferred to their first use, see `tui.app`

        if not self.is_held and not self._is_open and self._pending.calls:
            self._dialog = ApprovalScreen(self._pending, typed=self._typed)
            self._shown.update(self._pending.calls)
            self._app.push_screen(self._dialog, lambda _: self.open_for_new_calls())

    def show(self, pending: Pending) -> None:
        """These calls wait now."""
        self._pending = pending
        if self._dialog is not None and self._is_open:
            self._dialog.show(pending)
            self._shown.update(call for call in pending.calls if call.key not in self._decided)
        else:
            self.open_for_new_calls()

    def open_for_new_calls(self) -> None:
        """For calls that no dialog has shown; one that changed after it was decided is such a call again."""
        new = (call for call in self._pending.calls if call not in self._shown)
        if any(self._decided.get(call.key) != call.digest for call in new):
            self.open()

    def decide(self, key: str, decision: Decision) -> None:
        """Tells the chat, which alone knows whether the decision counts."""
        if isinstance(decision, Edit):
            self._bridge.decide(key, decision, then=lambda: self._end_the_edit(key))
            return
        self._decided[key] = decision.digest
        self._bridge.decide(key, decision, then=lambda: self._ask_again_if_it_waits(key, decision.digest))

    @property
    def _is_open(self) -> bool:
        return self._dialog in self._app.screen_stack

    def _end_the_edit(self, key: str) -> None:
        if self._dialog is not None and self._is_open:
            self._dialog.edit_was_taken(key)

    def _ask_again_if_it_waits(self, key: str, digest: str) -> None:
        if not any((call.key, call.digest) == (key, digest) for call in self._pending.calls):
            return
        self._decided.pop(key, None)
        self.open()
        if self._dialog is not None and self._is_open:
            self._dialog.ask_again(key)
