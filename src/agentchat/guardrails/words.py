"""`kind = "words"`: words and patterns that must not be there."""

import re
from dataclasses import dataclass
from typing import ClassVar

from agentchat.guardrails.guardrail import Guardrail, Said, Surroundings


@dataclass(frozen=True, slots=True)
class Words(Guardrail):
    """Says no to words, whatever their case, and to regular expressions."""

    forms: ClassVar[bool] = True

    words: tuple[str, ...] = ()
    """Whole words or phrases."""
    patterns: tuple[re.Pattern[str], ...] = ()
    """Regular expressions; begin one with `(?i)` where case does not matter."""
    reason: str = "holds words that are blocked"
    """What is said of a text that holds one, as the rest of a sentence that begins with "it"."""

    def __post_init__(self) -> None:
        if not self.words and not self.patterns:
            raise ValueError("has neither 'words' nor 'patterns'; add what is to be blocked.")
        if not all(word.strip() for word in self.words):
            raise ValueError("has an empty word in its list of 'words'; take it out.")

    async def objection(self, said: Said, surroundings: Surroundings) -> str | None:  # noqa: ARG002 - it asks nobody
        """The reason, without the words."""
        found = any(_has(said.text, word) for word in self.words) or any(one.search(said.text) for one in self.patterns)
        return self.reason if found else None


def _has(text: str, word: str) -> bool:
    """Whether the text has the word; between other letters it is another word, and blanks may be of any kind."""
    parts = r"\s+".join(re.escape(part) for part in word.split())
    return re.search(rf"(?<!\w){parts}(?!\w)", text, re.IGNORECASE) is not None
