r"""The display gate: foreign text in, text out that can be shown without lying and without commanding the terminal.

Every text that did not come from our own source passes here before it is shown: what models write, tool names, arguments,
outputs, file names, errors, session titles. There are two forms.

- `safe_text` is for reading. What cannot be seen becomes visible (ESC as ␛, a zero-width space as `\u{200B}`); an emoji that is
  joined from several characters stays one emoji, and spaces of other widths stay, because typography needs them.
- `exact_text` is for deciding. It is injective: two different texts never have the same form, not even after Unicode's canonical
  normalisation. Nothing is exempt, and whoever knows the rules can read the original back.

Which characters count as hidden is asked of `unicodedata` (categories and not lists, so that it stays true when Unicode grows),
together with the few that are assigned as letters, marks or symbols but leave no ink.
"""

import re
import unicodedata
from collections.abc import Callable

TAB_WIDTH = 4
"""A tab reaches to the next multiple of this column."""


def safe_text(text: str) -> str:
    r"""The text as it can be shown for reading; line breaks stay, a tab becomes spaces up to the next stop.

    Applied twice it gives the same as once. A carriage return is shown (␍), also at the end of a line.
    """
    if text.isascii():
        shown = text.translate(_SAFE)
    elif not _SUSPECT.search(text):
        shown = text
    else:
        pieces = _pieces(text)
        pieces[::2] = [piece.translate(_SAFE) for piece in pieces[::2]]
        shown = "".join(pieces)
    return shown.expandtabs(TAB_WIDTH) if "\t" in shown else shown


def safe_line(text: str) -> str:
    """`safe_text` for a place that has one line (a name, a title): a line break is shown as ␊."""
    return safe_text(text.replace("\n", "␊"))


def exact_text(text: str) -> str:
    r"""The text as it is shown to someone who decides about it; line breaks stay.

    Beyond what `safe_text` shows, these are shown too: tabs (␉), every space but the plain one, the last space of a line, what
    joins emoji, characters that normalisation (NFC) would make the same as others, and the signs that this form itself uses.
    `\u{...}` is always one character: where the original says `\u{`, its backslash becomes `\u{5C}`.
    """
    shown = _AMBIGUOUS.sub(_escape_match, text)
    if not text.isascii():
        shown = _RUN.sub(_normal_or_escaped, shown)
    return shown.translate(_EXACT)


def exact_line(text: str) -> str:
    """`exact_text` for a place that has one line: a line break is shown as ␊. Injective as well."""
    return exact_text(text).replace("\n", "␊")


def hidden_in(text: str) -> tuple[str, ...]:
    """What a reader would not have seen, or not as what it is: ("ESC U+001B", "NO-BREAK SPACE U+00A0").

    Each is named once, in the order in which they appear. Tabs, line breaks and the inside of an emoji are not named.
    """
    if not _SUSPECT.search(text):
        return ()
    outside_emoji = "".join(_pieces(text)[::2])
    return tuple(_name(char) for char in dict.fromkeys(outside_emoji) if _is_hidden(char) or _is_fancy_space(char))


