"""kill -9 of the whole program on a real terminal, then `-r ID`: nothing committed is lost, nothing runs twice or by itself."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from tests.model_server import Answer, ModelServer, Request, Stream
from tests.models.frames import hello_stream
from tests.reliability.living import DIALOG, ENTER, LOOKED, NOT_YET, READY, App, Place, calls, only_grew, says

DONE = "That was all."
UNKNOWN_DIALOG = "outcome unknown: "
WORDS = [f"word{number} " for number in range(200)]


class Deeds(ModelServer):
    """Answers by what was done so far, so that it does not matter how often it is asked for the same: two deeds, one more, the end."""

    def _answer_to(self, request: Request) -> Answer:
        match _outputs(request):
            case 0:
                return calls(("deed", '{"number": 1, "seconds": 0.3}'), ("deed", '{"number": 2, "seconds": 0.3}'))
            case 2:
                return calls(("deed", '{"number": 3, "seconds": 0.3}'))
            case _:
                return says(DONE)


class Asking(ModelServer):
    """A deed without a question, then a file to be written, which asks."""

    def _answer_to(self, request: Request) -> Answer:
        match _outputs(request):
            case 0:
                return calls(("deed", '{"number": 1}'))
            case 1:
                return calls(("write_file", json.dumps({"path": "made.txt", "content": "made\n"})))
            case _:
                return says(DONE)


class Talking(ModelServer):
    """A long text that stands still in the middle, for the program that is killed; the next one gets another."""

    killed = False

    def _answer_to(self, request: Request) -> Answer:
        return says(DONE) if self.killed else Stream(hello_stream(*WORDS), pause_after=150)


def _outputs(request: Request) -> int:
    return sum(item.get("type") == "function_call_output" for item in request.body["input"])


@dataclass(frozen=True)
class Scenario:
    """What goes on when the program is killed."""

    server: Callable[[], ModelServer]
    reached: Callable[[App, Place], bool]
    """Whether it goes on now; the quick form is killed then."""
    span: float
    """Seconds from the message within which the long form is killed."""


SCENARIOS = {
    "with the dialog open": Scenario(Asking, lambda app, place: DIALOG in app.text, 1.5),
    "while text streams": Scenario(Talking, lambda app, place: "word100" in app.text, 1.5),
    "while a tool runs": Scenario(Deeds, lambda app, place: bool(place.deeds), 1.8),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_killed_program_goes_on_where_it_stood_and_only_when_told_to(name, tmp_path, figure):
    scenario = SCENARIOS[name]
    found = killed_and_resumed(Place(tmp_path), scenario, moment=None)
    assert found.stood != "nothing was stored"
    figure(f"kill -9 {name}: 0 lost, 0 done twice, 0 by itself; it was {found.stood}", n=1)


@pytest.mark.torture
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_moment_of_the_kill_does_not_matter(name, tmp_path, figure, chance):
    stood: Counter[str] = Counter()
    for number in range(10):
        folder = tmp_path / str(number)
        folder.mkdir()
        stood[killed_and_resumed(Place(folder), SCENARIOS[name], moment=chance).stood] += 1
    told = ", ".join(f"{count} {how}" for how, count in stood.items())
    figure(f"kill -9 {name}, random moments: 0 lost, 0 done twice, 0 by itself; {told}", n=10)


@dataclass(frozen=True)
class Found:
    """What the program was found to be when it was opened again."""

    stood: str


def killed_and_resumed(place: Place, scenario: Scenario, *, moment: Random | None) -> Found:
    with scenario.server() as server:
        with place.running(server=server) as app:
            app.wait_until_open()
            app.say("Do what has to be done")
            if moment is None:
                app.wait_until(lambda: scenario.reached(app, place))
            else:
                app.read_for(moment.uniform(0, scenario.span))
            app.die()
        if isinstance(server, Talking):
            server.killed = True
        if not place.session_ids():
            return Found("nothing was stored")
        return _resumed(place, server)


def _resumed(place: Place, server: ModelServer) -> Found:
    stored, deeds, asked = place.rows(), place.deeds, len(server.requests)
    (session,) = place.session_ids()
    with place.running("-r", session, server=server) as app:
        app.wait_until_open()
        app.read_for(1.0)  # time enough to do something that it should not
        assert (place.deeds, len(server.requests)) == (deeds, asked), "opening runs nothing and asks nobody"
        assert only_grew(stored, place.rows())
        stood = _stands(app)
        if stood == "waiting":
            _is_asked_about_the_stored_call(app, place, stored)
            assert app.decide(b"a") < 8
        elif stood == "interrupted":
            app.send(ENTER)
        elif stood == "of unknown outcome":
            _skip_all(app)
        if stood != "at rest":
            app.wait_until(lambda: DONE in app.text or DIALOG in app.text)
            if DIALOG in app.text:
                app.decide(b"a")
                app.wait_for(DONE)
        app.wait_until_idle()
        _everything_ran_once(app, place)
        assert only_grew(stored, place.rows())
        app.quit()
        assert app.is_restored
    return Found(stood)


def _stands(app: App) -> str:
    if DIALOG in app.text:
        return "waiting"
    if UNKNOWN_DIALOG in app.text:
        return "of unknown outcome"
    return "interrupted" if "interrupted here" in app.text else "at rest"


def _skip_all(app: App) -> None:
    """Presses the key as one does who has looked, until no call is asked about: never twice at one question.

    On a slow machine a key that counted is drawn late, and the next one would fall into the prompt.
    """
    for _ in range(12):
        asked = _question_about_the_unknown(app)
        if not asked:
            return
        app.read_for(LOOKED)
        if _question_about_the_unknown(app) == asked:
            app.send(b"k")
            app.wait_until(lambda asked=asked: _question_about_the_unknown(app) != asked or NOT_YET in app.text)
    raise AssertionError(f"there is no end of questions; the screen:\n{app.text}")


def _question_about_the_unknown(app: App) -> str:
    """The title of the dialog, which says how many such calls there are; empty when none is asked about."""
    return next((line for line in app.lines if UNKNOWN_DIALOG in line), "")


def _is_asked_about_the_stored_call(app: App, place: Place, stored: dict[str, list[tuple[Any, ...]]]) -> None:
    assert place.call_states()[-1] == ("write_file", "proposed")
    assert not (place.work / "made.txt").exists()
    assert stored["calls"][-1][-2:] == ("write_file", '{"path": "made.txt", "content": "made\\n"}')
    assert "made.txt" in app.text


def _everything_ran_once(app: App, place: Place) -> None:
    done, states = Counter(place.deeds), place.call_states()
    assert set(done.values()) <= {1}, f"a deed was done twice: {done}"
    finished = [status for tool, status in states if tool == "deed" and status == "finished"]
    unknown = [status for tool, status in states if tool == "deed" and status in {"started", "skipped"}]
    assert len(finished) <= len(place.deeds) <= len(finished) + len(unknown)
    assert app.text.count("outcome unknown") >= bool(unknown)
    assert READY in app.text
