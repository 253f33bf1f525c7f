import os
import stat
from pathlib import Path

import pytest

from agentchat.tools.commands import kept_output
from agentchat.tools.commands.kept_output import LARGEST, MOST_FILES, OLDEST, KeptOutput, WorkspaceWithOutputs
from agentchat.tools.failures import ToolFailed
from agentchat.tools.files.contents import FileTools
from agentchat.tools.files.workspace import Workspace


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    return tmp_path / "state" / "outputs"


def _kept(folder: Path | None, *pieces: bytes, shown: int = 10) -> KeptOutput:
    kept = KeptOutput(folder, shown=shown)
    for piece in pieces:
        kept.take(piece)
    kept.close()
    return kept


def _path_in(kept: KeptOutput) -> Path:
    return Path(kept.words.partition(" is in ")[2].removesuffix(", which read_file can read"))


def _date(path: Path, at: float) -> None:
    os.utime(path, (at, at))


def test_an_output_that_is_shown_whole_is_not_kept(outputs: Path) -> None:
    assert _kept(outputs, b"12345", b"67890").words == ""
    assert not outputs.exists()


def test_a_longer_one_is_kept_whole_for_its_owner_alone(outputs: Path) -> None:
    kept = _kept(outputs, b"12345", b"67890", b"\xff", b"end")
    path = _path_in(kept)
    assert path.read_bytes() == b"1234567890\xffend"
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(outputs.stat().st_mode)) == (0o600, 0o700)
    assert kept.words == f"; all of it is in {path}, which read_file can read"


def test_of_an_endless_one_the_beginning_is_kept_and_that_is_said(outputs: Path) -> None:
    kept = _kept(outputs, *[b"x" * (1024 * 1024)] * 17)
    assert (_path_in(kept).stat().st_size, kept.words.partition(" of it")[0]) == (LARGEST, "; the first 16 MB")


def test_without_a_folder_or_where_none_can_be_made_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert _kept(None, b"x" * 100).words == ""
    assert _kept(tmp_path / "file" / "outputs", b"x" * 100, b"more").words == ""


def test_a_full_disk_ends_the_file_and_not_the_command(outputs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(28, "no space left")

    kept = KeptOutput(outputs, shown=10)
    kept.take(b"x" * 20)
    monkeypatch.setattr(kept_output.os, "write", refuse)
    kept.take(b"y")
    monkeypatch.undo()
    kept.take(b"z")
    kept.close()
    assert _path_in(kept).read_bytes() == b"x" * 20
    assert kept.words.startswith("; the first 20 bytes of it is in ")


def test_the_oldest_go_when_there_are_too_many_and_nothing_else_does(outputs: Path) -> None:
    outputs.mkdir(parents=True)
    (outputs / "notes.txt").touch()
    for number in range(MOST_FILES):
        path = outputs / f"output-{number:016x}.txt"
        path.touch()
        _date(path, path.stat().st_mtime - 1000 + number)
    path = _path_in(_kept(outputs, b"x" * 20))
    left = {found.name for found in outputs.iterdir()}
    assert len(left) == MOST_FILES + 1
    assert {"notes.txt", path.name} <= left
    assert f"output-{0:016x}.txt" not in left


def test_those_that_are_too_old_or_too_much_together_go(outputs: Path) -> None:
    outputs.mkdir(parents=True)
    old, large = outputs / f"output-{0:016x}.txt", [outputs / f"output-{number:016x}.txt" for number in range(1, 20)]
    old.touch()
    _date(old, old.stat().st_mtime - OLDEST - 1)
    for path in large:
        path.touch()
        os.truncate(path, LARGEST)
    _kept(outputs, b"x" * 20)
    assert not old.exists()
    assert sum(path.exists() for path in large) == 15


def test_a_kept_output_can_be_read_and_nothing_beside_it(tmp_path: Path, outputs: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.txt").write_text("mine\n")
    path = _path_in(_kept(outputs, b"one\ntwo\nthree\n", shown=4))
    (outputs / "secret.txt").write_text("no")
    (outputs / "output-0000000000000000.txt").symlink_to(outputs / "secret.txt")
    (outputs / "output-1111111111111111.txt").mkdir()
    tools = FileTools(WorkspaceWithOutputs(root, outputs))
    assert "two" in tools.read_file(str(path), 2, 2)
    assert "mine" in tools.read_file("a.txt")
    for other in (
        outputs / "secret.txt",
        outputs / "output-0000000000000000.txt",
        outputs / "output-1111111111111111.txt",
        outputs / "output-2222222222222222.txt",
        f"{outputs}/../outputs/{path.name}",
        f"{outputs}//{path.name}",
        f"{path}/",
        f"{path}\n",
        outputs,
        outputs.parent,
    ):
        with pytest.raises(ToolFailed):
            tools.read_file(str(other))
    with pytest.raises(ToolFailed, match="outside the working directory"):
        Workspace(root).read(str(path))
    with pytest.raises(ToolFailed, match="outside the working directory"):
        tools.write_file(str(path), "changed")
    with pytest.raises(ToolFailed, match="outside the working directory"):
        tools.list_files(str(outputs))
