"""Nothing that a tool is given as a path leads out of the working directory: a table of tricks for every tool, and folders that are swapped
for links while the tools work."""

import itertools
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import pytest

from agentchat.tools.failures import ToolFailed
from agentchat.tools.files.contents import FileTools
from agentchat.tools.files.edits import EditTool
from agentchat.tools.files.finding import FindingTools
from agentchat.tools.files.patches import PatchTool
from agentchat.tools.files.renaming import MoveTool
from agentchat.tools.files.workspace import Workspace

SECRET = "TOP-SECRET"
"""What a file outside says."""
OUTSIDE = "only-outside.txt"
UNNAMED = "named-by-no-path.txt"
"""Stands outside; only who looks into a folder there can know its name."""

Call: TypeAlias = Callable[[Workspace, str], object]

TOOLS: dict[str, Call] = {
    "read_file": lambda space, path: FileTools(space).read_file(path),
    "list_files": lambda space, path: FileTools(space).list_files(path),
    "find_files": lambda space, path: FindingTools(space).find_files("*", path),
    "search_files": lambda space, path: FindingTools(space).search_files(SECRET, path),
    "preview of write_file": lambda space, path: FileTools(space).preview_write({"path": path, "content": "mine"}),
    "preview of edit_file": lambda space, path: EditTool(space).preview_edit({"path": path, "old_text": SECRET, "new_text": "x"}),
    "preview of move_file": lambda space, path: MoveTool(space).preview_move({"path": path, "new_path": "new"}),
    "preview of moving to": lambda space, path: MoveTool(space).preview_move({"path": "notes.txt", "new_path": path}),
    "preview of patch_files": lambda space, path: PatchTool(space).preview_patch({"diff": _change(path)}),
    "write_file": lambda space, path: FileTools(space).write_file(path, "mine"),
    "edit_file": lambda space, path: EditTool(space).edit_file(path, SECRET, "mine"),
    "changing by patch_files": lambda space, path: PatchTool(space).patch_files(_change(path)),
    "making by patch_files": lambda space, path: PatchTool(space).patch_files(f"--- /dev/null\n+++ {path}\n@@ -0,0 +1 @@\n+mine\n"),
    "deleting by patch_files": lambda space, path: PatchTool(space).patch_files(f"--- {path}\n+++ /dev/null\n"),
    "moving to": lambda space, path: MoveTool(space).move_file("notes.txt", path),
    "moving from": lambda space, path: MoveTool(space).move_file(path, "taken"),
}

_DOTS = [
    f"{start}{'../' * (depth + more)}{end}"
    for (start, depth), more, end in itertools.product(
        [("", 0), ("./", 0), ("docs/", 1), ("docs/deep/", 2), ("missing/", 1), ("notes.txt/", 1), ("{root}/", 0), ("{root}/docs/", 1)],
        [1, 2],
        ["only-outside.txt", "folder/only-outside.txt", ""],
    )
]

_SPELLINGS = [
    "..", "./..", "docs/../..", "docs/./.././..", "docs//..//..//only-outside.txt", "..//only-outside.txt", "../work/../only-outside.txt",
    "../work/notes.txt", "../work", ".. /only-outside.txt", "...", ".../only-outside.txt", "....//only-outside.txt",
    "..././only-outside.txt",
    "..\\only-outside.txt", "docs\\..\\..\\only-outside.txt", "..%2fonly-outside.txt", "%2e%2e/only-outside.txt", "..;/only-outside.txt",
    "..\0/only-outside.txt", "../only-outside.txt\0", "../only-outside.txt\0.md", "../only-outside.txt\n", "\n../only-outside.txt",
    " ../only-outside.txt", "\t../only-outside.txt", "../only-outside.txt ", "../only-outside.txt.", "../only-outside.txt/",
    "../only-outside.txt/.", "../ONLY-OUTSIDE.TXT", "\uff0e\uff0e/only-outside.txt", "\u2025/only-outside.txt",
    "\u2024\u2024/only-outside.txt", "..\u2215only-outside.txt", "..\uff0fonly-outside.txt", "..\u2044only-outside.txt",
    "\u202e../only-outside.txt", "..\u200b/only-outside.txt",
    "\ufeff../only-outside.txt", "u\u0308/../../only-outside.txt", "\ud800/../../only-outside.txt", "..\ud800/only-outside.txt",
    "../" * 200 + "only-outside.txt", "docs/" * 200 + "../" * 250 + "only-outside.txt", "../" * 3000, "a" * 300, "a/" * 3000, "x" * 5000,
    "docs/" + "a" * 256,
]  # fmt: skip

