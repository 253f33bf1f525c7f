from dataclasses import replace
from pathlib import Path

import pytest

from agentchat.assembly import vocabulary
from agentchat.building.models import OFFLINE, where
from agentchat.chat.team import ModelLabel
from agentchat.config.agents_file import read_team
from agentchat.config.specs import TeamSpec
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.values.exceptions import UserError
from tests.clock import FakeClock

TEAM = """
[[agents]]
name = "a"
instructions = "Work."
[providers.local]
base_url = "http://localhost:11434/v1"
api = "chat"
[providers.shop]
base_url = "https://models.shop.example/v1"
api_key_env = "SHOP_KEY"
"""


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TeamSpec:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "SHOP_KEY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "agents.toml").write_text(TEAM)
    return read_team(tmp_path / "agents.toml", origin="option", vocabulary=vocabulary())


def test_a_prefix_says_which_provider_answers_and_other_names_go_the_usual_way(spec: TeamSpec) -> None:
    answering = where(spec, None, FakeClock())
    labels = [answering.label(Agent(name="a", model=model)) for model in ("local/qwen/3", "shop/large", "gpt-5", None)]
    offline = ModelLabel(OFFLINE, OFFLINE, offline=True)
    assert labels == [ModelLabel("qwen/3", "localhost:11434"), ModelLabel("large", "models.shop.example"), offline, offline]
    assert type(answering.provider.get_model("local/qwen/3")).__name__ == "OpenAIChatCompletionsModel"
    assert type(answering.provider.get_model("gpt-5")).__name__ == "OfflineModel"


def test_a_key_is_needed_only_by_whoever_uses_the_provider(spec: TeamSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = where(spec, None, FakeClock()).provider
    with pytest.raises(UserError, match="The variable 'SHOP_KEY' holds no API key"):
        provider.get_model("shop/large")
    monkeypatch.setenv("SHOP_KEY", "k")
    assert provider.get_model("shop/large") is not None


def test_a_model_that_the_person_names_may_have_a_prefix_of_the_file(spec: TeamSpec) -> None:
    assert where(spec, "local/llama", FakeClock()).provider.get_model("local/llama") is not None
    with pytest.raises(UserError, match="'gpt-5' needs a model server"):
        where(replace(spec, providers={}), "gpt-5", FakeClock())
