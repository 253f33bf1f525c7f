"""Work that outlives the wish for it."""

import asyncio
import gc

import pytest

from agentchat.runtime.running.late import keep, uncancelled


async def _value(gate: asyncio.Event, done: list[str]) -> str:
    await gate.wait()
    done.append("done")
    return "value"


async def test_it_gives_what_the_work_gives() -> None:
    gate = asyncio.Event()
    gate.set()
    assert await uncancelled(_value(gate, [])) == "value"


async def test_a_cancelled_caller_is_told_when_the_work_is_done_however_often_it_was_cancelled() -> None:
    gate, done = asyncio.Event(), list[str]()
    caller = asyncio.create_task(uncancelled(_value(gate, done)))
    for _ in range(3):
        await asyncio.sleep(0)
        caller.cancel()
    await asyncio.sleep(0)
    assert not caller.done()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert done == ["done"]


async def test_an_error_of_the_work_goes_over_the_cancelling() -> None:
    gate = asyncio.Event()

    async def breaks() -> None:
        await gate.wait()
        raise ValueError("boom")

    caller = asyncio.create_task(uncancelled(breaks()))
    await asyncio.sleep(0)
    caller.cancel()
    gate.set()
    with pytest.raises(ValueError, match="boom"):
        await caller


async def test_work_that_is_itself_cancelled_is_not_waited_for_for_ever() -> None:
    async def cancels_itself() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await uncancelled(cancels_itself())


async def test_what_is_kept_is_not_collected_before_its_end_and_its_failure_is_no_noise() -> None:
    done: list[str] = []

    async def waits_for_nobody_else() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            done.append("ended")
            raise ValueError("nobody hears this")

    task = asyncio.create_task(waits_for_nobody_else())
    keep(task)
    await asyncio.sleep(0)
    reference = task
    del task
    gc.collect()
    assert (done, reference.done()) == ([], False)
    reference.cancel()
    await asyncio.wait([reference])
    assert done == ["ended"]
