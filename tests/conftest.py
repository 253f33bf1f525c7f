"""What holds for every test: hypothesis in its quick form, the same examples each time, without deadlines, which a loaded machine
would miss. `make torture` looks for new examples, and for more of them.
"""

import gc
import os
import signal
from itertools import count

import pytest
from hypothesis import settings

from tests import figures

TESTS_BETWEEN = 25
"""After so many tests their garbage is collected."""
_finished = count(1)

# A shell that starts this in the background has it ignore ctrl+c, and so would every program that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("quick", max_examples=25, deadline=None, derandomize=True, database=None)
settings.register_profile("torture", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("AGENTCHAT_HYPOTHESIS", "quick"))


def pytest_collection_finish() -> None:
    """Looks for garbage where it is, in a tenth of the time: what is imported stays until the end, and is most of what there is."""
    gc.set_threshold(10_000, 10, 100)
    _leave_out_what_stays()


def pytest_runtest_logfinish() -> None:
    """Between tests, when little is alive. Left to its thresholds, Python would look through what is held in the middle of one."""
    if next(_finished) % TESTS_BETWEEN == 0:
        _leave_out_what_stays()


def _leave_out_what_stays() -> None:
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what the tests counted."""
    for line in figures.lines:
        terminalreporter.write_line(f"{figures.MARK}{line}")
