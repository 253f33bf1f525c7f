"""Where bytes of a file and text meet: what counts as a text, what a line is, and how much of it a call may write."""

import io

from agentchat.tools.failures import ToolFailed
from agentchat.tools.wording import size_text

LARGEST_WRITE = 4 * 1024 * 1024
"""Bytes that one call puts into a file."""


def is_binary(data: bytes) -> bool:
    """True for what no editor would open as a text."""
    return b"\0" in data[:8192]


def split_lines(text: str) -> list[str]:
    r"""Lines with their ends; only \n ends one, as in an editor's count."""
    return list(io.StringIO(text, newline="\n"))


def encoded(content: str) -> bytes:
    """The bytes of a text that is to be written; a ToolFailed where it cannot be."""
    try:
        data = content.encode()
    except UnicodeEncodeError:
        raise ToolFailed("The content contains lone surrogates, which are no characters; write it in valid Unicode.") from None
    if len(data) > LARGEST_WRITE:
        raise ToolFailed(f"The content is {size_text(len(data))}; at most {size_text(LARGEST_WRITE)} can be written at once.")
    return data
