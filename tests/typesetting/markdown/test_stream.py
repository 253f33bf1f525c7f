"""Streamed Markdown becomes what the whole text is, and what is final does not move."""

import random
import re
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from agentchat.typesetting.doc import Run
from agentchat.typesetting.markdown import cutting, stream
from agentchat.typesetting.markdown.dialect import parsed
from agentchat.typesetting.markdown.flow import MarkdownFlow
from agentchat.typesetting.markdown.layout import lay_out
from agentchat.typesetting.markdown.pieces import Code, Prose
from agentchat.typesetting.markdown.stream import MarkdownStream
from agentchat.typesetting.theme import Theme
from agentchat.typesetting.writer import Writer
from tests.typesetting.shown import check_places, texts

NASTY = [
    "para text", "two [foo] and [bar][foo]", "[foo]: /url 'title'", "[foo]:", "/url", "[Bar]: <x y>", "===", "---",
    "- item", "  - nested", "   cont", "    code", "\tcode", "1. one", "2. two", "5) five", "> quote", "> - ql", ">",
    "```", "```python", "````", "~~~", "  ```", "a | b", "--|--", "|a|b|", "|-|-|", "|1|[foo]|", "|1|2|", "|3|4|",
    "# h", "#", "#nospace", "<div>", "<!-- c", "-->", "***", "* * *", "+ plus", "", "", "", "", "*emph",
    "still* here", "`code", "tick`", "**b", "- [ ] task", "-", "1.", "line  ", "![img][foo]", "> ```", "- ```",
    "  code", "&amp;", "text\x0bvt", "u\u2028sep", "  ", "\t", "[a\nb]: /x", "|:-:|", "- a\n\n\n  b", "10. ten",
    "word " * 30, "x" * 70, "$$", "\\[", "\\]", "+ y", "1. > q", "- > q", ">   ```py", "   ```", "   > in", "  1. n", "     deep",
    "    - d4", "> | a | b |", "> |-|-|", "> | 1 | 2 |", "   | a | b |", "   |---|---|", "   | 1 | 2 |", "[^1]: note", "   para", "> - a",
    ">   - b", "  - ```", "x<br>y", "**b** *i* `c` ~~s~~", "- \tx", "a\\", "plain words that go on", "> plain words that go on",
]
LONG_LINE = re.compile(r"[^\n]{16,}")
DOCUMENTS = st.lists(st.sampled_from(NASTY), min_size=1, max_size=40)


def whole(text: str) -> MarkdownFlow:
    flow = MarkdownFlow(40, Theme(), prefix=())
    flow.take_whole(text)
    return flow


def streamed(text: str, seed: int) -> MarkdownFlow:
    """Fed in random pieces; at each, lines that are said to be unchanged are."""
    flow, sizes, position = MarkdownFlow(40, Theme(), prefix=()), random.Random(seed), 0
    while position < len(text):
        size = sizes.choice([1, 1, 2, 3, 7, 20, 100])
        before = list(flow.lines)
        first = flow.feed(text[position:position + size])
        assert flow.lines[:first] == before[:first]
        position += size
    before = list(flow.lines)
    first = flow.finish()
    assert flow.lines[:first] == before[:first]
    return flow


@given(DOCUMENTS, st.sampled_from(["\n", "\r\n"]), st.integers(0, 1000))
def test_a_streamed_text_equals_the_whole_one(lines: list[str], line_end: str, seed: int) -> None:
    text = line_end.join(lines)
    one, other = whole(text), streamed(text, seed)
    assert other.lines == one.lines
    assert other.plain == one.plain
    check_places(other.lines, other.plain)


@given(DOCUMENTS, st.integers(0, 1000))
def test_so_does_one_whose_paragraphs_are_too_long(lines: list[str], seed: int) -> None:
    limits = {"PART": 16, "LONG": 64}
    with patch.multiple(stream, **limits, _WINDOW=8, _SLACK=8, _LONG_LINE=LONG_LINE), patch.multiple(cutting, **limits):
        text = "\n".join(lines)
        one, other = whole(text), streamed(text, seed)
        assert other.lines == one.lines
        assert other.plain == one.plain
        check_places(other.lines, other.plain)


@given(DOCUMENTS)
def test_a_text_that_was_cut_looks_like_one_that_was_not(lines: list[str]) -> None:
    text = "\n".join([line for line in lines if not re.search(r"[`~|$\t\\]|]:", line)]) + "\n"
    with patch.multiple(stream, PART=16, _WINDOW=8, _LONG_LINE=LONG_LINE), patch.object(cutting, "PART", 16):
        cut = streamed(text, 1)
    writer = Writer(40)
    lay_out(Prose(text, parsed(text, {}), gap=False), writer, Theme(), prefix=())
    assert [line for line in texts(cut.lines) if line.strip("▌ ")] == [line for line in texts(writer.lines) if line.strip("▌ ")]