_ABSOLUTE = [
    "/", "//", "/.", "/..", "{outside}", "{outside}/", "{outside}/only-outside.txt", "/{outside}/only-outside.txt",
    "//{outside}/only-outside.txt", "/.{outside}/only-outside.txt", "/../{outside}/only-outside.txt", "{outside}//only-outside.txt",
    "{outside}/./only-outside.txt", "{outside}/work/../only-outside.txt", "{outside}/folder/../only-outside.txt", "{root}/..",
    "{root}/.", "{root}//../only-outside.txt", "{root}/./../only-outside.txt", "{root}/up/only-outside.txt", "{root}x",
    "{root}x/only-outside.txt", "{root}/../workx/only-outside.txt", "{root} /only-outside.txt", "{root}\0/../only-outside.txt",
    "{upper}/only-outside.txt", "/proc/self/root{outside}/only-outside.txt", "/proc/self/root/{outside}", "/proc/self/cwd/only-outside.txt",
    "/proc/thread-self/root{outside}", "/dev/fd/0", "/proc/self/fd/0", "/proc/self/environ", "/nowhere-agentchat", "file://{outside}/only-outside.txt",
    "~", "~/", "~/only-outside.txt", "~root/only-outside.txt", "$PWD/../only-outside.txt", "${{HOME}}/only-outside.txt", "`pwd`", "$(pwd)",
    "C:\\only-outside.txt", "\\\\server\\share", "*", "../*", "[.][.]/only-outside.txt", "{{..,docs}}/only-outside.txt", "-", "--", "-rf",
]  # fmt: skip

_LINKS = [
    "file", "file/", "file/.", "file/..", "./file", "docs/../file", "{root}/file", "up", "up/", "up/.", "up/..", "up/only-outside.txt",
    "up/folder", "up/folder/only-outside.txt", "up/../only-outside.txt", "up/work/notes.txt", "up/work/up/only-outside.txt", "up/new.txt",
    "up/new/file.txt", "absolute", "absolute/only-outside.txt", "absolute/new.txt", "chain", "chain/only-outside.txt", "chain/new.txt",
    "long", "long/only-outside.txt", "loop", "loop/x", "ping", "ping/x", "here", "here/only-outside.txt",
    "here/here/../../only-outside.txt",
    "here/notes.txt", "docs/back", "docs/back/only-outside.txt", "docs/back/new.txt", "docs/deep/back/only-outside.txt", "dangling",
    "dangling/new.txt", "to-new", "top", "top{outside}/only-outside.txt", "proc", "proc/root{outside}/only-outside.txt", "fd", "fd/0",
    "inner", "inner-folder/plan.md", "pipe", "pipe/", "pipe/x", "sock", "sock/x", "UP/only-outside.txt", "Up", "FILE", "notes.txt/",
    "notes.txt/.", "notes.txt/x", "docs/.", "docs/..", ".", "", "./", "././.", "hard", "hard/",
]  # fmt: skip

VECTORS = list(dict.fromkeys([*_DOTS, *_SPELLINGS, *_ABSOLUTE, *_LINKS]))


def _change(path: str) -> str:
    return f"--- {path}\n+++ {path}\n@@ -1 +1 @@\n-{SECRET}\n+mine\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that nobody may touch, with the working directory in it."""
    outside = tmp_path / "outside"
    for folder in (outside, outside / "folder", tmp_path / "outside" / "workx"):
        folder.mkdir()
        (folder / OUTSIDE).write_text(f"{SECRET}\n")
        (folder / UNNAMED).touch()
    _fill(outside / "work")
    return outside


