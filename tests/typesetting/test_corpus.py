"""Answers as models write them: streamed they become what they are at once, and nothing that was shown is taken back.

What "never flashes" means here, exactly. Take the ink of a text: what stands on the screen without blanks and without the lines of
tables. For every prefix of an answer, the ink of a shorter prefix is a subsequence of it: characters are added, also in between,
but none goes away, so that no mark (`**`, half a link, a row of pipes) is ever drawn that later turns out to be a mark. A line that was
said to be final stays, and the answer never has fewer lines than before. The one exception is a link definition that comes late.
"""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from agentchat.chat.safe_text import safe_text
from agentchat.typesetting.markdown.flow import MarkdownFlow
from agentchat.typesetting.theme import Theme
from tests.typesetting.shown import check_places, texts

CORPUS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parent / "corpus").glob("*.md"))}
LATE = "late_links"
EVERY = 1 if settings().max_examples > 100 else 3
"""How many characters come at once; each alone in the long form of the tests."""
_NOT_INK = str.maketrans("", "", " \n─┼│|")


def flow(width: int) -> MarkdownFlow:
    return MarkdownFlow(width, Theme(code_colours=False), prefix=())


def whole(text: str, width: int) -> MarkdownFlow:
    made = flow(width)
    made.take_whole(text)
    return made


def is_subsequence(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


def test_there_are_enough_answers() -> None:
    assert len(CORPUS) >= 15


@given(st.sampled_from(sorted(CORPUS)), st.sampled_from([24, 60, 120]), st.integers(0, 10_000))
def test_an_answer_in_pieces_is_the_answer_at_once(name: str, width: int, seed: int) -> None:
    text, sizes, made, place = CORPUS[name], random.Random(seed), flow(width), 0
    while place < len(text):
        size = sizes.choice([1, 2, 3, 5, 20, 80])
        before = list(made.lines)
        first = made.feed(text[place:place + size])
        assert made.lines[:first] == before[:first]
        place += size
    before = texts(made.lines)
    made.finish()
    assert texts(made.lines) == before or name == LATE, "on close nothing moves"
    at_once = whole(text, width)
    assert (made.lines, made.plain) == (at_once.lines, at_once.plain)
    check_places(made.lines, made.plain)


@pytest.mark.parametrize("name", [name for name in CORPUS if name != LATE])
def test_nothing_that_was_shown_is_taken_back(name: str) -> None:
    text, made, shown, lines = CORPUS[name], flow(400), "", 0
    for place in range(0, len(text), EVERY):
        made.feed(text[place:place + EVERY])
        now = made.plain.translate(_NOT_INK)
        same = next((at for at, (old, new) in enumerate(zip(shown, now, strict=False)) if old != new), min(len(shown), len(now)))
        assert is_subsequence(shown[same:], now[same:]), f"{shown[same:][:40]!r} became {now[same:][:40]!r} at {text[:place][-40:]!r}"
        assert len(made.lines) >= lines
        shown, lines = now, len(made.lines)


@pytest.mark.parametrize("width", [10, 33, 80])
@pytest.mark.parametrize("name", CORPUS)
def test_an_answer_fits_the_screen_and_passes_the_gate(name: str, width: int) -> None:
    made = whole(CORPUS[name], width)
    assert max(map(cell_len, texts(made.lines))) <= width
    for line in made.lines:
        for run in line.runs:
            assert safe_text(run.text) == run.text


def test_a_late_definition_redraws_what_was_shown() -> None:
    text = CORPUS[LATE]
    definitions = text.index("[m]: ")
    made = flow(80)
    made.feed(text[:definitions])
    assert texts(made.lines)[0] == "The [manual][m] says it in chapter two, and [the list] too."
    made.feed(text[definitions:])
    made.finish()
    assert texts(made.lines)[0] == "The manual (example.com) says it in chapter two, and the list (example.com) too."
