import os
import socket
import stat
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentchat.tools.failures import ToolFailed
from agentchat.tools.files import workspace as workspace_module
from agentchat.tools.files.entries import Entry
from agentchat.tools.files.workspace import Workspace, Written


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A working directory with a secret beside it."""
    (tmp_path / "secret.txt").write_text("the secret")
    root = tmp_path / "work"
    (root / "docs").mkdir(parents=True)
    (root / "notes.txt").write_text("some notes")
    (root / "docs" / "plan.md").write_text("# Plan")
    return root


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("notes.txt", b"some notes"),
        ("./notes.txt", b"some notes"),
        ("docs/plan.md", b"# Plan"),
        ("docs/../notes.txt", b"some notes"),
        ("docs//plan.md", b"# Plan"),
        ("{root}/docs/plan.md", b"# Plan"),
    ],
)
def test_a_file_below_the_root_is_read(root: Path, path: str, data: bytes) -> None:
    assert Workspace(root).read(path.format(root=root)) == data


def _names(folder: Path) -> list[str]:
    return sorted(found.name for found in folder.iterdir())


def _links_and_more(root: Path) -> None:
    (root / "link.txt").symlink_to(root.parent / "secret.txt")
    (root / "inner.txt").symlink_to("notes.txt")
    (root / "up").symlink_to("..")
    os.mkfifo(root / "pipe")
    (root / "full").mkdir()
    for number in range(15):
        (root / "full" / f"{number:02}.txt").touch()
    (root / "odd\nname").touch()


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("note.txt", "'note.txt' does not exist; here: docs/, notes.txt. Did you mean 'notes.txt'?"),
        ("docs/x", "'docs/x' does not exist; in 'docs': plan.md."),
        ("missing/x", "'missing' does not exist; here: docs/, notes.txt."),
        ("docs", "'docs' is a folder; list_files shows what is in it."),
        (".", "The path names the working directory itself; list_files shows what is in it."),
        ("", "The path names the working directory itself; list_files shows what is in it."),
        ("notes.txt/x", "'notes.txt' is not a folder."),
        ("../secret.txt", "'../secret.txt' is outside the working directory; only files below it can be used."),
        ("docs/../../secret.txt", "'docs/../../secret.txt' is outside the working directory; only files below it can be used."),
        ("/etc/passwd", "'/etc/passwd' is outside the working directory; use a path relative to it, such as 'notes.txt'."),
        ("a\0b", "The path contains a NUL character, which no file name can."),
        ("a\ud800b", "The path contains characters that no file name can; spell it in valid Unicode."),
        ("a/" * 101, "The path is more than 100 folders deep; give a shorter one."),
        ("../" * 1366, "The path is longer than 4,096 characters; give a shorter one."),
    ],
)
def test_what_cannot_be_read_is_a_sentence_that_helps(root: Path, path: str, sentence: str) -> None:
    with pytest.raises(ToolFailed) as failure:
        Workspace(root).read(path)
    assert str(failure.value) == sentence


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("inner.txt", "'inner.txt' is a symbolic link to 'notes.txt', which is not followed; use the real path."),
        ("up/secret.txt", "'up' is a symbolic link to '..', which is not followed; use the real path."),
        ("up/work/notes.txt", "'up' is a symbolic link to '..', which is not followed; use the real path."),
        ("pipe", "'pipe' is a pipe, a socket or a device; only plain files can be used."),
        (
            "full/x",
            "'full/x' does not exist; in 'full': " + ", ".join(f"{number:02}.txt" for number in range(12)) + " and 3 more.",
        ),
    ],
)
def test_links_pipes_and_full_folders_are_answered_with_a_sentence(root: Path, path: str, sentence: str) -> None:
    _links_and_more(root)
    with pytest.raises(ToolFailed) as failure:
        Workspace(root).read(path)
    assert str(failure.value) == sentence


def test_a_name_with_a_line_break_does_not_break_the_sentence(root: Path) -> None:
    _links_and_more(root)
    with pytest.raises(ToolFailed) as failure:
        Workspace(root).read("x\ny")
    assert "\n" not in str(failure.value)
    assert "'x\\ny' does not exist" in str(failure.value)


def test_a_socket_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("sock")
        with pytest.raises(ToolFailed, match="a pipe, a socket or a device"):
            Workspace(root).read("sock")


def test_a_folder_is_listed_by_name_with_kinds_and_sizes(root: Path) -> None:
    (root / "link").symlink_to("docs")
    os.mkfifo(root / "pipe")
    assert Workspace(root).entries(".") == (
        Entry("docs", "folder", 0),
        Entry("link", "link", 0),
        Entry("notes.txt", "file", 10),
        Entry("pipe", "other", 0),
    )


def test_a_file_larger_than_the_limit_is_refused_with_its_size(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace_module, "LARGEST_FILE", 2048)
    (root / "big.txt").write_bytes(b"x" * 3072)
    with pytest.raises(ToolFailed) as failure:
        Workspace(root).read("big.txt")
    assert str(failure.value) == "'big.txt' is 3 KB; files of at most 2 KB can be read."


def test_a_new_file_gets_its_folders_and_the_usual_mode(root: Path) -> None:
    old = os.umask(0o027)
    try:
        written = Workspace(root).write("a/b/new.txt", b"hello")
    finally:
        os.umask(old)
    assert written == Written("a/b/new.txt", created=True)
    assert (root / "a/b/new.txt").read_bytes() == b"hello"
    assert stat.S_IMODE((root / "a/b/new.txt").stat().st_mode) == 0o640


def test_a_replaced_file_keeps_its_mode_and_leaves_nothing_beside_it(root: Path) -> None:
    (root / "notes.txt").chmod(0o751)
    before = _names(root)
    assert Workspace(root).write("notes.txt", b"new") == Written("notes.txt", created=False)
    assert (root / "notes.txt").read_bytes() == b"new"
    assert stat.S_IMODE((root / "notes.txt").stat().st_mode) == 0o751
    assert _names(root) == before


def test_readers_of_the_old_file_keep_it_whole(root: Path) -> None:
    with (root / "notes.txt").open("rb") as reader:
        Workspace(root).write("notes.txt", b"new")
        assert reader.read() == b"some notes"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("link.txt", "'link.txt' is a symbolic link to '{up}/secret.txt', which is not followed; use the real path."),
        ("up/secret.txt", "'up' is a symbolic link to '..', which is not followed; use the real path."),
        ("up/new/file.txt", "'up' is a symbolic link to '..', which is not followed; use the real path."),
        ("../new.txt", "'../new.txt' is outside the working directory; only files below it can be used."),
        ("pipe", "'pipe' is a pipe, a socket or a device; only plain files can be used."),
        ("docs", "'docs' is a folder; list_files shows what is in it."),
        (".", "The path names the working directory itself; name a file in it."),
        ("notes.txt/x", "'notes.txt' is not a folder."),
        ("n" * 300, "'" + "n" * 200 + "…' cannot be opened: file name too long."),
    ],
)
def test_what_cannot_be_written_is_a_sentence_and_changes_nothing(root: Path, path: str, sentence: str) -> None:
    _links_and_more(root)
    before = sorted(str(found) for found in root.parent.rglob("*"))
    with pytest.raises(ToolFailed) as failure:
        Workspace(root).write(path, b"x")
    assert str(failure.value) == sentence.format(up=root.parent)
    assert sorted(str(found) for found in root.parent.rglob("*")) == before
    assert (root.parent / "secret.txt").read_text() == "the secret"


def test_a_read_only_file_is_not_replaced(root: Path) -> None:
    (root / "notes.txt").chmod(0o444)
    with pytest.raises(ToolFailed, match=r"'notes\.txt' is read-only; write to another file"):
        Workspace(root).write("notes.txt", b"x")


def test_a_write_that_fails_leaves_the_old_file_and_no_rest(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ToolFailed) as failure:
        Workspace(root).write("notes.txt", b"x")
    assert str(failure.value) == "'notes.txt' was not written: no space left on device."
    assert _names(root) == ["docs", "notes.txt"]
    assert (root / "notes.txt").read_text() == "some notes"


def test_peeking_at_a_file_that_is_not_there_gives_nothing(root: Path) -> None:
    assert Workspace(root).peek("new.txt") is None
    assert Workspace(root).peek("new/folder/file.txt") is None
    assert Workspace(root).peek("notes.txt") == b"some notes"


def test_a_folder_that_is_swapped_for_a_link_again_and_again_never_lets_anything_out(root: Path) -> None:
    (root / "swap").mkdir()
    (root / "swap" / "secret.txt").write_text("harmless")
    done = threading.Event()

    def swap() -> None:
        while not done.is_set():
            (root / "swap").rename(root / "real")
            (root / "swap").symlink_to(root.parent)
            (root / "swap").unlink()
            (root / "real").rename(root / "swap")

    swapper = threading.Thread(target=swap)
    swapper.start()
    read: set[bytes] = set()
    refused = 0
    try:
        while len(read) == 0 or refused < 20:
            try:
                read.add(Workspace(root).read("swap/secret.txt"))
            except ToolFailed:
                refused += 1
    finally:
        done.set()
        swapper.join()
    assert read == {b"harmless"}


_NAMES = ["..", ".", "", "docs", "up", "work", "link.txt", "notes.txt", "secret.txt", "new"]
_PARTS = st.lists(st.sampled_from(_NAMES), max_size=6)


@given(paths=st.lists(_PARTS.map("/".join), min_size=20, max_size=20))
def test_no_path_gets_out(tmp_path_factory: pytest.TempPathFactory, paths: list[str]) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text("the secret")
    root = outside / "work"
    (root / "docs").mkdir(parents=True)
    (root / "up").symlink_to("..")
    (root / "link.txt").symlink_to("../secret.txt")
    workspace = Workspace(root)
    for path in paths:
        with suppress(ToolFailed):
            workspace.write(path, b"mine")
        with suppress(ToolFailed):
            assert Entry("secret.txt", "file", len("the secret")) not in workspace.entries(path)
        with suppress(ToolFailed):
            assert workspace.read(path) == b"mine"
        with suppress(ToolFailed):
            assert workspace.peek(path) in {None, b"mine"}
    assert (outside / "secret.txt").read_text() == "the secret"
    assert _names(outside) == ["secret.txt", "work"]
