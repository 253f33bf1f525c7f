"""Each built-in guardrail, by its own answer to a text."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from agentchat.building.outputs import JsonShape
from agentchat.guardrails.budget import Budget
from agentchat.guardrails.guardrail import Guardrail, Said, Surroundings
from agentchat.guardrails.judge import Judge
from agentchat.guardrails.length import Length
from agentchat.guardrails.registry import BUILT_IN, guardrail_kinds
from agentchat.guardrails.secrets import Secrets
from agentchat.guardrails.words import Words
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.function_tool import function_tool
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.model import Model, ModelProvider
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.usage import Usage
from agentchat.testing import ScriptedModel, assistant_message


async def objection(guardrail: Guardrail, text: str, *, tokens: int = 0, surroundings: Surroundings | None = None) -> str | None:
    said = Said(text, RunContextWrapper(None, usage=Usage(total_tokens=tokens)))
    return await guardrail.objection(said, surroundings or Surroundings())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "a private key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "a private key"),
        ("use sk-proj-" + "a1B2" * 8, "an OpenAI key"),
        ("sk-ant-api03-" + "x" * 40, "an Anthropic key"),
        ("AKIAIOSFODNN7EXAMPLE", "an AWS key"),
        ("ghp_" + "a" * 36, "a GitHub token"),
        ("glpat-" + "a" * 20, "a GitLab token"),
        ("xoxb-123456789012-abcdef", "a Slack token"),
        ("AIza" + "b" * 35, "a Google key"),
        ("sk_live_" + "c" * 24, "a Stripe key"),
        ("hf_" + "d" * 34, "a Hugging Face token"),
        ("eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2QT4", "a JSON web token"),
        ("postgres://shop:hunter22@db/shop", "a password in an address"),
        ('password = "correct horse"'.replace(" horse", "-horse"), "a password"),
    ],
)
async def test_secrets_are_named_by_their_kind_and_not_repeated(text: str, kind: str) -> None:
    assert await objection(Secrets(), f"Here: {text} and so on.") == f"holds what looks like {kind}"


@pytest.mark.parametrize(
    "text",
    [
        "What is 12 * 12?", "The task-force asks about sk-8 and AKIA.", "my password is long", "https://example.com/a:b@c",
        "eyJ is how tokens begin", "password: str = Field(...)", "a" * 10_000, "commit 1f0e9b2c3d4e5f60718293a4b5c6d7e8f9012345",
    ],
)  # fmt: skip
async def test_ordinary_texts_hold_no_secrets(text: str) -> None:
    assert await objection(Secrets(), text) is None


async def test_own_forms_of_secrets_and_examples_that_may_pass_can_be_named() -> None:
    secrets = Secrets(patterns=(re.compile(r"SHOP-\d{4}"),), allow=(re.compile(r"AKIA.*EXAMPLE"),))
    assert await objection(secrets, "SHOP-1234") == "holds what looks like a secret"
    assert await objection(secrets, "AKIAIOSFODNN7EXAMPLE") is None
    assert await objection(secrets, "AKIAIOSFODNN7EXAMPLE AKIAIOSFODNN7REALONE") == "holds what looks like an AWS key"


async def test_length_counts_characters_and_lines() -> None:
    assert await objection(Length(characters=5), "12345") is None
    assert await objection(Length(characters=5), "123456") == "has 6 characters, and 5 are allowed"
    assert await objection(Length(characters=50, lines=2), "a\nb\nc") == "has 3 lines, and 2 are allowed"


async def test_a_budget_looks_at_what_the_run_has_used() -> None:
    assert await objection(Budget(tokens=1_000), "", tokens=1_000) is None
    assert await objection(Budget(tokens=1_000), "", tokens=1_001) == "comes after 1,001 tokens, and 1,000 are allowed"


async def test_words_are_whole_words_whatever_their_case_and_patterns_are_searched() -> None:
    words = Words(words=("damn", "go away"), patterns=(re.compile("x{3,}"),))
    for text in ("Damn!", "please GO  \n away", "axxxx"):
        assert await objection(words, text) == "holds words that are blocked"
    for text in ("Amsterdamned", "go far away", "xx"):
        assert await objection(words, text) is None
    assert await objection(Words(words=("rival",), reason="is about a rival"), "the rival") == "is about a rival"


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (Words, {}),
        (Words, {"words": (" ",)}),
        (Judge, {}),
        (Judge, {"agent": "a"}),
        (Judge, {"question": "q", "agent": "a", "field": "f"}),
        (Judge, {"agent": "a", "field": "f", "model": "m"}),
    ],
)
def test_settings_that_mean_nothing_are_refused(kind: Callable[..., Guardrail], settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        kind(**settings)


class _OneModel(ModelProvider):
    def __init__(self, model: Model) -> None:
        self._model = model

    def get_model(self, model_name: str | None) -> Model:
        return self._model


def asked(answer: str) -> tuple[Surroundings, ScriptedModel]:
    model = ScriptedModel([[assistant_message(answer)]])
    return Surroundings(_OneModel(model)), model


@pytest.mark.parametrize(("answer", "blocks_on", "blocked"), [("true", "yes", True), ("true", "no", False), ("false", "no", True)])
async def test_a_judge_asks_its_question_and_says_why(answer: str, blocks_on, blocked: bool) -> None:
    surroundings, model = asked(f'{{"answer": {answer}, "reason": "It is a riddle."}}')
    judge = Judge(question="Is it homework?", blocks_on=blocks_on)
    said = await objection(judge, "What has four legs?", surroundings=surroundings)
    assert said == ("was judged so: It is a riddle" if blocked else None)
    assert "Is it homework?" in (model.calls[0].system_instructions or "")


async def test_a_judge_of_the_file_is_asked_without_its_tools() -> None:
    model = ScriptedModel([[assistant_message('{"is_homework": false, "reasoning": "Small talk."}')]])

    def dangerous() -> str:
        return "done"

    shape = JsonShape({"type": "object", "properties": {"is_homework": {"type": "boolean"}, "reasoning": {"type": "string"}}})
    checker = Agent(name="checker", tools=[function_tool(dangerous)], output_type=shape, model=model)
    judge = Judge(agent="checker", field="is_homework", blocks_on="no")
    assert await objection(judge, "Hi!", surroundings=Surroundings(agents={"checker": checker})) == "was judged so: Small talk"
    assert list(model.calls[0].tools) == []
    assert len(checker.tools) == 1


@pytest.mark.parametrize("answer", ["I think so", '{"reason": "none"}'])
async def test_what_cannot_be_decided_is_no_yes(answer: str) -> None:
    surroundings, _ = asked(answer)
    with pytest.raises(UserError, match="It could not be decided, so it is not done"):
        await objection(Judge(question="Is it homework?"), "Hi", surroundings=surroundings)


def test_the_registry_holds_every_kind() -> None:
    assert dict(guardrail_kinds()) == dict(BUILT_IN)
    assert all(kind.__doc__ for kind in BUILT_IN.values())
