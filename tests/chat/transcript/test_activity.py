from dataclasses import replace
from typing import get_args

import pytest

from agentchat.chat.transcript.activity import CALL_WIDTH, ActivityLine, lines_of
from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, CallState, HandoffBlock, NoticeBlock, ReasoningBlock, UserBlock

REFUND = CallBlock(4, "billing", "issue_refund", '{"order_id": 1042}', "running", at=7.0)


@pytest.mark.parametrize(
    ("block", "line"),
    [
        (UserBlock(1, "Where is it?", agent="triage", at=7.0), ActivityLine(1, 7.0, "▸", "triage")),
        (AnswerBlock(2, "triage", "It is", ending="incomplete", at=7.0), ActivityLine(2, 7.0, "■", "answer cut off", "triage")),
        (HandoffBlock(3, "triage", "billing", at=7.0), ActivityLine(3, 7.0, "→", "billing", "handoff")),
        (REFUND, ActivityLine(4, 7.0, "⚙", "issue_refund(order_id=1042)", "… running")),
        (NoticeBlock(5, "info", "A rule was kept."), ActivityLine(5, None, "ⓘ", "A rule was kept.")),
        (NoticeBlock(5, "warning", "Trying again in 2 s."), ActivityLine(5, None, "⚠", "Trying again in 2 s.")),
        (NoticeBlock(5, "error", "The server said no."), ActivityLine(5, None, "✗", "The server said no.")),
    ],
)
def test_what_happens_gives_one_line(block: Block, line: ActivityLine):
    assert lines_of(block) == (line,)


@pytest.mark.parametrize(
    "block",
    [
        UserBlock(0, "hello"),
        AnswerBlock(0, "triage", "hello"),
        AnswerBlock(0, "triage", "hel", ending="open"),
        AnswerBlock(0, "triage", "no", ending="refused"),
        ReasoningBlock(0, "triage", "hm"),
        ReasoningBlock(0, "triage", "hm", ending="incomplete"),
    ],
)
def test_what_the_transcript_tells_alone_gives_none(block: Block):
    assert lines_of(block) == ()


DETAILS: dict[CallState, str] = {
    "building": "… being written",
    "proposed": "… proposed",
    "waiting": "⏸ needs approval",
    "running": "… running",
    "done": "✓ 0.4 s",
    "failed": "✗ failed",
    "rejected": "✗ rejected",
    "denied": "✗ denied",
    "stopped": "■ stopped",
    "unknown": "? outcome unknown",
}


@pytest.mark.parametrize("state", get_args(CallState))
def test_a_call_says_how_it_stands(state: CallState):
    assert [line.detail for line in lines_of(replace(REFUND, state=state, seconds=0.42))] == [DETAILS[state]]


def test_a_question_to_the_person_waits_for_an_answer():
    assert [line.detail for line in lines_of(replace(REFUND, tool="ask_user", state="waiting"))] == ["⏸ waits for your answer"]


@pytest.mark.parametrize(
    ("seconds", "detail"),
    [(None, "✓"), (0.0, "✓ 0.0 s"), (59.94, "✓ 59.9 s"), (59.96, "✓ 1 min 00 s"), (125.2, "✓ 2 min 05 s")],
)
def test_a_finished_call_says_how_long_it_took(seconds: float | None, detail: str):
    assert [line.detail for line in lines_of(replace(REFUND, state="done", seconds=seconds))] == [detail]


def test_a_decision_has_a_line_of_its_own():
    assert lines_of(replace(REFUND, verdict="approved by you")) == (
        ActivityLine(4, 7.0, "⚙", "issue_refund(order_id=1042)", "… running"),
        ActivityLine(4, None, "⚖", "approved by you", "issue_refund"),
    )


def test_a_long_call_is_shortened():
    (line,) = lines_of(replace(REFUND, arguments='{"reason": "' + "late " * 100 + '"}'))
    assert len(line.text) == CALL_WIDTH
    assert line.text.startswith('issue_refund(reason="late late')
    assert line.text.endswith("…)")
