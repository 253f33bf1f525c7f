"""Quotes and list items that are still open where a text is cut, so that what follows the cut can be read without what stands before it.

A text that goes on inside of containers is parsed behind an opening: one line for each of them, with its own mark and a heading that
is never drawn. To the parser everything is as it was, and it needs none of the lines that are final.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_QUOTE = re.compile(r" {0,3}> ?")
_ITEM = re.compile(r"( {0,3}(?:[-+*]|\d{1,9}[.)]))( *)")
_MOST_BLANKS = 4
"""With more blanks than this behind its mark an item begins with indented code, and only one of them belongs to the mark."""
UNSEEN = "# x\n"
"""Stands in for what a container held before the cut. A heading, because no later line can become part of it."""


@dataclass(frozen=True, slots=True)
class Container:
    """A quote or a list item."""

    mark: str
    """What its first line begins with, up to its content."""
    number: int | None = None
    """The number that an item of an ordered list is shown with."""

    @property
    def is_quote(self) -> bool:
        """Whether it is a quote, and not a list item."""
        return self.mark.endswith("> ")

    @property
    def later(self) -> str:
        """What its further lines begin with."""
        return self.mark if self.is_quote else " " * len(self.mark)

    def opened(self, line: str) -> str:
        """The content of its first line."""
        return _QUOTE.sub("", line, count=1) if self.is_quote else line[len(self.mark):]

    def inner(self, line: str) -> str | None:
        """The content of a further line; None when the line does not show that it belongs here."""
        if self.is_quote:
            match = _QUOTE.match(line)
            return None if match is None else line[match.end():]
        begin, rest = line[: len(self.mark)], line[len(self.mark):]
        inside = not begin.strip(" ") and (len(begin) == len(self.mark) or not rest)
        return rest if inside else None


QUOTE = Container("> ")


def item(line: str, number: int | None) -> Container | None:
    """The list item that a line begins with; None where tabs make it hard to say how wide its mark is."""
    match = _ITEM.match(line)
    if match is None or line[match.end():match.end() + 1] == "\t":
        return None
    mark, blanks = match[1], len(match[2])
    is_empty = not line[match.end():].strip("\n")
    return Container(mark + " " * (1 if is_empty or blanks > _MOST_BLANKS else max(1, blanks)), number)


def inner(line: str, containers: Iterable[Container]) -> str | None:
    """What a line holds inside of containers; None when it does not show that it belongs there."""
    found: str | None = line
    for container in containers:
        found = None if found is None else container.inner(found)
    return found


def later(containers: Iterable[Container]) -> str:
    """What a line inside of containers begins with."""
    return "".join([container.later for container in containers])


def opening(containers: tuple[Container, ...]) -> str:
    """The lines that open containers anew: one for each."""
    return "".join([later(containers[:place]) + container.mark + UNSEEN for place, container in enumerate(containers)])
