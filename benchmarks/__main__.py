"""`python -m benchmarks [startup] [typing] [streaming] [screen] [runtime]`: prints the tables; without a name all of them."""

import sys
import time
from collections.abc import Callable

from benchmarks import runtime, screen, startup, streaming, typing_latency
from benchmarks.tables import Table, machine

BENCHMARKS: dict[str, Callable[[], list[Table]]] = {
    "startup": startup.tables,
    "typing": typing_latency.tables,
    "streaming": streaming.tables,
    "screen": screen.tables,
    "runtime": runtime.tables,
}


def main() -> int:
    names = sys.argv[1:] or list(BENCHMARKS)
    if unknown := [name for name in names if name not in BENCHMARKS]:
        print(f"There is no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    print(f"Python {sys.version.split()[0]}, {machine()}.\n", flush=True)
    for name in names:
        began = time.monotonic()
        for table in BENCHMARKS[name]():
            print(table.markdown(), flush=True)
        print(f"`{name}` took {time.monotonic() - began:.0f} s.\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
