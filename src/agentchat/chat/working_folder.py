"""The folder that a conversation works in, for tools of one's own: `agentchat.working_folder()`.

A context variable, because a process may hold several chats: what a run starts (tasks, the threads of sync tools, agents that run as
tools) inherits it. Standard library only.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

_folder: ContextVar[Path | None] = ContextVar("agentchat_working_folder", default=None)


def working_folder() -> Path:
    """The absolute path of the conversation's working folder, in which the built-in tools work; outside of a chat the process's own.

    A resumed conversation goes on in the folder that it began in, wherever the program was started: prefer this to `Path.cwd()`.
    """
    return _folder.get() or Path.cwd()


@contextmanager
def working_in(folder: str) -> Generator[None]:
    """What is started inside works in this folder; "" leaves it as it is."""
    token = _folder.set(Path(folder)) if folder else None
    try:
        yield
    finally:
        if token is not None:
            _folder.reset(token)
