"""What is left out, beside what git itself says."""

import shutil
import subprocess
from pathlib import Path

import pytest

from agentchat.tools.files.finding import FindingTools
from agentchat.tools.files.ignored import Ignored
from agentchat.tools.files.workspace import Workspace

FILES = {
    ".gitignore": "*.log\n!keep.log\n/build\ndocs/**/draft*\ntemp/\n# a comment\n\\#odd\nfoo bar\n",
    "src/.gitignore": "!a.log\n/local\nkeep.log\n",
    "temp/.gitignore": "!*\n",
    ".git/info/exclude": "private\n*.tmp\n",
    **dict.fromkeys(
        ["a.log", "keep.log", "src/a.log", "src/b.log", "src/keep.log", "src/local/x", "src/deep/local/x", "build/x", "src/build/x",
         "docs/draft1", "docs/a/b/draft2.md", "docs/a/final.md", "temp/x", "src/temp/x", "temperature", "#odd", "foo bar", "private/x",
         "x.tmp", "ä.log", "ä.txt"],
        "text\n",
    ),
}  # fmt: skip


def tree(root: Path) -> None:
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def searched(root: Path, folder: str = "") -> set[str]:
    tools = FindingTools(Workspace(root))
    ignored = Ignored(tools.workspace, folder)
    found = tools.everything(folder or ".", ignored=ignored)
    return {f"{folder}/{below}".lstrip("/") for below, entry in found if entry.kind == "file" and entry.name != ".gitignore"}


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
@pytest.mark.parametrize("root", ["", "src", "docs"])
def test_a_search_looks_at_what_git_would_take(tmp_path: Path, root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    git(tmp_path, "init", "--quiet")
    tree(tmp_path)
    told = git(tmp_path / root, "ls-files", "-z", "--others", "--exclude-standard").split("\0")
    assert searched(tmp_path / root) == {name for name in told if name and not name.endswith(".gitignore")}


def test_a_folder_that_is_left_out_is_searched_where_it_is_named(tmp_path: Path) -> None:
    tree(tmp_path)
    (tmp_path / "build" / "y.log").write_text("text\n")
    (tmp_path / "build" / ".gitignore").write_text("z\n")
    (tmp_path / "build" / "z").write_text("text\n")
    assert searched(tmp_path, "build") == {"build/x", "build/y.log"}


def test_outside_of_a_repository_nothing_is_left_out(tmp_path: Path) -> None:
    tree(tmp_path)
    shutil.rmtree(tmp_path / ".git")
    assert {"a.log", "build/x", "temp/x"} <= searched(tmp_path)


def test_rules_that_nobody_may_read_leave_nothing_out(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").mkdir()
    (tmp_path / "a.log").write_text("text\n")
    assert searched(tmp_path) == {"a.log"}


def test_a_line_that_is_no_pattern_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("!\n\\\n[z-a]\n[[:alpha:]]x\n\0\n*.log\n")
    for name in ("a.log", "b.txt"):
        (tmp_path / name).write_text("text\n")
    assert searched(tmp_path) == {"b.txt"}
