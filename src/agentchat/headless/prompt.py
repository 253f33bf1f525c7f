"""What is said to the agents: the words of the command line, and what was piped in."""

import select
import sys
from collections.abc import Callable

from agentchat.config.errors import Unusable

_PATIENCE = 2.0
"""Seconds without a word on standard input before it is said that the program waits for one."""


def read_prompt(given: str, say: Callable[[str], None]) -> str:
    """The prompt; piped text stands behind a blank line. "-", and no prompt at all, mean the piped text; "" when there is none.

    Blanks at its ends, and bytes that are no UTF-8, do not come through.
    """
    words = "" if given == "-" else given
    if sys.stdin is None or sys.stdin.closed or (sys.stdin.isatty() and given != "-"):  # pyright: ignore[reportUnnecessaryComparison] - None where it was closed
        return words.strip()
    return "\n\n".join(part for part in (words.strip(), _piped(say).strip()) if part)


def _piped(say: Callable[[str], None]) -> str:
    try:
        if not select.select([sys.stdin], [], [], _PATIENCE)[0]:
            say("Reading standard input; where nothing is to be read, end it with ctrl+d, or give < /dev/null.")
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        raise Unusable(f"Standard input cannot be read: {error}; give the prompt as an argument, and < /dev/null.") from error
