"""A long call cannot be approved before all of it was on the screen, on a terminal of 80x24; then it can."""

import json
from pathlib import Path

import pytest

from tests.model_server import ModelServer
from tests.reliability.living import DIALOG, LOOKED, NOT_YET, App, Place, calls, says

DEPTHS = (80, 300, 1_000)
SIZES = ((120, 40), (80, 24), (60, 16), (44, 20))
END, HOME = b"\x1b[F", b"\x1b[H"
REFUSED = ("scroll to the end", "some lines were", NOT_YET)
"""What the dialog says to a key that comes too early."""


def test_three_hundred_lines_are_approved_only_after_all_were_on_the_screen(tmp_path, figure, chance):
    refusals = _read_and_approved(Place(tmp_path), 300, (80, 24), tries=chance.sample(range(2, 30), 1))
    figure("a call of 300 lines at 80x24: 0 approvals while a part of it was unseen, then it is approved", n=refusals)


@pytest.mark.torture
@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_however_long_a_call_and_however_small_the_terminal(tmp_path, figure, chance, depth, size):
    pages = range(2, max(2, depth // size[1] - 1))
    refusals = _read_and_approved(Place(tmp_path), depth, size, tries=chance.sample(pages, min(4, len(pages))))
    figure(f"a call of {depth} lines at {size[0]}x{size[1]}: 0 approvals while a part of it was unseen, then it is approved", n=refusals)


def _read_and_approved(place: Place, depth: int, size: tuple[int, int], *, tries: list[int]) -> int:
    """The call is read to its end, then approved; how often a key before that was refused."""
    lines = [f"line {number} of the text" for number in range(1, depth + 1)]
    made = place.work / "long.txt"
    with ModelServer() as server, place.running(server=server, size=size) as app:
        server.answer(calls(("write_file", json.dumps({"path": "long.txt", "content": "\n".join(lines) + "\n"}))), says("Written."))
        app.wait_until_open()
        app.say("write it")
        app.wait_for(DIALOG)
        refusals = _walk_to_the_end(app, made, tries=tries)
        app.decide(b"a")
        app.wait_for("Written.")
        assert made.read_text().splitlines() == lines
    return refusals


def _walk_to_the_end(app: App, made: Path, *, tries: list[int]) -> int:
    """Page by page, pressing `a` on the way and after a jump over the middle; how often it was refused."""
    _is_refused(app, made)
    app.send(END)
    app.wait_until(lambda: app.is_at_the_end)
    _is_refused(app, made)
    app.send(HOME)
    app.wait_until(lambda: app.position[0] == 1)
    pages = 0
    while not app.is_at_the_end:
        app.turn_the_page()
        pages += 1
        if pages in tries:
            _is_refused(app, made)
    return 2 + len(tries)


def _is_refused(app: App, made: Path) -> None:
    app.read_for(LOOKED)
    app.send(b"a")
    app.wait_until(lambda: any(said in app.text for said in REFUSED))
    assert DIALOG in app.text
    assert not made.exists()
