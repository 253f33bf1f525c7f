"""When the models of a file's agents are asked again after a failure."""

import httpx2
import openai
import pytest

from agentchat.building.settings import settings_over
from agentchat.models.retry_advice import retry_advice
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.retry import (
    ModelRetryAdviceRequest,
    ModelRetryNormalizedError,
    RetryPolicyContext,
    decision_of,
)

REQUEST = httpx2.Request("POST", "http://shop/v1/responses")


def refused(status: int, message: str = "No.", **headers: str) -> openai.APIStatusError:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    kind = openai.RateLimitError if status == 429 else openai.APIStatusError
    return kind("no", response=httpx2.Response(status, headers=given, request=REQUEST), body={"message": message})


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (refused(500), True),
        (refused(529), True),
        (refused(429), True),
        (refused(429, retry_after="20"), True),
        (refused(429, retry_after="3600"), False),
        (refused(429, "You exceeded your current quota."), False),
        (refused(401), False),
        (refused(404), False),
    ],
)
async def test_a_fault_of_the_moment_is_asked_again_and_one_that_waiting_does_not_mend_is_not(
    error: openai.APIStatusError, again: bool
) -> None:
    retry = settings_over(ModelSettings()).retry
    assert retry is not None
    assert retry.policy is not None
    advice = retry_advice(ModelRetryAdviceRequest(error, 1, stream=True))
    read = ModelRetryNormalizedError(status_code=error.status_code)
    decision = await decision_of(retry.policy, RetryPolicyContext(error, 1, 2, stream=True, normalized=read, provider_advice=advice))

    assert decision.retry == again
