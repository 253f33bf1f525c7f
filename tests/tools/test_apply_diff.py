"""V4A diffs. The cases, errors too, are answered as by `apply_diff` of openai-agents 0.24.0."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentchat import apply_diff

CASES: dict[str, tuple[str, str, str]] = {
    "a line in its context": ("a\nb\nc\n", "@@\n a\n-b\n+B\n c\n", "a\nB\nc\n"),
    "without a header": ("a\nb\nc\n", " a\n-b\n+B\n c\n", "a\nB\nc\n"),
    "no newline at the end": ("a\nb\nc", "@@\n-b\n+B", "a\nB\nc"),
    "below a line": ("x\ndef f():\n  1\ndef g():\n  1\n", "@@ def g():\n-  1\n+  2", "x\ndef f():\n  1\ndef g():\n  2\n"),
    "below a line that is not there": ("x\n", "@@ nope\n-x\n+y", "y\n"),
    "below a line with other blanks": ("\tdef f\nx\n", "@@ def f\n-x\n+y", "\tdef f\ny\n"),
    "below two lines": ("class A\n f\n  x\nclass B\n f\n  x\n", "@@ class B\n@@ f\n-  x\n+  y", "class A\n f\n  x\nclass B\n f\n  y\n"),
    "two sections": ("a\nb\nc\nd\n", "@@\n-a\n+A\n@@\n-d\n+D", "A\nb\nc\nD\n"),
    "two changes in one section": ("a\nb\nc\nd\ne\n", "@@\n a\n-b\n+B\n c\n-d\n+D\n e", "a\nB\nc\nD\ne\n"),
    "only a new line": ("a\nb\n", "@@\n+new\n", "new\na\nb\n"),
    "a new line below one": ("a\nb\n", "@@ a\n+new\n", "a\nnew\nb\n"),
    "a new line at the end": ("a\nb\n", "@@\n+new\n*** End of File", "a\nb\nnew\n"),
    "the last of several": ("a\nx\nb\nx\n", "@@\n-x\n+y\n*** End of File", "a\nx\nb\ny\n"),
    "not at the end after all": ("a\nb\n", "@@\n-a\n+y\n*** End of File", "y\nb\n"),
    "the first of several": ("x\ny\nx\n", "@@\n-x\n+z", "z\ny\nx\n"),
    "a line goes": ("a\nb\nc\n", "@@\n a\n-b\n c", "a\nc\n"),
    "all lines go": ("a\n", "@@\n-a", ""),
    "into an empty text": ("", "@@\n+a", "a\n"),
    "blanks at the end of a line": ("a  \nb\n", "@@\n-a\n+A\n b", "A\nb\n"),
    "blanks at the beginning too": ("  a\n b \n", "@@\n-a\n-b\n+z", "z\n"),
    "exactly before nearly": ("a \na\n", "@@\n-a\n+A", "a \nA\n"),
    "an empty line of context": ("a\n\nb\n", "@@\n a\n\n-b\n+B", "a\n\nB\n"),
    "a text with CRLF": ("a\r\nb\r\n", "@@\n-a\n+A\n b", "A\r\nb\r\n"),
    "a diff with CRLF": ("a\nb\n", "@@\r\n-a\r\n+A\r\n b\r\n", "A\nb\n"),
    "the end of the patch": ("a\nc\n", "@@\n-a\n+b\n*** End Patch\n@@\n-c\n+d", "b\nc\n"),
    "another file's patch": ("a\n", "*** Update File: f\n@@\n-a\n+b", "a\n"),
    "nothing": ("x\n", "", "x\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_text_is_changed(name: str) -> None:
    text, diff, changed = CASES[name]
    assert apply_diff(text, diff) == changed


@pytest.mark.parametrize(
    ("text", "diff", "error"),
    [
        ("x\n", "@@\n-q\n+y", "Invalid Context 0:\nq"),
        ("a\nb\nc\nd\n", "@@\n-d\n+D\n@@\n-a\n+A", "Invalid Context 4:\na"),
        ("a\n", "@@\n-b\n*** End of File", "Invalid EOF Context 0:\nb"),
        ("a\n", "@@ b\n@@ a\n-a", "Invalid Anchor 0:\nb"),
        ("a\nb\n", "@@\n a\nxxx\n-b", "Invalid Line: xxx"),
        ("a\n", "@@\n-a\n***\n+b", "Invalid Line:\n***"),
        ("a\n", "*** Begin Patch\n@@\n-a\n+b", "Invalid Line: *** Begin Patch"),
        ("a\n", "@@", "Nothing in this section - index=1 *** End Patch"),
        ("c\n", "@@\n+M\n-\n@@\n+\n*** End of File", "applyDiff: overlapping chunk at 1 (cursor 2)"),
    ],
)
def test_a_diff_that_does_not_fit_is_an_error(text: str, diff: str, error: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(error)}$"):
        apply_diff(text, diff)


@pytest.mark.parametrize(("diff", "text"), [("+a\n+b", "a\nb"), ("+a\n+\n", "a\n"), ("", ""), ("+a\r\n+b\r\n", "a\r\nb")])
def test_a_new_text_stands_in_the_diff(diff: str, text: str) -> None:
    assert apply_diff("", diff, mode="create") == text


@pytest.mark.parametrize("line", ["a", " b", "", "@@", "*** End of File"])
def test_every_line_of_a_new_text_begins_with_a_plus(line: str) -> None:
    with pytest.raises(ValueError, match=f"^Invalid Add File Line: {re.escape(line)}$"):
        apply_diff("", f"+a\n{line}\n+c", "create")


LINES = st.lists(st.text("ab c", max_size=3), min_size=1, max_size=8)


@given(before=LINES, gone=LINES, come=LINES, after=LINES)
def test_lines_between_others_are_put_in_place_of_what_stood_there(
    before: list[str], gone: list[str], come: list[str], after: list[str]
) -> None:
    """With the whole text as context there is one place only."""
    diff = [f" {line}" for line in before] + [f"-{line}" for line in gone] + [f"+{line}" for line in come] + [f" {line}" for line in after]
    assert apply_diff("\n".join([*before, *gone, *after]), "\n".join(["@@", *diff])) == "\n".join([*before, *come, *after])
