"""Model responses as plain data, for journals and serialised run states."""

from typing import Any

from openai.types.responses import ResponseOutputItem
from pydantic import BaseModel, TypeAdapter

from agentchat.runtime.values.items import ModelResponse, TResponseOutputItem, wire_of
from agentchat.runtime.values.usage import usage_from_json, usage_to_json

_OUTPUT_ITEM: TypeAdapter[ResponseOutputItem] = TypeAdapter(ResponseOutputItem)


def response_to_json(response: ModelResponse) -> dict[str, Any]:
    """The response as plain data; `response_from_json` reads it back."""
    return {
        "output": [wire_of(item) for item in response.output],
        "usage": usage_to_json(response.usage),
        "response_id": response.response_id,
        "request_id": response.request_id,
    }


def response_from_json(data: dict[str, Any]) -> ModelResponse:
    """The response that `response_to_json` wrote."""
    return ModelResponse(
        output=[output_item_of(item) for item in data["output"]],
        usage=usage_from_json(data["usage"]),
        response_id=data["response_id"],
        request_id=data["request_id"],
    )


def output_item_of(item: dict[str, Any] | BaseModel) -> TResponseOutputItem:
    """One output item as the openai package types it; a ValidationError when it is none."""
    return _OUTPUT_ITEM.validate_python(item)
