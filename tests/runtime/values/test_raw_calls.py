"""Calls of every kind, read alike."""

import pytest

from agentchat.runtime.values.raw_calls import RawCall, answered_id, call_arguments, call_id_of, call_name, with_arguments
from agentchat.testing import function_call
from tests.runtime.running.local_items import computer_call, local_shell_call, mcp_request, patch_call, shell_call


@pytest.mark.parametrize(
    ("call", "name", "call_id", "arguments"),
    [
        (function_call("add", ' {"a": 1}', call_id="f1"), "add", "f1", ' {"a": 1}'),
        (mcp_request(), "docs.search", "r1", '{"q":1}'),
        (shell_call("ls", timeout_ms=5), "shell", "s1", '{"commands":["ls"],"timeout_ms":5}'),
        (patch_call("ü", kind="delete_file"), "apply_patch", "p1", '{"path":"ü","type":"delete_file"}'),
        (local_shell_call("ls"), "local_shell", "l1", '{"command":["ls"],"env":{},"type":"exec"}'),
        (
            computer_call({"type": "wait"}, checks=("k",)),
            "computer_use_preview",
            "c1",
            '{"actions":[{"type":"wait"}],"pending_safety_checks":[{"id":"k"}]}',
        ),
    ],
)
def test_a_call_has_a_name_an_id_and_arguments(call: RawCall, name: str, call_id: str, arguments: str) -> None:
    assert (call_name(call), call_id_of(call), call_arguments(call)) == (name, call_id, arguments)


def test_arguments_are_put_in_place_of_the_models() -> None:
    changed = with_arguments(shell_call("rm x"), '{"commands": ["ls"]}')
    assert changed == shell_call("ls")
    moved = with_arguments(patch_call(), '{"type": "delete_file", "path": "b"}')
    assert moved == patch_call("b", kind="delete_file")


@pytest.mark.parametrize("arguments", ["no json", "[]", '{"commands": 1}'])
def test_arguments_of_another_kind_are_refused(arguments: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting value|Input should be"):
        with_arguments(shell_call(), arguments)


def test_an_answer_names_its_call() -> None:
    assert answered_id({"type": "shell_call_output", "call_id": "s1", "id": "x"}) == "s1"
    assert answered_id({"type": "local_shell_call_output", "id": "l1"}) == "l1"
    assert answered_id({"type": "mcp_approval_response", "approval_request_id": "r1", "id": "x"}) == "r1"
