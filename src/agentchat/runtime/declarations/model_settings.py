"""How a model is asked: every setting is optional, and None leaves it to the provider."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, cast

from openai.types.shared import Reasoning

from agentchat.runtime.declarations.retry import ModelRetrySettings, overlaid
from agentchat.runtime.values.exceptions import UserError


@dataclass
class ModelSettings:
    """Settings of a model call. Not every provider knows every one. `reasoning` and `retry` may be given as dicts."""

    temperature: float | None = None
    top_p: float | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    tool_choice: Any = None
    """"auto", "required", "none", the name of a tool, or a provider's own form."""
    parallel_tool_calls: bool | None = None
    truncation: Literal["auto", "disabled"] | None = None
    max_tokens: int | None = None
    reasoning: Reasoning | None = None
    verbosity: Literal["low", "medium", "high"] | None = None
    metadata: dict[str, str] | None = None
    store: bool | None = None
    prompt_cache_retention: Literal["in_memory", "24h"] | None = None
    include_usage: bool | None = None
    response_include: list[str] | None = None
    top_logprobs: int | None = None
    extra_query: Mapping[str, object] | None = None
    extra_body: Mapping[str, object] | None = None
    extra_headers: Mapping[str, str] | None = None
    extra_args: dict[str, Any] | None = None
    """Passed to the client as they are, over everything above."""
    retry: ModelRetrySettings | None = None
    """When a call that failed is made again; never without a policy."""
    context_management: list[Any] | None = None
    prompt_cache_options: Mapping[str, object] | None = None
    preserve_raw_usage: bool | None = None
    timeout: float | None = None
    """Seconds for one attempt, streamed answers to their end; past them, ModelTimeoutError."""

    def __post_init__(self) -> None:
        for name, kinds, told in _SIMPLE:
            if (value := getattr(self, name)) is not None and not isinstance(value, kinds):
                raise UserError(f"ModelSettings.{name} is {told}, not {value!r}; leave it out for the provider's own choice.")
        if isinstance(self.reasoning, dict):
            self.reasoning = Reasoning.model_validate(self.reasoning)
        if isinstance(self.retry, dict):
            self.retry = ModelRetrySettings(**cast("dict[str, Any]", self.retry))
        if self.timeout is not None and not (math.isfinite(self.timeout) and self.timeout > 0):
            raise ValueError(f"ModelSettings.timeout is a finite number of seconds above 0, not {self.timeout}; None sets no limit.")

    def resolve(self, override: "ModelSettings | None") -> "ModelSettings":
        """These settings with every field of `override` that is not None; `extra_args` are merged, and `retry` field by field."""
        if override is None:
            return self
        merged: ModelSettings = overlaid(self, override)
        if self.extra_args and override.extra_args:
            merged.extra_args = {**self.extra_args, **override.extra_args}
        if self.retry is not None:
            merged.retry = self.retry.resolve(override.retry)
        return merged


_SIMPLE: tuple[tuple[str, Any, str], ...] = (
    *((name, int | float, "a number") for name in ("temperature", "top_p", "frequency_penalty", "presence_penalty", "timeout")),
    *((name, int, "a whole number") for name in ("max_tokens", "top_logprobs")),
    *((name, bool, "True or False") for name in ("parallel_tool_calls", "store", "include_usage", "preserve_raw_usage")),
    *((name, Mapping, "a mapping") for name in ("metadata", "extra_query", "extra_body", "extra_headers", "extra_args")),
)
"""Settings whose type is seen at once; what else a provider takes, it says itself."""


def settings_of(data: dict[str, Any]) -> ModelSettings:
    """Model settings that were given as a dict; a TypeError for a key that is none."""
    if unknown := sorted(set(data) - {f.name for f in fields(ModelSettings)}):
        raise TypeError(f"Unknown model settings: {', '.join(unknown)}.")
    return ModelSettings(**data)
