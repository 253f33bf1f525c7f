import re
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agentchat.chat.safe_text import exact_line, exact_text, hidden_in, safe_line, safe_text

NASTY = [
    *"\\u{}5C20B \n\t\r\x00\x1b\x7f\x85\x9b",
    *"\u200b\u200c\u200d\u202e\u2066\u2028\u00ad\u034f\u2800\u3164\ufe0e\ufe0f\ufeff\ufff9\ufffe\ue000\ud800\udc00\U000e0041\U000e007f",
    *"\u00a0\u2003\u3000\u1680␀␉␊␛␡\u0301\u0323\u0338e=é\u212b\u2126\u1100\u1161\uac00\u09c7\u09be",
    *"\U0001f468\U0001f469\U0001f3fd\U0001f3f4\u2764\u20e31",
    "\\u{200B}", "\\u{5C}", "\\u{20}", "\\\\u{", "1\ufe0f\u20e3", "\U0001f468\u200d\U0001f469", "\U0001f3f4\U000e0067\U000e0062",
]
texts = st.lists(st.sampled_from(NASTY) | st.characters(exclude_categories=()), max_size=12).map("".join)

DEFAULT_IGNORABLE = [
    *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F)),
    *(*range(0x2060, 0x2070), 0x3164, *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0, *range(0xFFF0, 0xFFF9)),
    *(*range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B), *range(0xE0000, 0xE1000)),
]

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
RAINBOW_FLAG = "\U0001f3f3\ufe0f\u200d\U0001f308"
ASTRONAUT = "\U0001f9d1\U0001f3fd\u200d\U0001f680"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


def read_back(exact: str) -> str:
    """What a person who knows the rules reads in the exact form."""

    def original(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        return "\x7f" if match[0] == "␡" else chr(ord(match[0]) - 0x2400)

    return re.sub(r"\\u\{([0-9A-F]+)\}|[␀-␟␡]", original, exact)


def test_control_characters_become_their_symbols():
    assert safe_text("\x1b[31mred\x07 \x00\x7f") == "␛[31mred␇ ␀␡"


def test_c1_controls_become_their_numbers():
    assert safe_text("a\x85\x9b31m") == "a\\u{85}\\u{9B}31m"


@pytest.mark.parametrize(
    "char",
    [*"\u202e\u2066\u200b\u200e\u2800\u3164\u115f\u00ad\u2028\u2029\ufeff\ufff9\U000e0041\ud800\ufffe\ue000\U0010ffff\u0378\U0001d159"],
)
def test_what_cannot_be_seen_becomes_its_number(char: str):
    assert safe_text(f"a{char}b") == f"a\\u{{{ord(char):X}}}b"


def test_no_default_ignorable_character_stays_hidden():
    assert [safe_text(chr(code)) for code in DEFAULT_IGNORABLE] == [f"\\u{{{code:X}}}" for code in DEFAULT_IGNORABLE]


def test_line_breaks_stay_and_a_carriage_return_is_shown():
    assert safe_text("one\r\ntwo\rthree\n") == "one␍\ntwo␍three\n"


def test_a_tab_reaches_to_the_next_stop_of_its_line():
    assert safe_text("\ta\tbcd\te\nab\tc") == "    a   bcd e\nab  c"


def test_a_tab_after_a_made_visible_character_counts_what_is_shown():
    assert safe_text("\x1b\tx") == "␛   x"


@pytest.mark.parametrize("emoji", [FAMILY, RAINBOW_FLAG, ASTRONAUT, SCOTLAND, "1\ufe0f\u20e3", "❤\ufe0f", "❤\ufe0e", "🇩🇪", "☝🏽"])
def test_an_emoji_stays_whole(emoji: str):
    assert safe_text(f"a {emoji} b\t\x07") == f"a {emoji} b\t␇".expandtabs(4)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\ufe0f", "a\\u{FE0F}"),
        ("❤\ufe0f\ufe0f", "❤\ufe0f\\u{FE0F}"),
        ("👨\u200d", "👨\\u{200D}"),
        ("👨\u200da", "👨\\u{200D}a"),
        ("a\u200d👨", "a\\u{200D}👨"),
        ("1\ufe0f", "1\\u{FE0F}"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\\u{E0067}\\u{E0062}\\u{E007F}"),
        (f"{SCOTLAND}\U000e0041", f"{SCOTLAND}\\u{{E0041}}"),
    ],
)
def test_what_joins_emoji_is_shown_where_it_joins_none(text: str, shown: str):
    assert safe_text(text) == shown


