"""Keys that were meant for the prompt never approve a call, whatever the program or the terminal were busy with meanwhile."""

import json
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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


GRACE = 0.5
"""Seconds from the terminal's answer on in which a key does not count."""


@dataclass
class Tally:
    """What the trials came to, beside that no key approved that should not have."""

    early: int = 0
    """Deliberate keys that were taken for early ones."""
    late: int = 0
    """Trials in which the machine was so slow that a key came after the grace: it rightly approved, and shows nothing."""

    def __str__(self) -> str:
        return f"0 wrong approvals; {self.early} deliberate keys taken for early ones, {self.late} typed too late to show anything"


def test_type_ahead_never_approves_and_a_deliberate_key_does(tmp_path, figure, chance):
    tally = _trials(Place(tmp_path), len(STALLS), chance)
    figure(f"type-ahead around the opening of the dialog: {tally}", n=len(STALLS) - tally.late)


@pytest.mark.torture
def test_type_ahead_never_approves_on_a_machine_that_is_short_of_time(tmp_path, figure, chance):
    places = [Place(_folder(tmp_path, number)) for number in range(WINDOWS)]
    chances = [Random(chance.random()) for _ in places]
    with ThreadPoolExecutor(WINDOWS) as windows:
        tallies = list(windows.map(_trials, places, [TRIALS] * WINDOWS, chances))
    tally = Tally(sum(one.early for one in tallies), sum(one.late for one in tallies))
    figure(f"type-ahead, {WINDOWS} programs at once: {tally}", n=WINDOWS * TRIALS - tally.late)


def _folder(above: Path, number: int) -> Path:
    folder = above / str(number)
    folder.mkdir()
    return folder


def _trials(place: Place, trials: int, chance: Random) -> Tally:
    """So many calls, each with keys typed around the opening of its dialog."""
    tally = Tally()
    with Writing() as server, place.running(server=server) as app:
        app.wait_until_open()
        for number in range(trials):
            if _trial(app, place, f"x{number}.txt", chance, stalls=STALLS[number % len(STALLS)]):
                tally.late += 1
            else:
                tally.early += app.decide(b"a")
            app.wait_until((place.work / f"x{number}.txt").exists)
            _tidy_up(app)
    return tally


@dataclass
class Fingers:
    """Keys that are typed, and how long after the dialog was shown the latest of them was: later than the grace, it may approve."""

    app: App
    chance: Random
    answered_before: int
    """How often the terminal had said where its cursor is when the trial began."""
    longest: float = 0.0

    def type(self) -> None:
        """Once, or as a key that is held repeats itself."""
        key = self.chance.choice(TYPED)
        for _ in range(self.chance.choice([1, 1, 1, 8])):
            self.app.send(key)
            self.typed()
            self.app.read_for(1 / 30)

    def typed(self) -> None:
        """A key was typed just now.

        The program may ask again before it has the first answer; that it has the second one later takes nothing back.
        """
        shown = next((at for at, screen in self.app.answered[self.answered_before :] if DIALOG in screen), None)
        if shown is not None:
            self.longest = max(self.longest, time.monotonic() - shown)


def _trial(app: App, place: Place, name: str, chance: Random, *, stalls: str) -> bool:
    """Keys at random moments from before the dialog to just after it stands, in half of the trials with something that stands still.

    True when a key was late enough to approve, and did.
    """
    fingers = Fingers(app, chance, len(app.answered))
    app.say(f"write {name}")
    for _ in range(chance.randint(1, 4)):
        app.read_for(chance.uniform(0, 0.15))
        if DIALOG in app.text:
            break
        fingers.type()
    _stand_still(fingers, stalls)
    fingers.type()
    made = place.work / name
    app.wait_until(lambda: DIALOG in app.text or made.exists())
    fingers.type()
    app.read_for(0.4)
    if made.exists() and fingers.longest >= GRACE:
        return True
    assert not made.exists(), f"approved by type-ahead; {stalls} stood still"
    assert place.call_states()[-1] == ("write_file", "proposed")
    assert DIALOG in app.text
    return False


def _stand_still(fingers: Fingers, what: str) -> None:
    """For up to a second, in which a key is typed."""
    app, chance = fingers.app, fingers.chance
    match what:
        case "the program":
            app.kill(signal.SIGSTOP)
            app.read_for(chance.uniform(0, 0.5))
            app.send(b"a")
            fingers.typed()
            app.read_for(chance.uniform(0, 0.5))
            app.kill(signal.SIGCONT)
        case "the terminal":
            app.type_without_reading(b"a", after=chance.uniform(0, 0.3 if DIALOG in app.text else 1.0))
            fingers.typed()
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
