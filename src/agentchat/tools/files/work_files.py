"""The files of the working directory that a person can attach to a message: their names, and what is in them.

Everything passes through the tools' own workspace, so nothing outside of it and no link is reached. Hidden files and folders, and those of
installed packages, are neither offered nor attached: nobody sends them by a slip, and no pasted text does.
"""

import threading
import time
from dataclasses import dataclass, field

from agentchat.tools.failures import ToolFailed
from agentchat.tools.files.finding import SKIPPED, FindingTools
from agentchat.tools.files.refusals import Missing
from agentchat.tools.files.workspace import Workspace

MOST_SEEN = 20_000
"""Files and folders that are looked at for names."""
MOST_NAMES = 50
"""Names that are given at once."""
FRESH = 5.0
"""Seconds for which the list of names is used again: a person types letter by letter."""


@dataclass(slots=True)
class WorkspaceFiles:
    """Those of one chat (`agentchat.chat.attaching.WorkFiles`). Mutable: it keeps the list of names for a moment; safe from any thread."""

    workspace: Workspace
    _names: tuple[str, ...] = ()
    _listed_at: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def names_like(self, typed: str) -> tuple[str, ...]:
        """Names with the typed letters in them, in that order; those first that have them together, in the file's own name, or early."""
        wanted = typed.lower()
        fitting = [name for name in self._listed() if _has_in_order(name.lower(), wanted)]
        return tuple(sorted(fitting, key=lambda name: _distance(name, wanted))[:MOST_NAMES])

    def read(self, name: str) -> bytes | str | None:
        """The content; a sentence where it cannot be read; None where no file is meant."""
        try:
            parts = self.workspace.parts(name)
            if not parts or any(part.startswith(".") for part in parts) or SKIPPED.intersection(parts[:-1]):
                return None
            entry = self.workspace.look(name)
            return None if entry is None or entry.kind != "file" else self.workspace.read(name)
        except Missing:
            return None
        except ToolFailed as error:
            return str(error) if self._is_listed(name) else None

    def _is_listed(self, name: str) -> bool:
        return name in self._listed()

    def _listed(self) -> tuple[str, ...]:
        with self._lock:
            if time.monotonic() - self._listed_at > FRESH:
                self._names, self._listed_at = self._walked(), time.monotonic()
            return self._names

    def _walked(self) -> tuple[str, ...]:
        try:
            names = list[str]()
            for seen, (below, entry) in enumerate(FindingTools(self.workspace).everything(".")):
                if entry.kind == "file" and not entry.name.startswith("."):
                    names.append(below)
                if seen == MOST_SEEN:
                    break
        except ToolFailed:
            return ()
        return tuple(names)


def _has_in_order(name: str, letters: str) -> bool:
    """Whether a name has the letters in this order, others between them or not. Looks at each character once: names are foreign."""
    rest = iter(name)
    return all(letter in rest for letter in letters)


def _distance(name: str, typed: str) -> tuple[int, int, int, str]:
    """How far a name is from what was typed: the smallest is meant most likely."""
    lower = name.lower()
    base = lower.rpartition("/")[2]
    place = 0 if base.startswith(typed) else 1 if lower.startswith(typed) else 2 if typed in base else 3 if typed in lower else 4
    return place, name.count("/"), len(name), name
