"""The system's own clipboard, for terminals that do not take OSC 52: a tool that is there already gets the text.

Over ssh the tool would fill the clipboard of the wrong machine, so there it is not asked.
"""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_LIMIT = 2.0
"""Seconds that a tool has."""


class _Tool(NamedTuple):
    needs: str
    """The variable without which it has nothing to talk to; empty for none."""
    command: tuple[str, ...]


_TOOLS = (
    _Tool("WAYLAND_DISPLAY", ("wl-copy",)),
    _Tool("DISPLAY", ("xclip", "-selection", "clipboard")),
    _Tool("DISPLAY", ("xsel", "--clipboard", "--input")),
)
_MAC = (_Tool("", ("pbcopy",)),)


def copy_command(environment: Mapping[str, str], platform: str) -> tuple[str, ...] | None:
    """The tool that fills the clipboard of this desk; None when there is none, or somebody looks from another machine."""
    if any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")):
        return None
    for tool in _MAC if platform == "darwin" else _TOOLS:
        program = shutil.which(tool.command[0], path=environment.get("PATH"))
        if program and (not tool.needs or environment.get(tool.needs)):
            return (program, *tool.command[1:])
    return None


def run_copy(command: Sequence[str], text: str) -> bool:
    """Gives the tool the text; False when it fails. It has no terminal; xclip and wl-copy stay behind to serve the text."""
    try:
        done = subprocess.run(  # noqa: S603 - one of the tools above, found by its name
            command, input=text.encode("utf-8", "replace"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, timeout=_LIMIT, check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def without_controls(text: str) -> str:
    """The text without what could command a terminal into which it is pasted; line breaks and tabs stay."""
    return text.translate(_CONTROLS)


_CONTROLS: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t"},
    **{code: f"\\u{{{code:X}}}" for code in (0x7F, *range(0x80, 0xA0))},
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),  # lone surrogates, which no encoding takes
}
