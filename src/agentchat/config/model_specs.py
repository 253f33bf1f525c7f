"""What an agents.toml says of how a model is asked: part of the file's definition (`specs.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from agentchat.config.kinds import Within


@dataclass(frozen=True, slots=True)
class ReasoningSpec:
    """How much a model thinks."""

    effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = None
    """How much it thinks. Not every model knows every word."""
    summary: Literal["auto", "concise", "detailed"] | None = None
    """Whether it says what it thought, and at what length."""


@dataclass(frozen=True, slots=True)
class RetrySpec:
    """When a model call that failed is made again: after errors of the network, and of a server that is busy or broken."""

    max_retries: Annotated[int | None, Within(0)] = None
    """How often; 2 when it is left out, and 0 for never."""
    initial_delay: Annotated[float | None, Within(0)] = None
    """Seconds before the first repetition; 0.5 when it is left out."""
    max_delay: Annotated[float | None, Within(0)] = None
    """The longest wait in seconds; 8 when it is left out."""


@dataclass(frozen=True, slots=True)
class PriceSpec:
    """What a model costs: for a million tokens, in the currency that you think in, the same one in all prices and limits of the file."""

    input: Annotated[float, Within(0)]
    """For a million tokens that it reads."""
    output: Annotated[float, Within(0)]
    """For a million tokens that it writes, its thinking included."""
    cached_input: Annotated[float | None, Within(0)] = None
    """For a million of the read tokens that the provider had kept from an earlier request; as `input` when left out."""


@dataclass(frozen=True, slots=True)
class SettingsSpec:
    """Settings of a model call. What is left out is left to the model's provider; not every provider knows every one."""

    temperature: Annotated[float | None, Within(0, 2)] = None
    """How freely it chooses its words."""
    top_p: Annotated[float | None, Within(0, 1)] = None
    """From which share of the likeliest words it chooses."""
    frequency_penalty: Annotated[float | None, Within(-2, 2)] = None
    """How much it avoids words the more often it used them."""
    presence_penalty: Annotated[float | None, Within(-2, 2)] = None
    """How much it avoids words that it used."""
    max_tokens: int | None = None
    """The longest answer, in tokens."""
    tool_choice: str | None = None
    """`auto`, `required`, `none`, or the name of the tool that it must use first."""
    parallel_tool_calls: bool | None = None
    """Whether one answer may call several tools."""
    truncation: Literal["auto", "disabled"] | None = None
    """Whether the provider may leave out the middle of a conversation that is too long."""
    reasoning: ReasoningSpec | None = None
    """How much it thinks."""
    verbosity: Literal["low", "medium", "high"] | None = None
    """How much it says."""
    top_logprobs: Annotated[int | None, Within(0, 20)] = None
    """How many likely words come with each word."""
    store: bool | None = None
    """Whether the provider keeps the answer."""
    prompt_cache_retention: Literal["in_memory", "24h"] | None = None
    """How long the provider remembers the beginning of a request."""
    include_usage: bool | None = None
    """Whether Chat Completions tells the tokens of a streamed answer."""
    response_include: tuple[str, ...] | None = None
    """What else the answer holds, in the provider's own words."""
    metadata: Mapping[str, str] | None = None
    """Words of your own that the provider keeps with the answer."""
    extra_headers: Mapping[str, str] | None = None
    """Headers of the request, beside its own."""
    extra_query: Mapping[str, Any] | None = None
    """Parameters of the request's address."""
    extra_body: Mapping[str, Any] | None = None
    """Members of the request's body, beside its own."""
    timeout: float | None = None
    """Seconds for one attempt, to the end of its answer."""
    retry: RetrySpec | None = None
    """When a call that failed is made again."""
