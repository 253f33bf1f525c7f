import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentchat.tools.failures import ToolFailed
from agentchat.tools.files.unified_diff import DiffLine, FileDiff, Hunk, read_diff

TEXT = "one\ntwo\nthree\nfour\nfive\n"
HEAD = "--- a/a.txt\n+++ b/a.txt\n"


def _applied(diff: str, text: str = TEXT) -> str:
    [file] = read_diff(diff)
    return file.of(text)


def test_a_diff_of_several_files_is_read() -> None:
    diff = (
        "Here is the patch:\n\ndiff --git a/a.txt b/a.txt\nindex 1..2 100644\n--- a/a.txt\t2024-01-01\n+++ b/a.txt\n"
        "@@ -2 +2 @@ def f():\n-two\n+2\n\n--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1 @@\n+hello\n\\ No newline at end of file\n"
        "--- a/old.txt\n+++ /dev/null\n"
    )
    assert read_diff(diff) == (
        FileDiff("a.txt", "change", (Hunk((DiffLine("-", "two"), DiffLine("+", "2")), 2),)),
        FileDiff("new.txt", "create", (Hunk((DiffLine("+", "hello", ends=False),), 0),)),
        FileDiff("old.txt", "delete", ()),
    )


@pytest.mark.parametrize(
    ("hunks", "text"),
    [
        ("@@ -1,2 +1,2 @@\n one\n-two\n+2\n", "one\n2\nthree\nfour\nfive\n"),
        ("@@ -4,2 +4,2 @@\n one\n-two\n+2\n", "one\n2\nthree\nfour\nfive\n"),
        ("@@\n-two\n+2\n", "one\n2\nthree\nfour\nfive\n"),
        ("@@ in the text\n-two\n+2\n", "one\n2\nthree\nfour\nfive\n"),
        ("@@ -1,99 +1,99 @@\n one\n-two\n", "one\nthree\nfour\nfive\n"),
        ("@@ -2,1 +2,1 @@\n-two\n+2\n@@ -5,1 +5,2 @@\n-five\n+5\n+6\n", "one\n2\nthree\nfour\n5\n6\n"),
        ("@@ -2,0 +3,1 @@\n+new\n", "one\ntwo\nnew\nthree\nfour\nfive\n"),
        ("@@ -0,0 +1,1 @@\n+new\n", "new\none\ntwo\nthree\nfour\nfive\n"),
        ("@@ -5,1 +5,1 @@\n-five\n+5\n\\ No newline at end of file\n", "one\ntwo\nthree\nfour\n5"),
        ("@@ -1,5 +0,0 @@\n-one\n-two\n-three\n-four\n-five\n", ""),
    ],
)
def test_hunks_are_applied_where_their_lines_are(hunks: str, text: str) -> None:
    assert _applied(HEAD + hunks) == text


@pytest.mark.parametrize(
    ("before", "hunk", "after"),
    [
        ("a\r\nb\r\n", "@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d\n", "a\r\nc\r\nd\r\n"),
        ("a\nb", "@@ -1,2 +1,2 @@\n-a\n+A\n b\n", "A\nb"),
        ("a\nb", "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n", "a\nc\n"),
        ("", "@@ -0,0 +1,2 @@\n+a\n+b\n", "a\nb\n"),
        ("", "@@\n+a\n", "a\n"),
        ("x\n\ny\n", "@@ -1,3 +1,3 @@\n x\n\n-y\n+z\n", "x\n\nz\n"),
        ("x\n-- a/q\n++ b/q\n", "@@ -1,2 +1,2 @@\n x\n--- a/q\n+++ q\n", "x\n++ q\n++ b/q\n"),
    ],
)
def test_ends_of_lines_and_of_files_stay_as_they_are(before: str, hunk: str, after: str) -> None:
    assert _applied(HEAD + hunk, before) == after


def test_the_place_that_is_named_wins_among_several() -> None:
    assert _applied(HEAD + "@@ -3,1 +3,1 @@\n-x\n+y\n", "x\na\nx\n") == "x\na\ny\n"


@pytest.mark.parametrize(
    ("diff", "sentence"),
    [
        ("no diff", "The diff names no file; begin the part of each file with '--- a/path' and '+++ b/path'."),
        ("@@ -1 +1 @@\n-a\n+b\n", "Line 1 of the diff is a hunk of no file; put '--- a/path' and '+++ b/path' above it."),
        (HEAD, "The diff has no hunk for 'a.txt'; begin each with a line such as '@@ -10,3 +10,4 @@'."),
        (HEAD + "@@ -1 +1 @@\n one\n", "The hunk at line 3 of the diff changes nothing; mark lines with - and +."),
        (
            "--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n",
            "The diff renames 'x' to 'y'; use move_file for that, and the diff for what changes.",
        ),
        ("--- /dev/null\n+++ /dev/null\n", "A part of the diff names /dev/null twice; name the file in one of its two header lines."),
        (f"{HEAD}@@\n-one\n{HEAD}@@\n-two\n", "The diff names 'a.txt' twice; put all hunks of a file under one header."),
    ],
)
def test_what_cannot_be_read_is_a_sentence(diff: str, sentence: str) -> None:
    with pytest.raises(ToolFailed) as failure:
        read_diff(diff)
    assert str(failure.value) == sentence


@pytest.mark.parametrize(
    ("hunks", "text", "sentence"),
    [
        (
            "@@ -1 +1 @@\n-six\n+6\n",
            TEXT,
            "'a.txt' lacks the line 'six' where a hunk expects it. Read the file and copy its lines exactly.",
        ),
        (
            "@@ -1 +1 @@\n one\n-three\n",
            TEXT,
            "The lines of a hunk, from 'one' on, do not stand together in 'a.txt'. Read the file first.",
        ),
        (
            "@@ -9 +9 @@\n-x\n+y\n",
            "x\nx\nx\n",
            "A hunk fits 'a.txt' in 3 places (lines 1, 2, 3); give its line number, or more lines around it.",
        ),
        ("@@\n+y\n", TEXT, "A hunk for 'a.txt' only adds lines; give a line around them, so that the place is found."),
        (
            "@@ -2 +2 @@\n-two\n+2\n@@ -1 +1 @@\n-one\n+1\n",
            TEXT,
            "'a.txt' lacks the line 'one' where a hunk expects it. Read the file and copy its lines exactly.",
        ),
    ],
)
def test_what_does_not_fit_is_a_sentence(hunks: str, text: str, sentence: str) -> None:
    with pytest.raises(ToolFailed) as failure:
        _applied(HEAD + hunks, text)
    assert str(failure.value) == sentence


_LINES = st.lists(st.sampled_from(["a", "b", "", "-- a/x", "++ b/x", "@@ -1 +1 @@", " c", "\\ d"]), max_size=12)


@given(before=_LINES, after=_LINES, ends=st.booleans())
def test_whatever_difflib_writes_is_applied(before: list[str], after: list[str], ends: bool) -> None:
    old, new = (_text(lines, ends=ends) for lines in (before, after))
    diff = "".join(_ended(line) for line in difflib.unified_diff(_split(old), _split(new), "a/t", "b/t"))
    if diff:
        assert _applied(diff, old) == new


def _text(lines: list[str], *, ends: bool) -> str:
    return "\n".join(lines) + ("\n" if ends and lines else "")


def _split(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
