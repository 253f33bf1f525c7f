"""Functions in threads of their own, and what becomes of them when nobody waits any more."""

import asyncio
import contextvars
import threading
from collections.abc import Callable

import pytest

from agentchat.runtime.declarations.sync_calls import Gave, LateResult, Raised, call_in_thread, call_in_watched_thread

NAME: contextvars.ContextVar[str] = contextvars.ContextVar("NAME")


async def test_the_function_gets_its_arguments_and_gives_its_result():
    assert await call_in_thread(divmod, 7, 2) == (3, 1)
    assert await call_in_thread(int, "ff", base=16) == 255


async def test_an_error_reaches_the_caller():
    with pytest.raises(ValueError, match="invalid literal"):
        await call_in_thread(int, "no number")


async def test_an_iterator_at_its_end_does_not_hang_the_caller():
    with pytest.raises(RuntimeError, match="StopIteration"):
        await call_in_thread(next, iter(()))


async def test_the_thread_is_a_daemon_of_its_own():
    first, second = await asyncio.gather(call_in_thread(threading.current_thread), call_in_thread(threading.current_thread))
    assert first.daemon
    assert len({first, second, threading.current_thread()}) == 3


async def test_the_function_sees_the_callers_context_variables():
    NAME.set("caller")
    assert await call_in_thread(NAME.get) == "caller"
    await call_in_thread(NAME.set, "thread")
    assert NAME.get() == "caller"


class Blocked:
    """A function that returns only when it is told to."""

    def __init__(self) -> None:
        self.running = threading.Event()
        self.released = threading.Event()
        self.thread = threading.current_thread()

    def __call__(self) -> str:
        self.thread = threading.current_thread()
        self.running.set()
        self.released.wait()
        return "late"

    async def abandoned(self, *, on_late: Callable[[LateResult], None] | None = None) -> None:
        """Starts the function, waits until it runs, and cancels the task that waits for it."""
        waiting = asyncio.create_task(call_in_watched_thread(self, on_late=on_late))
        await call_in_thread(self.running.wait)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_a_cancelled_caller_leaves_at_once_and_the_late_result_is_dropped():
    blocked = Blocked()
    await blocked.abandoned()
    assert blocked.thread.is_alive()
    blocked.released.set()
    await call_in_thread(blocked.thread.join)


async def test_a_late_result_goes_to_who_watches():
    blocked, late = Blocked(), asyncio.Queue[LateResult]()
    await blocked.abandoned(on_late=late.put_nowait)
    blocked.released.set()
    assert await late.get() == Gave("late")


def test_a_result_after_the_loop_has_closed_is_dropped_quietly():
    blocked, late = Blocked(), list[LateResult]()
    asyncio.run(blocked.abandoned(on_late=late.append))
    blocked.released.set()
    blocked.thread.join()
    assert late == []


async def test_a_result_that_comes_in_the_same_turn_as_the_cancelling_is_late():
    blocked, late = Blocked(), list[LateResult]()
    waiting = asyncio.create_task(call_in_watched_thread(blocked, on_late=late.append))
    await call_in_thread(blocked.running.wait)
    blocked.released.set()
    blocked.thread.join()  # without a turn of the loop: the result is under way now, and the cancelling comes right behind it
    asyncio.get_running_loop().call_soon(waiting.cancel)
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert late == [Gave("late")]


async def test_a_late_error_goes_to_who_watches():
    release, late = threading.Event(), asyncio.Queue[LateResult]()
    error = ValueError("late")

    def work() -> None:
        release.wait()
        raise error

    waiting = asyncio.create_task(call_in_watched_thread(work, on_late=late.put_nowait))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    release.set()
    assert await late.get() == Raised(error)
