"""Finds file and folder names in plain words."""

import re

from agentchat.models.offline.clauses import Clause

PATH = r"(?:@?(?:~?/|\.{1,2}/)?(?:[\w.+-]+/)*[\w.+-]*\w/?|\ue000\d+\ue001)"
"""Whatever can be a path, one word or something quoted."""
_NAMES_WITHOUT_SUFFIX = frozenset({"makefile", "license", "dockerfile", "readme", "changelog", "contributing", "notice"})
_SUFFIX = re.compile(r"[^/]*\.[A-Za-z]\w{0,9}$")
_WORD = re.compile(rf"(?<![\w:/.]){PATH}")


def is_file(word: str) -> bool:
    """True when a word looks like a file and not like any other word."""
    return bool(_SUFFIX.search(word)) or word.lower() in _NAMES_WITHOUT_SUFFIX or (word.count("/") > 0 and bool(word.strip("/. ")))


def files_in(clause: Clause, text: str) -> list[str]:
    """The files that a text names, each once; what is quoted counts when it looks like one."""
    words = [clean(clause, word.group()) for word in _WORD.finditer(text)]
    return list(dict.fromkeys(word for word in words if is_file(word) and any(char.isalpha() for char in word)))


def clean(clause: Clause, word: str) -> str:
    """A path as a tool takes it."""
    return clause.put_back(word).strip().removeprefix("@")
