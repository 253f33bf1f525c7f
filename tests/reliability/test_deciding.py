"""Deciding beyond yes and no on a real terminal: keys that come too early, or are held, keep no rule, approve no edit and no list."""

import json
from collections.abc import Callable

import pytest

from tests.model_server import Answer, ModelServer, Request
from tests.reliability.living import DIALOG, ENTER, ESCAPE, LOOKED, NOT_YET, App, Place, calls, says

CONTROL_A, CONTROL_S, RIGHT = b"\x01", b"\x13", b"\x1b[C"


class Writing(ModelServer):
    """Writes the files that the last message names; to anything else it says a word."""

    def _answer_to(self, request: Request) -> Answer:
        last = request.body["input"][-1]
        if last.get("role") != "user":
            return says("Well.")
        return calls(*(("write_file", json.dumps({"path": name, "content": "hello\n"})) for name in str(last["content"]).split()[1:]))


def press(app: App, key: bytes, until: Callable[[], bool]) -> None:
    """Presses the key as one does who has looked, until it counts."""
    for _ in range(8):
        app.read_for(LOOKED)
        app.send(key)
        app.read_for(0.1)
        app.wait_until(lambda: until() or NOT_YET in app.text)
        if until():
            return
    raise AssertionError(f"{key!r} never counts; the screen:\n{app.text}")


def press_held(app: App, key: bytes) -> None:
    """As a keyboard repeats a key that is held for most of a second."""
    for _ in range(20):
        app.send(key)
        app.read_for(1 / 30)


def ask(app: App, text: str) -> None:
    app.say(text)
    app.wait_for(DIALOG)


def made(place: Place, *names: str) -> bool:
    return all((place.work / name).exists() for name in names)


def test_a_rule_takes_two_presses(tmp_path, figure):
    place = Place(tmp_path)
    with Writing() as server, place.running(server=server) as app:
        app.wait_until_open()
        ask(app, "write one.txt")
        press(app, b"s", lambda: "keep a rule" in app.text)
        press_held(app, b"s")
        app.send(ENTER)
        app.read_for(0.1)
        assert not made(place, "one.txt")
        press(app, b"s", lambda: made(place, "one.txt"))
        app.wait_until_idle()
        app.quit()
        assert app.is_restored
    figure("early or held keys that kept a rule: 0", n=1)


@pytest.mark.torture
def test_an_edit_and_a_list_take_a_look_each(tmp_path, figure):
    place = Place(tmp_path)
    with Writing() as server, place.running(server=server) as app:
        app.wait_until_open()
        ask(app, "write two.txt")
        press(app, b"e", lambda: "edit the arguments" in app.text)
        app.send(b"\x05.bak")  # at the end of the path
        app.wait_for("two.txt.bak")
        press_held(app, ENTER)  # on to the content, and lines in it
        app.send(b"aaaa")
        app.wait_for("aaaa")
        press(app, CONTROL_S, lambda: "changed by you" in app.text)
        press_held(app, b"a")
        press(app, b"a", lambda: "scroll to the end first" in app.text)
        while not app.is_at_the_end:
            app.turn_the_page()
        assert not made(place, "two.txt.bak")
        press(app, b"a", lambda: made(place, "two.txt.bak"))
        assert not made(place, "two.txt")
        app.wait_until_idle()

        ask(app, "write three.txt four.txt")
        press(app, CONTROL_A, lambda: "look at every call first" in app.text)
        press(app, RIGHT, lambda: "2 of 2" in app.text)
        press(app, CONTROL_A, lambda: "approve all 2 calls?" in app.text)
        press_held(app, b"y")
        assert not made(place, "three.txt")
        assert not made(place, "four.txt")
        press(app, b"y", lambda: made(place, "three.txt", "four.txt"))
        app.wait_until_idle()
        app.quit()
        assert app.is_restored
    figure("early or held keys that approved an edit or a list: 0", n=2)


@pytest.mark.torture
def test_a_rule_that_was_kept_holds_when_the_conversation_is_opened_again(tmp_path, figure):
    place = Place(tmp_path)
    with Writing() as server:
        with place.running(server=server) as app:
            app.wait_until_open()
            ask(app, "write one.txt")
            press(app, b"s", lambda: "keep a rule" in app.text)
            press(app, b"s", (place.work / "one.txt").exists)
            app.wait_until_idle()
            session = app.quit()
        (place.work / "one.txt").unlink()
        with place.running("-r", session, server=server) as app:
            app.wait_until_open()
            app.say("write one.txt")
            app.wait_until((place.work / "one.txt").exists)
            ask(app, "write other.txt")
            app.read_for(LOOKED)
            app.send(ESCAPE)
            app.wait_until(lambda: DIALOG not in app.text)
            assert not (place.work / "other.txt").exists()
            app.quit()
    figure("a kept rule after reopening: holds for its path, and for no other", n=1)
