"""Texts that would command a terminal, deceive a reader or be taken for markup, and a look at the bytes for anything of theirs.

Every payload stands between two marks of plain letters, so that it can be found on the screen: what stands between them there has to
be its visible form, which is written down here and not asked of the program.
"""

import re
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Payload:
    """One hostile text."""

    name: str
    text: str
    shown: str
    """How it stands on the screen where it is for reading."""

    @property
    def marked(self) -> str:
        """Between its marks; at most thirty cells on the screen."""
        return f"q{self.name}: {self.text} :z"

    @property
    def mark_shown(self) -> str:
        """The same, as it stands on the screen."""
        return f"q{self.name}: {self.shown} :z"

    @property
    def mark_escaped(self) -> str:
        """The same, as `list_files` spells it for the model."""
        escaped = (char if char.isprintable() else char.encode("unicode_escape").decode() for char in self.text)
        return f"q{self.name}: {''.join(escaped)} :z"


PAYLOADS = (
    Payload("osc52", "\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
    Payload("osc8", "\x1b]8;;http://e\x1b\\x", "␛]8;;http://e␛\\x"),
    Payload("title", "\x1b]0;owned\x07", "␛]0;owned␇"),
    Payload("csi", "\x1b[31m\x1b[2J\x1b[6n", "␛[31m␛[2J␛[6n"),
    Payload("mode", "\x1b[?1049l\x1bc", "␛[?1049l␛c"),
    Payload("dcs", "\x1bP$qm\x1b\\", "␛P$qm␛\\"),
    Payload("c1", "\x9b31m\x9d0;t\x9c", "\\u{9B}31m\\u{9D}0;t\\u{9C}"),
    Payload("bidi", "a\u202eb\u2066c", "a\\u{202E}b\\u{2066}c"),
    Payload("zero", "a\u200bb\ufeffc", "a\\u{200B}b\\u{FEFF}c"),
    Payload("tag", "a\U000e0041b", "a\\u{E0041}b"),
    Payload("click", "[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
    Payload("red", "[red]x[/red]", "[red]x[/red]"),
    Payload("nul", "a\x00b\x7fc\x08d", "a␀b␡c␈d"),
)
HALF = Payload("half", "a\ud83db", "a\\u{D83D}b")
"""Half of a character: no text that can be stored or sent as it is."""

ONE_LINE = "".join(payload.text for payload in PAYLOADS if payload.name in {"osc52", "csi", "c1", "bidi", "red"})
"""For a name."""

_INTRODUCERS = (
    "\x1b[", "\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x1b", "\x1b\x1b[", "\x9b", "\x9d", "\x90", "\x98", "\x9e", "\x9f", "\x0e",
    "\x18\x1b[",
)  # fmt: skip
_BODIES = (
    "31m", "2J", "6n", "?1049l", "?1003h", "c", "5;5H", "52;c;aGk=", "0;owned", "8;;http://e", "4;1;?", "$qm", "G", ">c", "!p", "=1;1u",
    "1337;File=:aGk=", "99;i=1:d=0;x", "20t",
)  # fmt: skip
_ENDS = ("", "\x07", "\x1b\\", "\x9c", "\x18", "\x1a", "\x00", "\r", "\x7f", "m")
_INVISIBLE = (
    "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\U000e0041", "\u2028", "\u00ad", "\u180e", "\u3164", "\ufe0f", "e\u0301\u0301",
)  # fmt: skip
_MARKUP = ("[red]", "[/]", "[@click=app.quit]", "[link=http://e]", "<script>", "](javascript:x)", "`", "**", "|", "$(x)", "%s", "{0}")
_KINDS = (_INTRODUCERS, _BODIES, _ENDS, _INVISIBLE, _MARKUP)


def hostile_texts(count: int, chance: Random) -> list[str]:
    """So many more, put together by chance: openings of commands with and without their ends, nested, in other texts."""
    return [_one(chance) for _ in range(count)]


def _one(chance: Random) -> str:
    if chance.random() < 0.4:
        return "".join(chance.choice(kind) for kind in (_INTRODUCERS, _BODIES, _ENDS))
    return "".join(chance.choice(chance.choice(_KINDS)) for _ in range(chance.randint(1, 6)))


_OURS = re.compile(
    rb"\x1b\[[0-9;:]*m"  # colours
    rb"|\x1b\[[0-9;]*[HABCDGKJf]"  # the cursor
    rb"|\x1b\[\?(?:1049|1000|1002|1003|1004|1006|1015|1016|2004|2026|2048|25|7)[hl]"  # modes of the driver
    rb"|\x1b\[\?(?:2026|2048)\$p"  # does the terminal know them
    rb"|\x1b\[[<>=][0-9;]*u"  # keys of the kitty protocol
    rb"|\x1b\[6n"  # where is the cursor
    rb"|\x1b\]8;[a-z0-9=-]*;(?:https?://[!-~]*)?\x1b\\"  # a plain link
    rb"|\x1b\]22;[a-z-]*\x07"  # the shape of the mouse pointer
    rb"|[\r\n]"
)
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff]")


def foreign_bytes(output: bytes) -> list[str]:
    """What the program wrote that no part of it writes of its own accord; empty when all is well."""
    text = _OURS.sub(b"", output).decode("utf-8", "surrogateescape")
    return [text[max(0, found.start() - 12) : found.end() + 20] for found in _HARMFUL.finditer(text)]
