"""Everything that a run can raise: one tree, and what each error carries."""

from typing import Any

import pytest

from agentchat import exceptions
from agentchat.exceptions import (
    AgentsException,
    InvalidToolArgumentsError,
    MaxTurnsExceeded,
    MCPToolCancellationError,
    ModelBehaviorError,
    ModelRefusalError,
    ModelTimeoutError,
    ToolTimeoutError,
    UserError,
)


def test_all_have_one_root_and_know_no_run_until_they_end_one() -> None:
    raised = [vars(exceptions)[name] for name in exceptions.__all__ if name != "RunErrorDetails"]
    assert [kind for kind in raised if not issubclass(kind, AgentsException)] == []
    assert AgentsException("x").run_data is None


@pytest.mark.parametrize(
    ("error", "words", "carries"),
    [
        (MaxTurnsExceeded("m"), "m", {"message": "m"}),
        (ModelBehaviorError("m"), "m", {"message": "m"}),
        (UserError("m"), "m", {"message": "m"}),
        (MCPToolCancellationError("m"), "m", {"message": "m"}),
        (ModelRefusalError("no"), "Model refused to produce output: no", {"refusal": "no"}),
        (ModelTimeoutError(1.5), "Model call timed out after 1.5 seconds.", {"timeout_seconds": 1.5}),
        (ToolTimeoutError("t", 2), "Tool 't' timed out after 2 seconds.", {"tool_name": "t", "timeout_seconds": 2}),
        (
            InvalidToolArgumentsError("t", "a: Field required", shown=False),
            "Invalid JSON input for tool t",
            {"message": "Invalid JSON input for tool t", "detail": "a: Field required"},
        ),
        (
            InvalidToolArgumentsError("t", "a: Field required", shown=True),
            "Invalid JSON input for tool t: a: Field required",
            {"message": "Invalid JSON input for tool t: a: Field required", "detail": "a: Field required"},
        ),
    ],
)
def test_what_each_error_says_and_carries(error: AgentsException, words: str, carries: dict[str, Any]) -> None:
    assert (str(error), vars(error)) == (words, carries)


def test_bad_arguments_are_bad_behaviour_of_the_model() -> None:
    assert issubclass(InvalidToolArgumentsError, ModelBehaviorError)
