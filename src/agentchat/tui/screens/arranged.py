"""The chat's screen as far as it has a form: which of its parts are seen, how wide, and what a new size changes in that."""

from textual import events
from textual.geometry import Size
from textual.screen import Screen

from agentchat.config.settings import Settings
from agentchat.tui.screens.form import Form
from agentchat.tui.widgets.activity import ActivityLog
from agentchat.tui.widgets.prompt import Prompt
from agentchat.tui.widgets.rule import Rule


class ArrangedScreen(Screen[None]):
    """A screen with a prompt, an activity log and rules between its parts."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._wants_activity: bool | None = None

    def take_form(self, size: Size) -> None:
        """Gives the parts the form that belongs to a size."""
        self.set_class(self._settings.plain, "-plain")
        self._arrange(self._form_for(size))

    def put_overlay_away(self) -> None:
        """Hides a log that lies over the transcript."""
        if self._form.is_overlay and self._form.shows_activity:
            self._wants_activity = None
            self._arrange(self._form)

    def action_activity(self) -> None:
        """Shows the log, which takes the keys, or hides it."""
        self._wants_activity = not self._form.shows_activity
        self._arrange(self._form)
        if self._form.shows_activity:
            self.query_one(ActivityLog).focus()
        elif self.focused is None or self.focused is self.query_one(ActivityLog):
            self.query_one(Prompt).focus()

    def on_resize(self, event: events.Resize) -> None:
        """Finds the form for the new size."""
        was_overlay = Form(event.size.width, event.size.height, self._wants_activity).is_overlay
        if was_overlay != self.has_class("-overlay"):
            self._wants_activity = None
        self._arrange(self._form)

    @property
    def _form(self) -> Form:
        return self._form_for(self.size)

    def _form_for(self, size: Size) -> Form:
        return Form(size.width, size.height, self._wants_activity, self._settings.activity and not self._settings.plain)

    def _arrange(self, form: Form) -> None:
        was_too_small = self.has_class("-too-small")
        self.set_class(form.is_too_small, "-too-small")
        self.set_class(form.is_overlay, "-overlay")
        log = self.query_one(ActivityLog)
        log.display = form.shows_activity
        log.styles.width = max(1, form.log_width)
        for rule in self.query(Rule):
            rule.set_class(form.shows_activity, "-covered")
            rule.junction = form.junction
        if was_too_small and not form.is_too_small and self.focused is None:
            self.query_one(Prompt).focus()  # everything was hidden, and what had the keys lost them
