"""The names of files that can be attached."""

import time
from pathlib import Path

import pytest

from agentchat.tools.files.work_files import MOST_NAMES, WorkspaceFiles
from agentchat.tools.files.workspace import Workspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    left_out = ("node_modules/p.py", ".git/p.py", ".hidden.py")
    for name in ("README.md", "src/app.py", "src/tui/prompt.py", "src/approve.py", "docs/p.md", *left_out):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("prom", ("src/tui/prompt.py",)),
        ("rdm", ("README.md",)),
        ("src/ap", ("src/app.py", "src/approve.py")),
        ("p", ("docs/p.md", "src/tui/prompt.py", "src/app.py", "src/approve.py")),
        ("nothing", ()),
        (".*", ()),
    ],
)
def test_names_fit_letter_by_letter_and_the_likeliest_comes_first(folder: Path, typed: str, names: tuple[str, ...]):
    assert WorkspaceFiles(Workspace(folder)).names_like(typed) == names


def test_a_name_that_nearly_fits_in_a_million_ways_costs_no_time(tmp_path: Path):
    (tmp_path / ("settin" * 40)).write_text("x")
    began = time.process_time()
    assert WorkspaceFiles(Workspace(tmp_path)).names_like("settings") == ()
    assert time.process_time() - began < 1


def test_hidden_and_installed_folders_are_left_out(folder: Path):
    assert set(WorkspaceFiles(Workspace(folder)).names_like("")) == {
        "README.md", "src/app.py", "src/tui/prompt.py", "src/approve.py", "docs/p.md"
    }  # fmt: skip


def test_the_names_are_bounded_and_listed_once_for_a_while(tmp_path: Path):
    for number in range(MOST_NAMES + 100):
        (tmp_path / f"{number}.txt").write_text("")
    files = WorkspaceFiles(Workspace(tmp_path))
    assert len(files.names_like("t")) == MOST_NAMES
    (tmp_path / "late.txt").write_text("")
    assert files.names_like("late") == ()
    files._listed_at = time.monotonic() - 60
    assert files.names_like("late") == ("late.txt",)


def test_a_folder_that_is_gone_has_no_names(tmp_path: Path):
    assert WorkspaceFiles(Workspace(tmp_path / "gone")).names_like("") == ()
