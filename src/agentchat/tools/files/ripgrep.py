"""Asks ripgrep, where it is installed, which files hold a text: quickly, and without those that the project's .gitignore names.

Its answer is only where to look. It goes by paths, which can be swapped for links while it walks; so nothing that it prints of a file is
told.
"""

import os
import shutil
import subprocess
from pathlib import Path

from agentchat.tools.environment import environment_for
from agentchat.tools.files.matching import Wanted

PATIENCE = 15.0
"""Seconds after which the walk of our own is preferred."""

_FOUND, _NOT_FOUND = 0, 1


def files_with(wanted: Wanted, root: Path, folder: str) -> list[str] | None:
    """Paths relative to the folder; None where ripgrep is missing, or does not know such an expression."""
    program = _program(root)
    if program is None:
        return None
    try:
        answer = subprocess.run(  # noqa: S603 - no shell, and its own program
            [program, *_options(wanted), "-e", wanted.text, "--", "./"],
            cwd=root / folder,
            env=environment_for(root),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            start_new_session=True,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    if answer.returncode not in {_FOUND, _NOT_FOUND}:
        return None
    return [os.fsdecode(path).removeprefix("./") for path in answer.stdout.split(b"\0") if path]


def _options(wanted: Wanted) -> list[str]:
    case = "--ignore-case" if wanted.ignore_case else "--case-sensitive"
    kind = ["--crlf"] if wanted.regex else ["--fixed-strings"]
    return ["--no-config", "--no-messages", "--files-with-matches", "--null", "--no-follow", case, *kind]


def _program(root: Path) -> str | None:
    """Where it is. One that a project brings is not run: looking for a text asks nobody."""
    found = shutil.which("rg")
    if found is None or Path(os.path.realpath(found)).is_relative_to(os.path.realpath(root)):
        return None
    return found if os.path.isabs(found) else None  # noqa: PTH117 - a relative PATH entry is the project's as well
