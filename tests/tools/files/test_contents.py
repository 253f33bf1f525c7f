import os
import sys
from pathlib import Path

import pytest

from agentchat.runtime.declarations.tool import CallPreview
from agentchat.tools.failures import ToolFailed
from agentchat.tools.files import contents as files_module
from agentchat.tools.files import differences as differences_module
from agentchat.tools.files import texts as texts_module
from agentchat.tools.files.contents import FileTools
from agentchat.tools.files.workspace import LARGEST_FILE, Workspace

SAME = CallPreview("text", "'a.txt' already has exactly this text.")


@pytest.fixture
def tools(tmp_path: Path) -> FileTools:
    return FileTools(Workspace(tmp_path))


def test_a_file_is_given_as_it_is(tools: FileTools, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("one\r\ntwo\u2028still two\n\n".encode())
    assert tools.read_file("a.txt") == "one\r\ntwo\u2028still two\n\n"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (None, None, "1\n2\n3\n4\n"),
        (0, 0, "1\n2\n3\n4\n"),
        (1, 99, "1\n2\n3\n4\n"),
        (2, None, "2\n3\n4\n[lines 2-4 of 4]"),
        (2, 3, "2\n3\n[lines 2-3 of 4]"),
        (None, 1, "1\n[lines 1-1 of 4]"),
    ],
)
def test_a_range_of_lines_can_be_asked_for(
    tools: FileTools, tmp_path: Path, first: int | None, last: int | None, text: str
) -> None:
    (tmp_path / "a.txt").write_text("1\n2\n3\n4\n")
    assert tools.read_file("a.txt", first, last) == text


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (9, None, "The file has 4 lines; first_line is 9."),
        (3, 2, "last_line (2) is before first_line (3)."),
        (-1, None, "Lines are counted from 1; give first_line and last_line as positive numbers."),
        (None, -1, "Lines are counted from 1; give first_line and last_line as positive numbers."),
    ],
)
def test_a_range_that_is_none_is_a_sentence(
    tools: FileTools, tmp_path: Path, first: int | None, last: int | None, sentence: str
) -> None:
    (tmp_path / "a.txt").write_text("1\n2\n3\n4\n")
    with pytest.raises(ToolFailed) as failure:
        tools.read_file("a.txt", first, last)
    assert str(failure.value) == sentence


