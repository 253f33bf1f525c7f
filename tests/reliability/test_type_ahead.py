"""Keys that were meant for the prompt never approve a call, whatever the program or the terminal were busy with meanwhile."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from tests.model_server import Answer, ModelServer, Request
from tests.reliability.living import DIALOG, ENTER, NOT_YET, App, Place, calls, says

PASTE = b"\x1b[200~aaaa\x1b[201~"
TYPED = (b"a", b"A", b"y", ENTER, PASTE, b"aa", b"yes\r", b"\x1b[97u")


class Writing(ModelServer):
    """Writes the file that the last message names; to anything else it says a word."""

    def _answer_to(self, request: Request) -> Answer:
        last = request.body["input"][-1]
        wanted = str(last.get("content", "")).removeprefix("write ")
        if last.get("role") != "user" or not wanted.endswith(".txt"):
            return says("Well.")
        return calls(("write_file", json.dumps({"path": wanted, "content": "hello"})))


STALLS = ("nothing", "the program", "nothing", "the terminal")
"""What stands still, one trial after the other: the quick form meets each."""


WINDOWS, TRIALS = 8, 130
"""In the long form: programs side by side, each on its own terminal, which is a machine that is short of time; trials in each."""


def test_type_ahead_never_approves_and_a_deliberate_key_does(tmp_path, figure, chance):
    early = _trials(Place(tmp_path), len(STALLS), chance)
    figure(f"type-ahead around the opening of the dialog: 0 wrong approvals; {early} deliberate keys taken for early ones", n=len(STALLS))


@pytest.mark.torture
def test_type_ahead_never_approves_on_a_machine_that_is_short_of_time(tmp_path, figure, chance):
    places = [Place(_folder(tmp_path, number)) for number in range(WINDOWS)]
    chances = [Random(chance.random()) for _ in places]
    with ThreadPoolExecutor(WINDOWS) as windows:
        early = sum(windows.map(_trials, places, [TRIALS] * WINDOWS, chances))
    told = f"type-ahead, {WINDOWS} programs at once: 0 wrong approvals; {early} deliberate keys taken for early ones"
    figure(told, n=WINDOWS * TRIALS)


def _folder(above: Path, number: int) -> Path:
    folder = above / str(number)
    folder.mkdir()
    return folder


def _trials(place: Place, trials: int, chance: Random) -> int:
    """So many calls, each with keys typed around the opening of its dialog; how many deliberate keys were taken for early ones."""
    early = 0
    with Writing() as server, place.running(server=server) as app:
        app.wait_until_open()
        for number in range(trials):
            _trial(app, place, f"x{number}.txt", chance, stalls=STALLS[number % len(STALLS)])
            early += app.decide(b"a")
            app.wait_until((place.work / f"x{number}.txt").exists)
            _tidy_up(app)
    return early


def _trial(app: App, place: Place, name: str, chance: Random, *, stalls: str) -> None:
    """Keys at random moments from before the dialog to just after it stands, in half of the trials with something that stands still."""
    app.say(f"write {name}")
    for _ in range(chance.randint(1, 4)):
        app.read_for(chance.uniform(0, 0.15))
        if DIALOG in app.text:
            break
        _type(app, chance)
    _stand_still(app, stalls, chance)
    _type(app, chance)
    made = place.work / name
    app.wait_until(lambda: DIALOG in app.text or made.exists())
    _type(app, chance)
    app.read_for(0.4)
    assert not made.exists(), f"approved by type-ahead; {stalls} stood still"
    assert place.call_states()[-1] == ("write_file", "proposed")
    assert DIALOG in app.text


def _type(app: App, chance: Random) -> None:
    """Once, or as a key that is held repeats itself."""
    key = chance.choice(TYPED)
    for _ in range(chance.choice([1, 1, 1, 8])):
        app.send(key)
        app.read_for(1 / 30)


def _stand_still(app: App, what: str, chance: Random) -> None:
    """For up to a second, in which a key is typed."""
    match what:
        case "the program":
            app.kill(signal.SIGSTOP)
            app.read_for(chance.uniform(0, 0.5))
            app.send(b"a")
            app.read_for(chance.uniform(0, 0.5))
            app.kill(signal.SIGCONT)
        case "the terminal":
            app.type_without_reading(b"a", after=chance.uniform(0, 0.3 if DIALOG in app.text else 1.0))
        case _:
            pass


def _tidy_up(app: App) -> None:
    """Lets the program answer what the keys sent, and empties the prompt."""
    app.wait_until_idle()
    app.send(b"\x05\x15")
    app.wait_until_open()


def test_keys_that_come_at_once_act_in_the_order_of_typing(tmp_path, figure):
    with Writing() as server, Place(tmp_path).running(server=server) as app:
        app.wait_until_open()
        app.send(b"write itx\x7f noq\x1b[D\x1b[D\x1b[C\x1b[3~w\r")
        app.wait_for("Well.")
        assert server.requests[-1].body["input"][-1]["content"] == "write it now"
    figure("keys of a burst (letters, backspace, cursor, Enter) out of order: 0", n=1)


def test_typing_that_goes_on_through_a_stall_of_the_program_does_not_approve(tmp_path, figure):
    place = Place(tmp_path)
    with Writing() as server, place.running(server=server) as app:
        app.wait_until_open()
        app.say("write x.txt")
        app.wait_for(DIALOG)
        app.read_for(0.2)  # the terminal's answer has come, the grace has not passed
        app.kill(signal.SIGSTOP)
        app.send(b"a")
        app.read_for(1.0)
        app.kill(signal.SIGCONT)
        app.wait_for(NOT_YET)
        app.send(b"a")  # the same word is still being typed
        app.read_for(0.4)
        assert not (place.work / "x.txt").exists()
        app.decide(b"a")
        app.wait_until((place.work / "x.txt").exists)
        app.quit()
        assert app.is_restored
    figure("typing through a stall of 1 s with the dialog drawn just before it: 0 wrong approvals", n=1)
