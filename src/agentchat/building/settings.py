"""How the models of a file's agents are asked."""

from dataclasses import fields
from typing import Any

from openai.types.shared import Reasoning

from agentchat.config.model_specs import ReasoningSpec, RetrySpec, SettingsSpec
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.retry import ModelRetryBackoffSettings, ModelRetrySettings, retry_policies

_PATIENT = ModelSettings(
    retry=ModelRetrySettings(
        max_retries=2,
        backoff=ModelRetryBackoffSettings(initial_delay=0.5, max_delay=8.0),
        policy=retry_policies.any(
            retry_policies.provider_suggested(),  # its no is a veto: an account without credit, a wait of hours
            retry_policies.network_error(),
            retry_policies.http_status([408, 409, 429, 500, 502, 503, 504]),
        ),
    )
)
"""A server that is busy or away for a moment is asked again, and the screen says so."""


def settings_over(implied: ModelSettings, *specs: SettingsSpec | None) -> ModelSettings:
    """What a model's name asks for, under the file's settings, the later ones over the earlier ones."""
    settings = implied.resolve(_PATIENT)
    for spec in specs:
        settings = settings.resolve(None if spec is None else _settings(spec))
    return settings


def _settings(spec: SettingsSpec) -> ModelSettings:
    given = {one.name: _value(getattr(spec, one.name)) for one in fields(spec)}
    return ModelSettings(**given)


def _value(value: Any) -> Any:
    match value:
        case ReasoningSpec():
            return Reasoning.model_validate({"effort": value.effort, "summary": value.summary})
        case RetrySpec():
            backoff = ModelRetryBackoffSettings(initial_delay=value.initial_delay, max_delay=value.max_delay)
            return ModelRetrySettings(max_retries=value.max_retries, backoff=backoff)
        case tuple():
            return list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - a list of the file
        case _:
            return value
