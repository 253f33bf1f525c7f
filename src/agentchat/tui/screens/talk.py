"""The left part of the chat's screen: what was said, or the welcome, and below it the line in which one searches."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from agentchat.config.settings import Settings
from agentchat.runtime.ports.clock import Clock
from agentchat.tui.keys import Hint
from agentchat.tui.transcript.blocks.look import Taste
from agentchat.tui.transcript.widget import TranscriptView
from agentchat.tui.widgets.search_line import SearchLine
from agentchat.tui.widgets.welcome import Welcome


class Talk(Vertical):
    """Brings the transcript and the search together."""

    DEFAULT_CSS = "Talk { width: 1fr; }"

    def __init__(self, version: str, keys: tuple[Hint, ...], settings: Settings, clock: Clock) -> None:
        super().__init__()
        self._version, self._keys, self._clock = version, keys, clock
        self._taste = Taste(plain=settings.plain, reasoning=settings.reasoning)

    def compose(self) -> ComposeResult:
        """The search line comes when it is wanted: the first frame need not wait for it."""
        yield Welcome(self._version, self._keys)
        yield TranscriptView(taste=self._taste, clock=self._clock)

    def page(self, by: int) -> None:
        """Scrolls what is seen by a screenful."""
        shown = next(part for part in (self.query_one(TranscriptView), self.query_one(Welcome)) if part.display)
        if by < 0:
            shown.action_page_up()
        else:
            shown.action_page_down()

    @property
    def is_searching(self) -> bool:
        """Whether the search line is there."""
        return bool(self.query(SearchLine))

    async def search(self) -> None:
        """Shows the search line, which takes the keys."""
        if self.is_searching:
            self.query_one(SearchLine).focus_text()
        else:
            await self.mount(SearchLine())

    @on(TranscriptView.SearchWanted)
    async def open_the_search_line(self, event: TranscriptView.SearchWanted) -> None:
        """By the transcript's own key."""
        event.stop()
        await self.search()

    @on(SearchLine.Changed)
    def look_for_it(self, event: SearchLine.Changed) -> None:
        """As it is typed."""
        event.stop()
        self.query_one(TranscriptView).look_for(event.text)

    @on(SearchLine.Walked)
    def show_another_hit(self, event: SearchLine.Walked) -> None:
        """The focus stays in the line."""
        event.stop()
        self.query_one(TranscriptView).action_next_hit(event.by)

    def stop_searching(self) -> None:
        """The block cursor stays on the last hit."""
        if self.is_searching:
            self.query(SearchLine).remove()
            self.query_one(TranscriptView).look_for("")

    @on(SearchLine.Closed)
    @on(TranscriptView.SearchDone)
    def give_the_keys_to_the_transcript(self, event: SearchLine.Closed | TranscriptView.SearchDone) -> None:
        """Where one has searched one reads."""
        event.stop()
        self.stop_searching()
        self.query_one(TranscriptView).focus()

    @on(TranscriptView.Searched)
    def show_what_was_found(self, event: TranscriptView.Searched) -> None:
        """In the line, while it is there."""
        event.stop()
        for line in self.query(SearchLine):
            line.show_what_was_found(number=event.number, total=event.total, is_done=event.is_done)
