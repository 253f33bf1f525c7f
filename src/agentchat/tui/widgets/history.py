"""What was sent before, to be walked through from the prompt. No widgets."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class History:
    """Texts, oldest first, and where the person stands in them. Mutable: the prompt owns it."""

    texts: list[str] = field(default_factory=list[str])
    _place: int | None = None
    _draft: str = ""
    """What was being written when the walk began."""

    def add(self, text: str) -> None:
        """A text was sent; the walk is over."""
        if not self.texts or self.texts[-1] != text:
            self.texts.append(text)
        self._place = None

    def remember(self, texts: list[str]) -> None:
        """What the conversation holds comes before what it does not hold (yet); it may be told again and again."""
        known = frozenset(texts)
        self.texts[:] = [*texts, *(text for text in self.texts if text not in known)]
        self._place = None

    def earlier(self, shown: str) -> str | None:
        """The text before the one that is shown; None at the oldest."""
        if self._place is None:
            self._draft = shown
        place = len(self.texts) if self._place is None else self._place
        if place == 0:
            return None
        self._place = place - 1
        return self.texts[self._place]

    def later(self) -> str | None:
        """The text after the one that is shown, at last the draft; None when that is shown."""
        if self._place is None:
            return None
        if self._place + 1 < len(self.texts):
            self._place += 1
            return self.texts[self._place]
        self._place = None
        return self._draft
