"""What follows when a request to a model fails.

An attempt is made again when a policy says so (`declarations/retry.py`) and nothing of its answer could be seen yet: whoever read a
word of it would read it twice. What a cancelled call or a journal that fails raises is never looked at here.
"""

import asyncio
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, replace
from email.utils import parsedate_to_datetime
from typing import Any

from agentchat.runtime.declarations.retry import (
    ModelRetryAdvice,
    ModelRetryAdviceRequest,
    ModelRetryBackoffSettings,
    ModelRetryNormalizedError,
    RetryDecision,
    RetryPolicyContext,
    decision_of,
)
from agentchat.runtime.ports.run_config import described
from agentchat.runtime.running.request import Request
from agentchat.runtime.running.run import Run
from agentchat.runtime.values.events import Retrying
from agentchat.runtime.values.exceptions import ModelTimeoutError
from agentchat.runtime.values.facts import TurnFact
from agentchat.runtime.values.items import ModelResponse
from agentchat.runtime.values.usage import Usage

_NETWORK_ERRORS = frozenset({"APIConnectionError", "TransportError", "ClientConnectionError"})
"""The bases of such errors in openai, httpx and aiohttp. Known by name: the runtime imports none of them."""
_TIMEOUTS = frozenset({"APITimeoutError", "TimeoutException"})


async def answered(run: Run, request: Request) -> ModelResponse:
    """The answer, after as many attempts as the request's settings allow; each repetition is told with `Retrying`."""
    failed = 0
    while True:
        try:
            response = await request.attempt()
            break
        except Exception as error:
            failed += 1
            retrying = None if request.seen or run.journal_failed else await _next_attempt(run, request, failed, error)
            if retrying is None:
                raise
        run.noted.append(_fact(run, retrying))
        await run.tell(retrying)
        await run.config.clock.sleep(retrying.delay)
    response.usage = _with_failed(response.usage, failed)
    return response


async def _next_attempt(run: Run, request: Request, failed: int, error: Exception) -> Retrying | None:
    """What the policy makes of the failure; None when it is final."""
    retry = request.settings.retry
    if retry is None or retry.policy is None or not retry.max_retries:
        return None
    most = retry.max_retries
    ids = (request.previous_response_id, request.conversation_id)
    advice = request.model.get_retry_advice(ModelRetryAdviceRequest(error, failed, run.streamed, *ids))
    read = _normalized(error, advice, now=run.config.clock.now())
    if failed > most or read.is_abort:
        return None
    context = RetryPolicyContext(error, failed, most, run.streamed, read, advice, *ids)
    decision = await decision_of(retry.policy, context)
    if not decision.retry or not _may_be_sent_twice(context, decision):
        return None
    delay = next(wait for wait in (decision.delay, read.retry_after, _backoff(retry.backoff, failed)) if wait is not None)
    return Retrying(attempt=failed, delay=max(0.0, delay), error=described(run.config, error))


def _may_be_sent_twice(context: RetryPolicyContext, decision: RetryDecision) -> bool:
    if decision.approve_unsafe_replay or context.replay_safety == "safe":
        return True
    return context.replay_safety == "unknown" and not context.stateful_request


def _backoff(settings: ModelRetryBackoffSettings | None, failed: int) -> float:
    chosen = settings or ModelRetryBackoffSettings()
    first = 0.25 if chosen.initial_delay is None else chosen.initial_delay
    longest = 2.0 if chosen.max_delay is None else chosen.max_delay
    growth = 2.0 if chosen.multiplier is None else chosen.multiplier
    wait = min(first * growth ** min(failed - 1, 64), longest)
    varied = wait if chosen.jitter is False else wait * random.uniform(0.875, 1.125)  # noqa: S311 - it only spreads clients
    return min(varied, longest)


def _normalized(error: Exception, advice: ModelRetryAdvice | None, *, now: float) -> ModelRetryNormalizedError:
    """The failure in one form: the model's own reading over the general one."""
    read = _general(error, now)
    if advice is None:
        return read
    own = advice.normalized
    told = {} if own is None else {f.name: value for f in fields(own) if (value := getattr(own, f.name)) not in {None, False}}
    if advice.retry_after is not None:
        told["retry_after"] = advice.retry_after
    return replace(read, **told)


def _general(error: Any, now: float) -> ModelRetryNormalizedError:
    """What errors of many clients have in common; which of it one has is not known, so each is looked for."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    timeout = isinstance(error, TimeoutError) or bool(kinds & _TIMEOUTS)
    return ModelRetryNormalizedError(
        status_code=getattr(error, "status_code", None),
        error_code=getattr(error, "code", None),
        message=str(error),
        request_id=getattr(error, "request_id", None),
        retry_after=_retry_after(getattr(getattr(error, "response", None), "headers", None) or {}, now),
        is_abort=isinstance(error.__cause__, asyncio.CancelledError),
        is_network_error=timeout or isinstance(error, ConnectionError) or bool(kinds & _NETWORK_ERRORS),
        is_timeout=timeout or isinstance(error, ModelTimeoutError),
    )


def _retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """The seconds that a server asks for: in milliseconds, in seconds, or as a date."""
    told: float | None = None
    with suppress(ValueError, TypeError):
        told = float(headers.get("retry-after-ms", "")) / 1000
    text = headers.get("retry-after", "")
    if told is None:
        with suppress(ValueError, TypeError):
            told = float(text)
    if told is None:
        with suppress(ValueError, TypeError):
            told = parsedate_to_datetime(text).timestamp() - now
    return told if told is not None and told >= 0 else None


def _fact(run: Run, retrying: Retrying) -> TurnFact:
    text = f"Attempt {retrying.attempt} failed and was made again after {retrying.delay:.1f} s: {retrying.error}"
    return TurnFact(kind="retry", text=text, at=run.config.clock.now(), agent=run.progress.agent.name)


def _with_failed(usage: Usage, failed: int) -> Usage:
    """The usage of an answer that some attempts failed before: they are requests as well, without tokens."""
    if not failed:
        return usage
    entries = [Usage().as_request() for _ in range(failed)] + (usage.request_usage_entries or [usage.as_request()])
    return replace(usage, requests=usage.requests + failed, request_usage_entries=entries)
