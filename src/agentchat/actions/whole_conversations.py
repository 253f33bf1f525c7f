"""A conversation together with what lies beside its database: the notes that its agents keep."""

import contextlib
import shutil
from pathlib import Path

from agentchat.storage import forking, keeping
from agentchat.tools.notes import notes_file


def fork(path: Path, session_id: str, *, at: float, before: int | None = None, prompt: str | None = None) -> forking.Fork:
    """Copies it, as `storage.forking.fork` does; its agents know the notes of the original."""
    made = forking.fork(path, session_id, at=at, before=before, prompt=prompt)
    with contextlib.suppress(FileNotFoundError):
        shutil.copy(notes_file(path, session_id), notes_file(path, made.session_id))  # with its mode: for its owner alone
    return made


def delete(path: Path, session_id: str, *, at: float) -> None:
    """Takes it away for good, as `storage.keeping.delete` does, and its notes."""
    keeping.delete(path, session_id, at=at)
    notes_file(path, session_id).unlink(missing_ok=True)
