from dataclasses import replace
from pathlib import Path

import pytest

from agentchat.config.agents_file import read_team
from agentchat.config.errors import ConfigErrors
from agentchat.config.model_specs import PriceSpec
from agentchat.config.prices import price_of
from agentchat.config.specs import TeamSpec
from agentchat.config.trust import laid_over
from agentchat.config.vocabulary import Vocabulary

OWN, LOCAL, ANY = PriceSpec(1.0, 2.0), PriceSpec(0.0, 0.0), PriceSpec(3.0, 4.0)
PRICES = {"gpt-5": OWN, "local/*": LOCAL, "*": ANY}
GPT_6 = "[prices.gpt-6]\ninput = 1\noutput = 1\n"
AGENT = '[[agents]]\nname = "{}"\ninstructions = "Work."\n'
NO_MODEL = (
    "[limits] has 'cost', but agent 'a' names no model, so that no price is surely its own; "
    "name one, or add [prices.'*'] for all models that have none of their own."
)


def read(folder: Path, text: str) -> TeamSpec:
    (folder / "agents.toml").write_text(text)
    return read_team(folder / "agents.toml", origin="option", vocabulary=Vocabulary(()))


@pytest.mark.parametrize(
    ("model", "price"), [("gpt-5", OWN), ("gpt-5-mini", ANY), ("local/llama", LOCAL), ("Qwen/Qwen3-8B", ANY), ("", ANY), (None, ANY)]
)
def test_a_model_has_its_own_price_else_its_providers_else_that_of_any(model: str | None, price: PriceSpec) -> None:
    assert price_of(PRICES, model) == price
    assert price_of({}, model) is None


@pytest.mark.parametrize(
    ("text", "line", "key", "sentence"),
    [
        (f'{AGENT.format("a")}model = "gpt-5"\n[limits]\ncost = 1.0\n', 4, "agents[0].model",
         "[limits] has 'cost', but the model 'gpt-5' has no price; add [prices.'gpt-5'] with 'input' and 'output'."),
        (f'model = "gpt-5"\n{AGENT.format("a")}{AGENT.format("b")}[limits]\ncost = 1.0\n{GPT_6}', 1, "model",
         "[limits] has 'cost', but the model 'gpt-5' has no price; add [prices.'gpt-5'] with 'input' and 'output'."),
        (f'{AGENT.format("a")}[limits]\ntokens = 5\ncost = 1.0\n{GPT_6}', 6, "limits.cost",
         NO_MODEL),
        (f'{AGENT.format("a")}[limits]\ncost = 1.0\n[prices.gpt-6]\ninput = 1\n', 6, "prices.gpt-6.output",
         "[prices.gpt-6] has no 'output'; add it."),
        (f'{AGENT.format("a")}[prices.gpt-6]\ninput = -1\noutput = 1\n', 5, "prices.gpt-6.input",
         "[prices.gpt-6] has -1 for 'input'; it must be a number of at least 0."),
        (f'{AGENT.format("a")}[prces.gpt-6]\ninput = 1\noutput = 1\n[limits]\ncost = 1.0\n', 4, "prces",
         "The file has an unknown key 'prces'; did you mean 'prices'?"),
    ],
)  # fmt: skip
def test_a_limit_that_cannot_be_counted_is_a_mistake(tmp_path: Path, text: str, line: int, key: str, sentence: str) -> None:
    with pytest.raises(ConfigErrors) as error:
        read(tmp_path, text)
    assert [(one.line, one.key, one.message) for one in error.value.errors] == [(line, key, sentence)]


def test_every_price_that_is_needed_is_enough(tmp_path: Path) -> None:
    team = read(tmp_path, f'{AGENT.format("a")}[limits]\ncost = 0.5\n[prices."*"]\ninput = 1\noutput = 2.5\n')
    assert (team.limits and team.limits.cost, team.prices) == (0.5, {"*": PriceSpec(1, 2.5)})


def test_a_limit_of_a_file_that_is_not_trusted_holds_at_its_prices(tmp_path: Path) -> None:
    refused = read(tmp_path, f'{AGENT.format("a")}[limits]\ncost = 0.5\n[prices."*"]\ninput = 1\noutput = 2.5\n')
    built_in = replace(refused, limits=None, prices={})
    laid = laid_over(built_in, refused)
    assert (laid.limits, laid.prices) == (refused.limits, refused.prices)
