"""What models used, for tests about it."""

from openai.types.responses.response_usage import InputTokensDetails

from agentchat.runtime.values.usage import Usage


def used(read: int, written: int, *, cached: int = 0) -> Usage:
    details = InputTokensDetails.model_construct(cached_tokens=cached, cache_write_tokens=0)
    return Usage(requests=1, input_tokens=read, output_tokens=written, total_tokens=read + written, input_tokens_details=details)
