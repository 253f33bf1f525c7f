"""Models that are counted: each answer at the price of its model, whether it is streamed or not."""

from pathlib import Path

import pytest

from agentchat import Agent, RunConfig, Runner
from agentchat.building.spending import counted, must_have_a_price, spending_of
from agentchat.chat.spending import Spending, Tokens
from agentchat.config.agents_file import read_team
from agentchat.config.model_specs import PriceSpec
from agentchat.config.vocabulary import Vocabulary
from agentchat.models.offline.model import OfflineModel
from agentchat.runtime.ports.model import Model, ModelProvider
from agentchat.runtime.values.exceptions import UserError
from agentchat.testing import ScriptedModel, assistant_message
from tests.chat.usages import used
from tests.clock import FakeClock

PRICES = {"cheap": PriceSpec(1.0, 2.0, 0.5), "dear": PriceSpec(10.0, 20.0)}


class Named(ModelProvider):
    """One model for each name."""

    def get_model(self, model_name: str | None) -> Model:
        if model_name == "offline":
            return OfflineModel(clock=FakeClock(), pace=0)
        return ScriptedModel([[assistant_message("Yes.")]], default_usage=used(1_000_000, 100_000, cached=500_000))


async def spent(model: str, *, streamed: bool) -> Spending:
    spending = spending_of(PRICES, ["cheap", "dear"])
    config = RunConfig(model_provider=counted(Named(), PRICES, spending))
    agent = Agent[None](name="a", model=model)
    if streamed:
        run = Runner.run_streamed(agent, "Well?", run_config=config)
        async for _ in run.stream_events():
            pass
    else:
        await Runner.run(agent, "Well?", run_config=config)
    return spending


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize(("model", "cost"), [("cheap", 0.5 + 0.25 + 0.2), ("dear", 10.0 + 2.0), ("offline", 0.0), ("unknown", 0.0)])
async def test_an_answer_is_entered_at_the_price_of_its_model(model: str, cost: float, streamed: bool) -> None:
    assert (await spent(model, streamed=streamed)).told(Tokens()) == pytest.approx(cost)


def test_without_prices_nothing_stands_between_a_chat_and_its_models() -> None:
    provider = Named()
    assert counted(provider, {}, Spending()) is provider
    assert spending_of({}, ["cheap"]).of_run(Tokens(read=5)) is None


@pytest.mark.parametrize(("models", "is_whole"), [(["cheap", "offline"], True), (["cheap", "unknown"], False), ([None], False)])
def test_a_sum_is_told_only_where_every_model_has_a_price(models: list[str | None], is_whole: bool) -> None:
    assert (spending_of(PRICES, models).told(Tokens()) is not None) == is_whole


def test_a_model_of_the_command_line_needs_a_price_where_the_file_limits_the_cost(tmp_path: Path) -> None:
    file = tmp_path / "agents.toml"
    file.write_text(
        '[[agents]]\nname = "a"\nmodel = "cheap"\ninstructions = "Work."\n[prices.cheap]\ninput = 1\noutput = 1\n[limits]\ncost = 1.0\n'
    )
    spec = read_team(file, origin="option", vocabulary=Vocabulary(()))
    for model in (None, "cheap", "offline"):
        must_have_a_price(model, spec)
    with pytest.raises(UserError, match=r"limits the cost of a message, and the model 'dear' has no price there; add \[prices\.'dear'\]"):
        must_have_a_price("dear", spec)
