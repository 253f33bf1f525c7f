"""A file that tells whether the process that made it still lives: it is locked for as long as that process has it open.

The lock goes with the process, however that ends, so nobody has to clean up after a kill, and no number of a process is mistaken for that
of another one. It tells, and guards nothing: what must not happen twice is kept out by the database.
"""

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_TRIES = 5


@dataclass(frozen=True, slots=True)
class LifeSign:
    """The file, and the lock on it."""

    path: Path
    descriptor: int

    def lower(self) -> None:
        """Takes the file away and lets the lock go. Called once."""
        with suppress(OSError):  # a file that stays is taken for that of a dead process, as soon as it is not locked
            self.path.unlink()
        os.close(self.descriptor)


def raise_sign(path: Path) -> LifeSign:
    """Makes the file, for its owner alone. Where files cannot be locked it is there all the same, and says "alive" until it is gone."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    for _ in range(_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # somebody just looks whether it is alive
            time.sleep(0.01)
        else:
            break
    return LifeSign(path, descriptor)


def is_alive(path: Path) -> bool:
    """Whether somebody holds the lock; also when that cannot be told."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def alone(path: Path) -> Generator[None]:
    """Waits until no other process is in here with the same file, which stays."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
