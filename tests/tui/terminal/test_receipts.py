from agentchat.tui.terminal.receipts import PROBE_LIMIT, STAND_IN, Receipts


def asked(receipts, at):
    heard: list[float] = []
    receipts.asked(at, heard.append)
    return heard


def test_answers_go_to_the_requests_in_order():
    receipts = Receipts()
    first, second = asked(receipts, 1.0), asked(receipts, 2.0)
    receipts.answered(3.0)
    assert (first, second) == ([3.0], [])
    receipts.answered(4.0)
    receipts.answered(5.0)
    assert (first, second) == ([3.0], [4.0])


def test_a_terminal_that_never_answered_gets_answers_made_up_after_the_time_for_the_probe():
    receipts = Receipts()
    probe, second = asked(receipts, 1.0), asked(receipts, 3.8)
    assert receipts.next_stand_in() == 1.0 + PROBE_LIMIT
    receipts.stand_in(1.0 + PROBE_LIMIT - 0.1)
    assert (probe, second) == ([], [])
    receipts.stand_in(1.0 + PROBE_LIMIT)
    assert (probe, second) == ([1.0 + STAND_IN], [])
    receipts.stand_in(3.8 + STAND_IN)
    assert second == [3.8 + STAND_IN]
    assert receipts.next_stand_in() is None


def test_a_terminal_that_answered_once_is_waited_for_however_long_it_takes():
    receipts = Receipts()
    asked(receipts, 1.0)
    receipts.answered(1.1)
    later = asked(receipts, 2.0)
    receipts.stand_in(1_000.0)
    assert (later, receipts.next_stand_in()) == ([], None)
