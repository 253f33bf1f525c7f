"""When a model call that failed is made again.

    ModelSettings(retry=ModelRetrySettings(max_retries=3, policy=retry_policies.any(
        retry_policies.network_error(), retry_policies.http_status([429, 503]))))

Nothing is made again without a policy. A policy is told of the failure (`RetryPolicyContext`) and answers with a bool or a
`RetryDecision`; the ready-made ones are in `retry_policies`. What no policy can allow: a call that was cancelled, and an answer of
which something could be seen already.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeAlias, cast

from agentchat.runtime.declarations.sync_calls import awaited

ReplaySafety: TypeAlias = Literal["safe", "unsafe"]
"""Whether the provider may get a request twice: "safe" when it surely did nothing with the first."""


@dataclass
class ModelRetryBackoffSettings:
    """How long to wait before each next attempt, in seconds. None leaves a value to what lies under it, at last to the default."""

    initial_delay: float | None = None
    """Before the first repetition; 0.25 by default."""
    max_delay: float | None = None
    """The longest wait; 2.0 by default."""
    multiplier: float | None = None
    """By how much the wait grows each time; 2.0 by default."""
    jitter: bool | None = None
    """Whether each wait is varied by up to 12.5 % either way, so that many clients do not come back at once; True by default."""

    def __post_init__(self) -> None:
        for name in ("initial_delay", "max_delay", "multiplier"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ValueError(f"The backoff's {name} must be 0 or more, not {value}.")


@dataclass
class ModelRetrySettings:
    """How often a model call is made again. Settings of a run go over those of the agent, field by field."""

    max_retries: int | None = None
    """Repetitions, not counting the first attempt; None or 0 for none."""
    backoff: ModelRetryBackoffSettings | None = None
    """A dict of its fields will do."""
    policy: "RetryPolicy | None" = None
    """Decides about each failure; without one nothing is made again."""

    def __post_init__(self) -> None:
        if isinstance(self.backoff, dict):
            self.backoff = ModelRetryBackoffSettings(**cast("dict[str, Any]", self.backoff))

    def resolve(self, override: "ModelRetrySettings | None") -> "ModelRetrySettings":
        """These settings with every field of `override` that is not None, those of the backoff one by one."""
        if override is None:
            return self
        merged = overlaid(self, override)
        if self.backoff is not None and override.backoff is not None:
            merged.backoff = overlaid(self.backoff, override.backoff)
        return merged


@dataclass(frozen=True, slots=True)
class ModelRetryNormalizedError:
    """A failure, whatever the provider: what is not known is None or False."""

    status_code: int | None = None
    error_code: str | None = None
    message: str | None = None
    request_id: str | None = None
    retry_after: float | None = None
    """Seconds that the server asks to wait."""
    is_abort: bool = False
    """The call was cancelled: it is never made again."""
    is_network_error: bool = False
    """The server could not be reached, or the connection broke off."""
    is_timeout: bool = False


@dataclass(frozen=True, slots=True)
class ModelRetryAdviceRequest:
    """What a model is asked about (`Model.get_retry_advice`)."""

    error: Exception
    attempt: int
    """The attempt that failed, from 1."""
    stream: bool
    previous_response_id: str | None = None
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class ModelRetryAdvice:
    """What a model says about a failure of its own; None where it cannot say."""

    suggested: bool | None = None
    """Whether it would try again."""
    retry_after: float | None = None
    """Seconds to wait."""
    replay_safety: ReplaySafety | None = None
    reason: str | None = None
    normalized: ModelRetryNormalizedError | None = None
    """Its own reading of the error, over the general one."""
    response_started: bool = False
    """True when the provider had begun to answer."""


@dataclass(frozen=True, slots=True)
class RetryPolicyContext:
    """What a policy decides on."""

    error: Exception
    attempt: int
    """The attempt that failed, from 1."""
    max_retries: int
    stream: bool
    normalized: ModelRetryNormalizedError
    provider_advice: ModelRetryAdvice | None = None
    previous_response_id: str | None = None
    conversation_id: str | None = None

    @property
    def response_started(self) -> bool:
        """True when the provider had begun to answer."""
        return self.provider_advice is not None and self.provider_advice.response_started

    @property
    def replay_safety(self) -> Literal["safe", "unsafe", "unknown"]:
        """Whether the provider may get the request twice."""
        return (self.provider_advice and self.provider_advice.replay_safety) or "unknown"

    @property
    def stateful_request(self) -> bool:
        """True when the provider keeps the conversation, so that a repeated request could stand in it twice."""
        return self.previous_response_id is not None or self.conversation_id is not None


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """A policy's answer."""

    retry: bool
    delay: float | None = None
    """Seconds to wait, over what the server asks for and the backoff."""
    reason: str | None = None
    approve_unsafe_replay: bool = False
    """Makes the call again although the provider calls that unsafe."""
    veto: bool = False
    """With `retry=False`: no other policy of a `retry_policies.any` can say yes."""


