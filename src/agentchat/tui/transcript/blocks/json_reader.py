"""JSON as it streams: which pieces came, and which of them begins a line. What turns out to be no JSON is noticed where it stops being it.

An answer that only begins like JSON (`{x} is a set`, `[1] a note`) is Markdown. So a text counts only as long as it is an object, or a
list of objects or lists, without a mistake and with nothing behind it.
"""

import re
from typing import Literal, NamedTuple, TypeAlias

Role: TypeAlias = Literal["key", "string", "number", "word", "sign"]
_Wanted: TypeAlias = Literal["begin", "value", "member", "value or end", "member or end", "colon", "more or end", "nothing"]

_DEEPEST = 40
"""JSON that is nested deeper is not indented, and so not read as JSON."""
_BLANKS = re.compile(r"[ \t\r\n]*")
_INSIDE = re.compile(r'(?:[^"\\\x00-\x1f]|\\["\\/bfnrtu])*')
_SCALAR = re.compile(r'[^ \t\r\n{}\[\],:"]+')
_WORDS = frozenset({"true", "false", "null"})
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


class NoJson(Exception):  # noqa: N818 - it is no error: most answers are none
    """The text is something else."""


class Piece(NamedTuple):
    """A token, or as much of it as came."""

    text: str
    role: Role
    depth: int | None
    """How deep the line is indented that it begins; None when it goes on in the same line."""
    ends: bool = True
    """Whether the token is whole with it."""


class JsonReader:
    """Reads one text. Mutable: whoever draws the text feeds it, and reads no further when it raises `NoJson`."""

    def __init__(self) -> None:
        self.rest = ""
        """The end of what came, of which nothing can be told yet."""
        self._open: list[str] = []
        self._wanted: _Wanted = "begin"
        self._grows: Role | None = None
        """What the token is that has begun and not ended."""
        self._scalar = ""
        """What has come of it, when it is a number or a word."""

    @property
    def is_whole(self) -> bool:
        """Whether the value has ended, with nothing behind it."""
        return self._wanted == "nothing" and not self.rest

    def feed(self, text: str) -> list[Piece]:
        """The pieces that more text gives."""
        text, at = self.rest + text, 0
        pieces: list[Piece] = []
        while True:
            if self._grows is None:
                at = _end(_BLANKS, text, at)
            if at == len(text) or (piece := self._piece(text, at)) is None:
                self.rest = text[at:]
                return pieces
            pieces.append(piece)
            at += len(piece.text)

    def _piece(self, text: str, at: int) -> Piece | None:
        """What stands there; None when too little of it has come."""
        match self._grows:
            case "key" | "string":
                return self._more_of_a_string(text, at)
            case "number" | "word":
                return self._more_of_a_scalar(text, at)
            case _ if text[at] == '"':
                return self._begin_of_a_string()
            case _ if text[at] in "{}[],:":
                return self._sign(text[at])
            case _:
                return self._begin_of_a_scalar(text, at)

    def _more_of_a_string(self, text: str, at: int) -> Piece | None:
        role, end = self._grows, _end(_INSIDE, text, at)
        assert role is not None
        if end < len(text) and text[end] == '"':
            end += 1
            self._grows = None
            self._wanted = "colon" if role == "key" else "more or end"
        elif end < len(text) and (text[end] != "\\" or end + 1 < len(text)):
            raise NoJson
        return Piece(text[at:end], role, None, self._grows is None) if end > at else None

    def _begin_of_a_string(self) -> Piece:
        depth = self._line()
        self._grows = "key" if self._wanted in {"member", "member or end"} else "string"
        if self._grows == "string":
            self._want_a_value()
        return Piece('"', self._grows, depth, ends=False)

    def _begin_of_a_scalar(self, text: str, at: int) -> Piece:
        self._want_a_value()
        depth, self._scalar = self._line(), ""
        self._grows = "word" if text[at].isalpha() else "number"
        return self._more_of_a_scalar(text, at)._replace(depth=depth)

    def _more_of_a_scalar(self, text: str, at: int) -> Piece:
        role, end = self._grows, _end(_SCALAR, text, at)
        assert role is not None
        self._scalar += text[at:end]
        if end < len(text):
            if not (_NUMBER.fullmatch(self._scalar) or self._scalar in _WORDS):
                raise NoJson
            self._grows, self._wanted = None, "more or end"
        return Piece(text[at:end], role, None, self._grows is None)

    def _sign(self, sign: str) -> Piece:
        match sign:
            case "{" | "[":
                return self._begin(sign)
            case ":" if self._wanted == "colon":
                self._wanted = "value"
                return Piece(sign, "sign", None)
            case "," if self._wanted == "more or end" and self._open:
                self._wanted = "member" if self._open[-1] == "{" else "value"
                return Piece(sign, "sign", None)
            case "}" | "]":
                return self._end(sign)
            case _:
                raise NoJson

    def _begin(self, sign: str) -> Piece:
        if self._wanted == "begin":
            depth = 0
        else:
            self._want_a_value(may_begin=True)
            depth = self._line()
        if len(self._open) == _DEEPEST:
            raise NoJson
        self._open.append(sign)
        self._wanted = "member or end" if sign == "{" else "value or end"
        return Piece(sign, "sign", depth)

    def _end(self, sign: str) -> Piece:
        if not self._open or self._open[-1] + sign not in {"{}", "[]"} or self._wanted not in {
            "more or end", "member or end", "value or end",
        }:
            raise NoJson
        self._open.pop()
        depth = len(self._open) if self._wanted == "more or end" else None
        self._wanted = "more or end" if self._open else "nothing"
        return Piece(sign, "sign", depth)

    def _want_a_value(self, *, may_begin: bool = False) -> None:
        """Raises unless a value may stand here; first in the outermost list only an object or a list."""
        is_first = self._wanted == "value or end" and len(self._open) == 1
        if self._wanted not in {"value", "value or end"} or (is_first and not may_begin):
            raise NoJson

    def _line(self) -> int | None:
        """How deep the line is indented that begins here; None behind a key."""
        behind_a_key = self._wanted == "value" and self._open[-1] == "{"
        return None if behind_a_key else len(self._open)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return at if match is None else match.end()
