from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Key, MouseDown, MouseScrollDown, MouseUp, Paste
from textual.widgets import Input, Static

from agentchat.tui.key_guard import GRACE, Gate, GuardedScreen, KeyGuard
from agentchat.tui.terminal.choice import driver_for
from agentchat.tui.terminal.headless import HeadlessTerminal, HeadlessTtyDriver
from tests.clock import FakeClock

MOMENTS = st.integers(0, 400).map(lambda tenths: tenths / 10)


def test_a_key_counts_half_a_second_after_the_terminal_has_drawn():
    gate = Gate()
    gate.drawn(10.0)
    assert [gate.takes(at, alone=True) for at in (10.5, 10.6)] == [True, True]


def test_a_key_before_that_does_not_count_and_the_next_waits_from_it():
    gate = Gate()
    gate.drawn(10.0)
    assert [gate.takes(at, alone=True) for at in (10.4, 10.8, 11.2, 11.7)] == [False, False, False, True]


def test_a_key_that_came_in_company_does_not_count():
    gate = Gate()
    gate.drawn(10.0)
    assert [gate.takes(20.0, alone=False), gate.takes(20.0, alone=True), gate.takes(20.5, alone=True)] == [False, False, True]


def test_nothing_counts_after_a_change_until_the_terminal_has_drawn_again():
    gate = Gate()
    gate.drawn(10.0)
    gate.close()
    assert not gate.takes(100.0, alone=True)
    gate.drawn(101.0)
    assert gate.takes(101.5, alone=True)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("drawn"), st.floats(0, 2)),
        st.tuples(st.just("close"), st.floats(0, 2)),
        st.tuples(st.sampled_from(["alone", "crowd"]), st.floats(0, 2)),
    ),
)


@given(STEPS)
def test_whatever_happens_a_key_that_counts_had_half_a_second_of_a_drawn_screen_and_of_quiet(steps):
    gate = Gate()
    now, drawn_at, refused_at = 0.0, None, float("-inf")
    for what, pause in steps:
        now += pause
        if what == "drawn":
            gate.drawn(now)
            drawn_at = now
        elif what == "close":
            gate.close()
            drawn_at = None
        elif gate.takes(now, alone=what == "alone"):
            assert what == "alone"
            assert drawn_at is not None
            assert now >= drawn_at + GRACE
            assert now >= refused_at + GRACE
        else:
            refused_at = now


class Question(GuardedScreen[None]):
    BINDINGS: ClassVar = [("y", "yes", "yes"), ("enter", "yes", "yes"), ("f9", "yes", "yes"), ("down", "down", "down")]

    def compose(self):
        yield Static("Shall it be?", markup=False)

    def action_yes(self):
        self.app.heard.append("yes")

    def action_down(self):
        self.app.heard.append("down")

    def on_mouse_down(self):
        self.app.heard.append("click")

    def on_mouse_scroll_down(self):
        self.app.heard.append("wheel")

    def on_paste(self):
        self.app.heard.append("paste")


class GuardedApp(KeyGuard[None]):
    def __init__(self, clock, terminal):
        super().__init__(driver_class=driver_for(terminal, clock=clock, hung_up=self.exit))
        self.heard = []

    def compose(self):
        yield Input()


async def asked(pilot):
    pilot.app.push_screen(Question())
    await pilot.pause()


def mouse(kind):
    return kind(None, x=1, y=1, delta_x=0, delta_y=0, button=1, shift=False, meta=False, ctrl=False)


def driver_of(pilot):
    driver = pilot.app._driver
    assert isinstance(driver, HeadlessTtyDriver)
    return driver


async def send(pilot, *events):
    for event in events:
        event.set_sender(pilot.app)
        driver_of(pilot).send_message(event)
    await pilot.pause()


async def test_a_key_typed_before_the_grace_has_passed_is_swallowed_and_a_deliberate_one_counts():
    clock = FakeClock()
    app = GuardedApp(clock, HeadlessTerminal())
    async with app.run_test() as pilot:
        await asked(pilot)
        await clock.advance(0.4)
        await pilot.press("y")
        await clock.advance(0.4)
        await pilot.press("y")
        assert app.heard == []
        await clock.advance(0.5)
        await pilot.press("y")
        assert app.heard == ["yes"]


async def test_no_key_counts_before_the_terminal_says_that_it_has_drawn():
    clock, terminal = FakeClock(), HeadlessTerminal(answers="late")
    app = GuardedApp(clock, terminal)
    async with app.run_test() as pilot:
        terminal.answer()
        await asked(pilot)
        await clock.advance(60.0)
        await pilot.press("y")
        terminal.answer()
        await pilot.press("y")
        assert app.heard == []
        await clock.advance(0.5)
        await pilot.press("y")
        assert app.heard == ["yes"]


