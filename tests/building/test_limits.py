import pytest

from agentchat import Agent, Runner, function_tool
from agentchat.building.limits import LimitReached, Limits
from agentchat.chat.spending import Price, Spending
from agentchat.config.specs import LimitsSpec
from agentchat.runtime.values.usage import Usage
from agentchat.testing import ScriptedModel, assistant_message, function_call
from tests.clock import FakeClock

CLOCK = FakeClock()


@function_tool
async def work(number: int) -> str:
    """Works."""
    await CLOCK.advance(40.0)
    return "done"


def agent(limits: LimitsSpec, *, rounds: int = 4) -> Agent[None]:
    calls = [[function_call("work", {"number": n}, call_id=str(n))] for n in range(rounds)]
    used = Usage(requests=1, input_tokens=90, output_tokens=10, total_tokens=100)
    model = ScriptedModel([*calls, [assistant_message("Ready.")]], default_usage=used)
    return Agent(name="a", tools=[work], model=model, hooks=Limits(limits, CLOCK, Spending(Price(1_000, 100, 10_000))))


async def test_a_run_ends_before_the_model_call_that_would_go_beyond_its_tokens() -> None:
    with pytest.raises(LimitReached) as error:
        await Runner.run(agent(LimitsSpec(tokens=250)), "go")
    assert str(error.value) == (
        "This message has used 300 tokens, and agents.toml allows 250; send the next message, or raise 'tokens' under [limits]."
    )


async def test_a_run_ends_when_its_time_is_over_and_the_next_one_has_all_of_it() -> None:
    limited = agent(LimitsSpec(seconds=100.0), rounds=5)
    for _ in range(2):
        with pytest.raises(LimitReached, match=r"has used 120 s, and agents\.toml allows 100 s"):
            await Runner.run(limited, "go")
        limited = limited.clone(model=agent(LimitsSpec()).model)


async def test_a_run_ends_before_the_model_call_that_would_go_beyond_its_cost() -> None:
    with pytest.raises(LimitReached) as error:
        await Runner.run(agent(LimitsSpec(cost=0.5)), "go")
    assert str(error.value) == (
        "This message has cost 0.5700, and agents.toml allows 0.5000; send the next message, or raise 'cost' under [limits]."
    )


async def test_within_its_limits_nothing_is_noticed() -> None:
    result = await Runner.run(agent(LimitsSpec(tokens=1_000, cost=5.0, seconds=500.0)), "go")
    assert result.final_output == "Ready."