def _fill(root: Path) -> None:
    (root / "docs" / "deep").mkdir(parents=True)
    (root / "notes.txt").write_text("notes\n")
    (root / "docs" / "plan.md").write_text("plan\n")
    links = {
        "file": f"../{OUTSIDE}", "up": "..", "absolute": str(root.parent), "chain": "chain2", "chain2": "up", "long": "up/work/up/work/up",
        "loop": "loop", "ping": "pong", "pong": "ping", "here": ".", "docs/back": "../..", "docs/deep/back": "../../..",
        "dangling": "../gone",
        "to-new": "../new.txt", "top": "/", "proc": "/proc/self", "fd": "/dev/fd", "inner": "notes.txt", "inner-folder": "docs",
    }  # fmt: skip
    for name, goal in links.items():
        (root / name).symlink_to(goal)
    os.mkfifo(root / "pipe")
    os.link(root.parent / OUTSIDE, root / "hard")
    here = Path.cwd()
    os.chdir(root)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("sock")
    os.chdir(here)


def _untouched(outside: Path) -> dict[str, tuple[int, str]]:
    """Everything outside of the working directory, with modes and contents."""
    found: dict[str, tuple[int, str]] = {}
    for folder, folders, files in os.walk(outside):
        if Path(folder) == outside:
            folders.remove("work")
        for name in [*folders, *files]:
            path = Path(folder, name)
            found[str(path.relative_to(outside))] = (path.lstat().st_mode, path.read_text() if path.is_file() else "")
    return found


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(VECTORS) >= 150


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: ascii(vector)[1:40])
def test_no_tool_is_led_outside_by_a_path(outside: Path, vector: str) -> None:
    root = outside / "work"
    path = vector.format(root=root, outside=outside, upper=str(outside).upper())
    before = _untouched(outside)
    said: dict[str, str] = {}
    for name, call in TOOLS.items():
        with suppress(ToolFailed):
            said[name] = str(call(Workspace(root), path))
    # A hard link is the file itself and not a way to it: whoever made it could read it. Writing gives the name to another file.
    shown = {name for name, text in said.items() if UNNAMED in text or (SECRET in text and path.rstrip("/") != "hard")}
    assert shown & (TOOLS.keys() - {"search_files", "preview of edit_file", "preview of patch_files"}) == set()
    assert {line for line in said.get("search_files", "").splitlines() if f": {SECRET}" in line} <= {f"hard:1: {SECRET}"}
    assert _untouched(outside) == before
    assert not Path("/nowhere-agentchat").exists()


@contextmanager
def _swapping(root: Path, name: str, goal: Path) -> Iterator[None]:
    """A thread that swaps something for a link to outside and back, again and again."""
    done, here, away = threading.Event(), root / name, root.parent / "away"

    def swap() -> None:
        while not done.is_set():
            with suppress(OSError):
                here.rename(away)
                here.symlink_to(goal)
                here.unlink()
                away.rename(here)
            while away.exists():  # a tool has made something in its place
                shutil.rmtree(here, ignore_errors=True)
                with suppress(OSError):
                    here.unlink(missing_ok=True)
                    away.rename(here)

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        yield
    finally:
        done.set()
        swapper.join()


ROUNDS = 150


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("swapped", ["folder", "file"])
def test_a_path_that_is_swapped_for_a_link_all_the_time_lets_no_tool_out(tmp_path: Path, tool: str, swapped: str) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    for folder, text in ((outside, f"{SECRET}\n"), (root / "swap", "harmless\n")):
        folder.mkdir(parents=True)
        (folder / "file.txt").write_text(text)
    if swapped == "folder":
        name, goal, path = "swap", outside, "swap" if tool in {"list_files", "find_files", "search_files"} else "swap/file.txt"
        (outside / UNNAMED).write_text(f"{SECRET}\n")
    else:
        name, goal, path = "swap/file.txt", outside / "file.txt", "swap/file.txt"
    before = {found.name: found.read_text() for found in outside.iterdir()}
    with _swapping(root, name, goal):
        for _ in range(ROUNDS):
            with suppress(ToolFailed):
                said = str(TOOLS[tool](Workspace(root), path))
                assert f": {SECRET}" not in said
                assert UNNAMED not in said
                assert tool in {"search_files", "preview of edit_file", "preview of patch_files"} or SECRET not in said
    assert {found.name: found.read_text() for found in outside.iterdir()} == before
