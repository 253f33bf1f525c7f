"""Lines that a test run prints at its end: what was counted, and over how many tries."""

lines: list[str] = []
"""Kept by tests, printed by `tests/conftest.py`; `make test` repeats them under the stage that they belong to."""

MARK = "figure: "
"""How each printed line begins."""
