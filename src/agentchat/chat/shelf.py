"""The saved conversations, as a front end gets at them: to find one, to name it, to copy it, to take it away.

The methods touch a file: they are called in a thread. What goes wrong is an error with a sentence of its own. Standard library only.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from agentchat.chat.saved import SessionEntry  # 4 ms, which the first frame need not wait for


@dataclass(frozen=True, slots=True)
class Shelved:
    """A conversation on the shelf. Its texts are foreign."""

    entry: "SessionEntry"
    waiting: int = 0
    """How many of its calls wait for a person."""
    is_here: bool = False
    """Whether it belongs to this folder."""
    said: str = ""
    """Where the words stand that were searched for: one line of the conversation."""


class Shelf(Protocol):
    """All conversations of one file."""

    def conversations(self) -> tuple[Shelved, ...]:
        """All of them: those of this folder first, and of each the one that was used last."""
        ...

    def search(self, words: str) -> tuple[Shelved, ...]:
        """Those in which, or in whose title or id, all of the words stand."""
        ...

    def rename(self, session_id: str, title: str) -> None:
        """Gives it another name."""
        ...

    def delete(self, session_id: str) -> None:
        """Takes it away for good."""
        ...

    def fork(self, session_id: str) -> str:
        """Copies it, and gives the id of the copy."""
        ...

    def export(self, session_id: str, name: str) -> str:
        """Writes it down as Markdown, in a new file of this folder, and gives the path; `name` is the file's, empty for one of its own."""
        ...
