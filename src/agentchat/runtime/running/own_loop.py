"""An event loop for code that has none: one per thread, kept, so that a model's open connections serve the next call too."""

import asyncio
import atexit
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_loops: dict[int, asyncio.AbstractEventLoop] = {}


def run_on_own_loop(work: Coroutine[Any, Any, T]) -> T:
    """Runs `work` to its end on this thread's own loop; an interrupt cancels it and is raised when it has cleaned up."""
    loop = _loops.get(threading.get_ident())
    if loop is None or loop.is_closed():
        loop = _loops[threading.get_ident()] = asyncio.new_event_loop()
    task = loop.create_task(work)
    try:
        return loop.run_until_complete(task)
    except BaseException:
        if not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):  # the interrupt is what the caller must hear of
                loop.run_until_complete(task)
        raise


@atexit.register
def _close_all() -> None:
    for loop in _loops.values():
        if not loop.is_running() and not loop.is_closed():
            loop.close()
