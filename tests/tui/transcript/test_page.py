"""The page draws what is looked at, and keeps it."""

import random

import pytest

from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, ReasoningBlock, UserBlock
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended, BlockReplaced
from agentchat.tui.transcript.page import Page, Place
from agentchat.typesetting.theme import Theme
from tests.typesetting.shown import texts


def page_of(*blocks: Block) -> Page:
    page = Page()
    page.load(blocks)
    return page


def test_only_a_screenful_is_drawn() -> None:
    page = page_of(*[UserBlock(number, f"text {number}") for number in range(1000)])
    assert page.fit_end(10) == Place(995, 0)
    assert page.renders == 5


def test_text_that_comes_in_many_pieces_is_drawn_once() -> None:
    page = page_of(UserBlock(0, "hi"), AnswerBlock(1, "a", "one ", "open"))
    page.fit_end(10)
    before = page.renders
    page.apply([BlockExtended(1, "two "), BlockExtended(1, "three")])
    assert page.renders == before + 1
    assert texts(page.leaf(1).lines) == ["", "▎a", "  one two three"]


def test_text_for_a_block_that_nobody_saw_is_not_drawn() -> None:
    page = page_of(AnswerBlock(0, "a", "one", "open"))
    page.apply([BlockExtended(0, "two")])
    assert page.renders == 0


def test_an_answer_that_is_complete_is_not_drawn_anew() -> None:
    page = page_of(AnswerBlock(0, "a", "", "open"))
    page.leaf(0)
    page.apply([BlockExtended(0, "- x\n- y")])
    before = page.leaf(0)
    page.apply([BlockReplaced(AnswerBlock(0, "a", "- x\n- y", "complete", at=1.0))])
    assert page.leaf(0) is before
    assert texts(page.leaf(0).lines) == ["▎a", "  • x", "  • y"]
    page.apply([BlockReplaced(AnswerBlock(0, "a", "- x\n- y", "complete", at=2.0))])
    assert page.leaf(0) is before


def test_growth_and_another_value_in_one_frame_give_the_value() -> None:
    page = page_of(AnswerBlock(0, "a", "x", "open"))
    page.leaf(0)
    page.apply([BlockExtended(0, " y"), BlockReplaced(AnswerBlock(0, "a", "z", "incomplete"))])
    assert texts(page.leaf(0).lines) == ["▎a", "  z", "  ■ cut off here"]


def test_reasoning_folds_when_it_is_complete_unless_the_reader_opened_it() -> None:
    page = page_of(ReasoningBlock(0, "a", "x y", "open"), ReasoningBlock(1, "a", "x y", "open"))
    page.toggle(1)
    page.apply([BlockReplaced(ReasoningBlock(number, "a", "x y")) for number in range(2)])
    assert texts(page.leaf(0).lines) == ["▎a", "  ▶ thought (2 words)"]
    assert texts(page.leaf(1).lines) == ["  ▼ thought (2 words)", "    x y"]


def test_another_author_changes_the_head_of_the_next_block() -> None:
    page = page_of(AnswerBlock(0, "a", "x"), AnswerBlock(1, "a", "y"))
    assert texts(page.leaf(1).lines) == ["", "  y"]
    page.apply([BlockReplaced(AnswerBlock(0, "b", "x"))])
    assert texts(page.leaf(1).lines) == ["", "▎a", "  y"]


def test_a_streamed_page_equals_the_loaded_one() -> None:
    text = "# head\n\n- one\n- two\n\n```py\nx = 1\n```\n\n| a |\n|---|\n| b |\n"
    streamed = page_of(UserBlock(0, "hi"))
    streamed.fit_end(20)
    streamed.apply([BlockAdded(AnswerBlock(1, "a", "", "open"))])
    for letter in text:
        streamed.apply([BlockExtended(1, letter)])
        streamed.fit_end(20)
    streamed.apply([BlockReplaced(AnswerBlock(1, "a", text))])
    streamed.apply([BlockAdded(CallBlock(2, "a", "t", "", "building"))])
    for letter in '{"a": "\\u1234 and more"}':
        streamed.apply([BlockExtended(2, letter)])
        streamed.fit_end(20)
    loaded = page_of(*streamed.blocks)
    assert [streamed.leaf(block).lines for block in range(3)] == [loaded.leaf(block).lines for block in range(3)]


def test_streaming_reasoning_moves_its_window() -> None:
    page = page_of(ReasoningBlock(0, "a", "", "open"))
    page.leaf(0)
    for word in range(60):
        page.apply([BlockExtended(0, f"{word}\n\n" if word % 3 == 0 else f"{word} ")])
        assert page.leaf(0).lines == page_of(*page.blocks).leaf(0).lines
    assert len(page.leaf(0)) == 8


def test_a_block_without_text_has_a_line() -> None:
    page = page_of(AnswerBlock(0, "a", "x", "open"), AnswerBlock(1, "a", "", "open"), ReasoningBlock(2, "a", "", "open"))
    page.apply([BlockExtended(1, "")])
    assert all(len(page.leaf(block)) > 0 for block in range(3))
    assert page.fit_end(100) == Place(0, 0)


@pytest.mark.parametrize("seed", range(5))
def test_walking_over_estimated_blocks_is_exact(seed: int) -> None:
    choices = random.Random(seed)
    blocks = [AnswerBlock(number, "a", "word " * choices.randint(0, 90)) for number in range(60)]
    page, drawn = page_of(*blocks), page_of(*blocks)
    page.restyle(40, Theme())
    drawn.restyle(40, Theme())
    lines = [Place(block, line) for block in range(60) for line in range(len(drawn.leaf(block)))]
    place = page.fit_end(10)
    assert place == lines[-10]
    position = len(lines) - 10
    for _ in range(100):
        step = choices.randint(-30, 30)
        position = min(max(0, position + step), len(lines) - 10)
        place = page.fit(page.walk(place, step), 10)
        assert place == lines[position]
