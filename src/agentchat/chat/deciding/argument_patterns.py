"""For which calls a rule of a file holds, by their arguments.

A yes and a no are read differently. A yes fits exactly what stands there, and a path that climbs with ".." is nothing that a pattern
speaks of. A no fits other spellings of the same, too, and arguments that not everybody reads alike: it must not be talked round.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from agentchat.chat.deciding.comparisons import Comparison, is_comparison, is_number
from agentchat.runtime.declarations.run_context import canonical_json
from agentchat.runtime.ports.policy import CallInQuestion

REST = "**"
"""At the end of a list: any rest."""


@dataclass(frozen=True, slots=True)
class ArgumentPatterns:
    """Arguments, and what they must be: texts with `*` (anything but a slash) and `**` (anything), comparisons, other values as such."""

    wanted: Mapping[str, Any]

    def allow(self, call: CallInQuestion) -> bool:
        """Whether a yes for such calls is one for this call."""
        return not _is_read_differently(call) and self._fit(call, widely=False)

    def forbid(self, call: CallInQuestion) -> bool:
        """Whether a no, or a question, about such calls is one about this call."""
        return _is_read_differently(call) or self._fit(call, widely=True)

    def _fit(self, call: CallInQuestion, *, widely: bool) -> bool:
        given = call.arguments
        return all(
            _fits(pattern, given[name], widely=widely) if name in given else widely and is_comparison(pattern)
            for name, pattern in self.wanted.items()
        )


def _is_read_differently(call: CallInQuestion) -> bool:
    """Whether the arguments as they are written say more than those that are known: a name that stands twice, a number's spelling."""
    return bool(call.canonical) and call.canonical != canonical_json(call.arguments)


def _fits(pattern: Any, value: Any, *, widely: bool) -> bool:
    if is_comparison(pattern):
        return Comparison.parse(pattern).fits(value) if is_number(value) else widely
    match pattern, value:
        case str(), str():
            return _text_fits(pattern, value, widely=widely)
        case list(), list():
            return _list_fits(cast("list[Any]", pattern), cast("list[Any]", value), widely=widely)
        case dict(), dict():
            wanted, given = cast("dict[str, Any]", pattern), cast("dict[str, Any]", value)
            return wanted.keys() == given.keys() and all(_fits(wanted[name], given[name], widely=widely) for name in wanted)
        case _:
            return isinstance(pattern, bool) == isinstance(value, bool) and pattern == value


def _text_fits(pattern: str, value: str, *, widely: bool) -> bool:
    if not widely:
        climbs = "*" in pattern and ".." in value.split("/")
        return not climbs and _regex(pattern).fullmatch(value) is not None
    spellings = {one.casefold() for one in (value, posixpath.normpath(value), value.strip())}
    return any(_regex(pattern.casefold()).fullmatch(one) for one in spellings)


def _list_fits(patterns: list[Any], values: list[Any], *, widely: bool) -> bool:
    if patterns and patterns[-1] == REST:
        patterns = patterns[:-1]
        values = values[: len(patterns)]
    return len(patterns) == len(values) and all(
        _fits(pattern, value, widely=widely) for pattern, value in zip(patterns, values, strict=True)
    )


def _regex(pattern: str) -> re.Pattern[str]:
    parts = (re.escape(part) if part not in {"*", "**"} else "[^/]*" if part == "*" else ".*" for part in re.split(r"(\*\*|\*)", pattern))
    return re.compile("".join(parts), re.DOTALL)
