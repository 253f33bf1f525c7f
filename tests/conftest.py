"""What holds for every test: hypothesis in its quick form, the same examples each time, without deadlines, which a loaded machine
would miss. `make torture` looks for new examples, and for more of them.
"""

import os
import signal

import pytest
from hypothesis import settings

from tests import figures

# A shell that starts this in the background has it ignore ctrl+c, and so would every program that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("quick", max_examples=25, deadline=None, derandomize=True, database=None)
settings.register_profile("torture", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("AGENTCHAT_HYPOTHESIS", "quick"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what the tests counted."""
    for line in figures.lines:
        terminalreporter.write_line(f"{figures.MARK}{line}")
