"""A run's settings, as objects and as dicts."""

from typing import Any

import pytest

from agentchat import Agent, ModelSettings, RunConfig, Runner, SessionSettings, ToolExecutionConfig
from agentchat.runtime.ports.run_config import described
from agentchat.testing import ScriptedModel, assistant_message

AS_DICTS: dict[str, Any] = {
    "model_settings": {"temperature": 0.5, "retry": {"max_retries": 1}},
    "tool_execution": {"max_function_tool_concurrency": 2},
    "session_settings": {"limit": 3},
}


def test_what_is_an_object_of_its_own_may_be_a_dict() -> None:
    retry: Any = {"max_retries": 1}
    config = RunConfig(**AS_DICTS)
    assert config.model_settings == ModelSettings(temperature=0.5, retry=retry)
    assert (config.tool_execution, config.session_settings) == (ToolExecutionConfig(2), SessionSettings(3))


async def test_so_may_the_whole() -> None:
    model = ScriptedModel([[assistant_message("x")]])
    await Runner.run(Agent(name="A", model=model), "hi", run_config=AS_DICTS)
    assert model.last_call is not None
    assert model.last_call.model_settings.temperature == 0.5


@pytest.mark.parametrize(
    ("fields", "error", "sentence"),
    [
        ({"model_settings": {"zzz": 1, "alpha": 1}}, TypeError, "Unknown model settings: alpha, zzz"),
        ({"tool_execution": {"zzz": 1}}, TypeError, "zzz"),
        ({"tool_execution": {"max_function_tool_concurrency": 0}}, ValueError, "max_function_tool_concurrency must be at least 1"),
        ({"session_settings": {"zzz": 1}}, TypeError, "zzz"),
    ],
)
def test_a_dict_with_something_else_in_it_is_refused(fields: dict[str, Any], error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        RunConfig(**fields)


def _broken(_: Exception) -> str:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("config", "error", "words"),
    [
        (RunConfig(), ValueError("x"), "x"),
        (RunConfig(), ValueError(), "ValueError"),
        (RunConfig(describe_error=lambda error: f"It was {error}."), ValueError("x"), "It was x."),
        (RunConfig(describe_error=_broken), ValueError("x"), "x"),
    ],
)
def test_an_error_in_words(config: RunConfig, error: Exception, words: str) -> None:
    assert described(config, error) == words
