"""What can be copied of a block."""

import pytest

from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, HandoffBlock, NoticeBlock, UserBlock
from agentchat.tui.transcript.page import Page
from agentchat.tui.transcript.source import Code, addresses_in, clean, code_of, source_of


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (UserBlock(0, "**as** typed"), "**as** typed"),
        (AnswerBlock(0, "a", "# Head\n\n- x"), "# Head\n\n- x"),
        (CallBlock(0, "a", "t", '{"x": 1}', "running"), '{"x": 1}'),
        (CallBlock(0, "a", "t", '{"x": 1}', "done", "out"), "out"),
        (HandoffBlock(0, "a", "b"), "a hands over to b"),
        (NoticeBlock(0, "info", "text"), "text"),
    ],
)
def test_a_block_is_copied_as_it_was_written(block: Block, text: str) -> None:
    assert source_of(block) == text


def test_all_code_is_found_also_in_lists() -> None:
    text = "```python\nif x:\n\treturn\n```\n\n- item\n\n  ~~~\n  plain\n  ~~~\n\n`span`"
    assert code_of(AnswerBlock(0, "a", text)) == (Code("python", "if x:\n\treturn\n"), Code("", "plain\n"))
    assert code_of(UserBlock(0, text)) == ()


def test_nothing_foreign_in_it_commands_or_hides() -> None:
    assert clean("a\x1b]52;c;x\x07\u202e\u200b\r\n\tb") == "a␛]52;c;x␇\\u{202E}\\u{200B}\n\tb"
    assert code_of(AnswerBlock(0, "a", "```\n&#27;\x1b[2J\n```")) == (Code("", "&#27;␛[2J\n"),)


def test_each_address_is_named_once() -> None:
    page = Page()
    page.load([AnswerBlock(0, "a", "[x](http://one.example) [long text that wraps](http://two.example) [y](http://one.example)")])
    assert addresses_in(page.leaf(0)) == ("http://one.example", "http://two.example")
