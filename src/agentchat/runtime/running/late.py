"""Work that must be done although nobody waits for it any more: a write that a stop overtakes, a tool that will not be stopped."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_kept: set[asyncio.Task[Any]] = set()
"""The owner of what the runs have let go of; the event loop itself only holds its tasks weakly."""


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


def keep(task: asyncio.Task[Any]) -> None:
    """Sees to it that the task is not forgotten before its end; its failure has nobody left to tell."""
    _kept.add(task)
    task.add_done_callback(_forget)


def _forget(task: asyncio.Task[Any]) -> None:
    _kept.discard(task)
    if not task.cancelled():
        task.exception()
