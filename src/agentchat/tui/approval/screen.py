"""The approval dialog: shows the calls that wait, one by one, and says what the person decided.

It takes a `Pending` and posts `Decided` and `Postponed`; what comes of that is the chat's affair. A call can be approved when
all of it was on the screen; a rule can be kept, and all calls be decided at once, when that was shown to its end as well.
"""

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input, TextArea

from agentchat.chat.deciding.argument_fields import ArgumentForm
from agentchat.chat.status import Approve, Decision, Edit, ItHappened, Pending, PendingCall, Reject, RunAgain, Skip, Withdraw
from agentchat.tui.approval.call_text import rule_text
from agentchat.tui.approval.step import FIRST, Step, list_text
from agentchat.tui.approval.stepping import SteppingScreen

EDITABLE = 64 * 1024
"""Characters of arguments up to which they can be edited here: an editor needs seconds for a megabyte."""


class ApprovalScreen(SteppingScreen):
    """Modal, because a call that waits must not be missed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a,A,shift+a", "approve", "approve"),
        Binding("s,S,shift+s", "keep", "approve for this session"),
        Binding("e,E,shift+e", "edit", "edit arguments"),
        Binding("r,R,shift+r", "reject", "reject"),
        Binding("w,W,shift+w", "write_reason", "reject, saying why"),
        Binding("left", "walk(-1)", "previous"),
        Binding("right", "walk(1)", "next"),
        Binding("ctrl+a", "approve_all", "approve all"),
        Binding("ctrl+x", "reject_all", "reject all"),
        Binding("y,Y,shift+y", "confirm", "confirm: all of them"),
        Binding("ctrl+s", "show_edited", "show the edited call"),
        Binding("g,G,shift+g", "run_now", "approved earlier: run it now"),
        Binding("u,U,shift+u", "withdraw", "approved earlier: withdraw"),
        Binding("h,H,shift+h", "write_outcome", "outcome unknown: it happened"),
        Binding("o,O,shift+o", "run_again", "outcome unknown: run it once more"),
        Binding("k,K,shift+k", "skip", "outcome unknown: skip it"),
        Binding("f,F,shift+f", "full_screen", "full screen"),
        Binding("escape", "leave", "back; decide later"),
    ]

    class Decided(Message):
        """The person decided about one call, or wants to be asked about it with other arguments."""

        def __init__(self, key: str, decision: Decision) -> None:
            super().__init__()
            self.key = key
            self.decision: Decision = decision

    class Postponed(Message):
        """The person wants to decide later; the dialog closes."""

    def __init__(self, pending: Pending, *, typed: dict[str, dict[str, str]] | None = None) -> None:
        """`typed`: what stands in the form of each call, by the call's key; the dialog keeps it there for the next one."""
        super().__init__(pending)
        self._form: ArgumentForm | None = None
        self._typed = {} if typed is None else typed

    def edit_was_taken(self, key: str) -> None:
        """The chat has answered; where the form still stands, the call is what it was."""
        if self._step == "edit" and self._shown is not None and self._shown.key == key and key not in self._typed:
            self._back()
            self.box.say("nothing was changed")

    # Deciding about the shown call

    def action_approve(self) -> None:
        """Approves the shown call, once all of it was on the screen."""
        call = self._walk.call
        if call is not None and self.may_allow():
            self._decide(call, Approve(call.digest))

    def action_reject(self) -> None:
        """Rejects the shown call."""
        call = self._walk.call
        if call is not None:
            self._decide(call, Reject(call.digest))

    def action_write_reason(self) -> None:
        """Opens the line for the reason of a rejection."""
        if self._walk.call is not None:
            self._go_to("reason")

    @on(Input.Submitted, "#reason")
    def send_what_was_written(self, event: Input.Submitted) -> None:
        """Rejects the shown call and says why; or says that it happened, and what came of it."""
        event.stop()
        call = self._walk.call
        if call is not None and self._step == "reason":
            self._decide(call, Reject(call.digest, event.value.strip()))
        elif call is not None and self._step == "outcome":
            self._decide(call, ItHappened(call.digest, event.value.strip()))

    def action_keep(self) -> None:
        """First shows the rule that would be kept of the call; then keeps it and approves."""
        call = self._walk.call
        if call is None or call.rule is None or not self.may_allow():
            return
        if self._step == "rule":
            self._kept.add(call.rule)
            self._decide(call, Approve(call.digest, "new rule"))
        else:
            self._go_to("rule", rule_text(call.rule))

    def was_read(self) -> None:
        """A rule that was kept here decides this call as well, now that it was shown to its end."""
        call = self._walk.call
        if self._step == "may it run" and call is not None and call.rule in self._kept:
            self._decide(call, Approve(call.digest, "kept rule"))

    def action_walk(self, step: int) -> None:
        """Shows the previous or the next call."""
        self._walk = self._walk.moved(step)
        self._show_the_call()

    def action_leave(self) -> None:
        """Leaves the step; from the first one the dialog, with everything undecided."""
        if self._step not in FIRST:
            self._keep_what_was_typed()
            self._back()
            return
        if self._walk.open:
            self.post_message(self.Postponed())
        self.dismiss()

    def _decide(self, call: PendingCall, decision: Decision) -> None:
        self._walk = self._walk.without(call.key)
        self.post_message(self.Decided(call.key, decision))
        self._show_the_call()

    # Deciding about the shown call of a run that broke off

    def action_run_now(self) -> None:
        """Runs the call that was approved earlier, as it is shown now."""
        call = self._walk.call
        if call is not None and self.may_allow():
            self._decide(call, Approve(call.digest))

    def action_withdraw(self) -> None:
        """Takes the approval back; the call is asked about like any other then."""
        call = self._walk.call
        if call is not None:
            self._decide(call, Withdraw(call.digest))

    def action_write_outcome(self) -> None:
        """Opens the line for what came of the call."""
        if self._walk.call is not None and self.may_allow():
            self._go_to("outcome")

    def action_run_again(self) -> None:
        """Has the call run once more."""
        call = self._walk.call
        if call is not None and self.may_allow():
            self._decide(call, RunAgain(call.digest))

    def action_skip(self) -> None:
        """Leaves open what came of the call."""
        call = self._walk.call
        if call is not None:
            self._decide(call, Skip(call.digest))

    # Deciding about all of them

    def action_approve_all(self) -> None:
        """Lists the calls, when every one was shown to its end."""
        unseen = sum(not self._seen_for(call).is_complete for call in self._walk.waiting)
        if unseen:
            self.box.say(f"look at every call first: {unseen} of {len(self._walk.waiting)} not shown to the end")
        else:
            self._list("approve all")

    def action_reject_all(self) -> None:
        """Lists the calls."""
        self._list("reject all")

    def action_confirm(self) -> None:
        """Decides about all that are listed, once the list was on the screen."""
        if not self.may_allow():
            return
        approves, listed, self._step = self._step == "approve all", self._listed, "may it run"
        for call in listed:
            self._walk = self._walk.without(call.key)
            self.post_message(self.Decided(call.key, Approve(call.digest) if approves else Reject(call.digest)))
        self._show_the_call()

    def _list(self, step: Step) -> None:
        if len(self._walk.waiting) > 1:
            self._listed = self._walk.waiting
            self._go_to(step, list_text(self._listed))

    # Editing

    async def action_edit(self) -> None:
        """Opens the form for the arguments, as it was left."""
        call = self._walk.call
        if call is None or not call.schema:
            return
        if len(call.arguments) > EDITABLE:
            self.box.say("these arguments are too long to be edited here")
            return
        self._form = ArgumentForm(call.schema, call.arguments)
        await self.box.form.load(self._form.fields, self._typed.get(call.key, {}))
        self._go_to("edit")

    def action_show_edited(self) -> None:
        """Has the call shown as it would run, when nothing is wrong with what was typed."""
        call = self._walk.call
        if call is None or self._form is None:
            return
        self._keep_what_was_typed()
        filled = self._form.filled(self.box.form.texts)
        self.box.form.complain(filled.complaints)
        if filled.complaints:
            self.box.say("not yet: see what is marked")
            self.fit_box()
        else:  # the chat answers with the call as it would run; until then the form stays
            self._typed.pop(call.key, None)
            self.post_message(self.Decided(call.key, Edit(call.digest, filled.arguments)))

    @on(TextArea.Changed)
    def fit_the_form(self) -> None:
        """An editor may have grown."""
        self.fit_box()

    def _keep_what_was_typed(self) -> None:
        if self._step == "edit" and self._shown is not None:
            self._typed[self._shown.key] = self.box.form.texts
