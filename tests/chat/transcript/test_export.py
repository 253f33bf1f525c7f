"""A conversation as Markdown."""

from agentchat.chat.transcript.blocks import AnswerBlock, CallBlock, HandoffBlock, NoticeBlock, ReasoningBlock, UserBlock
from agentchat.chat.transcript.export import as_markdown


def test_every_kind_of_block_has_its_place() -> None:
    blocks = [
        UserBlock(0, "Where is it?"),
        ReasoningBlock(1, "triage", "Let me\nsee"),
        HandoffBlock(2, "triage", "billing"),
        CallBlock(3, "billing", "lookup", "{}", "done", "```\ncode", "approved by you"),
        AnswerBlock(4, "billing", "On its", "incomplete"),
        NoticeBlock(5, "info", "Stopped by you."),
    ]
    assert as_markdown(blocks, title="Refund") == (
        "# Refund\n\n## You\n\nWhere is it?\n\n> *triage thinks*\n>\n> Let me\n> see\n\n*triage hands over to billing*\n\n"
        "**lookup** (done, approved by you)\n\n```json\n{}\n```\n\n````\n```\ncode\n````\n\n"
        "## billing\n\nOn its\n\n*(incomplete)*\n\n*Stopped by you.*\n"
    )


def test_what_others_wrote_cannot_command_a_terminal() -> None:
    blocks = [AnswerBlock(0, "a\x1b[2J", "b\x1b[2J"), CallBlock(1, "a", "c\x1b", "d\x1b", "done", "e\x1b")]
    assert "\x1b" not in as_markdown(blocks, title="t\x1b")


def test_a_structured_answer_is_code() -> None:
    answers = [AnswerBlock(0, "a", '{"paid": true}'), AnswerBlock(1, "a", "{x} is a set"), AnswerBlock(2, "a", "[the log](/log)")]
    assert as_markdown(answers) == '## a\n\n```json\n{"paid": true}\n```\n\n## a\n\n{x} is a set\n\n## a\n\n[the log](/log)\n'
