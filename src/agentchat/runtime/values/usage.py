"""Tokens and requests, counted over a run."""

from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails, ResponseUsage
from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)


def _no_input_details() -> InputTokensDetails:
    return InputTokensDetails.model_construct(cached_tokens=0, cache_write_tokens=0)


def _no_output_details() -> OutputTokensDetails:
    return OutputTokensDetails.model_construct(reasoning_tokens=0)


@dataclass(slots=True)
class RequestUsage:
    """What one request cost, in tokens."""

    input_tokens: int
    output_tokens: int
    total_tokens: int
    input_tokens_details: InputTokensDetails
    output_tokens_details: OutputTokensDetails


@dataclass
class Usage:
    """Sums over the requests of a run. Mutable: the run that owns the context adds to it, agents used as tools included."""

    requests: int = 0
    input_tokens: int = 0
    input_tokens_details: InputTokensDetails = field(default_factory=_no_input_details)
    output_tokens: int = 0
    output_tokens_details: OutputTokensDetails = field(default_factory=_no_output_details)
    total_tokens: int = 0
    request_usage_entries: list[RequestUsage] = field(default_factory=list[RequestUsage])
    """One entry per single request that was added, in order."""

    def add(self, other: "Usage") -> None:
        """Adds the sums of `other`, and its entries; a single request without entries becomes one entry."""
        self.requests += other.requests
        for name in _TOKENS:
            mine, theirs = getattr(self, name), getattr(other, name)
            setattr(self, name, mine + theirs if isinstance(mine, int) else _sum(mine, theirs))
        if other.request_usage_entries:
            self.request_usage_entries.extend(other.request_usage_entries)
        elif other.requests == 1 and other.total_tokens > 0:
            self.request_usage_entries.append(other.as_request())

    def as_request(self) -> RequestUsage:
        """These sums as the usage of one request."""
        return RequestUsage(**{name: getattr(self, name) for name in _TOKENS})

    @classmethod
    def of_response(cls, usage: ResponseUsage | None) -> "Usage":
        """One request; zero tokens where the provider said nothing, and zero for every number that it left out."""
        if usage is None:
            return cls(requests=1)
        said = vars(usage)  # a stream's objects are built without validation: what the server left out is no attribute at all
        read, written = said.get("input_tokens") or 0, said.get("output_tokens") or 0
        return cls(
            requests=1,
            input_tokens=read,
            output_tokens=written,
            total_tokens=said.get("total_tokens") or read + written,
            input_tokens_details=_sum(_no_input_details(), said.get("input_tokens_details")),
            output_tokens_details=_sum(_no_output_details(), said.get("output_tokens_details")),
        )


def usage_to_json(usage: Usage) -> dict[str, Any]:
    """The sums as plain data; `usage_from_json` reads them back."""
    return {
        **_tokens_to_json(usage),
        "requests": usage.requests,
        "request_usage_entries": [_tokens_to_json(entry) for entry in usage.request_usage_entries],
    }


def usage_from_json(data: dict[str, Any]) -> Usage:
    """The sums that `usage_to_json` wrote."""
    return Usage(
        requests=data["requests"],
        request_usage_entries=[RequestUsage(**_tokens_from_json(entry)) for entry in data["request_usage_entries"]],
        **_tokens_from_json(data),
    )


def usage_sums_to_json(usage: Usage) -> dict[str, Any]:
    """The sums alone, which do not grow with the number of requests."""
    return {**_tokens_to_json(usage), "requests": usage.requests, "request_usage_entries": []}


def _tokens_to_json(usage: Usage | RequestUsage) -> dict[str, Any]:
    told = {name: getattr(usage, name) for name in _TOKENS}
    return {name: value if isinstance(value, int) else [value.model_dump()] for name, value in told.items()}


def _tokens_from_json(data: dict[str, Any]) -> dict[str, Any]:
    details = {name: kind.model_construct(None, **data[name][0]) for name, kind in _DETAILS.items()}
    return {**{name: data[name] for name in _TOKENS}, **details}


_DETAILS = {"input_tokens_details": InputTokensDetails, "output_tokens_details": OutputTokensDetails}
_TOKENS = tuple(field.name for field in fields(RequestUsage))
"""What a request and the sums over many have in common."""


def _sum(known: M, told: object) -> M:
    """The numbers of both. Servers leave the details out, or send what is none; streams are built without validation."""
    left, right = _numbers(known), _numbers(told)
    return type(known).model_construct(None, **{key: left.get(key, 0) + right.get(key, 0) for key in left | right})


def _numbers(details: object) -> dict[str, int]:
    told: dict[str, Any] = {} if details is None else dict(vars(details))
    return {key: value for key, value in told.items() if isinstance(value, int)}
