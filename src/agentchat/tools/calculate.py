"""The calculator: arithmetic from its own reading of an expression; nothing of it is ever run as Python."""

import ast
import decimal
from decimal import Decimal

from agentchat.tools.arithmetic import CONSTANTS, CONTEXT, FUNCTIONS, OPERATORS, Number, bounded, shown
from agentchat.tools.failures import ToolFailed
from agentchat.tools.wording import nearest, quoted

LONGEST_EXPRESSION = 500
"""Characters."""

_SPELLINGS = str.maketrans({"^": "**", "\N{MULTIPLICATION SIGN}": "*", "·": "*", "÷": "/", "\N{MINUS SIGN}": "-", "\n": " "})


def calculator(expression: str) -> str:
    """Works out an arithmetic expression exactly and gives the number.

    Knows + - * / // % ** (or ^) and parentheses; the constants pi, e, tau; and the functions sqrt, cbrt, abs, round, floor,
    ceil, min, max, sum, mean, exp, log (with an optional base), ln, log2, log10, sin, cos, tan, asin, acos, atan, sinh, cosh,
    tanh, degrees, radians, hypot, factorial, comb, perm, gcd, lcm. Angles are in radians.

    Args:
        expression: The expression, such as "(12.5 + 7) * 3" or "sqrt(2) / 2". Numbers without thousands separators.
    """
    if len(expression) > LONGEST_EXPRESSION:
        raise ToolFailed(f"The expression is longer than {LONGEST_EXPRESSION} characters; work it out in parts.")
    try:
        with decimal.localcontext(CONTEXT):
            return shown(_value_of(expression))
    except ZeroDivisionError:
        raise ToolFailed(f"{quoted(expression)} divides by zero.") from None
    except (OverflowError, decimal.Overflow):
        raise ToolFailed("The result is too large: whole numbers can have at most about 3,000 digits.") from None
    except RecursionError:
        raise ToolFailed("The expression is nested too deeply; work it out in parts.") from None
    except (decimal.InvalidOperation, ValueError):
        raise ToolFailed(f"{quoted(expression)} has no result as a real number.") from None


def _value_of(expression: str) -> Number:
    source = expression.strip().translate(_SPELLINGS)
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, MemoryError):
        hint = "write it like (12.5 + 7) * 3, without units or '='"
        raise ToolFailed(f"{quoted(expression)} is not an expression; {hint}.") from None
    return _value(tree.body, source)


def _value(node: ast.expr, source: str) -> Number:
    match node:
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            return bounded(number)
        case ast.Constant(value=float()):
            # From the text, because a float has lost the digits already.
            return +Decimal(ast.get_source_segment(source, node) or "")
        case ast.Name(id=name):
            return _constant(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, source)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand, source)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in OPERATORS:
            return bounded(OPERATORS[type(sign)](_value(left, source), _value(right, source)))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return bounded(_called(name, [_value(one, source) for one in _flat(arguments)]))
        case _:
            raise ToolFailed("Only numbers, + - * / // % **, parentheses and the functions of the calculator can be used.")


def _constant(name: str) -> Number:
    if name in CONSTANTS:
        return CONSTANTS[name]
    if name in FUNCTIONS:
        raise ToolFailed(f"'{name}' is a function; write it with parentheses, such as {name}(2).")
    raise _unknown(name)


def _called(name: str, numbers: list[Number]) -> Number:
    if name not in FUNCTIONS:
        raise _unknown(name)
    function = FUNCTIONS[name]
    if not function.least <= len(numbers) <= function.most:
        wanted = str(function.least) if function.least == function.most else f"{function.least} or more"
        raise ToolFailed(f"{name} takes {wanted} numbers, not {len(numbers)}.")
    return function.work_out(*numbers)


def _flat(arguments: list[ast.expr]) -> list[ast.expr]:
    """The arguments; a list in brackets stands for its elements, as in max([1, 2])."""
    match arguments:
        case [ast.List(elts=elements) | ast.Tuple(elts=elements)]:
            return elements
        case _:
            return arguments


def _unknown(name: str) -> ToolFailed:
    close = nearest(name, [*FUNCTIONS, *CONSTANTS])
    hint = f"did you mean '{close}'?" if close else "put a number in its place."
    return ToolFailed(f"The calculator does not know {quoted(name)}; {hint}")
