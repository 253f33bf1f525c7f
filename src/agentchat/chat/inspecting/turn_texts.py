"""A recorded model call in words and JSON: what a person reads who wants to know exactly what a model was sent, and what it said.

Keys are never among it: headers are not recorded, and what a hosted tool or an extra header carries for authorisation is left out.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from types import FunctionType
from typing import Any, cast

from openai.types.responses import ResponseUsage
from pydantic import BaseModel

from agentchat.chat.inspecting.pages import Entry, Mark, Page
from agentchat.chat.inspecting.recording import Exchange
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.values.items import ModelResponse
from agentchat.runtime.values.usage import Usage

HIDDEN = "[hidden]"
_SECRET_PARTS = frozenset({"authorization", "headers"})
"""Of a hosted MCP tool."""
_SECRET_SETTINGS = frozenset({"extra_headers", "extra_query"})
_NO_BODY = "Nothing went over the wire: this model is no server. What it was given stands on the other pages."
_NOT_SENT = "No request was sent."


def entry_of(exchange: Exchange) -> Entry:
    """The line that stands for it."""
    mark: Mark = "now" if exchange.over is None else "bad" if exchange.error is not None or exchange.is_broken_off else "good"
    return Entry(f"x{exchange.number}", exchange.agent, _outcome(exchange), mark, exchange.at)


def pages_of(exchange: Exchange, *, model: str, hide: Callable[[str], str]) -> tuple[Page, ...]:
    """All that is known of it. `hide` takes keys out of a text; `model` is how its model is named to a person."""
    asked = exchange.asked
    pages = (
        Page("turn", "\n".join(_about(exchange, model))),
        Page("instructions", asked["instructions"] or "There are none."),
        Page("tools", _tools(asked)),
        Page("input", as_json(asked["input"])),
        Page("request", "\n\n".join(_requests(exchange))),
        Page("answer", _answer(exchange)),
    )
    return tuple(Page(page.name, hide(page.text)) for page in pages)


def as_json(value: object) -> str:
    """Any value on lines that a person can read."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def usage_line(usage: Usage | ResponseUsage | None) -> str:
    """Tokens in and out; empty when nobody said."""
    count = usage if isinstance(usage, Usage) else Usage.of_response(usage)
    if not count.input_tokens and not count.output_tokens:
        return ""
    cached, thought = count.input_tokens_details.cached_tokens, count.output_tokens_details.reasoning_tokens
    read = f"{count.input_tokens:,} read" + (f" ({cached:,} of them cached)" if cached else "")
    return f"{read}, {count.output_tokens:,} written" + (f" ({thought:,} of them thoughts)" if thought else "")


def _outcome(exchange: Exchange) -> str:
    if exchange.over is None:
        return "…"
    took = f"{exchange.over - exchange.began:.1f} s"
    if exchange.error is not None:
        return f"✗ {took}"
    return f"■ {took}" if exchange.is_broken_off else f"✓ {took}"


def _about(exchange: Exchange, model: str) -> Iterator[str]:
    asked, answer = exchange.asked, exchange.answer
    yield _field("agent", exchange.agent)
    yield _field("model", model)
    yield from _times(exchange)
    yield _field("requests", _counted_requests(exchange))
    yield _field("usage", usage_line(None if answer is None else answer.usage))
    yield _field("response id", _id_of(answer))
    request_id = answer.request_id if isinstance(answer, ModelResponse) else None
    yield _field("request id", request_id or "")
    yield ""
    yield _field("input", _counted(len(items), "item") if isinstance(items := asked["input"], list) else "a text")  # pyright: ignore[reportUnknownArgumentType] - of any items
    yield _field("tools", ", ".join(tool.name for tool in asked["tools"]) or "none")
    yield _field("handoffs", ", ".join(handoff.agent_name for handoff in asked["handoffs"]) or "none")
    schema = asked["output_schema"]
    yield _field("output", "text" if schema is None or schema.is_plain_text() else schema.name())
    for name in ("previous_response_id", "conversation_id", "prompt"):
        if asked.get(name) is not None:
            yield _field(name.replace("_", " "), as_json(asked[name]).strip('"'))
    yield ""
    yield "settings"
    yield from _settings(asked["settings"])


