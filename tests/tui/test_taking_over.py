"""The key that takes a conversation over."""

from agentchat.chat.status import Status
from agentchat.tui.taking_over import TakingOver
from tests.clock import FakeClock

ASKED = Status("a", read_only="Busy", may_take_over=True, is_asked=True)


class Wishes:
    """Counts what is asked of the chat."""

    def __init__(self) -> None:
        self.count = 0

    def take_over(self) -> None:
        self.count += 1


async def test_the_first_press_asks_and_another_one_takes_it_once_the_answer_could_be_read():
    wishes, clock = Wishes(), FakeClock()
    key = TakingOver(wishes, clock)
    key.press()
    assert wishes.count == 1
    key.show(ASKED)
    key.press()
    assert wishes.count == 1, "it came with the answer"
    for _ in range(10):
        await clock.advance(0.3)
        key.press()
    assert wishes.count == 1, "the key is held"
    await clock.advance(1.0)
    key.press()
    assert wishes.count == 2


async def test_where_nothing_was_asked_for_every_press_asks():
    wishes = Wishes()
    key = TakingOver(wishes, FakeClock())
    key.show(Status("a", read_only="It is open", may_take_over=True))
    key.press()
    key.press()
    assert wishes.count == 2
