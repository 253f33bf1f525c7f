"""However the program is told to go, it goes within two seconds, gives the terminal back and keeps the conversation."""

import json
import signal
import time
from collections.abc import Callable

import pytest

from tests.model_server import ModelServer, Stream
from tests.models.frames import hello_stream
from tests.reliability.living import DIALOG, QUIT, App, Place, calls

LIMIT = 2.0
"""Seconds until the program has gone."""
WORDS = [f"word{number} " for number in range(50)]


def streams(app: App, server: ModelServer) -> None:
    server.answer(Stream(hello_stream(*WORDS), pause_after=30))
    app.say("talk")
    app.wait_for("word20")


def asks(app: App, server: ModelServer) -> None:
    server.answer(calls(("write_file", json.dumps({"path": "x.txt", "content": "x"}))))
    app.say("write")
    app.wait_for(DIALOG)


def runs_a_tool_that_never_returns(app: App, server: ModelServer) -> None:
    server.answer(calls(("deed", '{"number": 1, "seconds": 1000}')))
    app.say("do it")
    app.wait_for("running")


NAMES = {streams: "while text streams", asks: "with the dialog open"}
LEFT = {
    streams: ("word20", "interrupted", "cut off"),
    asks: (DIALOG,),
    runs_a_tool_that_never_returns: ("outcome unknown", "stopped"),
}
"""One of these is seen when the conversation is opened again."""


@pytest.mark.parametrize(
    ("number", "situation"),
    [
        pytest.param(signal.SIGTERM, streams, id="SIGTERM while text streams"),
        pytest.param(signal.SIGHUP, asks, id="SIGHUP with the dialog open"),
        pytest.param(signal.SIGTERM, asks, id="SIGTERM with the dialog open", marks=pytest.mark.torture),
        pytest.param(signal.SIGHUP, streams, id="SIGHUP while text streams", marks=pytest.mark.torture),
    ],
)
def test_a_signal_ends_the_program_in_order(number, situation, tmp_path, figure):
    seconds = _left(Place(tmp_path), situation, lambda app: app.kill(number), status=128 + number)
    figure(f"{number.name} {NAMES[situation]}: gone in {seconds:.2f} s, terminal restored, conversation kept", n=1)


def test_quitting_does_not_wait_for_a_tool_that_never_returns(tmp_path, figure):
    situation = runs_a_tool_that_never_returns
    seconds = _left(Place(tmp_path), situation, lambda app: app.send(QUIT), status=0)
    figure(f"quitting while a tool blocks for ever: gone in {seconds:.2f} s", n=1)


def test_a_closed_window_ends_the_program_and_keeps_the_conversation(tmp_path, figure):
    place = Place(tmp_path)
    with ModelServer() as server, place.running(server=server) as app:
        app.wait_until_open()
        streams(app, server)
        began = time.monotonic()
        app.hang_up()
        app.wait_for_exit(deadline=5.0)
        seconds = time.monotonic() - began
    assert seconds < LIMIT
    assert "word20" in str(place.rows()["items"])
    figure(f"closed window while text streams: gone in {seconds:.2f} s, the partial answer is kept", n=1)


def _left(place: Place, situation: Callable[[App, ModelServer], None], leave: Callable[[App], None], *, status: int) -> float:
    with ModelServer() as server:
        with place.running(server=server) as app:
            app.wait_until_open()
            situation(app, server)
            began = time.monotonic()
            leave(app)
            assert app.wait_for_exit(deadline=5.0) == status
            seconds = time.monotonic() - began
            assert seconds < LIMIT
            assert app.is_restored
            assert app.told_id
        with place.running("-r", app.told_id, server=server) as again:
            again.wait_until(lambda: any(words in again.text for words in LEFT[situation]))
    return seconds
