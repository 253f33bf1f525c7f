"""One spelling for arguments, which loses nothing, and the same reading of them everywhere."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentchat.runtime.declarations.arguments import canonical_arguments, parsed_arguments
from agentchat.runtime.declarations.function_schema import function_schema
from agentchat.runtime.declarations.run_context import RunContextWrapper, canonical_json, fingerprint
from agentchat.runtime.values.exceptions import InvalidToolArgumentsError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
DEEP = "[" * 100_000 + "]" * 100_000


@settings(max_examples=25)
@given(st.dictionaries(st.text(), JSON, max_size=3), st.sampled_from(["", " ", "\n", "\u00a0"]))
def test_the_spelling_is_that_of_canonical_json(value: dict[str, Any], blank: str) -> None:
    assert canonical_arguments(blank + json.dumps(value, indent=1) + blank) == canonical_json(value)


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("", "{}"),
        ('{"b":1,"a":2,"b":3}', '{"a":2,"b":1,"b":3}'),
        ('{"a":-0,"b":1.0,"c":1e400,"d":NaN}', '{"a":-0,"b":1.0,"c":1e400,"d":NaN}'),
        ('{"a":' + "9" * 5000 + "}", '{"a":' + "9" * 5000 + "}"),
        ('{"\\u0061":"\\u00e9\\ud800"}', '{"a":"é\ud800"}'),
        ('{"a":1} x', '{"a":1} x'),
        ('\ufeff{"a":1}', '\ufeff{"a":1}'),
        (DEEP, DEEP),
    ],
)
def test_nothing_that_a_tool_could_see_is_lost(written: str, spelled: str) -> None:
    assert canonical_arguments(written) == spelled


@pytest.mark.parametrize("written", ["[]", "1", '"x"', "{", '{"a":1} x', DEEP])
def test_what_is_no_object_is_none(written: str) -> None:
    assert parsed_arguments(written) is None


@pytest.mark.parametrize(
    "written",
    ["", " ", '\u00a0{"a":1}', '{"a":1}\x1c', '\ufeff{"a":1}', '{"a":1,"a":2}', '{"a":1}\0', '{"a":01}', "[]", '{"a":1}{"a":2}'],
)
def test_a_function_reads_what_is_judged_and_nothing_else(written: str) -> None:
    def pay(a: int = 0) -> int:
        return a

    try:
        ((value,), _) = function_schema(pay).call_arguments(written, context=RunContextWrapper(None))
        read: dict[str, Any] | None = {"a": value}
    except InvalidToolArgumentsError:
        read = None
    judged = parsed_arguments(written)
    assert read == (None if judged is None else {"a": 0, **judged})


def test_a_fingerprint_cannot_be_put_together_from_other_parts() -> None:
    assert fingerprint("a", "b\n{}") != fingerprint("a\nb", "{}")
