"""The offline model puts a question to the person when it is asked to."""

import pytest

from agentchat.models.offline.planning import plan_of


@pytest.mark.parametrize(
    ("sentence", "arguments"),
    [
        ("ask me which colour: red or blue", {"question": "Which colour?", "choices": "red blue"}),
        ("Please ask me which size: small, very large or none", {"question": "Which size?", "choices": "small 'very large' none"}),
        ("ask me what my name is", {"question": "What my name is?"}),
    ],
)
def test_a_plain_sentence_becomes_a_question_with_its_choices(sentence: str, arguments: dict[str, str]):
    plan = plan_of(sentence, [])
    assert ([(step.tool, dict(step.arguments)) for step in plan.steps], plan.unknown) == ([("ask_user", arguments)], ())


def test_what_is_asked_of_others_is_no_question_to_the_person():
    assert all(step.tool != "ask_user" for step in plan_of("ask the writer to save it", ["writer"]).steps)
