"""What the offline model says without a tool, and the pieces of text that it knows by heart."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agentchat.models.offline.clauses import Clause
from agentchat.models.offline.samples import MARKDOWN, STORY

Kind: TypeAlias = Literal["help", "greeting", "thanks", "piece"]


@dataclass(frozen=True, slots=True)
class Talk:
    """Something to say."""

    kind: Kind
    text: str = ""
    """The text of a piece; the others are made when they are said, from the tools that there are."""


_TALKS: tuple[tuple[Kind, str], ...] = (
    ("help", r"(?:.*\b)?(?:help|what can you do|what do you (?:do|know)|wh(?:o|at) are you|how do(?:es)? (?:you|this) work)\b.*"),
    ("greeting", r"(?:hi|hello|hey|good (?:morning|evening|afternoon|day)|moin|how are you)\b.{0,20}"),
    ("thanks", r"(?:thanks|thank you|thx|great|nice|good|ok|okay|cool|bye|goodbye)\b.{0,20}"),
)
_PIECE = re.compile(
    r"(?:(?:tell|show|give|write|make|compose|sing|recite)(?: me)?\s+)?(?:(?:an?|some|your|another|the)\s+)?"
    r"(?:(?:very|short|long|little|small|nice|funny|good|brief|big|fine)\s+)*"
    r"(?P<kind>haikus?|poems?|limericks?|stor(?:y|ies)|jokes?|letter|to-?do list|todos?|shopping list|(?:long )?markdown(?: sample| demo)?"
    r"|hello[- ]world (?:program|script))(?:\s+(?:about|on|of|for|to)\s+(?:the\s+)?(?P<topic>.+))?",
    re.IGNORECASE,
)


def talk_in(clause: Clause) -> Talk | None:
    """What the clause asks to be said; None when it asks for nothing of the kind."""
    text = clause.put_back(clause.text).strip()
    for kind, pattern in _TALKS:
        if re.fullmatch(pattern, text, re.IGNORECASE):
            return Talk(kind)
    piece = piece_named(text, "answer.md")
    return None if piece is None else Talk("piece", piece)


def piece_named(phrase: str, path: str) -> str | None:
    """The piece that a phrase such as "a short poem about the sea" names; None when there is none."""
    found = _PIECE.fullmatch(phrase.strip())
    if found is None:
        return None
    stem = re.sub(r"[^a-z]|ies$|s$", "", found["kind"].lower())
    make = next(make for name, make in _PIECES.items() if stem.startswith(name))
    return make((found["topic"] or "").strip(" .!?") or None, path)


def _haiku(topic: str | None, _path: str) -> str:
    first = "Rules, and nothing more" if topic is None else f"{_capital(topic)}, at dusk"
    return f"{first} -\na cursor blinks and waits here:\nwords come, one by one.\n"


def _poem(topic: str | None, _path: str) -> str:
    what = topic or "evening"
    return (
        f"# {_capital(what)}\n\nI know of {what} only the name,\nand write these four lines all the same:\n"
        "the words were laid out long ago,\nthe place for yours is all I know.\n"
    )


def _limerick(topic: str | None, _path: str) -> str:
    what = topic or "a file"
    return (
        f"A model that ran without net\nwas asked about {what}, and yet\nit had rules, a few dozen,\nno neural cousin,\n"
        "and said so, with little regret.\n"
    )


def _joke(_topic: str | None, _path: str) -> str:
    return "Why did the rule-based model cross the road?\n\nBecause the pattern matched.\n"


def _letter(topic: str | None, _path: str) -> str:
    return f"Dear {_capital(topic) if topic else 'reader'},\n\nthis letter was put together by rules.\n\nYours,\nthe offline demo model\n"


def _to_do(_topic: str | None, _path: str) -> str:
    return "- [ ] look at the transcript\n- [ ] approve or reject a call\n- [ ] connect a real model\n"


def _shopping(_topic: str | None, _path: str) -> str:
    return "- bread\n- apples\n- coffee\n"


def _hello_world(_topic: str | None, path: str) -> str:
    if path.endswith(".py"):
        return 'print("Hello, world!")\n'
    return '#!/bin/sh\necho "Hello, world!"\n' if path.endswith(".sh") else "Hello, world!\n"


def _story(_topic: str | None, _path: str) -> str:
    return STORY


def _markdown(_topic: str | None, _path: str) -> str:
    return MARKDOWN


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_PIECES: dict[str, Callable[[str | None, str], str]] = {
    "haiku": _haiku,
    "poem": _poem,
    "limerick": _limerick,
    "joke": _joke,
    "letter": _letter,
    "todo": _to_do,
    "shopping": _shopping,
    "helloworld": _hello_world,
    "stor": _story,
    "long": _markdown,
    "markdown": _markdown,
}
"""By the beginning of the word, in letters only."""
