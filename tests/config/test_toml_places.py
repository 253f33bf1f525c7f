import json
import tomllib
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentchat.config.toml_places import KeyPath, broken_off, dotted, line_of, toml_places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", {}),
        ("a = 1", {("a",): 1}),
        ("\n# a = 1\na = 1 # b = 2\n\nb = 2", {("a",): 3, ("b",): 5}),
        ("a.b . c = 1\na.d = 2", {("a",): 1, ("a", "b"): 1, ("a", "b", "c"): 1, ("a", "d"): 2}),
        ('"a.b" = 1\n\'c]\' = 2\n"\\u0041\\n" = 3\n"" = 4', {("a.b",): 1, ("c]",): 2, ("A\n",): 3, ("",): 4}),
        ("[t]\na = 1\n[t.u]\nb = 2", {("t",): 1, ("t", "a"): 2, ("t", "u"): 3, ("t", "u", "b"): 4}),
        ("[t.u]\n[t]\na = 1", {("t",): 2, ("t", "u"): 1, ("t", "a"): 3}),
        (
            "[[a]]\nx = 1\n[[a]]\nx = 2\n[a.b]\ny = 3\n[[a.c]]\n[[a.c]]\nz = 4",
            {
                ("a",): 1,
                ("a", 0): 1,
                ("a", 0, "x"): 2,
                ("a", 1): 3,
                ("a", 1, "x"): 4,
                ("a", 1, "b"): 5,
                ("a", 1, "b", "y"): 6,
                ("a", 1, "c"): 7,
                ("a", 1, "c", 0): 7,
                ("a", 1, "c", 1): 8,
                ("a", 1, "c", 1, "z"): 9,
            },
        ),
        ("a = [ # one\n 1,\n # two ]\n [2, '],'],\n]\nb = 1", {
            ("a",): 1, ("a", 0): 2, ("a", 1): 4, ("a", 1, 0): 4, ("a", 1, 1): 4, ("b",): 6,
        }),
        ("a = {b = 1, c.d = {}, e = [{f = 2},\n{g = 3}]}\nh = 1", {
            ("a",): 1, ("a", "b"): 1, ("a", "c"): 1, ("a", "c", "d"): 1, ("a", "e"): 1, ("a", "e", 0): 1,
            ("a", "e", 0, "f"): 1, ("a", "e", 1): 2, ("a", "e", 1, "g"): 2, ("h",): 3,
        }),
        ('a = """\nb = 1\n\\"""\n""""\nc = 1', {("a",): 1, ("c",): 5}),
        ("a = '''\nb = 1\n'\\'''''\nc = 1", {("a",): 1, ("c",): 4}),
        ('a = """x"""""\nb = "\\\\"\nc = \'\\\'\nd = ""\ne = 1', {("a",): 1, ("b",): 2, ("c",): 3, ("d",): 4, ("e",): 5}),
        ("a = 1979-05-27 07:32:00 # x\nb = [-inf, 0xFF, 1e6]", {("a",): 1, ("b",): 2, ("b", 0): 2, ("b", 1): 2, ("b", 2): 2}),
    ],
)  # fmt: skip
def test_every_key_and_element_has_its_line(text: str, places: dict[KeyPath, int]) -> None:
    tomllib.loads(text)
    assert toml_places(text) == places


def test_the_line_of_what_has_none_is_that_of_what_is_around_it() -> None:
    places = toml_places("\n[[agents]]\nname = 'a'")
    assert line_of(places, ("agents", 0, "instructions")) == 2
    assert line_of(places, ("rules",)) is None
    assert line_of(places, ()) is None


def test_nesting_without_end_costs_places_and_not_the_program() -> None:
    places = toml_places("a = 1\nb = " + "[" * 2_000 + "]" * 2_000)
    assert (places["a",], places["b",]) == (1, 2)


def test_what_never_ends_is_found_where_it_begins() -> None:
    assert broken_off("a = 1\nb = 'x\nc = 2\n") == 2
    assert broken_off("a = 1\n") is None


def test_a_path_is_written_as_people_write_it() -> None:
    assert dotted(("agents", 1, "tools", 0)) == "agents[1].tools[0]"
    assert dotted(()) == ""


_KEYS = st.text(st.sampled_from("ab.\"'[]# =\n"), max_size=3)
_SCALARS = st.one_of(st.integers(), st.booleans(), st.text(st.sampled_from("a\"'\\\n#[]{},= "), max_size=8))
_VALUES = st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3), max_leaves=8)
_TABLE = st.dictionaries(_KEYS, _VALUES, max_size=3)
_TABLES = st.dictionaries(_KEYS, _TABLE | st.lists(_TABLE, min_size=1, max_size=3), max_size=4)


@given(table=_TABLES)
def test_everything_that_tomllib_reads_has_a_place_and_stands_there(table: dict[str, Any]) -> None:
    text = "".join(_written(key, value) for key, value in table.items())
    assert tomllib.loads(text) == table
    places, lines = toml_places(text), text.split("\n")
    assert set(places) == set(_paths(table, ()))
    for path, line in places.items():
        if isinstance(path[-1], str):
            assert _quoted(path[-1]) in lines[line - 1]


def _paths(value: object, path: KeyPath) -> list[KeyPath]:
    inner: dict[str | int, object] = {}
    if isinstance(value, dict):
        inner = cast("dict[str | int, object]", value)
    if isinstance(value, list):
        inner = dict(enumerate(cast("list[object]", value)))
    return ([path] if path else []) + [below for key, one in inner.items() for below in _paths(one, (*path, key))]


def _written(key: str, value: dict[str, Any] | list[dict[str, Any]]) -> str:
    """A table, or an array of tables, with headers and with values on several lines."""
    if isinstance(value, dict):
        return f"[{_quoted(key)}]  # [c]\n{_pairs(value)}\n"
    return "".join(f"\n[[{_quoted(key)}]]\n{_pairs(one)}" for one in value)


def _pairs(table: dict[str, Any]) -> str:
    return "".join(f"{_quoted(key)} = {_value(one)}\n" for key, one in table.items())


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)} = {_value(one)}" for key, one in cast("dict[str, Any]", value).items()) + "}"
    if isinstance(value, list):
        return "[" + "".join(f"\n  {_value(one)},  # ]" for one in cast("list[Any]", value)) + "\n]"
    if isinstance(value, str) and "\n" in value and "'''" not in value and not value.endswith("'"):
        return f"'''\n{value}'''"
    return json.dumps(value)


def _quoted(key: str) -> str:
    return json.dumps(key)
