"""What a write would change, as a unified diff for the person who is asked.

A decision is bound to what was shown, so from what is shown the file as it was must follow: two states of a file never have one
preview. For a write the diff and the whole new text say it; an edit shows only a part, and so names the file's hash.
"""

import difflib
import hashlib

from agentchat.runtime.declarations.tool import CallPreview
from agentchat.tools.files.texts import is_binary, split_lines
from agentchat.tools.wording import one_line, quoted, size_text

MOST_COMPARED = 4_000
"""Lines of both texts together, up to which a diff looks for what moved; longer ones show the differing middle whole."""

_NOTHING = "/dev/null"


def difference(path: str, old: bytes | None, content: str) -> CallPreview:
    """What changes when `content` takes the place of the old bytes; None for those when there is no file yet."""
    if old is not None and is_binary(old):
        return CallPreview("text", f"This replaces a binary file ({size_text(len(old))}, {file_hash(old)}) by this text:\n\n{content}")
    diff = _diff(path, old, content, _NOTHING if old is None else f"a/{one_line(path)}")
    if diff:
        return CallPreview("diff", diff)
    same = "already has exactly this text" if old is not None else "does not exist yet; this makes it, empty"
    return CallPreview("text", f"{quoted(path)} {same}.")


def edit_difference(path: str, old: bytes, content: str) -> CallPreview:
    """What an edit changes that makes `content` of the old bytes."""
    return CallPreview("diff", _diff(path, old, content, f"a/{one_line(path)}  {file_hash(old)}"))


def creation(path: str, content: str) -> str:
    """A file that comes, as one part of a diff of several."""
    return _diff(path, None, content, _NOTHING) or f"--- {_NOTHING}\n+++ b/{one_line(path)}\n"


def deletion(path: str, old: bytes) -> str:
    """A file that goes, as one part of a diff of several."""
    lines = [] if is_binary(old) else split_lines(old.decode("utf-8", "surrogateescape"))
    hunk = [f"@@ -1,{len(lines)} +0,0 @@\n", *(_with_its_end(f"-{line}") for line in lines)] if lines else []
    return "".join([f"--- a/{one_line(path)}  {file_hash(old)}\n", f"+++ {_NOTHING}\n", *hunk])


def file_hash(data: bytes) -> str:
    """The state of a file, for a preview that does not show all of it."""
    return f"sha256 {hashlib.sha256(data).hexdigest()}"


def _diff(path: str, old: bytes | None, content: str, source: str) -> str:
    # Bytes that are no UTF-8 become lone surrogates, which no text of a call has: a write never shows them as if they stayed.
    before = [] if old is None else split_lines(old.decode("utf-8", "surrogateescape"))
    return "".join(_with_its_end(line) for line in _unified(before, split_lines(content), source, f"b/{one_line(path)}"))


def _unified(before: list[str], after: list[str], source: str, target: str) -> list[str]:
    """A unified diff. The time for comparing grows with the square of the length, so long texts show one hunk instead."""
    if len(before) + len(after) <= MOST_COMPARED:
        return list(difflib.unified_diff(before, after, source, target))
    if before == after:
        return []
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    gone, come = before[start : len(before) - end], after[start : len(after) - end]
    hunk = f"@@ -{start + 1},{len(gone)} +{start + 1},{len(come)} @@\n"
    return [f"--- {source}\n", f"+++ {target}\n", hunk, *(f"-{line}" for line in gone), *(f"+{line}" for line in come)]


def _common(one: list[str], other: list[str]) -> int:
    """How many lines both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def _with_its_end(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
