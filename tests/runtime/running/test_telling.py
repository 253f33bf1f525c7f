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
    assert (late.done(), told.qsize()) == (False, BOUND + 1)
    assert await told.get() is nested
    await late
    assert told.qsize() == BOUND + 1


async def test_they_are_read_in_the_order_in_which_they_came() -> None:
    told, nested = Telling(), NestedEvent(("1.0",), PROGRESS)
    told.put_nowait(PROGRESS)
    await told.put_nested(nested)
    told.put_nowait(None)
    assert [await told.get(), await told.get(), await told.get()] == [PROGRESS, nested, None]