@pytest.mark.parametrize(
    "text",
    ["naïve — “quoted” … →", "日本語、한국어", "مرحبا", "नमस्ते", "Ω≈ç√", "a\u00a0b\u3000c\u202fd", "\ufffd", "\U0001faea"],
)
def test_visible_text_of_every_script_stays(text: str):
    assert safe_text(text) == text


def test_an_emoji_newer_than_this_python_stays():
    assert safe_text("\U0001f8ff مرحبا") == "\U0001f8ff مرحبا"


def test_the_joiners_of_letters_are_shown():
    assert safe_text("نمی\u200cشود") == "نمی\\u{200C}شود"


def test_every_character_that_is_shown_as_itself_can_be_seen():
    hidden = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    kept = [char for char in map(chr, range(0x3100)) if safe_text(f"—{char}") == f"—{char}"]
    assert [char for char in kept if unicodedata.category(char) in hidden] == ["\n"]


@given(texts)
@example(f"{FAMILY}\u200d\u200d{SCOTLAND}\U000e007f")
def test_applied_twice_it_gives_the_same(text: str):
    once = safe_text(text)
    assert safe_text(once) == once
    assert safe_line(safe_line(text)) == safe_line(text)


@given(texts)
def test_nothing_that_commands_a_terminal_comes_through(text: str):
    for shown in (safe_text(text), exact_text(text)):
        assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", shown) is None


def test_one_line_stays_one_line():
    assert safe_line("a\nb\tc\r\n") == "a␊b c␍␊"
    assert exact_line("a\nb ") == "a␊b\\u{20}"


@given(texts)
@example("\\\u200b\\u{200B}\\\\u{200B}")
def test_the_exact_form_can_be_read_back(text: str):
    assert read_back(exact_text(text)) == text
    assert read_back(exact_line(text)) == text
    assert "\n" not in exact_line(text)


@given(texts)
def test_the_exact_form_is_normal_so_that_no_two_are_canonically_the_same(text: str):
    assert unicodedata.is_normalized("NFC", exact_text(text))


def test_a_text_of_very_many_different_characters_is_shown_as_well():
    text = "".join(map(chr, range(0x3400, 0xA000)))
    assert safe_text(text + "\u200b") == text + "\\u{200B}"
    assert exact_text(text + "\u200b") == text + "\\u{200B}"


def test_ordinary_text_is_its_own_exact_form():
    text = 'def f(a):\n    return {"a": "C:\\users"}  # é, 日本語, 😀'
    assert exact_text(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\\u{200B}", "\\u{5C}u{200B}"),
        ("\\\u200b", "\\\\u{200B}"),
        ("␛\x1b", "\\u{241B}␛"),
        ("a\tb", "a␉b"),
        ("rm\u00a0-r\u2003x", "rm\\u{A0}-r\\u{2003}x"),
        ("one  \ntwo ", "one \\u{20}\ntwo\\u{20}"),
        ("👨\u200d👩", "👨\\u{200D}👩"),
        ("❤\ufe0f", "❤\\u{FE0F}"),
        ("cafe\u0301", "cafe\\u{301}"),
        ("\u037e rm", "\\u{37E} rm"),
    ],
)
def test_what_could_be_taken_for_something_else_is_escaped(text: str, shown: str):
    assert exact_text(text) == shown


def test_what_was_hidden_is_named_once_in_order():
    assert hidden_in("a\u202eb\x1bc\u202e\x7f\x9b\ud800\ue000\u0378\u00a0") == (
        "RIGHT-TO-LEFT OVERRIDE U+202E",
        "ESC U+001B",
        "DEL U+007F",
        "C1 CONTROL U+009B",
        "LONE SURROGATE U+D800",
        "PRIVATE USE U+E000",
        "UNASSIGNED U+0378",
        "NO-BREAK SPACE U+00A0",
    )


@pytest.mark.parametrize("text", ["", "plain\n\ttext", "é — 日本語", f"{FAMILY} {RAINBOW_FLAG} 1\ufe0f\u20e3"])
def test_ordinary_text_hides_nothing(text: str):
    assert hidden_in(text) == ()


def test_a_joiner_outside_an_emoji_is_named():
    assert hidden_in(f"{FAMILY}a\u200db") == ("ZERO WIDTH JOINER U+200D",)


def test_a_long_plain_text_takes_no_time():
    text = ("plain text of an ordinary answer, with {braces}\n" * 3000)[:100_000]
    assert min(_seconds(text) for _ in range(20)) < 0.001


def _seconds(text: str) -> float:
    start = time.perf_counter()
    safe_text(text)
    return time.perf_counter() - start
