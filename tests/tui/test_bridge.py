import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from agentchat.chat.front import Opened, Publish, Unsent, Update
from agentchat.chat.status import Approve, Decision, Pending, Status
from agentchat.chat.transcript.blocks import AnswerBlock, UserBlock
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended, BlockReplaced
from agentchat.runtime.ports.clock import SystemClock
from agentchat.tui.bridge import CLOSING_LIMIT, Bridge, Connected, Delivery, Untrusted, joined
from tests.clock import FakeClock

IDLE = Status("3f2a", phase="idle")
SAID = BlockAdded(UserBlock(0, "hello"))


class Other:
    """The other side: a chat that does what the test says, and notes on which thread it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.threads: set[str] = set()
        self.on_send: Callable[[str], Awaitable[None]] | None = None
        self.on_close: Callable[[], Awaitable[None]] | None = None
        self.gate = threading.Event()

    async def connect(self) -> Connected:
        self._note("connect")
        return Connected(self)

    async def open(self, publish: Publish) -> None:
        self._note("open")
        self.publish = publish
        publish(Opened((), IDLE, Pending()))

    async def send(self, text: str) -> None:
        self._note(f"send {text}")
        if self.on_send is not None:
            await self.on_send(text)

    async def decide(self, key: str, decision: Decision) -> None:
        self._note(f"decide {key}")

    async def stop(self) -> None:
        self._note("stop")

    async def proceed(self) -> None:
        self._note("proceed")

    async def close(self, prompt: str = "") -> None:
        self._note(f"close {prompt}".rstrip())
        if self.on_close is not None:
            await self.on_close()

    async def settled(self) -> None:
        return

    def _note(self, what: str) -> None:
        self.asked.append(what)
        self.threads.add(threading.current_thread().name)


class Screen:
    """The front: it keeps what it is told."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.failures: list[BaseException] = []
        self.untrusted: list[Untrusted | None] = []
        self.told = asyncio.Event()

    def take(self, delivery: Delivery) -> None:
        assert threading.current_thread() is threading.main_thread()
        self.deliveries.append(delivery)
        self.told.set()

    def chat_stands(self, untrusted: Untrusted | None) -> None:
        self.untrusted.append(untrusted)

    def chat_failed(self, error: BaseException) -> None:
        self.failures.append(error)
        self.told.set()

    def request_failed(self, error: BaseException) -> None:
        self.failures.append(error)
        self.told.set()


@asynccontextmanager
async def bridged(other: Other, *, own_thread: bool = True, clock=None) -> AsyncIterator[tuple[Bridge, Screen]]:
    screen = Screen()
    bridge = Bridge(other.connect, screen, clock=clock or SystemClock(), own_thread=own_thread)
    bridge.start()
    try:
        yield bridge, screen
    finally:
        await bridge.close()


@pytest.mark.parametrize(("own_thread", "name"), [(True, "chat"), (False, "MainThread")])
async def test_everything_that_is_asked_runs_on_the_chats_own_thread_in_order(own_thread, name):
    other = Other()
    async with bridged(other, own_thread=own_thread) as (bridge, screen):
        bridge.send("one")  # before the chat stands
        bridge.send("two")
        bridge.stop()
        bridge.proceed()
        bridge.decide("k", Approve("digest"))
        await bridge.drained()
        assert other.asked == ["connect", "open", "send one", "send two", "stop", "proceed", "decide k"]
        assert other.threads == {name}
        assert screen.deliveries == [Delivery(opened=Opened((), IDLE, Pending()), status=IDLE, pending=Pending())]
    assert other.asked[-1] == "close"


async def test_what_is_published_between_two_frames_comes_in_one_delivery():
    other, clock = Other(), FakeClock()
    async with bridged(other, own_thread=False, clock=clock) as (bridge, screen):
        await bridge.drained()
        await clock.advance(1.0)
        screen.deliveries.clear()
        running = Status("3f2a", phase="running")
        for update in (SAID, running, BlockAdded(AnswerBlock(1, "triage", "", ending="open"))):
            other.publish(update)
        await clock.advance(0.0)
        for text in ("a", "b", "c"):
            other.publish(BlockExtended(1, text))
        other.publish(IDLE)
        await clock.advance(0.0)
        assert len(screen.deliveries) == 1  # the frame is not over
        await clock.advance(0.1)
        assert screen.deliveries == [
            Delivery(changes=(SAID, BlockAdded(AnswerBlock(1, "triage", "", ending="open"))), status=running),
            Delivery(changes=(BlockExtended(1, "abc"),), status=IDLE),
        ]


async def test_a_delivery_that_takes_long_is_followed_by_a_rest_of_twice_that_time():
    other, clock = Other(), FakeClock()
    async with bridged(other, own_thread=False, clock=clock) as (bridge, screen):
        await bridge.drained()
        await clock.advance(1.0)
        taken: list[float] = []

        def slow(_: Delivery) -> None:
            taken.append(clock.monotonic())
            clock._monotonic += 0.5

        screen.take = slow
        for _ in range(3):
            other.publish(SAID)
            await clock.advance(0.0)
            other.publish(SAID)
            await clock.advance(1.0)
        assert [later - earlier for earlier, later in pairwise(taken)] == [1.5] * (len(taken) - 1)
        assert len(taken) == 3


