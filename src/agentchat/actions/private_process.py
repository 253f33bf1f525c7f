"""Keeps other processes of the same person from looking into this one, as far as the system can (Linux).

The API key is in the memory and in the environment of the program, and what a person approves is decided there. A command that an agent
runs belongs to the same person and could otherwise read all that in /proc, or attach itself as a debugger does and press the keys. A
process that is not dumpable can only be looked into by the administrator, and leaves no core file with a key in it. Programs that it
starts are ordinary ones again: the kernel decides anew for each.
"""

import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4


def make_process_private() -> None:
    """From here on. Does nothing where there is no such thing."""
    if sys.platform != "linux":
        return
    with suppress(ImportError, OSError, AttributeError):  # a Python without ctypes, a C library without prctl
        import ctypes  # 3 ms, which the first frame need not wait for

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
