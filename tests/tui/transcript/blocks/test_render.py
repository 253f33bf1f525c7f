"""Each kind of block, as it stands on the screen."""

import json

import pytest

from agentchat.chat.safe_text import safe_text
from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, CallState, HandoffBlock, NoticeBlock, ReasoningBlock, UserBlock
from agentchat.tui.transcript.blocks.look import Look, Opening, Taste, look_of
from agentchat.tui.transcript.blocks.render import estimate, openings, render
from agentchat.tui.transcript.leaf import Leaf
from agentchat.typesetting.theme import Theme
from tests.tui.transcript.shown import sheet_texts
from tests.typesetting.shown import check_places

LOOK = Look(60, Theme())
USER = UserBlock(0, "hello\nthere")
ANSWER = AnswerBlock(1, "billing", "It is **done**.")
THOUGHT = ReasoningBlock(1, "billing", "one two\n\nthree")
CALL = CallBlock(2, "billing", "lookup", '{"order": 1042, "note": "a\\nb"}', "done", "found\nit", "approved by you", seconds=0.41)


def shown(block: Block, before: Block | None = None, *, width: int = 60, choice: Opening | None = None) -> list[str]:
    return sheet_texts(render(block, look_of(block, before, width=width, theme=Theme(), choice=choice)))


def test_what_the_person_wrote_has_an_edge_and_is_no_markdown() -> None:
    assert shown(UserBlock(0, "**hi** [x]\nthere\n")) == ["┃ **hi** [x]", "┃ there"]


def test_an_answer_names_its_author_only_when_that_changes() -> None:
    assert shown(ANSWER, USER) == ["", "▎billing", "  It is done."]
    assert shown(ANSWER, ANSWER) == ["", "  It is done."]
    assert shown(ANSWER, AnswerBlock(0, "triage", "x")) == ["", "▎billing", "  It is done."]


def test_a_structured_answer_is_a_tree_also_as_far_as_it_came() -> None:
    whole, cut = AnswerBlock(0, "a", '{"paid":true}'), AnswerBlock(0, "a", '{"paid":tr', "incomplete")
    assert shown(whole, whole)[1:] == ["  {", '    "paid": true', "  }"]
    assert shown(cut, whole)[1:] == ["  {", '    "paid": tr', "  ■ cut off here"]
    assert shown(AnswerBlock(0, "a", '{"paid":no}'), whole)[1:] == ['  {"paid":no}']
    assert shown(AnswerBlock(0, "a", '{"sorry":1}', "refused"), whole)[1:] == ['  {"sorry":1}', "  ✗ the model refused"]


@pytest.mark.parametrize(("ending", "mark"), [("incomplete", "  ■ cut off here"), ("refused", "  ✗ the model refused")])
def test_an_answer_that_is_not_whole_says_so(ending: str, mark: str) -> None:
    assert shown(AnswerBlock(0, "a", "Half", ending), ANSWER)[-1] == mark  # type: ignore[arg-type]


def test_reasoning_shows_its_last_lines_while_it_streams_and_one_line_when_done() -> None:
    text = "\n\n".join(f"thought {number}" for number in range(9))
    streaming = ReasoningBlock(1, "billing", text, "open")
    assert shown(streaming, ANSWER) == ["", "  ▼ thinking …", "", "    thought 6", "", "    thought 7", "", "    thought 8"]
    assert shown(ReasoningBlock(1, "billing", text), THOUGHT) == ["  ▶ thought (18 words)"]


def test_the_readers_choice_wins() -> None:
    streaming = ReasoningBlock(1, "billing", "one", "open")
    assert shown(streaming, THOUGHT, choice="folded") == ["  ▶ thinking …"]
    assert shown(THOUGHT, THOUGHT, choice="open") == ["  ▼ thought (3 words)", "    one two", "", "    three"]


def test_a_call_is_one_line_that_opens() -> None:
    line = '  {} lookup(order=1042, note="a\\nb")' + " " * 17 + "✓ 0.4 s"
    assert shown(CALL, THOUGHT) == [line.format("▶"), "    ⚖ approved by you"]
    assert shown(CALL, THOUGHT, choice="open") == [
        line.format("▼"), "    ⚖ approved by you", "    order: 1042", "    note:", "    │ a", "    │ b",
        "    → output:", "    │ found", "    │ it",
    ]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("proposed", "… proposed"), ("waiting", "⏸ needs approval"), ("running", "… running"), ("done", "✓ done"), ("failed", "✗ failed"),
        ("rejected", "✗ rejected"), ("denied", "✗ denied"), ("stopped", "■ stopped"), ("unknown", "? outcome unknown"),
    ],
)
def test_a_state_is_a_glyph_and_a_word(state: CallState, status: str) -> None:
    (line,) = shown(CallBlock(0, "a", "tool", "{}", state), THOUGHT)[-1:]
    assert line.split("  ")[-1].strip() == status


