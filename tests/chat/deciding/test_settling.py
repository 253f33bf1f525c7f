"""What a person may say of a call, and what becomes of it: a table over everything that a journal can know of one."""

from dataclasses import replace

import pytest

from agentchat.chat.deciding.settling import ApprovedAnew, Happened, LeftUnknown, Said, Withdrawn, settled
from agentchat.runtime.ports.journal import Approved, RecalledCall, Rejected
from agentchat.runtime.values.outcomes import Returned
from tests.storage.samples import key, proposed

YES, NO, ANEW = Approved(digest="d"), Rejected("no"), Approved(digest="e")
OPEN = RecalledCall(proposed(key()), None, "proposed")
APPROVED = replace(OPEN, decision=YES)
REJECTED = replace(OPEN, decision=NO)
STARTED = replace(APPROVED, status="started", by="you", started=1.0)
BY_A_RULE = replace(OPEN, status="started", by="agents.toml allows refund", started=1.0)
AGAIN = replace(STARTED, status="proposed", decision=ANEW)
SKIPPED = replace(STARTED, status="skipped")
FINISHED = replace(STARTED, status="finished", outcome=Returned("done"), ended=2.0)
AGENT = replace(STARTED, call=replace(STARTED.call, kind="agent"))
HANDOFF = replace(STARTED, call=replace(STARTED.call, kind="handoff"))

EVERY = (OPEN, APPROVED, REJECTED, STARTED, BY_A_RULE, AGAIN, SKIPPED, FINISHED, AGENT, HANDOFF)

BECOMES: list[tuple[Said, dict[int, RecalledCall]]] = [
    (YES, {0: APPROVED}),
    (NO, {0: REJECTED}),
    (
        ApprovedAnew(ANEW),
        {
            1: replace(APPROVED, decision=ANEW),
            3: AGAIN,
            4: replace(BY_A_RULE, status="proposed", decision=ANEW),
            5: AGAIN,
        },
    ),
    (Withdrawn(), {1: OPEN, 5: replace(STARTED, decision=ANEW)}),
    (Happened("so it is"), {place: replace(EVERY[place], status="finished", outcome=Returned("so it is")) for place in (3, 4)}),
    (LeftUnknown(), {3: SKIPPED, 4: replace(BY_A_RULE, status="skipped")}),
]


@pytest.mark.parametrize(("said", "becomes"), BECOMES, ids=lambda value: type(value).__name__)
def test_a_word_counts_only_where_it_fits(said: Said, becomes: dict[int, RecalledCall]) -> None:
    assert [settled(call, said) for call in EVERY] == [becomes.get(place) for place in range(len(EVERY))]


def test_after_a_second_yes_is_withdrawn_a_rule_has_allowed_the_call_as_before() -> None:
    again = settled(BY_A_RULE, ApprovedAnew(ANEW))
    assert again is not None
    assert settled(again, Withdrawn()) == BY_A_RULE
