"""Retry settings and what their ready-made policies decide."""

from typing import Any

import pytest

from agentchat import (
    ModelRetryAdvice,
    ModelRetryBackoffSettings,
    ModelRetryNormalizedError,
    ModelRetrySettings,
    ModelSettings,
    RetryDecision,
    RetryPolicy,
    RetryPolicyContext,
    retry_policies,
)
from agentchat.runtime.declarations.retry import decision_of

REFUSED = RetryDecision(retry=False)
AGAIN = RetryDecision(retry=True)


def failed(advice: ModelRetryAdvice | None = None, **read: Any) -> RetryPolicyContext:
    """A first failure as a policy sees it."""
    return RetryPolicyContext(ValueError("x"), 1, 3, stream=False, normalized=ModelRetryNormalizedError(**read), provider_advice=advice)


def saying(**fields: Any) -> RetryPolicy:
    return lambda _: RetryDecision(**fields)


@pytest.mark.parametrize(
    ("policy", "context", "decided"),
    [
        (retry_policies.never(), failed(is_network_error=True), REFUSED),
        (retry_policies.network_error(), failed(is_network_error=True), AGAIN),
        (retry_policies.network_error(), failed(is_timeout=True), AGAIN),
        (retry_policies.network_error(), failed(status_code=500), REFUSED),
        (retry_policies.http_status([429, 503]), failed(status_code=503), AGAIN),
        (retry_policies.http_status({429}), failed(status_code=500), REFUSED),
        (retry_policies.http_status([429]), failed(), REFUSED),
        (retry_policies.retry_after(), failed(status_code=429, retry_after=8.0), RetryDecision(retry=True, delay=8.0)),
        (retry_policies.retry_after(), failed(status_code=429, retry_after=0.0), RetryDecision(retry=True, delay=0.0)),
        (retry_policies.retry_after(), failed(status_code=429), REFUSED),
        (retry_policies.provider_suggested(), failed(), REFUSED),
        (retry_policies.provider_suggested(), failed(ModelRetryAdvice()), REFUSED),
        (
            retry_policies.provider_suggested(),
            failed(ModelRetryAdvice(suggested=True, retry_after=2.0, reason="busy")),
            RetryDecision(retry=True, delay=2.0, reason="busy"),
        ),
        (
            retry_policies.provider_suggested(),
            failed(ModelRetryAdvice(suggested=False, reason="hopeless")),
            RetryDecision(retry=False, reason="hopeless", veto=True),
        ),
    ],
)
async def test_what_each_policy_decides(policy: RetryPolicy, context: RetryPolicyContext, decided: RetryDecision) -> None:
    assert await decision_of(policy, context) == decided


async def _later(_: RetryPolicyContext) -> bool:
    return True


@pytest.mark.parametrize(
    ("policies", "decided"),
    [
        ((), REFUSED),
        ((saying(retry=False, reason="a"), saying(retry=False, reason="b")), RetryDecision(retry=False, reason="b")),
        ((lambda _: False, _later), AGAIN),
        ((saying(retry=True, delay=9.0), saying(retry=True, delay=5.0)), RetryDecision(retry=True, delay=5.0)),
        ((saying(retry=True, delay=9.0, reason="r"), _later), RetryDecision(retry=True, delay=9.0, reason="r")),
        (
            (saying(retry=True, approve_unsafe_replay=True), saying(retry=False, delay=1.0)),
            RetryDecision(retry=True, approve_unsafe_replay=True),
        ),
        ((_later, saying(retry=False, approve_unsafe_replay=True)), AGAIN),
        ((_later, saying(retry=False, reason="no", veto=True)), RetryDecision(retry=False, reason="no", veto=True)),
    ],
)
async def test_any_says_yes_when_one_does_and_none_has_a_veto(policies: tuple[RetryPolicy, ...], decided: RetryDecision) -> None:
    assert await decision_of(retry_policies.any(*policies), failed()) == decided


@pytest.mark.parametrize(
    ("policies", "decided"),
    [
        ((), REFUSED),
        ((_later, _later), AGAIN),
        ((saying(retry=False, reason="x"), saying(retry=True, reason="y")), RetryDecision(retry=False, reason="x")),
        ((saying(retry=True, reason="a"), saying(retry=False, reason="b")), RetryDecision(retry=False, reason="b")),
        ((saying(retry=True, delay=5.0), saying(retry=True, delay=9.0)), RetryDecision(retry=True, delay=9.0)),
        (
            (saying(retry=True, delay=5.0, approve_unsafe_replay=True), _later),
            RetryDecision(retry=True, delay=5.0, approve_unsafe_replay=True),
        ),
    ],
)
async def test_all_says_yes_when_all_do(policies: tuple[RetryPolicy, ...], decided: RetryDecision) -> None:
    assert await decision_of(retry_policies.all(*policies), failed()) == decided


async def test_the_first_no_of_all_ends_the_asking_and_any_asks_everybody() -> None:
    asked: list[str] = []

    def noting(name: str, *, answer: bool) -> RetryPolicy:
        def policy(_: RetryPolicyContext) -> bool:
            asked.append(name)
            return answer

        return policy

    await decision_of(retry_policies.all(noting("a", answer=False), noting("b", answer=True)), failed())
    await decision_of(retry_policies.any(noting("c", answer=True), noting("d", answer=False)), failed())
    assert asked == ["a", "c", "d"]


def test_what_a_policy_can_read_of_the_request() -> None:
    plain = failed()
    assert (plain.response_started, plain.replay_safety, plain.stateful_request) == (False, "unknown", False)
    told = RetryPolicyContext(
        ValueError(), 1, 1, stream=True, normalized=ModelRetryNormalizedError(), previous_response_id="r",
        provider_advice=ModelRetryAdvice(replay_safety="unsafe", response_started=True),
    )  # fmt: skip
    assert (told.response_started, told.replay_safety, told.stateful_request) == (True, "unsafe", True)


@pytest.mark.parametrize("field", ["initial_delay", "max_delay", "multiplier"])
def test_a_backoff_is_not_negative(field: str) -> None:
    fields: dict[str, Any] = {field: -1}
    with pytest.raises(ValueError, match=f"The backoff's {field} must be 0 or more, not -1"):
        ModelRetryBackoffSettings(**fields)


def test_settings_of_the_run_go_over_those_of_the_agent_field_by_field() -> None:
    policy = retry_policies.never()
    under = ModelSettings(retry=ModelRetrySettings(max_retries=2, backoff=ModelRetryBackoffSettings(initial_delay=1.0, max_delay=8.0)))
    over = ModelSettings(retry=ModelRetrySettings(policy=policy, backoff=ModelRetryBackoffSettings(max_delay=3.0)))
    merged = ModelRetrySettings(2, ModelRetryBackoffSettings(initial_delay=1.0, max_delay=3.0), policy)
    assert under.resolve(over).retry == merged
    assert under.resolve(ModelSettings(temperature=1.0)).retry == under.retry
    assert ModelSettings().resolve(over).retry == over.retry


def test_retry_and_backoff_may_be_dicts() -> None:
    given: Any = {"max_retries": 2, "backoff": {"initial_delay": 1.0}}
    assert ModelSettings(retry=given).retry == ModelRetrySettings(2, ModelRetryBackoffSettings(initial_delay=1.0))
    given = {"max_retry": 2}
    with pytest.raises(TypeError, match="max_retry"):
        ModelSettings(retry=given)
