"""Settings of a model call: how they lie over each other, and what cannot be one."""

from typing import Any

import pytest
from openai.types.shared import Reasoning

from agentchat import ModelSettings


def test_what_the_override_says_counts_and_extra_args_are_merged() -> None:
    under = ModelSettings(temperature=0.1, top_p=0.2, extra_args={"a": 1, "b": 1}, extra_body={"a": 1}, metadata={"a": "1"})
    over = ModelSettings(top_p=0.9, extra_args={"b": 2}, extra_body={"b": 2}, metadata={"b": "2"})
    merged = ModelSettings(temperature=0.1, top_p=0.9, extra_args={"a": 1, "b": 2}, extra_body={"b": 2}, metadata={"b": "2"})
    assert under.resolve(over) == merged
    assert under.resolve(None) == under


def test_reasoning_may_be_a_dict() -> None:
    given: Any = {"effort": "low"}
    assert ModelSettings(reasoning=given).reasoning == Reasoning(effort="low")


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_a_timeout_is_a_finite_number_above_0(seconds: float) -> None:
    with pytest.raises(ValueError, match="a finite number of seconds above 0"):
        ModelSettings(timeout=seconds)
