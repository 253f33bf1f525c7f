"""That a run leaves nothing behind: no task that goes on, no error that nobody has asked for."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def nothing_left() -> AsyncIterator[None]:
    """At the end no task that began inside goes on, and the event loop had nothing to complain of, now or when all is collected."""
    complaints: list[tuple[str, Any]] = []
    loop, before = asyncio.get_running_loop(), asyncio.all_tasks()
    loop.set_exception_handler(lambda _, context: complaints.append((context["message"], context.get("exception"))))
    yield
    left = {task.get_name(): repr(task) for task in asyncio.all_tasks() - before}
    await asyncio.sleep(0)
    gc.collect()
    await asyncio.sleep(0)
    loop.set_exception_handler(None)
    assert (left, complaints) == ({}, [])