def test_a_question_to_the_person_waits_for_an_answer() -> None:
    block = CallBlock(0, "billing", "ask_user", '{"question": "Which?"}', "waiting")
    assert shown(block, THOUGHT) == ['  ▶ ask_user(question="Which?")      ⏸ waits for your answer']


def test_arguments_are_shown_as_they_stream() -> None:
    block = CallBlock(0, "billing", "write", '{"text": "on', "building")
    assert shown(block, THOUGHT) == ["  ▼ write(…)" + " " * 38 + "… building", '    {"text": "on']


@pytest.mark.parametrize("arguments", ["", "not json", "[1]", "null", "[" * 100_000, '{"a": 1e999, "b": NaN}', '{"n": ' + "9" * 9999 + "}"])
def test_arguments_that_are_no_json_object_are_shown_as_they_are(arguments: str) -> None:
    for choice in ("open", "folded"):
        assert shown(CallBlock(0, "a", "tool", arguments, "waiting"), THOUGHT, choice=choice)


def test_a_long_call_is_shortened_and_its_status_stays() -> None:
    block = CallBlock(0, "billing", "tool", json.dumps({"text": "x" * 500}), "waiting")
    (line,) = shown(block, THOUGHT)
    assert line.endswith("…)  ⏸ needs approval")
    assert len(line) == 60
    assert shown(block, THOUGHT, width=20) == ['  ▶ tool(text="xxx…)', "    ⏸ needs approval"]


def test_a_handoff_names_both() -> None:
    assert shown(HandoffBlock(3, "triage", "billing"), CALL) == ["  → triage hands over to billing"]


@pytest.mark.parametrize(("level", "mark"), [("info", "ⓘ note"), ("warning", "! warning"), ("error", "✗ error")])
def test_a_notice_says_its_level(level: str, mark: str) -> None:
    assert shown(NoticeBlock(3, level, "text"), CALL) == [f"  {mark}: text"]  # type: ignore[arg-type]


def test_nested_agents_are_indented_under_their_call() -> None:
    assert shown(AnswerBlock(0, "helper", "hi", path=("1",)), CALL) == ["  ▎helper", "    hi"]


HOSTILE = "x\x1b]52;c;AAAA\x07\u202e\u200b\x9b[@click=app.quit]\t\r\ny"
EVERY: list[Block] = [
    UserBlock(0, HOSTILE, HOSTILE),
    AnswerBlock(0, HOSTILE, HOSTILE),
    ReasoningBlock(0, HOSTILE, HOSTILE, "open"),
    CallBlock(0, HOSTILE, HOSTILE, HOSTILE, "building"),
    CallBlock(0, HOSTILE, HOSTILE, HOSTILE, "failed", HOSTILE, HOSTILE),
    CallBlock(0, HOSTILE, HOSTILE, json.dumps({HOSTILE: HOSTILE, "b": [HOSTILE]}), "done", HOSTILE, HOSTILE),
    HandoffBlock(0, HOSTILE, HOSTILE),
    NoticeBlock(0, "error", HOSTILE),
]


@pytest.mark.parametrize("block", EVERY)
@pytest.mark.parametrize("width", [8, 20, 100])
@pytest.mark.parametrize("choice", ["folded", "open", "whole", None])
def test_nothing_foreign_reaches_the_screen_unfiltered(block: Block, width: int, choice: Opening | None) -> None:
    leaf = Leaf(render(block, Look(width, Theme(), headed=True, gap=True, choice=choice)))
    for line in leaf.lines:
        for run in line.runs:
            assert safe_text(run.text) == run.text
            assert "\n" not in run.text
            assert set(run.style.meta) <= {"fold", "href"}
    check_places(leaf.lines, leaf.sheet.plain)


def test_only_what_has_more_to_show_opens() -> None:
    long = UserBlock(0, "line\n" * 60)
    assert [openings(block) for block in (USER, ANSWER, THOUGHT, CALL, long)] == [
        (), (), ("folded", "open"), ("folded", "open"), ("open", "whole"),
    ]


def test_an_estimate_is_near() -> None:
    text = "A line of some words that has to be wrapped on a screen like this one, twice.\n\n" * 30
    block = AnswerBlock(0, "a", text)
    assert abs(estimate(block, LOOK) - len(shown(block))) < 15


def test_reasoning_stays_open_for_who_wants_it_so() -> None:
    look = look_of(THOUGHT, ANSWER, width=60, theme=Theme(), choice=None, taste=Taste(reasoning=True))
    assert sheet_texts(render(THOUGHT, look))[-4:] == ["  ▼ thought (3 words)", "    one two", "", "    three"]


def test_progress_is_shown_while_a_call_runs() -> None:
    running = CallBlock(0, "a", "tool", "{}", "running", progress="one\ntwo\n")
    assert shown(running, THOUGHT)[-1] == "    two"
    assert shown(running, THOUGHT, choice="open")[-2:] == ["    one", "    two"]