def test_what_is_final_is_not_parsed_again() -> None:
    text = MarkdownStream()
    text.feed("# one\n\ntwo\n\n- three\n- four\n")
    pieces = list(text.pieces)
    assert [piece.source for piece in pieces if isinstance(piece, Prose)] == ["# one\n\ntwo\n\n- three\n"]
    first = text.feed("- five\n")
    assert first == len(pieces)
    assert all(new is old for new, old in zip(text.pieces, pieces, strict=False))


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "text",
    [
        "word " * 16_000, "x" * 80_000, "a line of text\n" * 5_000, "- item\n" * 4_000,
        "|a|b|\n|-|-|\n" + "|1|2|\n" * 4_000, "```\n" + "code\n" * 8_000,
        "1. a\n" + "   - b\n     1. c\n\n     d\n" * 2_000, "- a\n\n  ```\n" + "  code\n" * 8_000, "> - a\n>\n>   b\n>\n" * 2_000,
        "- |a|b|\n  |-|-|\n" + "  |1|2|\n" * 4_000, "> - " + "word " * 16_000, "- ```\n" + "  code\n" * 8_000,
    ],
    ids=[
        "words", "one word", "lines", "list", "table", "fence",
        "list in an item", "fence in an item", "quote", "table in an item", "words in an item in a quote", "fence behind a bullet",
    ],
)
def test_the_tail_stays_small_in_one_huge_block(text: str) -> None:
    document = MarkdownStream()
    longest = 0
    for start in range(0, len(text), 1000):
        document.feed(text[start:start + 1000])
        longest = max(longest, len(document._tail))
    assert longest < 6000


def test_a_late_definition_turns_earlier_text_into_a_link() -> None:
    flow = MarkdownFlow(60, Theme(), prefix=())
    flow.feed("see [docs]\n\nmore\n\n")
    assert texts(flow.lines) == ["see [docs]", "", "more"]
    flow.feed("[docs]: https://example.com/a\n\nend\n\nend")
    assert texts(flow.lines) == ["see docs (example.com)", "", "more", "", "end", "", "end"]


def test_numbers_go_on_through_a_list_that_was_cut() -> None:
    assert texts(whole("7. a\n1. b\n\n1. c\n1. d").lines) == ["7. a", "8. b", "", "9. c", "10. d"]


def test_a_line_that_looks_as_before_is_the_same_object() -> None:
    flow = MarkdownFlow(20, Theme(), prefix=())
    flow.feed("some words that fill more than one line of twenty")
    before = list(flow.lines)
    assert flow.feed(" cells") == len(before) - 1
    assert all(new is old for new, old in zip(flow.lines, before[:-1], strict=False))


def test_a_paragraph_has_no_seam_where_it_was_cut() -> None:
    text = "a **bold** word and _more_ of it. " * 60
    flow = whole(text)
    pieces = MarkdownStream()
    pieces.feed(text)
    assert len(pieces.pieces) > 4
    assert " ".join(texts(flow.lines)) == ("a bold word and more of it. " * 60).rstrip()
    assert flow.plain == ("a bold word and more of it. " * 60).rstrip() + "\n"


def test_numbers_are_kept_inside_of_a_list_that_was_cut() -> None:
    assert texts(whole("3. a\n   1. x\n   2. y\n\n      z\n   3. ```\n      code\n      ```\n4. b").lines) == [
        "3. a", "   1. x", "   2. y", "", "      z", "   3.", "      │ code", "4. b",
    ]


def test_columns_are_frozen_after_eight_rows() -> None:
    rows = [f"|{number}|x|" for number in range(8)]
    lines = texts(whole("\n".join(["|n|v|", "|-|-|", *rows, "|123456|yyyyy|"])).lines)
    assert lines == ["n     │ v", "──────┼──────", *[f"{number}     │ x" for number in range(8)], "12345 │ yyyyy", "6     │"]


@pytest.mark.parametrize("lines", [0, 1, 15, 16, 17, 191, 192, 193, 400])
def test_a_long_fence_is_streamed_and_coloured_like_the_whole_one(lines: int) -> None:
    theme = Theme(string=Style(bold=True), keyword=Style(italic=True))
    code = '"""a\nif\n"""\nif 1: pass\n' * (lines // 4) + "x\n" * (lines % 4)
    text = f"first\n\n```python\n{code}```\nlast"
    whole, streamed = MarkdownFlow(40, theme, prefix=()), MarkdownFlow(40, theme, prefix=())
    whole.feed(text)
    for letter in text:
        streamed.feed(letter)
    whole.finish()
    streamed.finish()
    assert streamed.lines == whole.lines
    assert texts(streamed.lines)[2] == "╭ python"
    assert len(streamed.lines) == 3 + max(1, lines) + 2
    if lines >= 4:
        assert Run("if", theme.string) in streamed.lines[4].runs


def test_an_open_fence_leaves_few_lines_to_be_laid_out_again() -> None:
    document = MarkdownStream()
    document.feed("```\n")
    for number in range(500):
        document.feed(f"{number}\n")
        assert [len(piece.text.split("\n")) < 16 for piece in document.tail() if isinstance(piece, Code)] in ([True], [])
    assert len(document.pieces) < 20


def test_only_its_own_mark_closes_a_fence() -> None:
    inside = ["    ```", "~~~", "``", "``` x", "``~", ""]
    assert texts(whole("\n".join(["```", *inside, "  ````  ", "end"])).lines) == [f"│ {line}".rstrip() for line in inside] + ["", "end"]


def test_there_are_no_underlined_headings() -> None:
    assert texts(whole("text\n---\nmore\n===").lines) == ["text", "", "─" * 40, "", "more ==="]
