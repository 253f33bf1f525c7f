import hashlib
import os
import stat
from pathlib import Path

import pytest

from agentchat.runtime.declarations.tool import CallPreview
from agentchat.tools.failures import ToolFailed
from agentchat.tools.files.renaming import MoveTool
from agentchat.tools.files.workspace import LARGEST_FILE, Workspace


@pytest.fixture
def tool(tmp_path: Path) -> MoveTool:
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "b.txt").write_text("two")
    (tmp_path / "docs" / "deep").mkdir(parents=True)
    (tmp_path / "docs" / "plan.md").write_text("# Plan")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("a.txt")
    os.mkfifo(tmp_path / "pipe")
    return MoveTool(Workspace(tmp_path))


def _tree(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def test_a_file_moves_with_its_mode_into_folders_that_are_made(tool: MoveTool, tmp_path: Path) -> None:
    (tmp_path / "a.txt").chmod(0o640)
    assert tool.move_file("./a.txt", "x/y/c.txt") == "Moved 'a.txt' to 'x/y/c.txt'."
    assert (tmp_path / "x/y/c.txt").read_text() == "one"
    assert stat.S_IMODE((tmp_path / "x/y/c.txt").stat().st_mode) == 0o640
    assert (tmp_path / "x/y/c.txt").stat().st_nlink == 1
    assert not (tmp_path / "a.txt").exists()


def test_a_folder_moves_with_all_that_is_in_it(tool: MoveTool, tmp_path: Path) -> None:
    assert tool.move_file("docs", "papers") == "Moved 'docs' to 'papers'."
    assert _tree(tmp_path / "papers") == ["deep", "plan.md"]
    assert not (tmp_path / "docs").exists()


@pytest.mark.parametrize(
    ("path", "target", "sentence"),
    [
        ("a.txt", "b.txt", "'b.txt' exists already and is not replaced; choose another name."),
        ("a.txt", "link", "'link' exists already and is not replaced; choose another name."),
        ("a.txt", "pipe", "'pipe' exists already and is not replaced; choose another name."),
        ("a.txt", "docs", "'docs' is a folder that exists already; give the whole new path, such as 'docs/a.txt'."),
        ("docs", "empty", "'empty' is a folder that exists already; give the whole new path, such as 'empty/docs'."),
        ("docs", "docs/deep/er", "'docs' cannot be moved into itself; give a path outside of it as new_path."),
        ("a.txt", "./a.txt", "'a.txt' has this path already; give another one as new_path."),
        (".", "x", "The working directory itself can be neither moved nor replaced; name a file or a folder in it."),
        ("a.txt", ".", "The working directory itself can be neither moved nor replaced; name a file or a folder in it."),
        ("link", "x", "'link' is a symbolic link to 'a.txt', which is not followed; use the real path."),
        ("pipe", "x", "'pipe' is a pipe, a socket or a device; only plain files and folders can be moved."),
        ("../a.txt", "x", "'../a.txt' is outside the working directory; only files below it can be used."),
        ("a.txt", "../x", "'../x' is outside the working directory; only files below it can be used."),
        ("a.txt", "b.txt/x", "'b.txt' is not a folder."),
        ("zzz", "x", "'zzz' does not exist; here: a.txt, b.txt, docs/, empty/, link, pipe."),
    ],
)
def test_what_cannot_be_moved_stays_and_is_a_sentence(tool: MoveTool, tmp_path: Path, path: str, target: str, sentence: str) -> None:
    before = _tree(tmp_path)
    with pytest.raises(ToolFailed) as failure:
        tool.move_file(path, target)
    assert str(failure.value) == sentence
    assert _tree(tmp_path) == before
    preview = tool.preview_move({"path": path, "new_path": target})
    assert preview is not None
    assert preview.text.startswith("This would fail: ")


def test_the_preview_says_what_is_there_now(tool: MoveTool, tmp_path: Path) -> None:
    digest = hashlib.sha256(b"one").hexdigest()
    assert tool.preview_move({"path": "a.txt", "new_path": "x/a.txt"}) == CallPreview(
        "text", f"This moves the file 'a.txt' (3 bytes, sha256 {digest}) to 'x/a.txt', where nothing is yet."
    )
    assert tool.preview_move({"path": "docs", "new_path": "papers"}) == CallPreview(
        "text", "This moves the folder 'docs' (in it: deep, plan.md) to 'papers', where nothing is yet."
    )
    assert tool.preview_move({"path": "empty", "new_path": "papers"}) == CallPreview(
        "text", "This moves the folder 'empty' (in it: nothing) to 'papers', where nothing is yet."
    )
    assert tool.preview_move({"path": "a.txt"}) is None


def test_a_file_too_large_to_be_read_is_named_by_its_time(tool: MoveTool, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * (LARGEST_FILE + 1))
    before = tool.preview_move({"path": "a.txt", "new_path": "x"})
    os.utime(tmp_path / "a.txt", ns=(0, 1))
    assert tool.preview_move({"path": "a.txt", "new_path": "x"}) != before


def test_where_a_file_can_have_no_second_name_it_is_renamed(
    tool: MoveTool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    tool.move_file("a.txt", "c.txt")
    assert (tmp_path / "c.txt").read_text() == "one"
    assert not (tmp_path / "a.txt").exists()


@pytest.mark.parametrize(("path", "deed"), [("a.txt", "link"), ("docs", "mkdir")])
def test_what_comes_to_be_there_in_the_last_moment_is_not_replaced(
    tool: MoveTool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, deed: str
) -> None:
    real = getattr(os, deed)

    def too_late(*arguments: object, **options: object) -> None:
        (tmp_path / "new").write_text("somebody's")
        real(*arguments, **options)

    monkeypatch.setattr(os, deed, too_late)
    with pytest.raises(ToolFailed) as failure:
        tool.move_file(path, "new")
    assert str(failure.value) == "'new' has just come to exist and is not replaced; choose another name."
    assert (tmp_path / "new").read_text() == "somebody's"
    assert (tmp_path / path).exists()


@pytest.mark.parametrize(("path", "deed"), [("a.txt", "unlink"), ("docs", "rename")])
def test_a_move_that_fails_half_way_leaves_everything_as_it_was(
    tool: MoveTool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, deed: str
) -> None:
    before, real, failed = _tree(tmp_path), getattr(os, deed), list[str]()

    def fails_once(*arguments: object, **options: object) -> None:
        if not failed:
            failed.append(deed)
            raise OSError(5, "Input/output error")
        real(*arguments, **options)

    monkeypatch.setattr(os, deed, fails_once)
    with pytest.raises(ToolFailed) as failure:
        tool.move_file(path, "new")
    assert str(failure.value) == f"'{path}' was not moved: input/output error."
    assert _tree(tmp_path) == before
