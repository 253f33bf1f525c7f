import pytest

from agentchat.chat.shown_cost import shown_cost


@pytest.mark.parametrize(
    ("cost", "text"), [(0.0, "0.00"), (0.00001, "under 0.0001"), (0.0042, "0.0042"), (0.5, "0.5000"), (1.0, "1.00"), (12.346, "12.35")]
)
def test_a_cost_is_told_as_exactly_as_a_small_one_needs(cost, text):
    assert shown_cost(cost) == text
