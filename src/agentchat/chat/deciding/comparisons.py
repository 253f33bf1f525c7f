"""Numbers in the rules of a file: `{ above = 50 }`, in the place of a value.

A yes needs a number that fits. A no, and a question, hold for everything that is not surely a number that does not: a text, nothing at
all, an argument that is left out (the tool may have a value of its own for it).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard, cast

WORDS = ("above", "at_least", "below", "at_most")
"""What a comparison is written with: the keys of its table."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a number must be, all of it; None where nothing is said."""

    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    at_most: float | None = None

    @classmethod
    def parse(cls, table: Mapping[str, Any]) -> "Comparison":
        """What a table says that `is_comparison`; a ValueError, the rest of a sentence, when it can mean nothing."""
        for word, number in table.items():
            if word not in WORDS:
                raise ValueError(f"has {word!r} beside a comparison; write only {', '.join(WORDS[:-1])} or {WORDS[-1]}.")
            if not is_number(number):
                raise ValueError(f"has no number for {word!r}; write one, without quotes.")
        made = cls(**table)
        if None not in {made.above, made.at_least} or None not in {made.below, made.at_most}:
            raise ValueError("has two bounds on one side; keep one.")
        if not made._leaves_something:
            raise ValueError("lets no number fit; turn the bounds round.")
        return made

    def fits(self, number: float) -> bool:
        """Whether the number is so."""
        return (
            (self.above is None or number > self.above)
            and (self.at_least is None or number >= self.at_least)
            and (self.below is None or number < self.below)
            and (self.at_most is None or number <= self.at_most)
        )

    @property
    def words(self) -> str:
        """As the end of a sentence: "above 50 and at most 100"."""
        bounds = ((word, getattr(self, word)) for word in WORDS)
        return " and ".join(f"{word.replace('_', ' ')} {bound}" for word, bound in bounds if bound is not None)

    @property
    def _leaves_something(self) -> bool:
        low = self.above if self.at_least is None else self.at_least
        high = self.below if self.at_most is None else self.at_most
        if low is None or high is None or low < high:
            return True
        return low == high == self.at_least == self.at_most


def is_comparison(pattern: object) -> TypeGuard[dict[str, Any]]:
    """Whether a value of a rule is one; any other table is the object that an argument must be."""
    return isinstance(pattern, dict) and not {*WORDS}.isdisjoint(cast("dict[str, Any]", pattern))


def is_number(value: object) -> TypeGuard[float]:
    """A finite one; true and false are none."""
    return math.isfinite(value) if isinstance(value, float) else isinstance(value, int) and not isinstance(value, bool)
