"""Looking at what goes over the wire: whoever asks a model can see the very body that is sent for it.

The body is handed over as it is, without a copy: nobody changes it any more. Headers are not, because that is where the key stands.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias

TakeBody: TypeAlias = Callable[[str, Mapping[str, Any]], None]
"""Gets the path below the base URL and the body."""

_watcher: ContextVar[TakeBody | None] = ContextVar("_watcher", default=None)


@contextmanager
def watched(take: TakeBody) -> Generator[None]:
    """While it lasts, `take` is called with every request that this task sends, repetitions included."""
    token = _watcher.set(take)
    try:
        yield
    finally:
        _watcher.reset(token)


def tell_of(path: str, body: Mapping[str, Any]) -> None:
    """Called directly before a request goes out."""
    take = _watcher.get()
    if take is not None:
        take(path, body)
