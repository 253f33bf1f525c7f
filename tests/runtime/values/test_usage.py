"""Counting tokens, also those that a server forgot to mention."""

from typing import Any

import pytest
from openai.types.responses.response_usage import ResponseUsage

from agentchat import Usage
from agentchat.runtime.values.usage import usage_from_json, usage_sums_to_json, usage_to_json

FULL = {
    "input_tokens": 10,
    "output_tokens": 5,
    "total_tokens": 15,
    "input_tokens_details": {"cached_tokens": 4},
    "output_tokens_details": {"reasoning_tokens": 2},
}


def _numbers(usage: Usage) -> tuple[int, int, int, int, int, int]:
    return (
        usage.requests,
        usage.input_tokens,
        usage.input_tokens_details.cached_tokens,
        usage.output_tokens,
        usage.output_tokens_details.reasoning_tokens,
        usage.total_tokens,
    )


@pytest.mark.parametrize(
    ("data", "numbers"),
    [
        (FULL, (1, 10, 4, 5, 2, 15)),
        ({"input_tokens": 10, "output_tokens": 5}, (1, 10, 0, 5, 0, 15)),
        ({**FULL, "input_tokens_details": None, "output_tokens_details": None}, (1, 10, 0, 5, 0, 15)),
        ({"input_tokens": None}, (1, 0, 0, 0, 0, 0)),
        ({}, (1, 0, 0, 0, 0, 0)),
    ],
)
def test_what_a_server_left_out_counts_nothing(data: dict[str, Any], numbers: tuple[int, ...]) -> None:
    assert _numbers(Usage.of_response(ResponseUsage.construct(**data))) == numbers


def test_a_server_that_says_nothing_has_answered_one_request() -> None:
    assert _numbers(Usage.of_response(None)) == (1, 0, 0, 0, 0, 0)


def test_sums_and_entries_go_through_json_and_the_sums_alone_do_not_grow() -> None:
    usage = Usage()
    for _ in range(3):
        usage.add(Usage.of_response(ResponseUsage.construct(**FULL)))
    read = usage_from_json(usage_to_json(usage))
    assert (_numbers(read), len(read.request_usage_entries)) == ((3, 30, 12, 15, 6, 45), 3)
    sums = usage_from_json(usage_sums_to_json(usage))
    assert (_numbers(sums), sums.request_usage_entries) == (_numbers(usage), [])
