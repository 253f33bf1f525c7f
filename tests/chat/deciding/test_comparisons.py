from typing import Any

import pytest

from agentchat.chat.deciding.comparisons import Comparison, is_comparison


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"above": 50}, "above 50"),
        ({"at_most": 5.5, "above": 0}, "above 0 and at most 5.5"),
        ({"at_least": 3, "at_most": 3}, "at least 3 and at most 3"),
    ],
)
def test_a_comparison_says_itself(table: dict[str, Any], words: str) -> None:
    assert Comparison.parse(table).words == words


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"above": "50"}, "has no number for 'above'; write one, without quotes."),
        ({"above": True}, "has no number for 'above'; write one, without quotes."),
        ({"above": 5, "upto": 6}, "has 'upto' beside a comparison; write only above, at_least, below or at_most."),
        ({"above": 5, "at_least": 6}, "has two bounds on one side; keep one."),
        ({"below": 5, "at_most": 6}, "has two bounds on one side; keep one."),
        ({"above": 5, "below": 5}, "lets no number fit; turn the bounds round."),
        ({"above": 5, "at_most": 5}, "lets no number fit; turn the bounds round."),
        ({"at_least": 6, "at_most": 5}, "lets no number fit; turn the bounds round."),
    ],
)
def test_what_can_mean_nothing_is_refused(table: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match="^" + sentence.replace(".", r"\.") + "$"):
        Comparison.parse(table)


def test_other_tables_are_objects() -> None:
    assert [is_comparison(one) for one in ({"above": 1}, {"a": 1}, {}, "above", ["above"], 5)] == [True, False, False, False, False, False]
