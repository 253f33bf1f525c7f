"""Tells what came out of a call, in Markdown."""

import re
import shlex
from collections.abc import Mapping
from typing import Any, cast

from agentchat.models.offline.conversation import PastCall

MOST_LINES = 80
"""Lines of a file or a listing that an answer repeats; the call itself shows all of them."""

_LANGUAGES = {
    "py": "python",
    "md": "markdown",
    "js": "javascript",
    "ts": "typescript",
    "sh": "bash",
    "yml": "yaml",
    "rs": "rust",
    "rb": "ruby",
    "txt": "text",
    "cfg": "ini",
}
_NOT_DONE: tuple[tuple[str, str], ...] = (
    (r"Tool execution was not approved\.", "was not approved, so it did not run."),
    (r"Stopped by the user before it ran\.", "was stopped before it ran."),
    (r"Stopped by the user; it may have taken effect\.", "was stopped while it ran; it may have taken effect."),
    (r"An error occurred while running the tool\..*", "failed, and the tool did not say why."),
)


def tool_said(call: PastCall, *, failure: str = r"(?!)") -> bool:
    """True when the output is one of the tool; `failure` matches whole outputs that are complaints of it."""
    output = (call.output or "").strip()
    return call.output is not None and not any(re.fullmatch(pattern, output) for pattern in (failure, *(p for p, _ in _NOT_DONE)))


def not_done(call: PastCall) -> str:
    """Says plainly that a call gave nothing, and why, as far as is known."""
    output = (call.output or "").strip()
    for pattern, words in _NOT_DONE:
        if re.fullmatch(pattern, output):
            return f"{shown(call)} {words}"
    if not output:
        return f"{shown(call)} gave no answer."
    reason = "\n".join(f"> {line}" for line in output.splitlines()[:12])
    return f"{shown(call)} did **not** succeed. The reason given:\n\n{reason}"


def shown(call: PastCall) -> str:
    """The call in few words: the tool and what it is about."""
    about = command_line(call.arguments) or next((str(value) for value in call.arguments.values() if value), "")
    short = about if len(about) <= 60 and "\n" not in about else ""
    return f"`{call.name}` ({short})" if short else f"`{call.name}`"


def output_line(call: PastCall) -> str:
    """The output for a file."""
    return (call.output or "").rstrip("\n")


def command_line(arguments: Mapping[str, Any]) -> str:
    """The command of a call that runs one, as one would type it; empty for any other."""
    argv, command = arguments.get("argv"), arguments.get("command")
    words = [str(word) for word in cast("list[object]", argv)] if isinstance(argv, list) else []
    return shlex.join(words) or (command if isinstance(command, str) else "")


def fenced(path: str, text: str) -> str:
    """A text as a code block, in the language that the suffix says; the name of the file above it."""
    lines = text.rstrip("\n").split("\n")
    left = len(lines) - MOST_LINES
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    suffix = path.rpartition(".")[2].lower() if "." in path else ""
    block = "\n".join([f"{fence}{_LANGUAGES.get(suffix, suffix)}", *lines[:MOST_LINES], fence])
    name = f"**{path}**\n\n" if path else ""
    rest = f"\n\n*{left} more lines are in the output of the call.*" if left > 0 else ""
    return f"{name}{block}{rest}"


def listed(path: str, output: str) -> str:
    """A listing as a table; a sentence of the tool as it is."""
    rows = [_row(line) for line in output.strip().splitlines()]
    if len(rows) == 1 and rows[0][0].endswith("."):
        return output.strip()
    where = "the working directory" if path == "." else f"`{path}`"
    folders = sum(name.endswith("/") for name, _ in rows)
    table = ["| Name | Size |", "| --- | ---: |", *(f"| `{name}` | {size} |" for name, size in rows[:MOST_LINES])]
    left = len(rows) - MOST_LINES
    rest = [f"*{left} more are in the output of the call.*"] if left > 0 else []
    counted = f"{_number(len(rows) - folders, 'file')} and {_number(folders, 'folder')}"
    return "\n\n".join([f"In {where} there are {counted}:", "\n".join(table), *rest])


def _row(line: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.+?)\s\s+\((.*)\)", line)
    name, size = (found[1], found[2]) if found else (line, "")
    return name.replace("|", "\\|"), size


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
