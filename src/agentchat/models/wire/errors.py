"""What went wrong with a model call, in one sentence with a next step.

The same fault has another status and another body on every server, so both are looked at, and what the server itself said is quoted
where it says more than we know.
"""

import json
import re

from openai import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
)

from agentchat.models.foreign_items import object_in
from agentchat.models.wire.endpoints import is_official
from agentchat.runtime.values.exceptions import AgentsException, ModelBehaviorError

_TOO_LONG = re.compile(
    r"context_length|context (length|size|window)|maximum context|exceeds? the (available )?context|too many tokens"
    r"|prompt is too long|input is too long|n_ctx",
    re.IGNORECASE,
)
_UNKNOWN_MODEL = re.compile(
    r"model_not_found|invalid model|unknown model|no such model|model\b.{0,80}\b(not found|does ?n[o']t exist|not available)"
    r"|(not found|does ?n[o']t exist).{0,40}\bmodel",
    re.IGNORECASE,
)
_WRONG_KEY = re.compile(r"(incorrect|invalid|wrong|bad|missing)[ _]api[ _]key|invalid_api_key|authentication", re.IGNORECASE)
_NO_CREDIT = re.compile(r"insufficient_quota|exceeded your current quota|billing", re.IGNORECASE)
_NO_ROUTE = re.compile("unexpected endpoint", re.IGNORECASE)
_SHOWN = 300
BROKEN_OFF = "The connection broke off."
"""The message of an APIConnectionError that came after the headers."""


def explain(error: Exception, *, model: str, base_url: str) -> str | None:
    """The sentence for a person; None for an error that is not about a model call, or that is a sentence already."""
    match error:
        case APITimeoutError():
            return f"{base_url} did not answer in time; try again, or see whether the server is busy."
        case APIConnectionError():
            return _unreachable(error, base_url)
        case APIStatusError():
            return _refused(error, model=model, base_url=base_url)
        case APIError():
            return _by_words(_said(error), model) or failed_midway(_said(error))
        case AgentsException() if _TOO_LONG.search(str(error)):
            return _by_words(str(error), model)
        case _:
            return None


def is_missing_route(error: APIError) -> bool:
    """True when a server does not have the API that was asked for, as opposed to the model."""
    match error:
        case APIStatusError(status_code=405 | 501):
            return True
        case NotFoundError():
            return not _UNKNOWN_MODEL.search(_told(error))
        case _:
            return bool(_NO_ROUTE.search(error.message))


def has_no_credit(error: APIStatusError) -> bool:
    """True for a refusal that waiting does not mend: the account has to be paid for first."""
    return isinstance(error, RateLimitError) and bool(_NO_CREDIT.search(_told(error)))


def failed_midway(reason: str) -> str:
    """For an error that a server reports in the stream of its answer."""
    return f"The model's server failed while it answered; send the message again. It said: {reason}"


def no_ending(*, had_begun: bool) -> ModelBehaviorError:
    """For a stream that just ends, without an error and without the end of the answer."""
    if had_begun:
        return ModelBehaviorError("The server broke off in the middle of its answer; send the message again.")
    return ModelBehaviorError(
        "The server ended its answer without a word; the conversation may be too long for the model, or its log says why."
    )


def _refused(error: APIStatusError, *, model: str, base_url: str) -> str:
    told = _told(error)
    if isinstance(error, AuthenticationError) or (error.status_code < 500 and _WRONG_KEY.search(told)):
        return f"{base_url} did not accept the API key; check OPENAI_API_KEY, or the key set for this server. It said: {told}"
    if isinstance(error, PermissionDeniedError):
        return f"{base_url} refuses this to your API key; check what the key may do, or use another model. It said: {told}"
    if by_words := _by_words(told, model):
        return by_words
    if isinstance(error, RateLimitError):
        return _limited(error, told, base_url)
    if isinstance(error, NotFoundError):
        return _no_address(error, told, base_url)
    if error.status_code >= 500:
        return f"{base_url} failed (status {error.status_code}); try again in a moment. It said: {told}"
    return f"{base_url} refused the request (status {error.status_code}): {told}"


def _by_words(told: str, model: str) -> str | None:
    """For faults that are known by what the server says, whatever the status."""
    if _TOO_LONG.search(told):
        return f"The conversation is too long for {model}; start a new one, or use a larger model. It said: {told}"
    if _UNKNOWN_MODEL.search(told):
        return f"The server does not know the model {model!r}; choose one that it has with --model, or in agents.toml. It said: {told}"
    return None


def _limited(error: RateLimitError, told: str, base_url: str) -> str:
    if has_no_credit(error):
        return f"The account at {base_url} has no credit left; check its plan and billing. It said: {told}"
    wait = error.response.headers.get("retry-after")
    when = f"in {_duration(int(wait))}" if wait and wait.isdecimal() else "in a while"
    return f"{base_url} asks for fewer requests (rate limit); try again {when}. It said: {told}"


def _duration(seconds: int) -> str:
    """In the unit that a person would choose, rounded up."""
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length or seconds == length:
            return _counted(-(-seconds // length), unit)
    return _counted(seconds, "second")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _no_address(error: NotFoundError, told: str, base_url: str) -> str:
    if error.request.url.path.endswith("/responses"):
        return f"{base_url} has no Responses API; choose chat_completions for it, or check the base URL. It said: {told}"
    return f"{base_url} has no such address; check the base URL, which often ends in /v1. It said: {told}"


def _unreachable(error: APIConnectionError, base_url: str) -> str:
    if error.message == BROKEN_OFF:
        return f"The connection to {base_url} broke off in the middle of the answer; send the message again."
    cause = f" ({error.__cause__})" if error.__cause__ is not None and str(error.__cause__) else ""
    step = "check your network" if is_official(base_url) else "check that the server runs and that the base URL is right"
    return f"{base_url} cannot be reached{cause}; {step}."


def _told(error: APIStatusError) -> str:
    """What the server said, on one line; a web page is only named."""
    said = _said(error)
    return "a web page instead of an API's answer." if said.lstrip().startswith("<") else said


def _said(error: APIError) -> str:
    body = object_in(error.body)
    told = body.get("message") or body.get("detail") or body.get("error") or error.body
    if not told:
        return f"{error.message}"
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
    code = f" [{error.code}]" if error.code and error.code not in text else ""
    line = " ".join(text.split()) + code
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