async def test_an_opening_makes_what_came_before_it_void():
    other = Other()
    async with bridged(other, own_thread=False) as (bridge, screen):
        await bridge.drained()
        screen.deliveries.clear()
        opened = Opened((UserBlock(0, "from the file"),), IDLE, Pending())
        updates: list[Update] = [SAID, opened, BlockReplaced(UserBlock(0, "newer")), Unsent("again")]
        for update in updates:
            other.publish(update)
        await bridge.drained()
        changes = (BlockReplaced(UserBlock(0, "newer")),)
        assert screen.deliveries == [Delivery(opened, changes, IDLE, Pending(), ("again",))]


async def test_a_request_that_fails_is_told_and_the_next_one_works():
    other = Other()

    async def fails(text: str) -> None:
        if text == "bad":
            raise ValueError("no such thing")

    other.on_send = fails
    async with bridged(other) as (bridge, screen):
        bridge.send("bad")
        bridge.send("good")
        await bridge.drained()
        assert [repr(error) for error in screen.failures] == ["ValueError('no such thing')"]
        assert other.asked[-1] == "send good"


@pytest.mark.parametrize("error", [RuntimeError("no such agent"), SystemExit(3)])
async def test_a_chat_that_cannot_be_made_is_told_once_and_nothing_hangs(error):
    other = Other()

    async def connect() -> Connected:
        raise error

    other.connect = connect
    async with bridged(other) as (bridge, screen):
        bridge.send("hello")
        await asyncio.wait_for(screen.told.wait(), 5)
        assert screen.failures == [error]
        assert await bridge.close() is True  # there is nothing to close


async def test_a_chat_whose_thread_hangs_blocks_neither_the_screen_nor_leaving():
    other = Other()
    other.on_send = lambda _: asyncio.sleep(0, other.gate.wait(20))
    loop = asyncio.get_running_loop()
    async with bridged(other) as (bridge, _):
        await bridge.drained()
        bridge.send("hang")
        before = loop.time()
        await asyncio.sleep(0.05)
        assert loop.time() - before < 1.0
        assert await bridge.close() is False
        assert loop.time() - before < CLOSING_LIMIT + 1.0
    other.gate.set()


async def test_what_stands_in_the_prompt_is_given_to_the_chat_when_it_ends():
    other = Other()
    async with bridged(other) as (bridge, _):
        await bridge.drained()
        assert await bridge.close("a draft") is True
    assert other.asked[-1] == "close a draft"


@pytest.mark.parametrize("own_thread", [True, False])
async def test_a_chat_is_ended_and_another_one_takes_its_place_and_what_is_asked_meanwhile(own_thread):
    first, second = Other(), Other()
    async with bridged(first, own_thread=own_thread) as (bridge, screen):
        await bridge.drained()
        bridge.renew(second.connect, prompt="a draft")
        bridge.send("hello")
        await bridge.drained()
        assert first.asked == ["connect", "open", "close a draft"]
        assert second.asked == ["connect", "open", "send hello"]
        assert first.threads == second.threads
        assert len(screen.untrusted) == 2
    assert (first.asked[-1], second.asked[-1]) == ("close a draft", "close")


async def test_a_chat_that_cannot_take_the_others_place_is_told_and_nothing_hangs():
    first = Other()

    async def connect() -> Connected:
        raise ValueError("no such module")

    async with bridged(first) as (bridge, screen):
        await bridge.drained()
        screen.told.clear()
        bridge.renew(connect, prompt="")
        await asyncio.wait_for(screen.told.wait(), 5)
        assert [repr(error) for error in screen.failures] == ["ValueError('no such module')"]
        assert await bridge.close() is True


async def test_a_chat_that_cannot_save_says_so_and_nothing_hangs():
    other = Other()

    async def fails() -> None:
        raise OSError("the disk is full")

    other.on_close = fails
    async with bridged(other) as (bridge, screen):
        await bridge.drained()
        assert await bridge.close() is True
        assert [repr(error) for error in screen.failures] == ["OSError('the disk is full')"]


async def test_leaving_waits_for_what_the_chat_saves():
    other, saved = Other(), []

    async def save() -> None:
        await asyncio.sleep(0.05)
        saved.append(True)

    other.on_close = save
    async with bridged(other) as (bridge, _):
        assert await bridge.close() is True
        assert saved == [True]


def test_pieces_of_one_text_are_joined_and_nothing_else_is():
    changes = [BlockExtended(1, "a"), BlockExtended(1, "b"), BlockExtended(2, "c"), SAID, BlockExtended(2, "d"), BlockExtended(2, "e")]
    assert joined(changes) == (BlockExtended(1, "ab"), BlockExtended(2, "c"), SAID, BlockExtended(2, "de"))
    assert joined([]) == ()
