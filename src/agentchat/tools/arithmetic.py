"""The numbers, signs and functions of the calculator.

Whole numbers stay exact, everything else is decimal, so that 0.1 + 0.2 is 0.3. Every step has a bound on its size, because a
short expression such as 9 ** 9 ** 9 would otherwise keep the machine for years.
"""

import ast
import decimal
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from agentchat.tools.failures import ToolFailed

Number: TypeAlias = int | Decimal

MOST_BITS = 10_000
"""Size of the largest whole number, about 3,000 digits."""

SHOWN_DIGITS = 20
"""Significant digits of a result that is not whole; it is worked out with twice as many."""

CONTEXT = decimal.Context(
    prec=2 * SHOWN_DIGITS,
    Emax=MOST_BITS,
    Emin=-MOST_BITS,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
"""How decimals are worked out; whoever calls what is below has it in force."""

CONSTANTS: dict[str, Decimal] = {
    "pi": Decimal("3.14159265358979323846264338327950288419716939937511"),
    "tau": Decimal("6.28318530717958647692528676655900576839433879875021"),
    "e": Decimal("2.71828182845904523536028747135266249775724709369996"),
}


@dataclass(frozen=True, slots=True)
class Function:
    """A function and how many numbers it takes."""

    work_out: Callable[..., Number]
    least: int = 1
    most: int = 1


def bounded(number: Number) -> Number:
    """The number itself; an OverflowError when it is larger than any that is worked with."""
    if isinstance(number, Decimal) and not number.is_finite():
        raise OverflowError
    if isinstance(number, int) and number.bit_length() > MOST_BITS:
        raise OverflowError
    return number


def shown(number: Number) -> str:
    """The number as text: plain where that is readable, else with an exponent."""
    if isinstance(number, int):
        return str(number)
    rounded = decimal.Context(prec=SHOWN_DIGITS).plus(number).normalize()
    if not rounded:
        return "0"
    return f"{rounded:f}" if -8 <= rounded.adjusted() <= SHOWN_DIGITS else f"{rounded:e}"


def _sum(one: Number, other: Number) -> Number:
    return one + other


def _difference(one: Number, other: Number) -> Number:
    return one - other


def _product(one: Number, other: Number) -> Number:
    return one * other


def _quotient(one: Number, other: Number) -> Number:
    if not other:
        raise ZeroDivisionError
    if isinstance(one, int) and isinstance(other, int) and one % other == 0:
        return one // other
    return Decimal(one) / Decimal(other)


def _remainder(one: Number, other: Number) -> Number:
    """With the sign of the divisor, for decimals too."""
    if isinstance(one, int) and isinstance(other, int):
        return one % other
    if not other:
        raise ZeroDivisionError
    rest = Decimal(one) % Decimal(other)
    return rest + other if rest and (rest < 0) != (other < 0) else rest


def _whole_quotient(one: Number, other: Number) -> Number:
    if isinstance(one, int) and isinstance(other, int):
        return one // other
    return _whole(_quotient(one - _remainder(one, other), other))


def _power(base: Number, exponent: Number) -> Number:
    if isinstance(base, Decimal) or isinstance(exponent, Decimal) or exponent < 0:
        return Decimal(base) ** Decimal(exponent)
    if abs(base) > 1 and (base.bit_length() - 1) * exponent > MOST_BITS:
        raise OverflowError
    return int(base**exponent)


def _size(number: Number) -> Number:
    return abs(number)


def _whole(number: Number, rounding: str = decimal.ROUND_HALF_UP) -> int:
    if isinstance(number, int):
        return number
    if number.adjusted() > MOST_BITS // 4:
        raise OverflowError
    return int(number.to_integral_value(rounding))


def _floor(number: Number) -> int:
    return _whole(number, decimal.ROUND_FLOOR)


def _ceil(number: Number) -> int:
    return _whole(number, decimal.ROUND_CEILING)


def _rounded(number: Number, places: Number = 0) -> Number:
    """Halves are rounded away from zero, as people do."""
    if not isinstance(places, int) or abs(places) > SHOWN_DIGITS:
        raise ToolFailed(f"round takes a whole number of places, from -{SHOWN_DIGITS} to {SHOWN_DIGITS}.")
    if places <= 0:
        step = 10**-places
        return _whole(number if step == 1 else _quotient(number, step)) * step
    already = isinstance(number, int) or number.adjusted() >= SHOWN_DIGITS
    return number if already else Decimal(number).quantize(Decimal(1).scaleb(-places), decimal.ROUND_HALF_UP)


def _least(*numbers: Number) -> Number:
    return min(numbers)


def _greatest(*numbers: Number) -> Number:
    return max(numbers)


def _total(*numbers: Number) -> Number:
    return sum(numbers)


def _mean(*numbers: Number) -> Number:
    return _quotient(sum(numbers), len(numbers))


def _root(number: Number) -> Number:
    if isinstance(number, int) and number >= 0 and math.isqrt(number) ** 2 == number:
        return math.isqrt(number)
    return Decimal(number).sqrt()


def _cube_root(number: Number) -> Number:
    size = abs(Decimal(number)) ** (Decimal(1) / 3)
    whole = size.to_integral_value()
    size = whole if whole**3 == abs(number) else size
    return -size if number < 0 else size


def _exponential(number: Number) -> Number:
    return Decimal(number).exp()


def _logarithm(number: Number, base: Number | None = None) -> Number:
    if number <= 0:
        raise ToolFailed("Only numbers above zero have a logarithm.")
    if base is None:
        return Decimal(number).ln()
    return Decimal(number).log10() if base == 10 else Decimal(number).ln() / Decimal(base).ln()


def _logarithm_2(number: Number) -> Number:
    return _logarithm(number, 2)


def _logarithm_10(number: Number) -> Number:
    return _logarithm(number, 10)


def _by_float(function: Callable[..., float]) -> Callable[..., Number]:
    """A function of the C library; its result holds about 15 digits, so the rest is taken off."""

    def called(*numbers: Number) -> Number:
        return Decimal(repr(round(function(*(float(one) for one in numbers)), 15)))

    return called


def _of_whole(function: Callable[..., int], *, largest: int | None = None) -> Callable[..., Number]:
    """A function of whole numbers."""

    def called(*numbers: Number) -> Number:
        whole = [_floor(one) for one in numbers]
        if whole != list(numbers):
            raise ToolFailed(f"{function.__name__} takes whole numbers.")
        if largest is not None and any(abs(one) > largest for one in whole):
            raise ToolFailed(f"{function.__name__} takes numbers up to {largest:,}.")
        return function(*whole)

    return called


OPERATORS: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: _sum,
    ast.Sub: _difference,
    ast.Mult: _product,
    ast.Div: _quotient,
    ast.FloorDiv: _whole_quotient,
    ast.Mod: _remainder,
    ast.Pow: _power,
}

