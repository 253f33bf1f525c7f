import gc
from collections.abc import Iterator

import pytest

from agentchat.tui.garbage import Garbage


@pytest.fixture
def collector() -> Iterator[None]:
    """The process's own collector, put back as it was."""
    thresholds, enabled, frozen = gc.get_threshold(), gc.isenabled(), gc.get_freeze_count() > 0
    yield
    gc.unfreeze()
    if frozen:
        gc.freeze()
    gc.set_threshold(*thresholds)
    if enabled:
        gc.enable()


@pytest.mark.usefixtures("collector")
def test_a_collector_that_was_put_off_at_the_start_goes_on_when_the_chat_stands_and_leaves_what_stays_alone() -> None:
    gc.disable()
    garbage = Garbage()
    garbage.after_start()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[2] >= 1_000


@pytest.mark.usefixtures("collector")
def test_what_became_garbage_in_a_run_is_collected_at_rest() -> None:
    gc.disable()
    garbage = Garbage()
    garbage.after_start()
    gc.disable()
    ring: list[object] = []
    ring.append(ring)
    del ring
    garbage.at_rest()
    assert gc.collect() == 0


@pytest.mark.usefixtures("collector")
def test_a_collector_that_is_somebody_elses_is_left_alone() -> None:
    thresholds = gc.get_threshold()
    gc.unfreeze()
    garbage = Garbage()
    garbage.after_start()
    garbage.at_rest()
    assert (gc.get_threshold(), gc.get_freeze_count()) == (thresholds, 0)
