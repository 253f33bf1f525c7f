from dataclasses import replace

from agentchat.chat.status import Pending
from agentchat.tui.approval.walk import Walk
from tests.tui.approval.calls import call

A, B, C = (call(name, key=name) for name in "abc")


def test_the_walk_goes_round_through_the_calls():
    walk = Walk(Pending((A, B, C)))
    assert [walk.call, walk.moved(1).call, walk.moved(-1).call, walk.moved(3).call] == [A, B, C, A]


def test_after_a_decision_the_next_call_is_shown_and_behind_the_last_the_first():
    walk = Walk(Pending((A, B, C))).moved(1).without("b")
    assert (walk.call, walk.open) == (C, (A, C))
    assert walk.without("c").call == A
    assert walk.without("c").without("a").call is None


def test_a_call_that_was_decided_does_not_come_back_with_older_news():
    walk = Walk(Pending((A, B))).without("a").updated(Pending((A, B)))
    assert (walk.call, walk.open) == (B, (B,))


def test_what_broke_off_comes_first_and_is_not_among_what_is_decided_at_once():
    unknown = replace(A, asks="outcome unknown")
    walk = Walk(Pending((B, C), (unknown,)))
    assert (walk.open, walk.waiting) == ((unknown, B, C), (B, C))


def test_the_shown_call_stays_when_others_come_and_go():
    walk = Walk(Pending((A, B))).moved(1).updated(Pending((C, A, B)))
    assert walk.call == B
    assert walk.updated(Pending((C, A))).call == A
    assert walk.updated(Pending()).call is None
