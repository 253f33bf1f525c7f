"""What may be given as error handlers, and what a handler may answer."""

from typing import Any

import pytest

from agentchat import RunErrorHandlerResult, UserError
from agentchat.runtime.declarations.error_handlers import checked_error_handlers, result_of


def handler(given: Any) -> str:
    return "x"


@pytest.mark.parametrize("given", [None, {}, {"max_turns": None}])
def test_nothing_is_no_handler(given: Any) -> None:
    assert checked_error_handlers(given) == {}


def test_handlers_are_kept_by_their_error() -> None:
    given: Any = {"max_turns": handler, "model_refusal": None, "invalid_final_output": handler}
    assert checked_error_handlers(given) == {"max_turns": handler, "invalid_final_output": handler}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"max_turn": handler}, "no error handler 'max_turn'; known are max_turns, model_refusal, invalid_final_output"),
        ({"max_turns": 5}, "handler 'max_turns' must be a callable, not int"),
        (handler, "must be a dict of callables, not function"),
    ],
)
def test_what_is_no_handler_is_refused_at_once(given: Any, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        checked_error_handlers(given)


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (None, None),
        ("x", RunErrorHandlerResult("x")),
        (RunErrorHandlerResult("x", include_in_history=False), RunErrorHandlerResult("x", include_in_history=False)),
        ({"final_output": None}, RunErrorHandlerResult(None)),
        ({"final_output": 1, "include_in_history": False}, RunErrorHandlerResult(1, include_in_history=False)),
        ({"other": 1}, RunErrorHandlerResult({"other": 1})),
        (0, RunErrorHandlerResult(0)),
    ],
)
def test_an_answer_is_a_value_a_result_or_the_dict_of_one(answer: Any, result: RunErrorHandlerResult | None) -> None:
    assert result_of(answer) == result


@pytest.mark.parametrize("answer", [{"final_output": 1, "x": 2}, {"final_output": 1, "include_in_history": "no"}])
def test_a_dict_with_more_than_a_results_fields_is_refused(answer: Any) -> None:
    with pytest.raises(UserError, match="Invalid run error handler result"):
        result_of(answer)
