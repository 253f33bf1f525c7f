"""What programs that tools start get of this program's environment. Standard library only."""

import os
from collections.abc import Mapping
from pathlib import Path

INHERITED = (
    "PATH", "HOME", "SHELL", "USER", "LOGNAME", "TMPDIR", "TZ", "LANG", "LANGUAGE",
    "LC_ALL", "LC_ADDRESS", "LC_COLLATE", "LC_CTYPE", "LC_IDENTIFICATION", "LC_MEASUREMENT", "LC_MESSAGES", "LC_MONETARY", "LC_NAME",
    "LC_NUMERIC", "LC_PAPER", "LC_TELEPHONE", "LC_TIME",
)  # fmt: skip
"""The variables that a command gets of this program's. Everything else stays out: any name can hold a key."""


def environment_for(folder: Path, own: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of a command that runs in a folder."""
    given = {name: own[name] for name in INHERITED if name in own}
    return {**given, "TERM": "dumb", "PWD": str(folder)}
