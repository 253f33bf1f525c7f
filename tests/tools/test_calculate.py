import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentchat.tools.calculate import calculator
from agentchat.tools.failures import ToolFailed


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("(12.5 + 7) * 3", "58.5"),
        ("0.1 + 0.2", "0.3"),
        ("2^10", "1024"),
        ("6 / 3", "2"),
        ("1 / 3", "0.33333333333333333333"),
        ("7 // 2", "3"),
        ("-7 // 2", "-4"),
        ("-7.5 // 2", "-4"),
        ("-7 % 3", "2"),
        ("-7.5 % 2", "0.5"),
        ("2 ** -1", "0.5"),
        ("2 ** 0.5", "1.4142135623730950488"),
        ("2 ** 200", "1606938044258990275541962092341162602522202993782792835301376"),
        ("3 × 4 ÷ 2 − 1", "5"),  # noqa: RUF001 - how people write it
        ("sqrt(16)", "4"),
        ("sqrt(2) * sqrt(2)", "2"),
        ("cbrt(-27)", "-3"),
        ("round(2.5)", "3"),
        ("round(2.345, 2)", "2.35"),
        ("round(1250, -2)", "1300"),
        ("floor(-2.5) + ceil(2.1)", "0"),
        ("max(1, 2.5, 2)", "2.5"),
        ("mean([1, 2, 4])", "2.3333333333333333333"),
        ("log10(1000)", "3"),
        ("log2(1024)", "10"),
        ("log(8, 2)", "3"),
        ("ln(e)", "1"),
        ("sin(pi)", "0"),
        ("degrees(pi)", "180"),
        ("hypot(3, 4)", "5"),
        ("factorial(20)", "2432902008176640000"),
        ("comb(52, 5)", "2598960"),
        ("gcd(12, 18) + lcm(4, 6)", "18"),
        ("0.12345678901234567890 * 1", "0.1234567890123456789"),
        ("1e30 * 1.5", "1.5e+30"),
        ("1e-12 / 3", "3.3333333333333333333e-13"),
        ("1_000_000 * 2", "2000000"),
        ("+3 - -3", "6"),
    ],
)
def test_expressions_have_their_exact_results(expression: str, result: str) -> None:
    assert calculator(expression) == result


_ONLY = "Only numbers, + - * / // % **, parentheses and the functions of the calculator can be used."
_TOO_LARGE = "The result is too large: whole numbers can have at most about 3,000 digits."


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("1 / 0", "'1 / 0' divides by zero."),
        ("1 % 0.0", "'1 % 0.0' divides by zero."),
        ("log(5, 1)", "'log(5, 1)' divides by zero."),
        ("sqrt(-1)", "'sqrt(-1)' has no result as a real number."),
        ("asin(2)", "'asin(2)' has no result as a real number."),
        ("log(0)", "Only numbers above zero have a logarithm."),
        ("9 ** 9 ** 9", _TOO_LARGE),
        ("9.5 ** 9 ** 9", _TOO_LARGE),
        ("2 ** 5000 * 2 ** 5000 * 2", _TOO_LARGE),
        ("exp(99999)", _TOO_LARGE),
        ("cosh(1000)", _TOO_LARGE),
        ("1e99999", _TOO_LARGE),
        ("floor(1e9000)", _TOO_LARGE),
        ("factorial(1001)", "factorial takes numbers up to 1,000."),
        ("factorial(2.5)", "factorial takes whole numbers."),
        ("comb(5)", "comb takes 2 numbers, not 1."),
        ("round(2.5, 0.5)", "round takes a whole number of places, from -20 to 20."),
        ("squirt(4)", "The calculator does not know 'squirt'; did you mean 'sqrt'?"),
        ("apples * 2", "The calculator does not know 'apples'; put a number in its place."),
        ("sqrt + 1", "'sqrt' is a function; write it with parentheses, such as sqrt(2)."),
        ("2 +", "'2 +' is not an expression; write it like (12.5 + 7) * 3, without units or '='."),
        ("x = 3", "'x = 3' is not an expression; write it like (12.5 + 7) * 3, without units or '='."),
        ("", "'' is not an expression; write it like (12.5 + 7) * 3, without units or '='."),
        ("'a' * 9", _ONLY),
        ("True + 1", _ONLY),
        ("1 < 2", _ONLY),
        ("(1).bit_length()", _ONLY),
        ("[x for x in (1, 2)]", _ONLY),
        ("__import__('os').system('true')", _ONLY),
        ("1" * 501, "The expression is longer than 500 characters; work it out in parts."),
    ],
)
def test_what_cannot_be_worked_out_is_one_sentence(expression: str, sentence: str) -> None:
    with pytest.raises(ToolFailed) as failure:
        calculator(expression)
    assert str(failure.value) == sentence


def test_deep_nesting_is_refused_or_worked_out_and_never_crashes() -> None:
    assert calculator("-" * 400 + "1") == "1"
    with pytest.raises(ToolFailed):
        calculator("(" * 250 + "1" + ")" * 249)


_PIECES = ["1", "2.5", "999", "**", "*", "/", "//", "%", "-", "(", ")", "factorial(", "lcm(", "exp(", ",", "e9", "pi", "tan("]


@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join))
def test_any_expression_gives_a_number_or_a_sentence_in_no_time(expression: str) -> None:
    try:
        answer = calculator(expression)
    except ToolFailed as failure:
        answer = str(failure)
    assert 0 < len(answer) < 3_100