def _times(exchange: Exchange) -> Iterator[str]:
    if exchange.over is None:
        yield _field("time", "it goes on")
        return
    first = "" if exchange.first is None else f", the first sign after {exchange.first - exchange.began:.2f} s"
    yield _field("time", f"{exchange.over - exchange.began:.2f} s{first}")
    if exchange.error is not None:
        yield _field("failed", f"{type(exchange.error).__name__}: {exchange.error}")
    elif exchange.is_broken_off:
        yield _field("ended", "it was broken off")


def _counted_requests(exchange: Exchange) -> str:
    if not exchange.bodies:
        return "none over the wire"
    return _counted(len(exchange.bodies), "request") + ("" if len(exchange.bodies) == 1 else ": the later ones are repetitions")


def _settings(settings: ModelSettings) -> Iterator[str]:
    told = {one.name: getattr(settings, one.name) for one in fields(settings)}
    said = {name: value for name, value in told.items() if value is not None}
    if not said:
        yield "  as the provider has them"
    for name, value in said.items():
        shown = dict.fromkeys(value, HIDDEN) if name in _SECRET_SETTINGS else value
        yield f"  {name:<22}{json.dumps(shown, ensure_ascii=False, default=_plain)}"


def _tools(asked: Mapping[str, Any]) -> str:
    told: dict[str, Any] = {
        "tools": [_tool(tool) for tool in asked["tools"]],
        "handoffs": [_handoff(handoff) for handoff in asked["handoffs"]],
    }
    schema = asked["output_schema"]
    if schema is not None and not schema.is_plain_text():
        told["output"] = {"name": schema.name(), "strict": schema.is_strict_json_schema(), "schema": schema.json_schema()}
    return as_json(told)


def _tool(tool: Any) -> dict[str, Any]:
    if not isinstance(tool, FunctionTool):
        config = _plain(tool)
        return {"name": tool.name, **(_without_keys(cast("dict[str, Any]", config)) if isinstance(config, dict) else {})}
    return {
        "name": tool.name,
        "description": tool.description,
        "strict": tool.strict_json_schema,
        "parameters": tool.params_json_schema,
    }


def _handoff(handoff: Handoff) -> dict[str, Any]:
    return {
        "name": handoff.tool_name,
        "description": handoff.tool_description,
        "to": handoff.agent_name,
        "parameters": handoff.input_json_schema,
    }


def _requests(exchange: Exchange) -> Iterator[str]:
    if not exchange.bodies:
        yield _NOT_SENT if isinstance(exchange.error, Exception) else _NO_BODY
    for number, (path, body) in enumerate(exchange.bodies, start=1):
        again = "" if number == 1 else f"   (request {number})"
        yield f"POST {path}{again}\n{as_json({**body, **_safe_tools(body)})}"


def _safe_tools(body: Mapping[str, Any]) -> dict[str, Any]:
    tools: Any = body.get("tools")
    return {"tools": [_without_keys(tool) for tool in cast("list[Any]", tools)]} if isinstance(tools, list) else {}


def _without_keys(tool: Any) -> Any:
    """A tool that another server runs may carry the key for it."""
    if not isinstance(tool, Mapping):
        return tool
    told = cast("Mapping[str, Any]", tool)
    inner = told.get("tool_config")
    more = {"tool_config": _without_keys(inner)} if isinstance(inner, Mapping) else {}
    hides = told.get("type") == "mcp"
    return {key: HIDDEN if hides and key in _SECRET_PARTS else value for key, value in told.items()} | more


def _answer(exchange: Exchange) -> str:
    said = "" if exchange.answer is None else as_json(exchange.answer)
    if exchange.error is not None:
        return f"{type(exchange.error).__name__}: {exchange.error}" + (f"\n\n{said}" if said else "")
    return said or ("It was broken off before it was complete." if exchange.is_broken_off else "It has not come yet.")


def _id_of(answer: Any) -> str:
    if isinstance(answer, ModelResponse):
        return answer.response_id or ""
    return "" if answer is None else str(answer.id)


def _field(name: str, value: str) -> str:
    return f"{name:<22}{value or '-'}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _plain(value: object) -> object:
    """What JSON has no form for."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, ModelResponse):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, Any]", value))
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return list(cast("Sequence[Any]", value))
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return _function(value) if isinstance(value, FunctionType) else repr(value)


def _function(value: FunctionType) -> str:
    """By the name that one writes down to get it; one that another function made has none of its own."""
    made_by, inner, _ = value.__qualname__.replace("_RetryPolicies.", "retry_policies.").partition(".<locals>.")
    return f"a function made by {made_by}" if inner else f"function {made_by}"
