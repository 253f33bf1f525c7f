"""The dialog about the calls that wait, as it goes from step to step: which call is shown, what is asked about it, which keys count.

What the person's keys do is `ApprovalScreen`'s affair.
"""

from textual.events import Key, Paste

from agentchat.chat.safe_text import safe_line
from agentchat.chat.status import Pending, PendingCall, SessionRule
from agentchat.tui.approval.box import Labels
from agentchat.tui.approval.call_text import CallText, call_text
from agentchat.tui.approval.frame import title_of, warning_of
from agentchat.tui.approval.key_line import KeyHint, deciding_hints
from agentchat.tui.approval.reading import ReadingScreen
from agentchat.tui.approval.seen import Seen
from agentchat.tui.approval.step import ACTIONS, SENDS, WRITTEN, Step, hints_about_a_call, hints_at, title_at
from agentchat.tui.approval.walk import Walk
from agentchat.tui.key_guard import Typed

_OURS: frozenset[str] = frozenset[str]().union(*ACTIONS.values())


class SteppingScreen(ReadingScreen[None]):
    """Closes itself when it is told that nothing waits any more."""

    def __init__(self, pending: Pending) -> None:
        super().__init__()
        self._walk = Walk(pending)
        self._seen_of: dict[str, Seen] = {}
        self._texts: dict[str, tuple[PendingCall, CallText]] = {}
        self._shown: PendingCall | None = None
        self._step: Step = "may it run"
        self._listed: tuple[PendingCall, ...] = ()
        """What a step about all calls is about."""
        self._kept: set[SessionRule] = set()
        """The rules that were kept in this dialog. They decide the other calls that wait, as soon as each was shown to its end."""

    def on_mount(self) -> None:
        """Shows the first call."""
        self._show_the_call()

    def labels(self) -> Labels:
        """Who wants what, and the keys."""
        tool = "" if self._shown is None else safe_line(self._shown.tool)
        title = title_at(self._step, tool, len(self._listed)) or title_of(self._walk, self._shown)
        warning = "" if self._step == "edit" else warning_of(self.text)
        return Labels(title, warning, self._hints(), writes=WRITTEN.get(self._step, ""), is_editing=self._step == "edit")

    def show(self, pending: Pending) -> None:
        """The calls that wait have changed; when none is left to decide, the dialog closes."""
        before = self._walk.call
        self._walk = self._walk.updated(pending)
        if not self.is_mounted:
            return
        self._show_the_call()
        if before is not None and self._walk.call is not None and all(call.key != before.key for call in pending.questions):
            self.box.say("decided elsewhere: this is another call")
        self._close_when_empty()

    def ask_again(self, key: str) -> None:
        """The decision about this call could not be kept: it still waits, and no rule was kept either."""
        self._walk = self._walk.again(key)
        self._kept.clear()
        self._shown = None if self._walk.call is None or self._walk.call.key == key else self._shown
        self._show_the_call()
        self.box.say("the decision could not be kept: decide again")

    def on_screen_resume(self) -> None:
        """What was on top has gone; meanwhile the last call may have gone too."""
        self._close_when_empty()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Each step has its keys; a terminal without room to read in has only the one that leaves."""
        if action in _OURS:
            return action in ACTIONS[self._step] and (action == "leave" or not self.is_too_small)
        return True

    def is_free(self, event: Typed) -> bool:
        """Where a person writes, only one key leads on."""
        if self._step in SENDS and isinstance(event, (Key, Paste)):
            return not (isinstance(event, Key) and event.key == SENDS[self._step])
        return super().is_free(event)

    @property
    def shows_text(self) -> bool:
        """The form stands in its place."""
        return self._step != "edit"

    # What is shown

    def _hints(self) -> tuple[KeyHint, ...]:
        several = len(self._walk.open) > 1
        match self._step:
            case "may it run":
                return self._deciding_hints(several=several)
            case "approved, not run" | "outcome unknown":
                return hints_about_a_call(self._step, is_read=self.is_read, several=several)
            case _:
                return hints_at(self._step, is_read=self.is_read, count=len(self._listed))

    def _deciding_hints(self, *, several: bool) -> tuple[KeyHint, ...]:
        call, waiting = self._walk.call, self._walk.waiting
        return deciding_hints(
            can_approve=self.is_read,
            has_rule=call is not None and call.rule is not None,
            can_edit=call is not None and bool(call.schema),
            several=several,
            all_of_them=len(waiting) > 1,
            can_approve_all=all(self._seen_for(one).is_complete for one in waiting),
        )

    def _show_the_call(self) -> None:
        call = self._walk.call
        if call is None:
            self.box.say("decided")
        elif call != self._shown or (self._step in {"approve all", "reject all"} and self._listed != self._walk.waiting):
            if self._shown is not None:
                self.box.say("")
            self._shown = call
            self._back()
        self.fit_box()

    def _back(self) -> None:
        """To the call itself."""
        if self._shown is not None:
            self._go_to(self._shown.asks, self._text_of(self._shown), self._seen_for(self._shown))

    def _go_to(self, step: Step, text: CallText | None = None, seen: Seen | None = None) -> None:
        """Asks something else from now on; the keys mean something else, so the wait begins anew."""
        self._step = step
        self.box.reason.value = ""
        if text is None:
            self.restart_the_wait()
        else:
            self.show_text(text, seen or Seen(text.text))
        self.fit_box()
        self._focus_where_one_writes()
        self.refresh_bindings()

    def _focus_where_one_writes(self) -> None:
        match self._step:
            case "reason" | "outcome":
                self.set_focus(self.box.reason)
            case "edit":
                first = next(self.box.form.rows, None)
                self.set_focus(None if first is None else first.editor)
            case _:
                self.set_focus(self.box.view)

    def _text_of(self, call: PendingCall) -> CallText:
        known = self._texts.get(call.key)
        if known is None or known[0] != call:
            known = self._texts[call.key] = (call, call_text(call))
        return known[1]

    def _seen_for(self, call: PendingCall) -> Seen:
        text = self._text_of(call).text
        return self._seen_of.setdefault(f"{call.key}\n{text}", Seen(text))

    def _close_when_empty(self) -> None:
        if not self._walk.open and self.is_current:
            self.dismiss()
