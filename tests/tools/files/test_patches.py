import hashlib
import os
from pathlib import Path

import pytest

from agentchat.runtime.declarations.tool import CallPreview
from agentchat.tools.failures import ToolFailed
from agentchat.tools.files import patches as patches_module
from agentchat.tools.files.patches import PatchTool
from agentchat.tools.files.workspace import Workspace

DIFF = """\
--- a/a.txt
+++ b/a.txt
@@ -1,2 +1,2 @@
 one
-two
+2
--- /dev/null
+++ b/docs/new.txt
@@ -0,0 +1 @@
+hello
--- a/old.txt
+++ /dev/null
@@ -1 +0,0 @@
-gone
"""


@pytest.fixture
def tool(tmp_path: Path) -> PatchTool:
    (tmp_path / "a.txt").write_text("one\ntwo\n")
    (tmp_path / "old.txt").write_text("gone\n")
    return PatchTool(Workspace(tmp_path))


def _files(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in sorted(root.rglob("*")) if path.is_file()}


def _hash(*lines: str) -> str:
    text = "".join(f"{line}\n" for line in lines)
    return f"sha256 {hashlib.sha256(text.encode()).hexdigest()}"


def test_several_files_are_changed_made_and_deleted_at_once(tool: PatchTool, tmp_path: Path) -> None:
    assert tool.patch_files(DIFF) == "Changed 'a.txt'.\nCreated 'docs/new.txt'.\nDeleted 'old.txt'."
    assert _files(tmp_path) == {"a.txt": "one\n2\n", "docs/new.txt": "hello\n"}


def test_the_preview_is_the_real_difference_and_names_the_files_as_they_are(tool: PatchTool) -> None:
    wrong_numbers = DIFF.replace("@@ -1,2 +1,2 @@\n one\n", "@@ -77,9 +70,9 @@\n")
    assert tool.preview_patch({"diff": wrong_numbers}) == CallPreview(
        "diff",
        f"diff a/a.txt b/a.txt\n--- a/a.txt  {_hash('one', 'two')}\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"
        "diff a/docs/new.txt b/docs/new.txt\n--- /dev/null\n+++ b/docs/new.txt\n@@ -0,0 +1 @@\n+hello\n"
        f"diff a/old.txt b/old.txt\n--- a/old.txt  {_hash('gone')}\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-gone\n",
    )


def test_a_file_that_changes_where_the_diff_does_not_look_has_another_preview(tool: PatchTool, tmp_path: Path) -> None:
    diff = "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+1\n"
    (tmp_path / "a.txt").write_text("one\n" + "x\n" * 9 + "end\n")
    before = tool.preview_patch({"diff": diff})
    (tmp_path / "a.txt").write_text("one\n" + "x\n" * 9 + "END\n")
    assert tool.preview_patch({"diff": diff}) != before


@pytest.mark.parametrize(
    ("diff", "sentence"),
    [
        (DIFF.replace("two", "three"), "'a.txt' lacks the line 'three' where a hunk expects it. Read the file and copy its lines exactly."),
        (DIFF.replace("docs/new.txt", "a.txt"), "The diff names 'a.txt' twice; put all hunks of a file under one header."),
        (DIFF.replace("docs/new.txt", "./a.txt"), "'a.txt' exists already; give the file in both header lines to change it."),
        (DIFF.replace("a/old.txt", "a/gone.txt"), "'gone.txt' does not exist; here: a.txt, old.txt. Did you mean 'old.txt'?"),
        (DIFF.replace("docs/new.txt", "../new.txt"), "'../new.txt' is outside the working directory; only files below it can be used."),
        (
            DIFF.replace("-gone", "-other"),
            "'old.txt' lacks the line 'other' where a hunk expects it. Read the file and copy its lines exactly.",
        ),
        (
            "--- a/a.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n",
            "The diff deletes 'a.txt' but not all of its lines; read it again, or leave the hunks out.",
        ),
        ("--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+one\n", "The diff changes nothing in 'a.txt'; leave the file out."),
    ],
)
def test_where_one_part_does_not_fit_nothing_is_changed(tool: PatchTool, tmp_path: Path, diff: str, sentence: str) -> None:
    before = _files(tmp_path)
    assert tool.preview_patch({"diff": diff}) == CallPreview("text", f"This would fail: {sentence}")
    with pytest.raises(ToolFailed) as failure:
        tool.patch_files(diff)
    assert str(failure.value) == sentence
    assert _files(tmp_path) == before


