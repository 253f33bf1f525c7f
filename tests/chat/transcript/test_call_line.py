import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentchat.chat.safe_text import safe_line
from agentchat.chat.transcript.call_line import call_line

REFUND = '{"order_id": 1042, "amount": 49.0, "reason": "late\\n\\"delivery\\" \\u00e9", "lines": [1, {"a": true}], "note": null}'


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (120, 'issue_refund(order_id=1042, amount=49.0, reason="late\\n\\"delivery\\" é", lines=[1, {"a": true}])'),
        (90, 'issue_refund(order_id=1042, amount=49.0, reason="late\\n\\"delivery\\" é", …)'),
        (70, "issue_refund(order_id=1042, amount=49.0, …)"),
        (60, "issue_refund(order_id=1042, amount=49.0, …)"),
        (43, "issue_refund(order_id=1042, amount=49.0, …)"),
        (42, "issue_refund(order_id=1042, …)"),
        (30, "issue_refund(order_id=1042, …)"),
        (29, "issue_refund(order_id=1042…)"),
        (25, "issue_refund(order_id=1…)"),
        (15, "issue_refund(…)"),
        (14, "issue_refund…"),
        (8, "issue_r…"),
        (1, "…"),
        (0, ""),
    ],
)
def test_short_arguments_that_do_not_fit_are_left_out_from_the_end(width: int, line: str):
    assert call_line("issue_refund", REFUND, width=width) == line


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("", "pay()"),
        ("{", "pay(…)"),
        ('{"am', "pay(…)"),
        ('{"amount"', "pay(…)"),
        ('{"amount":', "pay(amount=…)"),
        ('{"amount": -', "pay(amount=-…)"),
        ('{"amount": 49', "pay(amount=49…)"),
        ('{"amount": 49,', "pay(amount=49, …)"),
        ('{"amount": 49, "why": "la', 'pay(amount=49, why="la…)'),
        ('{"amount": 49, "why": "late\\', 'pay(amount=49, why="late…)'),
        ('{"amount": 49, "why": "late\\u00', 'pay(amount=49, why="late…)'),
        ('{"amount": 49, "why": "late\\u00e9', 'pay(amount=49, why="lateé…)'),
        ('{"amount": 49, "ok": tr', "pay(amount=49, ok=tr…)"),
        ('{"amount": 49, "of": [1, {"a":', 'pay(amount=49, of=[1, {"a":…)'),
        ('{"amount": 49}', "pay(amount=49)"),
    ],
)
def test_incomplete_arguments_show_what_has_arrived(arguments: str, line: str):
    assert call_line("pay", arguments, width=80) == line


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (" { } ", "t()"),
        ("[1,\n 2]", "t([1, 2])"),
        ("*** Begin\n*** End", "t(*** Begin *** End)"),
        ('{"a": 1} and more', "t(a=1, …)"),
        ('{"a" 1}', "t(…)"),
        ('{"a": 1e3, "b": 1.50}', "t(a=1e3, b=1.50)"),
        ('{"a": ' + "[" * 100_000, "t(a=[[[…)"),
        ('{"a": ' + "9" * 100_000 + "}", "t(a=999…)"),
        ("x" * 100_000, "t(xxxxx…)"),
        ('{"a": "raw\nbreak"}', 't(a="raw\\nbreak")'),
        ('{"a\\nb": 1, "\\x": 2}', 't(a␊b=1, "\\x"=2)'),
        ('{"a": "x\u202ey\u200b"}', 't(a="x\\u{202E}y\\u{200B}")'),
    ],
)
def test_arguments_of_any_kind_give_one_line(arguments: str, line: str):
    width = 9 if len(arguments) > 1_000 else 80
    assert call_line("t", arguments, width=width) == line


def test_a_hostile_tool_name_stays_on_the_line():
    assert call_line("a\nb\x1b[2J", "{}", width=80) == "a␊b␛[2J()"


def test_a_path_stays_readable_beside_the_text_of_a_file():
    call = json.dumps({"content": "# Notes\n" * 99, "encoding": None, "path": "docs/notes/today.md"})
    assert call_line("write_file", call, width=60) == 'write_file(content="# Notes\\n#…, path="docs/notes/today.md")'
    assert call_line("write_file", call, width=45) == 'write_file(…, path="docs/notes/today.md")'
    assert call_line("write_file", call, width=34) == 'write_file(…, path="docs/notes/t…)'


def test_of_long_arguments_each_is_shortened_before_the_last_is_left_out():
    call = json.dumps({"old": "from x import y", "new": "import " * 20, "choices": "none " * 12})
    assert call_line("t", call, width=60) == 't(old="from x import y", new="impo…, choices="none none no…)'
    assert call_line("t", call, width=40) == 't(old="from x import y", …)'


def test_an_emoji_that_is_cut_leaves_no_joiner():
    assert call_line("t", '{"a": "\U0001f468\u200d\U0001f469\u200d\U0001f467"}', width=9) == 't(a="\U0001f468…)'


def test_what_lies_far_behind_is_not_read():
    text = '{"path": "a.txt", "content": "' + "x" * 10_000 + '", "mode": "w"}'
    assert call_line("write_file", text, width=5_000).endswith("x…)")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(arguments=st.dictionaries(st.text(max_size=8), values, max_size=4), cut=st.integers(0, 200), width=st.integers(0, 80))
def test_every_beginning_of_every_call_fits_on_one_safe_line(arguments: dict[str, object], cut: int, width: int):
    line = call_line("tool", json.dumps(arguments)[:cut], width=width)
    assert len(line) <= width
    assert safe_line(line) == line


names = st.text(alphabet="abc_", min_size=1, max_size=8)


@given(arguments=st.dictionaries(names, st.integers() | st.text(alphabet='abc é"', max_size=9), max_size=4))
def test_a_complete_call_with_room_shows_every_argument(arguments: dict[str, object]):
    shown = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in arguments.items())
    assert call_line("tool", json.dumps(arguments), width=500) == f"tool({shown})"
