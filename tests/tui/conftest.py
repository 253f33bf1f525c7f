"""What holds for every test of the screen: the pilot waits for what has to be waited for, and not for the clock.

Textual's pilot lets 20 ms pass after an event, 40 after a key, and as much again for as long as the processor was busy, by whomever: a
guess that everything has followed. Here it waits until no task can go on and the screen has nothing to draw, which is the fact itself.
"""

import asyncio

import pytest
from textual import app, pilot
from textual._context import active_app

FRAMES = 4
"""Drawing one frame may ask for another one: a layout, what was to be called after it, what that changed."""
STEPS = 10_000
"""Of the loop, until which it has to come to rest."""


@pytest.fixture(autouse=True)
def pilot_without_a_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both modules have a name of their own for it."""
    monkeypatch.setattr(pilot, "wait_for_idle", _at_rest)
    monkeypatch.setattr(app, "wait_for_idle", _at_rest)


async def _at_rest(*_: float) -> None:
    """The arguments are how long Textual would sleep."""
    running = active_app.get()
    for _ in range(FRAMES):
        await _no_task_can_go_on()
        if running._exit or not running._screen_stack:
            return
        if running._resize_timer is not None:  # a new size is collected for 1/120 s
            running._check_resize()
            await _no_task_can_go_on()
        running.screen._on_timer_update()
    await _no_task_can_go_on()


async def _no_task_can_go_on() -> None:
    loop = asyncio.get_running_loop()
    for _ in range(STEPS):
        await asyncio.sleep(0)
        if not loop._ready:  # pyright: ignore[reportAttributeAccessIssue] - there is no public word for it
            return
    raise AssertionError("the application never comes to rest")