def test_lines_can_be_numbered_as_they_stand_in_the_file(tools: FileTools, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("".join(f"line {number}\n" for number in range(1, 11)))
    assert tools.read_file("a.txt", 9, line_numbers=True) == " 9: line 9\n10: line 10\n[lines 9-10 of 10]"
    assert tools.read_file("a.txt", 1, 1, line_numbers=True) == " 1: line 1\n[lines 1-1 of 10]"


def test_a_long_file_is_cut_and_says_how_to_read_on(tools: FileTools, tmp_path: Path) -> None:
    line = "x" * 1023 + "\n"
    (tmp_path / "long.txt").write_text(line * 100)
    assert tools.read_file("long.txt") == line * 64 + "[lines 1-64 of 100; 36 KB left out; read on with first_line=65]"
    assert tools.read_file("long.txt", 65) == line * 36 + "[lines 65-100 of 100]"


def test_a_line_longer_than_the_limit_is_cut_between_characters(tools: FileTools, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("x" + "ü" * 40_000 + "\nend")
    text = tools.read_file("long.txt")
    assert text.startswith("xüü")
    assert text.endswith("ü\n[the start of line 1 of 2; 14.1 KB of this line left out; read on with first_line=2]")
    assert len(text.encode()) < files_module.MOST_OUTPUT + 200


def test_bytes_that_are_no_text(tools: FileTools, tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9\n")
    (tmp_path / "bom.txt").write_bytes(b"\xef\xbb\xbfhello")
    (tmp_path / "image.png").write_bytes(b"\x89PNG\0\0" + b"x" * 1018)
    (tmp_path / "empty.txt").touch()
    assert tools.read_file("latin.txt") == "caf\ufffd\n"
    assert tools.read_file("bom.txt") == "hello"
    assert tools.read_file("empty.txt") == "'empty.txt' is empty."
    with pytest.raises(ToolFailed, match=r"'image\.png' is a binary file \(1 KB\); only text files can be read\."):
        tools.read_file("image.png")


def _tree(root: Path) -> None:
    for name in ("README.md", "src/main.py", "src/deep/tool.py", ".git/hook.py", "docs/a.md"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("text\n")
    (root / "link").symlink_to("/")


def test_a_folder_is_listed(tools: FileTools, tmp_path: Path) -> None:
    _tree(tmp_path)
    assert tools.list_files() == ".git/\nREADME.md  (5 bytes)\ndocs/\nlink  (a symbolic link)\nsrc/"
    assert tools.list_files("src/deep") == "tool.py  (5 bytes)"


def test_long_listings_are_cut_and_say_so(tools: FileTools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "MOST_ENTRIES", 2)
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).touch()
    assert tools.list_files() == "a.py  (0 bytes)\nb.py  (0 bytes)\n[1 more are left out; find_files finds one by its name]"


@pytest.mark.skipif(sys.platform == "darwin", reason="its file systems refuse names that are not UTF-8")
def test_a_listing_is_plain_text_whatever_the_names_are(tools: FileTools, tmp_path: Path) -> None:
    os.close(os.open(os.fsencode(tmp_path) + b"/bad\xff\nname", os.O_CREAT))
    assert tools.list_files() == "bad\\udcff\\nname  (0 bytes)"


def test_writing_says_what_it_did(tools: FileTools, tmp_path: Path) -> None:
    assert tools.write_file("docs/new.txt", "one\ntwo") == "Created 'docs/new.txt': 2 lines, 7 bytes."
    assert tools.write_file("docs/../docs/new.txt", "one\n") == "Replaced 'docs/new.txt': 1 line, 4 bytes."
    assert (tmp_path / "docs/new.txt").read_bytes() == b"one\n"


def test_what_cannot_be_written_is_a_sentence(tools: FileTools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts_module, "LARGEST_WRITE", 10)
    with pytest.raises(ToolFailed, match=r"The content is 11 bytes; at most 10 bytes can be written at once\."):
        tools.write_file("a.txt", "x" * 11)
    with pytest.raises(ToolFailed, match="lone surrogates"):
        tools.write_file("a.txt", "\ud800")


def test_the_preview_of_a_change_is_its_diff(tools: FileTools, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\ntwo\nthree")
    assert tools.preview_write({"path": "./a.txt", "content": "one\n2\nthree\n"}) == CallPreview(
        "diff",
        "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n-three\n\\ No newline at end of file\n+2\n+three\n",
    )


def test_the_preview_of_a_new_file_says_that_it_is_new(tools: FileTools) -> None:
    assert tools.preview_write({"path": "docs/a.txt", "content": "one\n"}) == CallPreview(
        "diff", "--- /dev/null\n+++ b/docs/a.txt\n@@ -0,0 +1 @@\n+one\n"
    )
    assert tools.preview_write({"path": "a.txt", "content": ""}) == CallPreview(
        "text", "'a.txt' does not exist yet; this makes it, empty."
    )


def test_previews_that_are_no_diff(tools: FileTools, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("same")
    (tmp_path / "b.png").write_bytes(b"\0\0")
    assert tools.preview_write({"path": "a.txt", "content": "same"}) == SAME
    zeros = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
    assert tools.preview_write({"path": "b.png", "content": "x"}) == CallPreview(
        "text", f"This replaces a binary file (2 bytes, sha256 {zeros}) by this text:\n\nx"
    )
    assert tools.preview_write({"path": "../x", "content": "x"}) == CallPreview(
        "text", "This would fail: '../x' is outside the working directory; only files below it can be used."
    )
    assert tools.preview_write({"path": "a.txt"}) is None
    assert tools.preview_write({"path": 1, "content": "x"}) is None


@pytest.mark.parametrize("size", ["large", "unreadable"])
def test_a_file_that_can_be_replaced_but_not_shown_is_not_said_to_be_safe(tools: FileTools, tmp_path: Path, size: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"x" * (LARGEST_FILE + 1) if size == "large" else b"secret")
    if size == "unreadable":
        file.chmod(0o200)
        if os.access(file, os.R_OK):
            pytest.skip("this user reads everything")
    before = tools.preview_write({"path": "a.txt", "content": "y"})
    assert before is not None
    assert before.kind == "text"
    assert before.text.startswith("This replaces a file that cannot be shown (")
    assert before.text.endswith("The new text:\n\ny")
    os.utime(file, ns=(0, 1))
    assert tools.preview_write({"path": "a.txt", "content": "y"}) != before, "it was changed since"
    assert tools.write_file("a.txt", "y").startswith("Replaced")


def test_bytes_that_are_no_utf_8_are_not_shown_as_if_they_stayed(tools: FileTools, tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9\n")
    shown = tools.preview_write({"path": "latin.txt", "content": "caf\ufffd\n"})
    assert shown == CallPreview("diff", "--- a/latin.txt\n+++ b/latin.txt\n@@ -1 +1 @@\n-caf\udce9\n+caf\ufffd\n")


def test_a_path_cannot_forge_lines_of_the_diff(tools: FileTools) -> None:
    preview = tools.preview_write({"path": "a\n+forged", "content": "x\n"})
    assert preview == CallPreview("diff", "--- /dev/null\n+++ b/a\\n+forged\n@@ -0,0 +1 @@\n+x\n")


def test_the_preview_of_long_texts_is_one_hunk_of_what_differs(
    tools: FileTools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(differences_module, "MOST_COMPARED", 3)
    (tmp_path / "a.txt").write_text("1\n2\n3\n4\n")
    assert tools.preview_write({"path": "a.txt", "content": "1\nb\nc\n4\n"}) == CallPreview(
        "diff", "--- a/a.txt\n+++ b/a.txt\n@@ -2,2 +2,2 @@\n-2\n-3\n+b\n+c\n"
    )
    assert tools.preview_write({"path": "a.txt", "content": "1\n2\n3\n4\n"}) == SAME


def test_previewing_a_whole_new_large_text_is_quick(tools: FileTools, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("".join(f"{number % 7}\n" for number in range(50_000)))
    preview = tools.preview_write({"path": "a.txt", "content": "".join(f"{number % 5}\n" for number in range(50_000))})
    assert preview is not None
    assert preview.kind == "diff"
    assert preview.text.count("\n") > 90_000
