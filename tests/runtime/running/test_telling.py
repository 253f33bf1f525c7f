"""The queue of a turn's calls: an agent that runs as a tool waits while too much of it is unread."""

import asyncio

from agentchat import NestedEvent
from agentchat.runtime.running.hand_over import BOUND
from agentchat.runtime.running.telling import Telling
from agentchat.runtime.values.events import CallProgress
from agentchat.runtime.values.keys import CallKey, Scope

PROGRESS = CallProgress(CallKey(Scope("r"), 1, 0), "c1", "going on")


async def test_nested_events_wait_for_a_reader_and_others_do_not() -> None:
    told, nested = Telling(), NestedEvent(("1.0",), PROGRESS)
    for _ in range(BOUND):
        await told.put_nested(nested)
    late = asyncio.create_task(told.put_nested(nested))
    await asyncio.sleep(0)
    told.put_nowait(PROGRESS)
    assert (late.done(), told.qsize()) == (False, BOUND + 2)
    assert await told.get() is nested
    await late
    assert told.qsize() == BOUND + 1


async def test_they_are_read_in_the_order_in_which_they_came() -> None:
    told, nested = Telling(), NestedEvent(("1.0",), PROGRESS)
    told.put_nowait(PROGRESS)
    await told.put_nested(nested)
    told.put_nowait(None)
    assert [await told.get(), await told.get(), await told.get()] == [PROGRESS, nested, None]


async def test_progress_that_nobody_reads_is_left_out() -> None:
    told = Telling()
    for _ in range(BOUND + 5):
        told.put_progress(PROGRESS)
    assert told.qsize() == BOUND


async def test_what_was_not_read_is_there_at_the_end_also_of_one_that_waits_for_room() -> None:
    told, nested = Telling(), NestedEvent(("1.0",), PROGRESS)
    for _ in range(BOUND):
        await told.put_nested(nested)
    late = asyncio.create_task(told.put_nested(NestedEvent(("2.0",), PROGRESS)))
    await asyncio.sleep(0)
    late.cancel()
    told.put_nowait(None)
    assert told.unread()[BOUND:] == [NestedEvent(("2.0",), PROGRESS)]
    assert told.unread() == []