RetryPolicy: TypeAlias = Callable[[RetryPolicyContext], bool | RetryDecision | Awaitable[bool | RetryDecision]]


async def decision_of(policy: RetryPolicy, context: RetryPolicyContext) -> RetryDecision:
    """What the policy decides, in the one form."""
    decided = await awaited(policy(context))
    return decided if isinstance(decided, RetryDecision) else RetryDecision(retry=bool(decided))


class _RetryPolicies:
    """Ready-made policies; each method gives one."""

    @staticmethod
    def never() -> RetryPolicy:
        """Never again."""
        return lambda _: False

    @staticmethod
    def network_error() -> RetryPolicy:
        """When the server could not be reached, the connection broke off, or the answer took too long."""
        return lambda context: context.normalized.is_network_error or context.normalized.is_timeout

    @staticmethod
    def http_status(statuses: Iterable[int]) -> RetryPolicy:
        """When the server answered with one of these statuses."""
        wanted = frozenset(statuses)
        return lambda context: context.normalized.status_code in wanted

    @staticmethod
    def retry_after() -> RetryPolicy:
        """When the server says how long to wait; so long."""

        def policy(context: RetryPolicyContext) -> bool | RetryDecision:
            wait = context.normalized.retry_after
            return wait is not None and RetryDecision(retry=True, delay=wait)

        return policy

    @staticmethod
    def provider_suggested() -> RetryPolicy:
        """When the model itself suggests it; where it advises against it, that is a veto."""

        def policy(context: RetryPolicyContext) -> bool | RetryDecision:
            advice = context.provider_advice
            if advice is None or advice.suggested is None:
                return False
            if not advice.suggested:
                return RetryDecision(retry=False, reason=advice.reason, veto=True)
            return RetryDecision(retry=True, delay=advice.retry_after, reason=advice.reason)

        return policy

    @staticmethod
    def any(*policies: RetryPolicy) -> RetryPolicy:
        """When one of these says yes and none has a veto. All are asked; of several delays and reasons the last counts."""

        async def policy(context: RetryPolicyContext) -> RetryDecision:
            decisions = [await decision_of(each, context) for each in policies]
            vetoes = [decision for decision in decisions if decision.veto]
            return _merged(vetoes or [decision for decision in decisions if decision.retry] or decisions)

        return policy

    @staticmethod
    def all(*policies: RetryPolicy) -> RetryPolicy:
        """When all of these say yes; the first no ends it. Of several delays and reasons the last counts."""

        async def policy(context: RetryPolicyContext) -> RetryDecision:
            decisions: list[RetryDecision] = []
            for each in policies:
                decisions.append(await decision_of(each, context))
                if not decisions[-1].retry:
                    return decisions[-1]
            return _merged(decisions)

        return policy


retry_policies = _RetryPolicies()


def _merged(decisions: Sequence[RetryDecision]) -> RetryDecision:
    """Several that agree, in one; no without any."""
    delays = [decision.delay for decision in decisions if decision.delay is not None]
    reasons = [decision.reason for decision in decisions if decision.reason is not None]
    return RetryDecision(
        retry=bool(decisions) and decisions[-1].retry,
        delay=delays[-1] if delays else None,
        reason=reasons[-1] if reasons else None,
        approve_unsafe_replay=any(decision.approve_unsafe_replay for decision in decisions),
        veto=any(decision.veto for decision in decisions),
    )


def overlaid(base: Any, override: Any) -> Any:
    """A copy of `base` with every field of `override` that is not None."""
    return replace(base, **{f.name: value for f in fields(override) if (value := getattr(override, f.name)) is not None})
