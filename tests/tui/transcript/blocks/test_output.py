"""What a tool gave, by its kind."""

import json

import pytest
from rich.style import Style

from agentchat.chat.transcript.blocks import CallBlock, UserBlock
from agentchat.tui.transcript.blocks.look import Look, Opening, Taste
from agentchat.tui.transcript.blocks.render import openings, render
from agentchat.tui.transcript.leaf import Leaf
from agentchat.typesetting.theme import Theme
from tests.tui.transcript.shown import sheet_texts

THEME = Theme(inserted=Style(color="green"), deleted=Style(color="red"), info=Style(bold=True), muted=Style(dim=True))


def call(output: str) -> CallBlock:
    return CallBlock(0, "a", "tool", "{}", "done", output)


def shown(output: str, *, width: int = 60, choice: Opening = "open") -> list[str]:
    """The lines below the head of the output."""
    return sheet_texts(render(call(output), Look(width, THEME, choice=choice)))[1:]


def colours(output: str) -> list[tuple[str, str]]:
    lines = Leaf(render(call(output), Look(60, THEME, choice="open"))).lines[2:]
    return [(run.text, str(run.style)) for line in lines for run in line.runs if run.kept]


def test_one_line_stands_beside_its_name() -> None:
    assert shown("found") == ["    → output: found"]
    assert shown('{"a": 1}') == ['    → output: {"a": 1}']


def test_json_without_room_for_it_is_indented() -> None:
    assert shown('{"order": {"id": 1042, "state": "shipped"}, "lines": [1]}') == [
        "    → output:", "    │ {", '    │   "order": {', '    │     "id": 1042,', '    │     "state": "shipped"', "    │   },",
        '    │   "lines": [', "    │     1", "    │   ]", "    │ }",
    ]


def test_equal_objects_are_a_table_whose_cells_are_no_markdown() -> None:
    assert shown(json.dumps([{"n": 1, "text": "a|b *c*"}, {"n": 20, "text": ""}])) == [
        "    → output:", "    │  n │ text", "    │ ───┼────────", "    │  1 │ a|b *c*", "    │ 20 │",
    ]


@pytest.mark.parametrize("text", ["a\tb\tc\n1\t2\t3\n4\t5\t6", "| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n| 4 | 5 | 6 |\n"])
def test_other_tables_are_drawn_as_such(text: str) -> None:
    assert [line.replace(" ", "") for line in shown(text)] == ["→output:", "│a│b│c", "│──┼───┼──", "│1│2│3", "│4│5│6"]


def test_a_diff_is_coloured_from_its_head_on() -> None:
    text = "-not yet\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n same\n[exit status 0]"
    assert colours(text) == [
        ("-not yet", "none"), ("--- a/x", "dim"), ("+++ b/x", "dim"), ("@@ -1 +1 @@", "bold"), ("-old", "red"), ("+new", "green"),
        (" same", "none"), ("[exit status 0]", "dim"),
    ]


def test_the_colours_of_a_command_are_kept() -> None:
    assert colours("ok\n\x1b[31mbad\x1b[0m\x1b[K\n") == [("ok", "none"), ("bad", "red"), ("␛[K", "none")]


def test_a_long_output_shows_its_beginning_and_its_end_until_it_is_opened_once_more() -> None:
    text = "\n".join(map(str, range(100)))
    lines = shown(text)
    assert lines[:2] + lines[16:20] + lines[-1:] == [
        "    → output:", "    │ 0", "    │ 15", "    │ … 78 more lines", "    │ 94", "    │ 95", "    │ 99",
    ]
    assert len(shown(text, choice="whole")) == 101
    assert (openings(call(text)), openings(call("short"))) == (("folded", "open", "whole"), ("folded", "open"))


def test_a_very_long_line_is_shown_in_part() -> None:
    text = "a\n" + "x" * 10_000
    assert shown(text)[-1].endswith("… 6,000 more characters")
    assert "".join(shown(text, choice="whole")).count("x") == 10_000
    assert openings(call(text))[-1] == "whole"


def test_a_long_message_of_the_person_is_shown_in_part() -> None:
    block = UserBlock(7, "\n".join(map(str, range(100))))
    assert sheet_texts(render(block, Look(60, THEME)))[-2:] == ["┃ 29", "┃ … 70 more lines"]
    assert len(sheet_texts(render(block, Look(60, THEME, choice="whole")))) == 100


def test_in_plain_mode_there_are_words_and_no_signs() -> None:
    lines = sheet_texts(render(call("one\ntwo"), Look(60, Theme(), headed=True, choice="open", taste=Taste(plain=True))))
    assert [" ".join(line.split()) for line in lines] == ["a:", "[-] tool() done", "output:", "one", "two"]
    assert sheet_texts(render(UserBlock(0, "hi"), Look(60, Theme(), taste=Taste(plain=True)))) == ["you:", "hi"]