_MANY = 500

FUNCTIONS: dict[str, Function] = {
    "sqrt": Function(_root),
    "cbrt": Function(_cube_root),
    "abs": Function(_size),
    "round": Function(_rounded, most=2),
    "floor": Function(_floor),
    "ceil": Function(_ceil),
    "min": Function(_least, most=_MANY),
    "max": Function(_greatest, most=_MANY),
    "sum": Function(_total, most=_MANY),
    "mean": Function(_mean, most=_MANY),
    "exp": Function(_exponential),
    "log": Function(_logarithm, most=2),
    "ln": Function(_logarithm),
    "log2": Function(_logarithm_2),
    "log10": Function(_logarithm_10),
    "sin": Function(_by_float(math.sin)),
    "cos": Function(_by_float(math.cos)),
    "tan": Function(_by_float(math.tan)),
    "asin": Function(_by_float(math.asin)),
    "acos": Function(_by_float(math.acos)),
    "atan": Function(_by_float(math.atan)),
    "sinh": Function(_by_float(math.sinh)),
    "cosh": Function(_by_float(math.cosh)),
    "tanh": Function(_by_float(math.tanh)),
    "degrees": Function(_by_float(math.degrees)),
    "radians": Function(_by_float(math.radians)),
    "hypot": Function(_by_float(math.hypot), most=_MANY),
    "factorial": Function(_of_whole(math.factorial, largest=1_000)),
    "comb": Function(_of_whole(math.comb, largest=1_000), least=2, most=2),
    "perm": Function(_of_whole(math.perm, largest=1_000), least=2, most=2),
    "gcd": Function(_of_whole(math.gcd), most=_MANY),
    "lcm": Function(_of_whole(math.lcm), most=_MANY),
}
