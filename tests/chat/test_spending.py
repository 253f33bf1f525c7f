import pytest

from agentchat.chat.spending import Price, Spending, Tokens
from agentchat.runtime.values.usage import Usage, usage_sums_to_json
from tests.chat.usages import used

CHEAP, DEAR = Price(1.0, 0.1, 2.0), Price(10.0, 1.0, 20.0)


def test_tokens_are_told_apart_by_what_they_cost():
    usage = used(100, 10, cached=40)
    assert Tokens.of(usage) == Tokens(read=60, cached=40, written=10)
    assert Tokens.of_checkpoint(usage_sums_to_json(usage)) == Tokens.of(usage)
    assert Tokens.of_checkpoint({}) == Tokens()


def test_a_run_costs_what_its_answers_did_each_at_its_own_price():
    spending = Spending(DEAR, is_whole=True)
    run = Usage()
    for price, answer in ((CHEAP, used(1_000_000, 0)), (DEAR, used(0, 100_000)), (CHEAP, used(1_000_000, 0, cached=1_000_000))):
        spending.enter(price, answer)
        run.add(answer)
    assert spending.told(Tokens.of(run)) == pytest.approx(1.0 + 2.0 + 0.1)


def test_tokens_of_a_run_that_nobody_entered_count_at_the_dearest_price():
    spending = Spending(DEAR, is_whole=True)
    run = used(1_000_000, 0)
    assert spending.of_run(Tokens.of(run)) == pytest.approx(10.0)
    spending.enter(CHEAP, used(1_000_000, 0))
    run.add(used(1_000_000, 0))
    assert spending.of_run(Tokens.of(run)) == pytest.approx(11.0)


def test_an_answer_that_was_entered_and_is_not_yet_among_the_sums_is_no_less_than_its_price():
    spending = Spending(DEAR)
    spending.enter(CHEAP, used(500_000, 0))
    assert spending.of_run(Tokens()) == pytest.approx(0.5)


def test_each_run_counts_from_nothing():
    spending = Spending(DEAR, is_whole=True)
    spending.enter(CHEAP, used(1_000_000, 0))
    spending.begin_run()
    assert spending.told(Tokens()) == 0.0


def test_without_all_prices_nothing_is_told_and_the_limit_holds_all_the_same():
    some, none = Spending(DEAR), Spending()
    assert (some.told(Tokens(read=1_000_000)), some.of_run(Tokens(read=1_000_000))) == (None, pytest.approx(10.0))
    assert (none.told(Tokens(read=1)), none.of_run(Tokens(read=1))) == (None, None)
