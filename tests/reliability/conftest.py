"""Every check says its figure, how often it tried and from which seed; they are printed together at the end.

`RELIABILITY_SEED=7 make torture` tries other moments.
"""

import os
from collections.abc import Callable
from random import Random

import pytest

from tests import figures

SEED = int(os.environ.get("RELIABILITY_SEED", "1"))


@pytest.fixture
def chance() -> Random:
    """The same moments for the same seed."""
    return Random(SEED)


@pytest.fixture
def figure() -> Callable[..., None]:
    """Keeps one line of the report: what was counted, and over how many tries."""

    def keep(what: str, *, n: int) -> None:
        figures.lines.append(f"{what}  (N={n}, seed={SEED})")

    return keep
