from pathlib import Path

import pytest

from agentchat.config.agents_file import read_team
from agentchat.config.errors import ConfigErrors
from agentchat.config.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("when", "key", "sentence"),
    [
        ("{ amount = { above = 50, below = 5 } }", "amount", "'amount' lets no number fit; turn the bounds round."),
        ('{ amount = { above = "50" } }', "amount", "'amount' has no number for 'above'; write one, without quotes."),
        ("{ amount = { abve = 50 } }", "amount", "'amount' has 'abve'; did you mean 'above'?"),
        ("{ box = { size = { at_least = 5, above = 5 } } }", "box", "'box' has two bounds on one side; keep one."),
        ("{ parts = [{ below = true }] }", "parts", "'parts' has no number for 'below'; write one, without quotes."),
    ],
)
def test_a_comparison_that_can_mean_nothing_is_a_mistake_with_its_place(tmp_path: Path, when: str, key: str, sentence: str) -> None:
    file = tmp_path / "agents.toml"
    rule = f'[[rules.refund]]\nverdict = "deny"\nwhen = {when}\n'
    file.write_text(f'[[agents]]\nname = "a"\ninstructions = "Work."\ntools = ["refund"]\n{rule}')
    with pytest.raises(ConfigErrors) as error:
        read_team(file, origin="option", vocabulary=Vocabulary(("refund",)))
    assert [(one.line, one.key, one.message) for one in error.value.errors] == [
        (7, f"rules.refund[0].when.{key}", f"[rules.refund] {sentence}")
    ]
