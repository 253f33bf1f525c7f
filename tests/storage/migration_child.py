"""The program that is killed in the middle of a migration: directly before the n-th statement of it, for each n that its input names."""

import os
import signal
import sqlite3
import sys
from pathlib import Path

from agentchat.storage.schema import prepare


def serve() -> None:
    """One child for each line ("database<tab>number"); says when it is dead, and how."""
    for line in sys.stdin:
        path, number = line.rstrip("\n").split("\t")
        child = os.fork()
        if not child:
            migrate(Path(path), int(number))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write("killed\n" if os.WIFSIGNALED(status) else "done\n")
        sys.stdout.flush()


def migrate(path: Path, number: int) -> None:
    """Dies before the n-th statement from the beginning of the first transaction."""
    db = sqlite3.connect(path, isolation_level=None)
    left = number

    def count(statement: str) -> None:
        nonlocal left
        if statement.startswith("BEGIN") or left < number:
            left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    db.set_trace_callback(count)
    prepare(db, path)


if __name__ == "__main__":
    serve()
