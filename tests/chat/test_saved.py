"""Which facts still have a place when another program took rows away."""

from agentchat.chat.saved import SavedFact, standing_facts
from agentchat.runtime.values.facts import ItemFact, TurnFact

ABOUT = ItemFact(item=0, kind="message", agent="triage")
STOPPED = TurnFact(kind="stopped", text="Stopped.", at=1.0)

FIRST = SavedFact(1, STOPPED)
OF_3 = SavedFact(2, ABOUT, row=3)
AFTER_3 = SavedFact(3, STOPPED, after=3)
OF_5 = SavedFact(4, ABOUT, row=5)
AFTER_5 = SavedFact(5, STOPPED, after=5)
ALL = (FIRST, OF_3, AFTER_3, OF_5, AFTER_5)


def test_while_all_rows_are_there_all_facts_stand() -> None:
    assert standing_facts(ALL, (3, 5), gap=False) == ALL


def test_what_stood_after_a_row_that_is_gone_stands_after_the_one_before_it() -> None:
    assert standing_facts(ALL, (3,), gap=False) == (FIRST, OF_3, AFTER_3, AFTER_5)


def test_with_all_rows_before_it_a_fact_goes_too() -> None:
    assert standing_facts(ALL, (5,), gap=False) == (FIRST, OF_5, AFTER_5)
    assert standing_facts(ALL, (), gap=False) == (FIRST,)


def test_facts_before_the_rows_that_were_read_are_left_out() -> None:
    assert standing_facts(ALL, (5,), gap=True) == (OF_5, AFTER_5)
