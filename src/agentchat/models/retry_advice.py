"""What the OpenAI models know of their own failures, for retry policies (`Model.get_retry_advice`)."""

import httpx2
from openai import APIConnectionError, APIStatusError

from agentchat.models.wire.errors import BROKEN_OFF, has_no_credit
from agentchat.runtime.declarations.retry import ModelRetryAdvice, ModelRetryAdviceRequest, ModelRetrySettings

_PASSING = frozenset({408, 409, 429})
"""Faults of the moment, beside all from 500 on."""
_LONGEST_WAIT = 120
"""Seconds. A server that asks for more is not busy but closed: a person decides whether to sit it out."""
_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


def retry_advice(request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
    """Advice about an error of the openai client; None for other errors, and for refusals that stay refusals."""
    match request.error:
        case APIStatusError() as error:
            return _of_status(error)
        case APIConnectionError() as error:
            return ModelRetryAdvice(
                suggested=True,
                replay_safety="safe" if isinstance(error.__cause__, _NOT_SENT) else None,
                reason=error.message,
                response_started=error.message == BROKEN_OFF,
            )
        case _:
            return None


def client_retries(settings: ModelRetrySettings | None) -> int | None:
    """How often the client may repeat a request by itself; None leaves it to the client.

    Never, where the run itself makes failed calls again or says that none is to be: two that repeat would multiply.
    """
    if settings is None or (settings.policy is None and settings.max_retries != 0):
        return None
    return None if settings.max_retries is None else 0


def _of_status(error: APIStatusError) -> ModelRetryAdvice | None:
    """What the server says itself, else what its status means. It refused the request, so it did nothing with it."""
    said = error.response.headers.get("x-should-retry")
    if said == "false" or has_no_credit(error) or _asks_for_long(error):
        return ModelRetryAdvice(suggested=False, reason=error.message)
    if said == "true" or error.status_code in _PASSING or error.status_code >= 500:
        return ModelRetryAdvice(suggested=True, replay_safety="safe", reason=error.message)
    return None


def _asks_for_long(error: APIStatusError) -> bool:
    wait = error.response.headers.get("retry-after", "")
    return wait.isdecimal() and int(wait) > _LONGEST_WAIT
