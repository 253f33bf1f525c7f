"""Ordinary functions called from asyncio: each in a daemon thread of its own.

A pool of threads, as `asyncio.to_thread` has one, is joined when the program ends, so that one function that hangs keeps the
program from leaving; and its size is a limit that nobody asked for. A thread of its own can be abandoned: when the waiting task
is cancelled (a stop, a time limit) the function runs on, because Python cannot stop it, and nobody waits for it.
"""

import asyncio
import contextvars
import functools
import inspect
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Gave(Generic[T]):
    """The function returned."""

    value: T


@dataclass(frozen=True, slots=True)
class Raised:
    """The function raised."""

    error: BaseException


LateResult: TypeAlias = Gave[Any] | Raised
"""What a function brought after its caller had gone."""


async def call_in_thread(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Calls the function in a daemon thread, with the caller's context variables; gives what it returns, raises what it raises.

    When the waiting task is cancelled, the thread is abandoned and what it brings later is dropped.
    """
    return await call_in_watched_thread(functools.partial(function, *args, **kwargs))


async def call_in_watched_thread(call: Callable[[], T], *, on_late: Callable[[LateResult], None] | None = None) -> T:
    """As `call_in_thread`; what comes after the caller was cancelled goes to `on_late`, on the event loop while that is open."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Gave[T] | Raised] = loop.create_future()

    def work() -> None:  # knows nothing of the caller, which it would keep alive until the thread has come to its end
        result = _result_of(call)
        with suppress(RuntimeError):  # the loop may be closed by now: then nobody wants the result
            loop.call_soon_threadsafe(answer.set_result, result)

    threading.Thread(target=contextvars.copy_context().run, args=(work,), name="agentchat sync call", daemon=True).start()
    try:
        await asyncio.wait([answer])
    except asyncio.CancelledError:
        if on_late is not None:
            answer.add_done_callback(lambda brought: on_late(brought.result()))
        raise
    return _unwrapped(answer.result())


async def call_either(call: Callable[[], Any], *, on_late: Callable[[LateResult], None] | None = None) -> Any:
    """What a call gives that may be a coroutine's, awaited, or an ordinary function's, in a thread (see `call_in_watched_thread`).

    A SystemExit becomes a RuntimeError: it would end the program, not the call.
    """
    function: Any = call
    while isinstance(function, functools.partial):
        function = function.func
    try:
        if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__):
            return await call()
        return await awaited(await call_in_watched_thread(call, on_late=on_late))
    except SystemExit as error:
        raise RuntimeError(f"It ended itself with SystemExit({error}).") from error


def _unwrapped(result: Gave[T] | Raised) -> T:
    match result:
        case Gave(value):
            return value
        case Raised(error):
            raise error


def _result_of(call: Callable[[], T]) -> Gave[T] | Raised:
    try:
        return Gave(call())
    except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the caller and not to the thread
        return Raised(error)


async def awaited(value: T | Awaitable[T]) -> T:
    """What a function gave that may be sync or async: the value itself, or what it comes to."""
    return await cast("Awaitable[T]", value) if inspect.isawaitable(value) else cast("T", value)
