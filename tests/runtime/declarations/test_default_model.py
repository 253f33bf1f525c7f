"""The model of an agent that names none, and the settings that a model's name implies."""

from typing import Any

import pytest

from agentchat import Agent, ModelProvider, ModelSettings, RunConfig, Runner
from agentchat.runtime.declarations.default_model import default_model_name, default_settings
from agentchat.runtime.ports.model import Model
from agentchat.testing import ScriptedModel, assistant_message


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_DEFAULT_MODEL", raising=False)


def wants(settings: ModelSettings) -> tuple[str | None, str | None]:
    """Effort and verbosity; nothing else may be set."""
    effort = settings.reasoning.effort if settings.reasoning else None
    assert ModelSettings(reasoning=settings.reasoning, verbosity=settings.verbosity) == settings
    return effort, settings.verbosity


def test_the_environment_names_the_default_model(monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_model_name() == "gpt-5.6-luna"
    monkeypatch.setenv("OPENAI_DEFAULT_MODEL", "GPT-5.1")
    assert default_model_name() == "gpt-5.1"
    assert wants(Agent(name="A").model_settings) == ("none", "low")
    monkeypatch.setenv("OPENAI_DEFAULT_MODEL", "gpt-4.1")
    assert Agent(name="A").model_settings == ModelSettings()


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        ("gpt-4.1 o3 gpt-6 GPT-5 openai/gpt-5 gpt-5-chat-latest gpt-5.2-chat-latest", (None, None)),
        ("gpt-5 gpt-5-2025-08-07 gpt-5.2-codex", ("low", "low")),
        ("gpt-5.1 gpt-5.1-2025-11-13 gpt-5.2 gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-5.5 gpt-5.6 gpt-5.6-luna gpt-5.6-sol", ("none", "low")),
        ("gpt-5.6-luna-2026-01-01 gpt-5.6-terra gpt-5.4-2026-03-05", ("none", "low")),
        ("gpt-5.2-pro gpt-5.4-pro gpt-5.4-pro-2026-03-05", ("medium", "low")),
        ("gpt-5-mini gpt-5-nano gpt-5-pro gpt-5-codex gpt-5.1-codex gpt-5.5-pro gpt-5.6-luna-pro gpt-5.9 gpt-50", (None, "low")),
    ],
)
def test_what_each_name_asks_for(names: str, wanted: tuple[str | None, str | None]) -> None:
    assert {name: wants(Agent(name="A", model=name).model_settings) for name in names.split()} == dict.fromkeys(names.split(), wanted)


def test_settings_that_somebody_chose_stay() -> None:
    assert Agent(name="A", model="gpt-5", model_settings=ModelSettings(temperature=1.0)).model_settings == ModelSettings(temperature=1.0)
    assert Agent(name="A", model="gpt-5", model_settings=ModelSettings()).model_settings == ModelSettings()
    assert Agent(name="A", model_settings=ModelSettings()).model_settings == ModelSettings()


def test_a_model_object_implies_nothing() -> None:
    assert Agent(name="A", model=ScriptedModel()).model_settings == ModelSettings()


def test_a_clone_with_another_model_has_what_that_model_implies() -> None:
    assert Agent(name="A").clone(model="gpt-4o").model_settings == ModelSettings()
    assert wants(Agent(name="A", model="gpt-4o").clone(model="gpt-5").model_settings) == ("low", "low")
    chosen = ModelSettings(temperature=1.0)
    assert Agent(name="A", model="gpt-4o", model_settings=chosen).clone(model="gpt-5").model_settings == chosen
    assert Agent(name="A", model="gpt-4o").clone(name="B", model_settings=chosen).model_settings == chosen


class _OneModel(ModelProvider):
    def __init__(self, model: Model) -> None:
        self.model, self.asked = model, list[str | None]()

    def get_model(self, model_name: str | None) -> Model:
        self.asked.append(model_name)
        return self.model


@pytest.mark.parametrize(
    ("agent", "config", "asked", "wanted"),
    [
        ({}, {}, None, default_settings("gpt-5.6-luna")),
        ({}, {"model": "gpt-4o"}, "gpt-4o", ModelSettings()),
        ({"model": "gpt-4o"}, {"model": "gpt-5"}, "gpt-5", default_settings("gpt-5")),
        (
            {"model": "gpt-4o", "model_settings": ModelSettings(temperature=0.1)},
            {"model": "gpt-5", "model_settings": ModelSettings(top_p=0.2)},
            "gpt-5",
            ModelSettings(temperature=0.1, top_p=0.2),
        ),
    ],
)
async def test_the_runs_model_goes_over_the_agents_and_brings_its_own_implied_settings(
    agent: dict[str, Any], config: dict[str, Any], asked: str | None, wanted: ModelSettings
) -> None:
    model = ScriptedModel([[assistant_message("x")]])
    provider = _OneModel(model)
    await Runner.run(Agent(name="A", **agent), "hi", run_config=RunConfig(model_provider=provider, **config))
    assert model.last_call is not None
    assert (provider.asked, model.last_call.model_settings) == ([asked], wanted)


async def test_a_model_object_of_the_run_implies_nothing() -> None:
    model = ScriptedModel([[assistant_message("x")]])
    await Runner.run(Agent(name="A"), "hi", run_config=RunConfig(model=model))
    assert model.last_call is not None
    assert model.last_call.model_settings == ModelSettings()
