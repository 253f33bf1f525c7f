"""The tools that keep notes of a conversation: what a model wants to know later, when the words themselves are far behind.

They lie in one private file for each conversation, beside the database that holds it.
"""

import hashlib
import json
import os
import secrets
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from agentchat.runtime.ports.clock import Clock
from agentchat.tools.failures import ToolFailed, reason
from agentchat.tools.wording import counted, quoted

LONGEST_NOTE = 2_000
"""Characters."""

MOST_NOTES = 100
"""Notes of one conversation."""

_WRITING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to remember."""

    number: int
    """From 1, and never given twice while a later note stands."""
    text: str
    at: float
    """Seconds since the epoch."""


_NOTES = TypeAdapter(list[Note])


def notes_file(database: Path, session_id: str) -> Path:
    """Where the notes of a conversation are kept."""
    name = quote(session_id, safe="", errors="surrogatepass")
    if len(name) > 100:
        name = hashlib.sha256(session_id.encode("utf-8", "surrogatepass")).hexdigest()
    return notes_folder(database) / f"{name}.json"


def notes_folder(database: Path) -> Path:
    """Where the notes of all conversations of a database are kept."""
    return database.with_name(f"{database.name}-notes")


@dataclass(frozen=True, slots=True)
class NoteTools:
    """The functions behind the tools; their docstrings are what the model reads."""

    file: Path | None
    """None for a conversation that keeps nothing."""
    clock: Clock

    def remember(self, text: str) -> str:
        """Notes something of this conversation, to be found again with recall_notes however long it gets.

        For what will matter later: decisions, wishes of the user, names and numbers. Not for files, which can be read again.

        Args:
            text: The note, in a sentence or two that can be understood by themselves.
        """
        if not text.strip():
            raise ToolFailed("The note is empty; give what to remember.")
        if len(text) > LONGEST_NOTE:
            raise ToolFailed(f"The note is longer than {LONGEST_NOTE:,} characters; note what matters of it.")
        with _WRITING:
            notes = self._notes()
            if len(notes) >= MOST_NOTES:
                raise ToolFailed(f"There are {MOST_NOTES} notes already; take one away with forget_note first.")
            number = max((note.number for note in notes), default=0) + 1
            self._keep([*notes, Note(number, text, self.clock.now())])
        return f"Noted as number {number}."

    def recall_notes(self) -> str:
        """Gives all notes of this conversation, each with its number and when it was made."""
        lines = [f"{note.number}. ({_minute(note.at)}) {note.text}" for note in self._notes()]
        return "\n".join(lines) or "There are no notes in this conversation."

    def forget_note(self, number: int) -> str:
        """Takes a note of this conversation away.

        Args:
            number: The note's number, as recall_notes gives it.
        """
        with _WRITING:
            notes = self._notes()
            left = [note for note in notes if note.number != number]
            if len(left) == len(notes):
                raise ToolFailed(f"There is no note {number}; recall_notes gives the {counted(len(notes), 'note')} that there are.")
            self._keep(left)
        return f"Note {number} is gone."

    def _notes(self) -> list[Note]:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise ToolFailed(f"The notes cannot be read: {reason(error)}.") from error
        try:
            return _NOTES.validate_json(data)
        except ValidationError:
            raise ToolFailed(f"The notes cannot be read; ask the user to look at {quoted(str(self._path))} or to move it away.") from None

    def _keep(self, notes: list[Note]) -> None:
        """Whole or not at all, and for nobody else to read."""
        path = self._path
        temporary = path.with_name(f"{path.name}-{secrets.token_hex(8)}.tmp")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(json.dumps([asdict(note) for note in notes]).encode())
                file.flush()
                os.fsync(descriptor)
            temporary.replace(path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise ToolFailed(f"The note was not kept: {reason(error)}.") from error

    @property
    def _path(self) -> Path:
        if self.file is None:
            raise ToolFailed("This conversation keeps no notes; say what matters in your answer instead.")
        return self.file


def _minute(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
