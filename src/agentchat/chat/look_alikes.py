"""Words that mix scripts: a Latin word with one Cyrillic letter reads like one without. So such letters are named.

Only Latin with Cyrillic or Greek is looked for: those are the letters that cannot be told apart, and the three scripts hardly ever meet in
one word.
"""

import re
import unicodedata

_OTHERS = re.compile("[\u0370-\u03ff\u0400-\u052f\u1c80-\u1c8f\u1f00-\u1fff\u2de0-\u2dff\ua640-\ua69f]")
"""The blocks of Greek and Cyrillic."""
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 40
"""Characters of a word that are shown."""


def look_alikes_in(text: str) -> tuple[str, ...]:
    """The Greek and Cyrillic letters in words with Latin ones, each of a word once: "CYRILLIC SMALL LETTER A U+0430 in ..."."""
    if text.isascii() or not _OTHERS.search(text):
        return ()
    found: dict[str, None] = {}
    for word in _WORD.findall(text):
        scripts = {_script(char) for char in word}
        if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK"}:
            found.update(dict.fromkeys(f"{_name(char)} in {word[:_LONGEST]}" for char in word if _OTHERS.match(char)))
    return tuple(found)


def _script(char: str) -> str:
    """The script of a letter, which is how its name begins."""
    return unicodedata.name(char, "").partition(" ")[0]


def _name(char: str) -> str:
    return f"{unicodedata.name(char, 'LETTER')} U+{ord(char):04X}"
