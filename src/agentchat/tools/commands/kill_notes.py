"""What the guardians of commands leave for a program that was killed: when they ended its commands because of that.

A guardian cannot write into the journal. It leaves a small file, named by the call, and whoever opens the conversation again finds out
that a call which was started and never finished did not go on after the program was gone.
"""

import math
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from agentchat.runtime.declarations.run_context import fingerprint

OLDEST = 90 * 24 * 3600.0
"""Seconds after which a note goes that nobody asked for."""


@dataclass(frozen=True, slots=True)
class KillNotes:
    """The notes in a folder of the program's own; without one there are none."""

    folder: Path | None
    conversation: str = ""
    """A name that no other conversation has: some servers use the ids of calls again in every one."""

    def place_for(self, call_id: str, arguments: str) -> Path | None:
        """Where the guardian of this call leaves its note; None when it cannot leave one."""
        if self.folder is None:
            return None
        place = self._place(self.folder, call_id, arguments)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _forget_old_ones(self.folder)
            place.unlink(missing_ok=True)
        except OSError:  # a full disk, or no permission: then nothing is known of a call that was cut off
            return None
        return place

    def ended_at(self, call_id: str, arguments: str) -> float | None:
        """When the command of this call was ended because the program was killed, in seconds since the epoch; None when it was not."""
        if self.folder is None:
            return None
        try:
            at = float(self._place(self.folder, call_id, arguments).read_text("ascii"))
        except (OSError, ValueError):
            return None
        return at if math.isfinite(at) else None

    def _place(self, folder: Path, call_id: str, arguments: str) -> Path:
        return folder / fingerprint(f"{self.conversation}\n{call_id}", arguments)[:32]


def _forget_old_ones(folder: Path) -> None:
    for path in folder.iterdir():
        with suppress(OSError):
            if path.lstat().st_mtime < time.time() - OLDEST:
                path.unlink()
