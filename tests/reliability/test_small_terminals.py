"""Small terminals, and terminals that change their size while text streams."""

import json

from tests.model_server import ModelServer, Stream
from tests.models.frames import hello_stream
from tests.reliability.living import DIALOG, Place, calls, says

WORDS = [f"word{number} " for number in range(400)]
SIZES = [(40, 12), (120, 40), (30, 8), (64, 20), (99, 30), (100, 30), (200, 60), (41, 13), (80, 24)]


def test_forty_by_twelve_is_enough_to_talk_and_to_decide(tmp_path, figure):
    place = Place(tmp_path)
    with ModelServer() as server, place.running(server=server, size=(40, 12)) as app:
        app.wait_until_open()
        server.answer(says("Hello to you."), calls(("write_file", json.dumps({"path": "x", "content": "y"}))), says("Written."))
        app.say("hi")
        app.wait_for("Hello to you.")
        app.say("write")
        app.wait_for(DIALOG)
        app.wait_until(lambda: app.asked > 0)
        while not app.is_at_the_end:
            app.turn_the_page()
        app.decide(b"a")
        app.wait_for("Written.")
        assert (place.work / "x").read_text() == "y"
    figure("40x12: a message sent and answered, a small call approved", n=1)


def test_less_than_that_says_what_is_needed_and_comes_back(tmp_path, figure):
    with ModelServer(says("Hello to you.")) as server, Place(tmp_path).running(server=server, size=(30, 8)) as app:
        app.wait_for("Enlarge the terminal")
        app.resize(80, 24)
        app.wait_until_open()
        app.say("hi")
        app.wait_for("Hello to you.")
    figure("30x8: says what is needed; enlarged, it works", n=1)


def test_the_size_may_change_while_text_streams(tmp_path, figure):
    with ModelServer(Stream(hello_stream(*WORDS), pause_after=300)) as server, Place(tmp_path).running(server=server) as app:
        app.wait_until_open()
        app.say("talk")
        for size in SIZES:
            app.resize(*size)
            app.read_for(0.1)
        server.go_on()
        app.wait_for("word399")
        app.wait_until_idle()
        shown = [word for word in app.flat.split() if word.startswith("word")]
        assert shown == [word.strip() for word in WORDS[-len(shown) :]]
        server.answer(says("Still here."))
        app.say("and you")
        app.wait_for("Still here.")
        app.quit()
        assert app.is_restored
    figure("resizes while text streams: crashes 0, lines lost or doubled 0", n=len(SIZES))
