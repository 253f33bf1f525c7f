"""Work that must be done although nobody waits for it any more: a write that a stop overtakes, a tool that will not be stopped."""

import asyncio
import weakref
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from agentchat.runtime.ports.clock import Clock

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds that a stop waits for what goes on after it was cancelled; then it is let go of."""

_kept: set[asyncio.Task[Any]] = set()
"""The owner of what the runs have let go of; the event loop itself only holds its tasks weakly."""


class Driver:
    """The task that drives a run, without keeping it: tells a stop from a CancelledError that somebody inside the run raised."""

    def __init__(self) -> None:
        """The current task. That it was cancelled before is no matter of the run."""
        task = asyncio.current_task()
        assert task is not None
        self._task, self._before = weakref.ref(task), task.cancelling()

    @property
    def stopped(self) -> bool:
        """True once it was cancelled."""
        task = self._task()
        return task is not None and task.cancelling() > self._before


async def uncancelled(work: Coroutine[Any, Any, T]) -> T:
    """Does `work` to its end even when the caller is cancelled meanwhile; the cancellation is passed on afterwards.

    What `work` raises goes over the cancellation.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    result = task.result()
    if cancelled is not None:
        raise cancelled
    return result


async def end_tasks(tasks: Sequence[asyncio.Task[Any]], clock: Clock) -> None:
    """What still runs is cancelled and awaited; what will not stop is let go of after `PATIENCE`."""
    running = [task for task in tasks if not task.done()]
    if running:
        for task in running:
            task.cancel()
        patience = asyncio.ensure_future(clock.sleep(PATIENCE))
        everything = asyncio.gather(*running, return_exceptions=True)
        await asyncio.wait([everything, patience], return_when=asyncio.FIRST_COMPLETED)
        patience.cancel()
        await asyncio.wait([patience])
    for task in tasks:
        if not task.done():
            keep(task)
        elif not task.cancelled():
            task.exception()  # another one of them was told


def keep(task: asyncio.Task[Any]) -> None:
    """Sees to it that the task is not forgotten before its end; its failure has nobody left to tell."""
    _kept.add(task)
    task.add_done_callback(_forget)


def _forget(task: asyncio.Task[Any]) -> None:
    _kept.discard(task)
    if not task.cancelled():
        task.exception()
