"""What is shown of a text whose end may still become something else."""

import pytest
from rich.style import Style

from agentchat.typesetting.doc import Run
from agentchat.typesetting.markdown.flow import MarkdownFlow
from agentchat.typesetting.markdown.unfinished import showable
from agentchat.typesetting.theme import Theme
from tests.typesetting.shown import texts


def shown(text: str, theme: Theme | None = None) -> MarkdownFlow:
    """A text that may go on."""
    made = MarkdownFlow(60, theme or Theme(), prefix=())
    made.feed(text)
    return made


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("a\n#", "#"), ("a\n## ", "## "), ("a\n-", "-"), ("- a\n- [", "- ["), ("- [x] ", "- [x] "), ("> 1", "> 1"), ("12.", "12."),
        ("``", "``"), ("```py", "```py"), ("~~~ x", "~~~ x"), ("---", "---"), ("a\n| b", "| b"), ("| a | b |\n", "| a | b |\n"),
        ("| a |\n|-", "| a |\n|-"), ("| a |\n|-|\n| 1", "| 1"), ("a | b\n-|-\n1 | 2", "1 | 2"), ("[m]: http://a", "[m]: http://a"),
        ("| a |\nb", ""), ("| a |\n|-|\n", ""), ("# a", ""), ("- a", ""), ("1 a", ""), ("`` a", ""), ("[^1]: a", ""), ("- [ ] a", ""),
    ],
)
def test_marks_wait_until_it_is_known_what_they_mean(text: str, held: str) -> None:
    assert showable(text) == text[: len(text) - len(held)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a **bo", "a bo"), ("a **bold*", "a bold"), ("a *b **c", "a b c"), ("a ~~b", "a b"), ("a `b c", "a b c"), ("a ``b`c", "a b`c"),
        ("a [b", "a"), ("a [b](http://x", "a"), ('a [b](http://x "t', "a"), ("a [b][c", "a"), ("a ![b](x", "a"), ("a [b]", "a"),
        ("a [b] c", "a [b] c"), ("a [b](not a link", "a [b](not a link"), ("[" + "b" * 300, "[" + "b" * 300),
        ("a &am", "a"), ("a <http://b", "a"), ("a < b", "a < b"), ("a \\", "a"), ("2*3", "2*3"), ("2**3", "2**3"), ("a_b", "a_b"),
        ("# a **b", "a b"), ("- a **b", "• a b"), ("a **b\n", "a b"), ("a **b\n\nc", "a **b"),
    ],
)
def test_what_is_open_is_shown_as_if_it_were_closed(text: str, line: str) -> None:
    assert "".join(texts(shown(text).lines)[:1 if "\n\n" in text else None]) == line


def test_bold_is_bold_before_it_is_closed() -> None:
    bold, italic = Style(bold=True), Style(italic=True)
    runs = shown("a **b *c", Theme(strong=bold, emphasis=italic)).lines[0].runs
    assert [run for run in runs if run.text] == [Run("a "), Run("b ", bold), Run("c", bold + italic)]


def test_what_never_closes_gets_its_marks_back_at_the_end() -> None:
    made = shown("a **b [c")
    made.finish()
    assert texts(made.lines) == ["a **b [c"]


def test_the_mark_that_may_close_a_fence_is_not_shown_as_code() -> None:
    assert texts(shown("```\nx\n``").lines) == ["│ x"]
    assert texts(shown("- a\n  ```\n  x\n  `").lines) == ["• a", "  │ x"]
