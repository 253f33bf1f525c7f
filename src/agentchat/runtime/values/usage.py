"""Tokens and requests, counted over a run."""

from dataclasses import dataclass, field
from typing import Any

from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails, ResponseUsage


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
        self.input_tokens += other.input_tokens
        self.output_tokens += other.output_tokens
        self.total_tokens += other.total_tokens
        self.input_tokens_details = _sum_of_inputs(self.input_tokens_details, other.input_tokens_details)
        self.output_tokens_details = _sum_of_outputs(self.output_tokens_details, other.output_tokens_details)
        if other.request_usage_entries:
            self.request_usage_entries.extend(other.request_usage_entries)
        elif other.requests == 1 and other.total_tokens > 0:
            self.request_usage_entries.append(other.as_request())

    def as_request(self) -> RequestUsage:
        """These sums as the usage of one request."""
        return RequestUsage(
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            total_tokens=self.total_tokens,
            input_tokens_details=self.input_tokens_details,
            output_tokens_details=self.output_tokens_details,
        )

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
            input_tokens_details=_whole_inputs(said.get("input_tokens_details")),
            output_tokens_details=_whole_outputs(said.get("output_tokens_details")),
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
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens,
        "input_tokens_details": [usage.input_tokens_details.model_dump()],
        "output_tokens_details": [usage.output_tokens_details.model_dump()],
    }


def _tokens_from_json(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "input_tokens": data["input_tokens"],
        "output_tokens": data["output_tokens"],
        "total_tokens": data["total_tokens"],
        "input_tokens_details": InputTokensDetails.model_construct(**data["input_tokens_details"][0]),
        "output_tokens_details": OutputTokensDetails.model_construct(None, **data["output_tokens_details"][0]),
    }


def _details(model: object) -> dict[str, int]:
    """The numbers that a provider sent; servers leave the details out, and streams are built without validation."""
    dumped: dict[str, Any] = {} if model is None else dict(vars(model))
    return {key: value for key, value in dumped.items() if isinstance(value, int)}


def _whole_inputs(told: object) -> InputTokensDetails:
    return InputTokensDetails.model_construct(None, **{"cached_tokens": 0, "cache_write_tokens": 0, **_details(told)})


def _whole_outputs(told: object) -> OutputTokensDetails:
    return OutputTokensDetails.model_construct(None, **{"reasoning_tokens": 0, **_details(told)})


def _sum_of_inputs(a: InputTokensDetails, b: InputTokensDetails) -> InputTokensDetails:
    left, right = _details(a), _details(b)
    return InputTokensDetails.model_construct(None, **{key: left.get(key, 0) + right.get(key, 0) for key in left | right})


def _sum_of_outputs(a: OutputTokensDetails, b: OutputTokensDetails) -> OutputTokensDetails:
    left, right = _details(a), _details(b)
    return OutputTokensDetails.model_construct(None, **{key: left.get(key, 0) + right.get(key, 0) for key in left | right})
