"""Cuts a sentence where one wish ends and the next begins.

What stands in quotes or in a code fence, or in lines below a colon, is taken out first and put back at the end: it is content, and
whatever words are in it are no wishes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_OPEN, _CLOSE = "\ue000", "\ue001"
_TAKEN = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_CONTENT = re.compile(
    r"```\w*\n(?P<fence>.*?)```|(?<=:)[ \t]*\n(?P<below>.+)\Z|(?<![\w\"])\"(?P<double>[^\"]*)\"|“(?P<curly>[^”]*)”"
    r"|(?<!\w)'(?P<single>[^']*)'(?!\w)|(?<!`)`(?P<code>[^`\n]+)`(?!`)",
    re.DOTALL,
)
_THEN = r"(?:then|after that|afterwards|finally|next)"
_BORDER = re.compile(
    rf"(?P<then>(?:[,;.]|,?\s+and)?\s+{_THEN},?\s+)|,?\s+and\s+(?:also\s+)?|;\s*|(?<=[\w{_CLOSE}])[.?!]\s+|,\s+|\s*\n+\s*", re.IGNORECASE
)
_COURTESY = re.compile(
    r"^(?:(?:please|now|first|and|also|hi|hello|hey|ok|okay|so|then)\b[,!]?\s+"
    r"|(?:can|could|would|will) you\s+(?:please\s+)?|i(?: would|'d) like (?:you )?to\s+|i want (?:you )?to\s+"
    r"|ask (?:the )?\w+(?: agent)? to\s+|(?:let's|lets)\s+)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One wish, as far as the words tell."""

    text: str
    """Quoted content in it is replaced by marks."""
    quotes: tuple[str, ...] = ()
    then: bool = False
    """True when it is to be done after what stands before it."""
    border: str = ""
    """What stood between it and the clause before."""

    def put_back(self, text: str) -> str:
        """A part of `text` as it was written."""
        return _TAKEN.sub(lambda mark: self.quotes[int(mark.group(1))], text)

    def quoted(self, text: str) -> str | None:
        """The content, when `text` is nothing but something quoted."""
        mark = _TAKEN.fullmatch(text.strip())
        return self.quotes[int(mark.group(1))] if mark else None

    def joined(self, following: "Clause") -> "Clause":
        """Both as one."""
        return Clause(self.text + following.border + following.text, self.quotes, self.then, self.border)

    def words(self) -> str:
        """The clause for showing it to the person who wrote it."""
        return " ".join(self.put_back(self.text).split())


def without_quotes(sentence: str) -> tuple[str, tuple[str, ...]]:
    """The sentence with marks for its quoted content, and that content."""
    quotes = list[str]()

    def take(found: re.Match[str]) -> str:
        quotes.append(next(text for text in found.groups() if text is not None))
        return f"{_OPEN}{len(quotes) - 1}{_CLOSE}"

    text = _CONTENT.sub(take, sentence.replace(_OPEN, "").replace(_CLOSE, ""))
    return text, tuple(quotes)


def clauses_of(text: str, quotes: tuple[str, ...] = ()) -> list[Clause]:
    """The clauses of a text with marks for `quotes`, without the words of courtesy at their beginning."""
    clauses, start, border, then = list[Clause](), 0, "", False
    for found in [*_BORDER.finditer(text), None]:
        end = found.start() if found else len(text)
        piece = _COURTESY.sub("", text[start:end].strip()).strip(" .?!,")
        if piece:
            clauses.append(Clause(piece, quotes, then, border))
        if found:
            start, border, then = found.end(), found.group(), bool(found["then"])
    return clauses


def has_more_wishes(text: str) -> bool:
    """Whether one wish may end and the next begin in a text, what is quoted in it left aside."""
    return _BORDER.search(text) is not None


def joined_where(clauses: list[Clause], better: Callable[[Clause, Clause], bool]) -> list[Clause]:
    """The clauses, each joined with the one before it where `better(joined, before)` says so."""
    result = list[Clause]()
    for clause in clauses:
        if result and better(result[-1].joined(clause), result[-1]):
            result[-1] = result[-1].joined(clause)
        else:
            result.append(clause)
    return result