_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, format characters, lone surrogates, private use, unassigned and noncharacters, line and paragraph separators."""

_INKLESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufffc"
    "\U00013441\U00013442\U00016fe4\U0001d159\U000e0000-\U000e0fff]",
)
"""Letters, marks and symbols by category that leave no ink: the rest of Default_Ignorable, fillers and blanks."""

_PICTOGRAPHS = range(0x1F000, 0x1FB00)
"""Unassigned places here are kept for emoji, visible ones: a Python older than an emoji must not show it as an escape."""


def _is_hidden(char: str) -> bool:
    if char in "\n\t":
        return False
    category = unicodedata.category(char)
    if category == "Cn" and ord(char) in _PICTOGRAPHS:
        return False
    return category in _HIDDEN_CATEGORIES or _INKLESS.match(char) is not None


def _is_fancy_space(char: str) -> bool:
    return char != " " and unicodedata.category(char) == "Zs"


def _is_ambiguous(char: str) -> bool:
    """Whether the exact form cannot show the character as itself."""
    return _is_hidden(char) or _is_fancy_space(char) or char == "\t" or "\u2400" <= char <= "\u2421"


_ABBREVIATIONS = (
    "NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI "
    "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
)
"""What people call the C0 controls, which have no names in Unicode."""

_NAMELESS = {"Cc": "C1 CONTROL", "Cs": "LONE SURROGATE", "Co": "PRIVATE USE", "Cn": "UNASSIGNED"}


def _name(char: str) -> str:
    number = f"U+{ord(char):04X}"
    if char <= "\x1f":
        return f"{_ABBREVIATIONS.split()[ord(char)]} {number}"
    if char == "\x7f":
        return f"DEL {number}"
    return f"{unicodedata.name(char, _NAMELESS.get(unicodedata.category(char), 'UNNAMED'))} {number}"


def _symbol(char: str) -> str:
    """The character made visible: C0 and DEL by their symbols, all others by their number."""
    if char <= "\x1f":
        return chr(0x2400 + ord(char))
    return "␡" if char == "\x7f" else _escape(char)


def _escape(char: str) -> str:
    return f"\\u{{{ord(char):X}}}"


def _escape_match(match: re.Match[str]) -> str:
    return _escape(match[0])


class _Shown(dict[int, str]):
    """How each character is shown, found out when it is first met: a table for `str.translate`."""

    _LIMIT = 20_000
    """Texts in real languages stay far below; a hostile one must not fill the memory."""

    def __init__(self, conceals: Callable[[str], bool]) -> None:
        super().__init__()
        self._conceals = conceals

    def __missing__(self, code: int) -> str:
        char = chr(code)
        shown = _symbol(char) if self._conceals(char) else char
        if len(self) < self._LIMIT:
            self[code] = shown
        return shown


_SAFE = _Shown(_is_hidden)
_EXACT = _Shown(_is_ambiguous)

_SUSPECT = re.compile(
    "[^\n\t -~\u00a1-\u00ac\u00ae-\u034e\u0400-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u218b\u2190-\u2426"
    "\u2460-\u27ff\u2900-\u2b73\u3001-\u303f\u3041-\u3096\u3099-\u30ff\uff01-\uff9f\U0001f300-\U0001faff]",
)
"""Anything outside the common visible ranges. Most texts stay inside them and need no look at each character: ten times faster.

The ideographs are visible too, but a class with forty thousand characters takes 4 ms to compile, before the first frame.
"""

_AMBIGUOUS = re.compile(r"\\(?=u\{)| (?=\n|\Z)")
"""Plain characters that the exact form must escape: a backslash that would read as an escape, a space that nothing follows."""

_RUN = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
"""The longest stretch inside which normalisation can change anything: it never reaches past an ASCII character."""


def _normal_or_escaped(match: re.Match[str]) -> str:
    """The run as it is when it is in normal form; otherwise with everything in it escaped that is not ASCII."""
    run = match[0]
    if unicodedata.is_normalized("NFC", run):
        return run
    return "".join(char if char.isascii() else _escape(char) for char in run)


_BASE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23e9-\u23f3\u23f8-\u23fa"
    "\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2604\u260e\u2611\u2614\u2615\u2618\u261d\u2620\u2622\u2623"
    "\u2626\u262a\u262e\u262f\u2638-\u263a\u2640\u2642\u2648-\u2653\u265f\u2660\u2663\u2665\u2666\u2668\u267b\u267e"
    "\u267f\u2692-\u2697\u2699\u269b\u269c\u26a0\u26a1\u26a7\u26aa\u26ab\u26b0\u26b1\u26bd\u26be\u26c4\u26c5\u26c8"
    "\u26ce\u26cf\u26d1\u26d3\u26d4\u26e9\u26ea\u26f0-\u26f5\u26f7-\u26fa\u26fd\u2702\u2705\u2708-\u270d\u270f\u2712"
    "\u2714\u2716\u271d\u2721\u2728\u2733\u2734\u2744\u2747\u274c\u274e\u2753-\u2755\u2757\u2763\u2764\u2795-\u2797"
    "\u27a1\u27b0\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5"
    "\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
"""What can be an emoji by itself: the property Emoji up to U+FFFF; beyond it the pictographs but skin tones and flag letters."""

_TONE = "[\U0001f3fb-\U0001f3ff]"
_REGION_FLAGS = "\U0001f3f4\U000e0067\U000e0062(?:{})\U000e007f".format(
    "|".join("".join(chr(0xE0000 + ord(letter)) for letter in region) for region in ("eng", "sct", "wls")),
)
"""England, Scotland and Wales are the only ones in use; any other row of tag characters may be hidden text."""

_EMOJI = re.compile(
    f"({_REGION_FLAGS}|[0-9#*]\ufe0f\u20e3|{_BASE}(?:[\ufe0e\ufe0f]|{_TONE})?(?:\u200d{_BASE}(?:\ufe0f|{_TONE})?)*)",
)
_JOINERS = re.compile("[\u200d\ufe0e\ufe0f\U000e007f]")


def _pieces(text: str) -> list[str]:
    """The text cut so that every second piece, from the second on, is one emoji; whole when nothing in it joins."""
    return _EMOJI.split(text) if _JOINERS.search(text) else [text]
