"""The line above the prompt: what waits for the person, or holds for longer than a moment. Not there when nothing does."""

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from agentchat.chat.safe_text import safe_line
from agentchat.chat.status import Pending, Status
from agentchat.chat.titles import title_of
from agentchat.runtime.ports.clock import Clock
from agentchat.tui.transcript.page_view import News

_TICK = 1.0
"""Seconds."""
_WORDS = 48
"""Characters of a queued message that are shown."""


class Standing(Widget):
    """Shows the most pressing things first."""

    DEFAULT_CSS = "Standing { height: 1; &.-empty { display: none; } }"
    status: reactive[Status] = reactive(Status(session_id=""))
    pending: reactive[Pending] = reactive(Pending())
    unseen: reactive[News | None] = reactive(None)
    """What came below what is seen; None when the end is."""

    warning: reactive[str] = reactive("")
    """What holds for the whole chat; safe to show."""

    def __init__(self, clock: Clock, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._clock = clock

    def render(self) -> Content:
        """All that stands, on one line."""
        return standing_line(self.status, self.pending, self.unseen, self.warning, now=self._clock.monotonic())

    def watch_status(self, before: Status, now: Status) -> None:
        """Goes when there is nothing to say; begins to count down to the next attempt of a model call."""
        self._show_or_hide()
        if now.retry is not None and now.retry != before.retry:
            self.run_worker(self._count_down(), group="tick", exclusive=True)

    async def _count_down(self) -> None:
        while (retry := self.status.retry) is not None and self._clock.monotonic() < retry.due:
            await self._clock.sleep(_TICK)
            self.refresh()

    def watch_pending(self) -> None:
        """Goes when there is nothing to say."""
        self._show_or_hide()

    def watch_unseen(self) -> None:
        """Goes when there is nothing to say."""
        self._show_or_hide()

    def watch_warning(self) -> None:
        """Goes when there is nothing to say."""
        self._show_or_hide()

    def _show_or_hide(self) -> None:
        self.set_class(not self.render().plain, "-empty")


def standing_line(status: Status, pending: Pending, unseen: News | None, warning: str = "", *, now: float = 0.0) -> Content:
    """The line; empty when nothing waits."""
    parts: list[Content] = []
    if status.read_only:
        key = Content.styled(" · ^t takes over", "$foreground-muted") if status.may_take_over and not status.is_asked else Content()
        first = Content.styled("^t takes it now · ", "$foreground-muted") if status.is_asked else Content()
        parts.append(first + Content.styled(f"⚠ {safe_line(status.read_only)}", "bold $text-warning") + key)
    if status.wanted_by:
        sentence = f"another process ({status.wanted_by}) asks for this conversation, and gets it when the run rests"
        parts.append(Content.styled(f"⇄ {safe_line(sentence)}", "$text-warning"))
    if status.unsaved:
        parts.append(Content.styled(f"⚠ {safe_line(status.unsaved)}", "bold $text-warning"))
    if waiting := len(pending.questions):
        only_asked = waiting == len(pending.to_answer)
        noun, deed = ("question", "answer") if only_asked else ("call", "decide")
        what = f"1 {noun} waits for you" if waiting == 1 else f"{waiting} {noun}s wait for you"
        parts.append(Content.styled(f"⏸ {what}", "bold $text-warning") + Content.styled(f" · ^a {deed}", "$foreground-muted"))
    if status.phase == "interrupted" and not pending.unsettled and not status.read_only:
        step = f": {status.next_step}" if status.next_step else ""
        key = Content.styled(f" · ⏎ continues{step}", "$foreground-muted")
        parts.append(Content.styled("■ interrupted here", "bold $text-warning") + key)
    if status.retry is not None:
        parts.append(Content.styled(f"↻ {safe_line(status.retry.told(status.retry.due - now))}", "$text-warning"))
    if status.queued:
        parts.append(Content.styled(f"… queued: {_first_words(status.queued)}", "$foreground-muted"))
    if unseen is not None:
        parts.append(Content.styled(f"↓ {_below(unseen)}", "$text-primary") + Content.styled(" · ^end", "$foreground-muted"))
    if warning:
        parts.append(Content.styled(f"⚠ {warning}", "$text-warning"))
    return Content("   ").join(parts)


def _first_words(queued: tuple[str, ...]) -> str:
    """Of the text that is sent next, and how many come behind it."""
    text = safe_line(title_of(queued[0]))
    words = f"{text[:_WORDS].rstrip()}…" if len(text) > _WORDS else text
    return f"{words} (and {len(queued) - 1} more)" if len(queued) > 1 else words


def _below(news: News) -> str:
    if news.messages:
        return "1 new message" if news.messages == 1 else f"{news.messages} new messages"
    return "new below" if news.blocks else "more below"