def test_two_spellings_of_one_file_are_noticed(tool: PatchTool) -> None:
    diff = "--- a/a.txt\n+++ b/a.txt\n@@\n-one\n--- a/./a.txt\n+++ b/./a.txt\n@@\n-two\n"
    with pytest.raises(ToolFailed, match=r"^The diff names 'a\.txt' twice"):
        tool.patch_files(diff)


def test_when_a_write_fails_in_the_middle_what_was_written_is_put_back(
    tool: PatchTool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, renames = _files(tmp_path), list[str]()
    rename = os.rename

    def full_at_the_second(source: str, target: str, **folders: int) -> None:
        renames.append(target)
        if len(renames) == 2:
            raise OSError(28, "No space left on device")
        rename(source, target, **folders)

    monkeypatch.setattr(os, "rename", full_at_the_second)
    with pytest.raises(ToolFailed) as failure:
        tool.patch_files(DIFF)
    assert str(failure.value) == "'docs/new.txt' was not written: no space left on device; nothing is changed."
    assert _files(tmp_path) == before


def test_what_could_not_be_put_back_is_named(tool: PatchTool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renames, rename = list[str](), os.rename

    def full_after_the_first(source: str, target: str, **folders: int) -> None:
        renames.append(target)
        if len(renames) > 1:
            raise OSError(28, "No space left on device")
        rename(source, target, **folders)

    monkeypatch.setattr(os, "rename", full_after_the_first)
    with pytest.raises(ToolFailed) as failure:
        tool.patch_files(DIFF)
    assert str(failure.value) == "'docs/new.txt' was not written: no space left on device; 'a.txt' could not be put back."
    assert _files(tmp_path) == {"a.txt": "one\n2\n", "old.txt": "gone\n"}


def test_binary_files_can_be_deleted_but_not_patched(tool: PatchTool, tmp_path: Path) -> None:
    (tmp_path / "b.png").write_bytes(b"\0\0")
    with pytest.raises(ToolFailed, match=r"'b\.png' is a binary file \(2 bytes\); only text files can be patched\."):
        tool.patch_files("--- a/b.png\n+++ b/b.png\n@@ -1 +1 @@\n-a\n+b\n")
    gone = "--- a/b.png\n+++ /dev/null\n"
    digest = hashlib.sha256(b"\0\0").hexdigest()
    assert tool.preview_patch({"diff": gone}) == CallPreview("diff", f"diff a/b.png b/b.png\n--- a/b.png  sha256 {digest}\n+++ /dev/null\n")
    assert tool.patch_files(gone) == "Deleted 'b.png'."


def test_an_empty_file_can_be_made(tool: PatchTool, tmp_path: Path) -> None:
    diff = "--- /dev/null\n+++ b/empty\n"
    assert tool.preview_patch({"diff": diff}) == CallPreview("diff", f"diff a/empty b/empty\n{diff}")
    assert tool.patch_files(diff) == "Created 'empty'."
    assert (tmp_path / "empty").read_bytes() == b""


def test_bytes_that_are_no_utf_8_stay_as_they_are(tool: PatchTool, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"caf\xe9\none\n")
    tool.patch_files("--- a/a.txt\n+++ b/a.txt\n@@ -2 +2 @@\n-one\n+1\n")
    assert (tmp_path / "a.txt").read_bytes() == b"caf\xe9\n1\n"


def test_more_files_than_the_limit_are_refused(tool: PatchTool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patches_module, "MOST_FILES", 2)
    with pytest.raises(ToolFailed, match=r"^The diff is about 3 files; at most 2 can be patched at once\.$"):
        tool.patch_files(DIFF)


def test_arguments_that_are_no_patch_have_no_preview(tool: PatchTool) -> None:
    assert tool.preview_patch({"diff": 1}) is None
    assert tool.preview_patch({}) is None
