import asyncio

from tests.clock import FakeClock


async def test_sleepers_wake_in_order_each_at_its_own_time():
    clock = FakeClock(now=100.0, monotonic=0.0)
    woken = []

    async def sleeper(name, *seconds):
        for length in seconds:
            await clock.sleep(length)
            woken.append((name, clock.monotonic(), clock.now()))

    async with asyncio.TaskGroup() as group:
        group.create_task(sleeper("a", 1.0, 1.5))
        group.create_task(sleeper("b", 2.0))
        await clock.advance(0.5)
        assert woken == []
        await clock.advance(2.5)
    assert woken == [("a", 1.0, 101.0), ("b", 2.0, 102.0), ("a", 2.5, 102.5)]
    assert clock.monotonic() == 3.0
