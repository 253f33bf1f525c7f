import pytest

from agentchat.runtime.ports.journal import Approved, Rejected
from agentchat.runtime.values.outcomes import Failed, Outcome, Returned
from agentchat.storage.plain import decision_from_text, decision_to_text, outcome_from_text, outcome_to_text, storable


@pytest.mark.parametrize(
    "outcome",
    [
        Returned("text"),
        Returned("text", unchecked=True),
        Returned([{"type": "input_image", "image_url": "x"}], failed=True),
        Failed("why"),
        Failed("why", fatal=False),
    ],
)
def test_outcomes_come_back_as_they_were(outcome: Outcome) -> None:
    assert outcome_from_text(outcome_to_text(outcome)) == outcome


@pytest.mark.parametrize("decision", [Approved(), Approved('{"a": 1}', by="a rule", digest="3f2a"), Rejected(), Rejected("no", by="Ann")])
def test_decisions_come_back_as_they_were(decision: Approved | Rejected) -> None:
    assert decision_from_text(decision_to_text(decision)) == decision


@pytest.mark.parametrize(
    ("text", "stored"), [("a\ud83d\ude00b", "a\U0001f600b"), ("caf\udcff", "caf\ufffd"), ("é\U0001f600", "é\U0001f600")]
)
def test_what_sqlite_cannot_hold_is_made_holdable(text: str, stored: str) -> None:
    assert storable(text) == stored
