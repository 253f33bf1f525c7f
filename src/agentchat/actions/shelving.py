"""The saved conversations for the screen (`Shelf`): what `agentchat sessions` does to them, without printing."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from agentchat.actions import whole_conversations
from agentchat.actions.reading import save
from agentchat.chat.saved import SessionEntry
from agentchat.chat.shelf import Shelved
from agentchat.runtime.ports.clock import Clock
from agentchat.storage import keeping
from agentchat.storage.reader import list_sessions
from agentchat.storage.search import search
from agentchat.storage.waiting import waiting_calls

_MOST_HITS = 500


@dataclass(frozen=True, slots=True)
class FileShelf:
    """The conversations of one file."""

    database: Path
    folder: Path
    clock: Clock

    def conversations(self) -> tuple[Shelved, ...]:
        """All of them: those of this folder first, and of each the one that was used last."""
        return self._shelved(list_sessions(self.database))

    def search(self, words: str) -> tuple[Shelved, ...]:
        """By their titles and ids, and by everything that was said in them."""
        said: dict[str, str] = {}
        for hit in search(self.database, words, most=_MOST_HITS):
            said.setdefault(hit.session_id, hit.snippet)
        wanted = words.casefold()
        entries = [one for one in list_sessions(self.database) if one.session_id in said or _is_named(one, wanted)]
        return tuple(replace(one, said=said.get(one.entry.session_id, "")) for one in self._shelved(entries))

    def rename(self, session_id: str, title: str) -> None:
        """Gives it another name."""
        keeping.rename(self.database, session_id, " ".join(title.split()), at=self.clock.now())

    def delete(self, session_id: str) -> None:
        """Takes it away for good."""
        whole_conversations.delete(self.database, session_id, at=self.clock.now())

    def fork(self, session_id: str) -> str:
        """Copies it, and gives the id of the copy."""
        return whole_conversations.fork(self.database, session_id, at=self.clock.now()).session_id

    def export(self, session_id: str, name: str) -> str:
        """Writes it down as Markdown, or as the name's ending says, in a new file of this folder."""
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(self.clock.now()))
        target = self.folder / (Path(name).expanduser() if name else f"agentchat-{session_id}-{stamp}.md")
        save(self.database, session_id, target)
        return str(target)

    def _shelved(self, entries: Iterable[SessionEntry]) -> tuple[Shelved, ...]:
        waiting = Counter(call.session_id for call in waiting_calls(self.database))
        shelved = [Shelved(one, waiting[one.session_id], one.folder == str(self.folder)) for one in entries]
        return tuple(sorted(shelved, key=lambda one: not one.is_here))


def _is_named(entry: SessionEntry, wanted: str) -> bool:
    return wanted in entry.title.casefold() or entry.session_id.startswith(wanted)