async def test_with_a_terminal_that_never_answers_a_key_counts_one_second_after_the_first_paint():
    clock = FakeClock()
    app = GuardedApp(clock, HeadlessTerminal(answers="never"))
    async with app.run_test() as pilot:
        await clock.advance(10.0)
        await asked(pilot)
        await clock.advance(0.9)
        await pilot.press("y")
        assert app.heard == []
        await clock.advance(0.5)
        await pilot.press("y")
        assert app.heard == ["yes"]


async def test_a_terminal_is_not_taken_for_mute_before_it_had_time_to_answer_the_first_request():
    clock = FakeClock()
    app = GuardedApp(clock, HeadlessTerminal(answers="never"))
    async with app.run_test() as pilot:
        await asked(pilot)
        await clock.advance(2.9)
        await pilot.press("y")
        assert app.heard == []


async def test_scrolling_keys_always_pass_and_do_not_begin_the_wait_anew():
    clock = FakeClock()
    app = GuardedApp(clock, HeadlessTerminal())
    async with app.run_test() as pilot:
        await asked(pilot)
        await pilot.press("down")
        await clock.advance(0.4)
        await pilot.press("down")
        await clock.advance(0.1)
        await pilot.press("y")
        assert app.heard == ["down", "down", "yes"]


async def test_a_paste_never_decides_and_begins_the_wait_anew():
    clock = FakeClock()
    app = GuardedApp(clock, HeadlessTerminal())
    async with app.run_test() as pilot:
        await asked(pilot)
        await clock.advance(5.0)
        await send(pilot, Paste("y\ny\n"))
        await clock.advance(0.4)
        await pilot.press("y")
        assert app.heard == []


async def test_clicks_are_judged_like_keys_and_the_wheel_is_free():
    clock = FakeClock()
    app = GuardedApp(clock, HeadlessTerminal())
    async with app.run_test() as pilot:
        await asked(pilot)
        await send(pilot, mouse(MouseScrollDown), mouse(MouseDown), mouse(MouseUp))
        assert app.heard == ["wheel"]
        await clock.advance(0.5)
        await send(pilot, mouse(MouseDown), mouse(MouseUp))
        assert app.heard == ["wheel", "click"]


async def test_keys_that_arrive_in_one_read_do_not_decide():
    clock = FakeClock()
    app = GuardedApp(clock, HeadlessTerminal())
    async with app.run_test() as pilot:
        await asked(pilot)
        await clock.advance(5.0)
        driver_of(pilot).send_together(Key("y", "y"), Key("enter", "\r"))
        await pilot.pause()
        assert app.heard == []


async def test_what_was_on_top_of_the_dialog_begins_the_wait_anew_when_it_goes():
    clock = FakeClock()
    app = GuardedApp(clock, HeadlessTerminal())
    async with app.run_test() as pilot:
        await asked(pilot)
        await clock.advance(5.0)
        await asked(pilot)
        app.pop_screen()
        await pilot.pause()
        await pilot.press("y")
        assert app.heard == []
        await clock.advance(0.5)
        await pilot.press("y")
        assert app.heard == ["yes"]


async def test_a_key_that_a_widget_of_the_old_screen_holds_up_does_not_decide_on_the_new_one():
    clock = FakeClock()
    app = GuardedApp(clock, HeadlessTerminal())
    async with app.run_test() as pilot:
        held = Key("f9", None)
        held.time = clock.monotonic()
        await asked(pilot)
        await clock.advance(5.0)
        held._set_forwarded()
        app.post_message(held)
        await pilot.pause()
        assert app.heard == []


async def test_textual_s_own_headless_driver_is_guarded_too():
    class Stock(KeyGuard[None]):
        heard: ClassVar[list[str]] = []

    async with Stock().run_test() as pilot:
        await asked(pilot)
        await pilot.press("y")
        assert pilot.app.heard == []


@pytest.mark.parametrize("first_repeat", [0.25, 0.5, 0.66, 0.9])
async def test_a_key_that_is_held_counts_once_whatever_screens_come_by(first_repeat):
    clock = FakeClock()
    app = GuardedApp(clock, HeadlessTerminal())
    async with app.run_test() as pilot:
        await asked(pilot)
        await clock.advance(1.0)
        await pilot.press("y")
        app.pop_screen()
        await asked(pilot)
        await clock.advance(first_repeat)
        for _ in range(20):
            await pilot.press("y")
            await clock.advance(0.04)
        assert app.heard == ["yes"]
        await clock.advance(1.0)
        await pilot.press("y")
        assert app.heard == ["yes", "yes"]
