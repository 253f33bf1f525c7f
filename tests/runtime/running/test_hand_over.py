"""The hand-over of events: its bound, and every way in which one of the two sides can go."""

import asyncio

import pytest

from agentchat import Agent, AgentUpdatedStreamEvent, CheckpointSaved
from agentchat.runtime.running.hand_over import HandOver
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.events import is_saved

EVENTS = [AgentUpdatedStreamEvent(Agent(name=str(number))) for number in range(12)]


async def _produce(over: HandOver, done: list[int]) -> None:
    for number, event in enumerate(EVENTS):
        over.put(event)
        await over.room()
        done.append(number)
    over.close()


async def _settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize("bound", [1, 2, 3, 100])
async def test_every_event_comes_once_and_in_order(bound: int) -> None:
    over, done = HandOver(bound), list[int]()
    producer = asyncio.create_task(_produce(over, done))
    read = []
    while (event := await over.get()) is not None:
        read.append(event)
    await producer
    assert read == EVENTS


async def test_the_producer_waits_at_the_bound_and_goes_on_when_half_is_read() -> None:
    over, done = HandOver(4), list[int]()
    producer = asyncio.create_task(_produce(over, done))
    await _settle()
    assert len(done) == 3
    await over.get()
    await _settle()
    assert len(done) == 3
    await over.get()
    await _settle()
    assert len(done) == 5
    over.lift()
    await producer
    assert len(done) == len(EVENTS)


async def test_lifted_the_producer_never_waits() -> None:
    over, done = HandOver(1), list[int]()
    over.lift()
    await _produce(over, done)
    assert len(done) == len(EVENTS)


async def test_clearing_lets_the_producer_go_on_and_keeps_what_must_be_told() -> None:
    over, done = HandOver(3), list[int]()
    saved = CheckpointSaved(Checkpoint(step="model next", turn=0, response=0, agent="A", at=0.0))
    over.put(saved)
    producer = asyncio.create_task(_produce(over, done))
    await _settle()
    over.clear(keeping=is_saved)
    over.lift()
    await producer
    assert await over.get() is saved
    assert await over.get() is EVENTS[2]


async def test_closing_wakes_a_reader_with_what_is_last() -> None:
    over = HandOver()
    reader = asyncio.create_task(over.get())
    await _settle()
    over.put(EVENTS[0])
    over.close()
    assert (await reader, await over.get(), await over.get()) == (EVENTS[0], None, None)


async def test_closing_lets_a_waiting_producer_go() -> None:
    over = HandOver(1)
    producer = asyncio.create_task(_produce(over, []))
    await _settle()
    over.close()
    await producer


async def test_a_reader_that_was_cancelled_makes_room_for_another() -> None:
    over = HandOver()
    reader = asyncio.create_task(over.get())
    await _settle()
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    over.put(EVENTS[0])
    assert await over.get() is EVENTS[0]


async def test_all_who_wait_for_room_go_on_when_there_is_some() -> None:
    over = HandOver(2)
    over.put(EVENTS[0])
    over.put(EVENTS[1])
    waiting = [asyncio.create_task(over.room()) for _ in range(3)]
    await _settle()
    assert (over.is_full, [each.done() for each in waiting]) == (True, [False] * 3)
    await over.get()
    await asyncio.gather(*waiting)
    assert not over.is_full


async def test_what_waits_for_room_is_told_even_when_the_waiting_ends() -> None:
    over = HandOver(1)
    over.put(EVENTS[0])
    waiting = asyncio.create_task(over.room())
    await _settle()
    waiting.cancel()
    over.close()
    assert [await over.get(), await over.get()] == [EVENTS[0], None]


async def test_closed_it_takes_nothing_and_nobody_waits() -> None:
    over = HandOver(1)
    over.close()
    for event in EVENTS:
        over.put(event)
        await over.room()
    assert (over.is_full, await over.get()) == (False, None)


async def test_two_readers_at_once_are_refused_and_one_after_the_other_are_not() -> None:
    over = HandOver()
    with over.reading(), pytest.raises(RuntimeError, match="read once; another task is reading"), over.reading():
        pass
    with over.reading():
        over.close()
        assert await over.get() is None
