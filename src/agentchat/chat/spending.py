"""What the models of a chat cost so far, where the person has said what they cost.

A price belongs to a model, and a run's sums of tokens do not say which model used them. So every answer is counted here, with its price,
when it comes. Tokens of a run that were not (it was begun before this process; an agent has a model of its own) count at the dearest
price: what is told is never too little.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agentchat.runtime.values.usage import Usage

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Tokens:
    """Numbers of them, by what they cost."""

    read: int = 0
    """Without the cached ones."""
    cached: int = 0
    written: int = 0

    @classmethod
    def of(cls, usage: Usage) -> "Tokens":
        """Those of an answer, or of a run."""
        cached = min(usage.input_tokens_details.cached_tokens, usage.input_tokens)
        return cls(usage.input_tokens - cached, cached, usage.output_tokens)

    @classmethod
    def of_checkpoint(cls, sums: Mapping[str, Any]) -> "Tokens":
        """Those of a run, as its checkpoint has them (`usage_sums_to_json`); none of one that has not begun."""
        match sums:
            case {
                "input_tokens": int() as read,
                "output_tokens": int() as written,
                "input_tokens_details": [{"cached_tokens": int() as kept}],
            }:
                cached = min(kept, read)
                return cls(read - cached, cached, written)
            case _:
                return cls()

    def plus(self, other: "Tokens") -> "Tokens":
        """Both together."""
        return Tokens(self.read + other.read, self.cached + other.cached, self.written + other.written)

    def without(self, other: "Tokens") -> "Tokens":
        """What is left of each kind; never less than nothing."""
        return Tokens(max(0, self.read - other.read), max(0, self.cached - other.cached), max(0, self.written - other.written))


@dataclass(frozen=True, slots=True)
class Price:
    """For a million tokens of each kind."""

    read: float = 0.0
    cached: float = 0.0
    written: float = 0.0

    def of(self, tokens: Tokens) -> float:
        """What these cost."""
        return (self.read * tokens.read + self.cached * tokens.cached + self.written * tokens.written) / _MILLION


class Spending:
    """The account of one chat. Mutable: its models enter what they used; all on the chat's loop."""

    def __init__(self, dearest: Price | None = None, *, is_whole: bool = False) -> None:
        """`dearest` is None where no price is known; `is_whole`: every model of the team has one, so that a person can be told the sum."""
        self._dearest = dearest
        self._is_whole = is_whole
        self._cost = 0.0
        self._known = Tokens()

    def enter(self, price: Price, usage: Usage) -> None:
        """An answer has come."""
        tokens = Tokens.of(usage)
        self._cost += price.of(tokens)
        self._known = self._known.plus(tokens)

    def begin_run(self) -> None:
        """A new run begins, and counts from nothing."""
        self._cost, self._known = 0.0, Tokens()

    def of_run(self, tokens: Tokens) -> float | None:
        """What the run has cost that has used these; None where no price is known."""
        return None if self._dearest is None else self._cost + self._dearest.of(tokens.without(self._known))

    def told(self, tokens: Tokens) -> float | None:
        """The same, for a person; None also where some model has no price."""
        return self.of_run(tokens) if self._is_whole else None
