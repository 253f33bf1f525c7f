import os
import shutil
from pathlib import Path

import pytest

from agentchat.tools.failures import ToolFailed
from agentchat.tools.files import finding as finding_module
from agentchat.tools.files import matching as matching_module
from agentchat.tools.files.finding import FindingTools
from agentchat.tools.files.workspace import Workspace

RIPGREP = shutil.which("rg")


@pytest.fixture
def tools(tmp_path: Path) -> FindingTools:
    return FindingTools(Workspace(tmp_path))


@pytest.fixture(params=["walking", "ripgrep"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of finding the files in which a text may be."""
    if request.param == "walking":
        monkeypatch.setenv("PATH", "/nonexistent")
    elif RIPGREP is None:
        pytest.skip("ripgrep is not installed")
    return str(request.param)


def _tree(root: Path, **more: str) -> None:
    files = {
        "README.md": "# Shop\nSee total.\n",
        "src/main.py": "import shop\r\n\r\nprint(shop.total())\r\n",
        "src/deep/tool.py": "def total():\n    return 0\n",
        ".git/hook.py": "total\n",
        ".env": "total=secret\n",
        "node_modules/a/index.js": "total\n",
        "docs/a.md": "Totals are Total.",
        **{name.replace("__", "/"): text for name, text in more.items()},
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())


@pytest.mark.parametrize(
    ("pattern", "path", "listing"),
    [
        ("*.py", ".", "src/main.py  (36 bytes)\nsrc/deep/tool.py  (26 bytes)"),
        ("**/*.py", ".", "src/main.py  (36 bytes)\nsrc/deep/tool.py  (26 bytes)"),
        ("src/**/*.py", ".", "src/main.py  (36 bytes)\nsrc/deep/tool.py  (26 bytes)"),
        ("docs/*.md", ".", "docs/a.md  (17 bytes)"),
        ("*.py", "src", "main.py  (36 bytes)\ndeep/tool.py  (26 bytes)"),
        ("*.py", ".git", "hook.py  (6 bytes)"),
        ("*.js", ".", "No file below '.' matches '*.js'."),
    ],
)
def test_files_are_found_by_name_but_not_in_hidden_or_foreign_folders(
    tools: FindingTools, tmp_path: Path, pattern: str, path: str, listing: str
) -> None:
    _tree(tmp_path)
    assert tools.find_files(pattern, path) == listing


def test_what_cannot_be_looked_for_is_a_sentence(tools: FindingTools, tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match=r"^The pattern is empty; give a name with wildcards, such as \"\*\.md\"\.$"):
        tools.find_files(" ")
    with pytest.raises(ToolFailed, match="'nowhere' does not exist"):
        tools.find_files("*.py", "nowhere")
    with pytest.raises(ToolFailed, match="'nowhere' does not exist"):
        tools.search_files("x", "nowhere")


def test_many_finds_are_cut_and_say_so(tools: FindingTools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding_module, "MOST_ENTRIES", 2)
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).touch()
    assert tools.find_files("*.py") == (
        "a.py  (0 bytes)\nb.py  (0 bytes)\n[the search stopped after 2 files and folders; search a smaller folder]"
    )


@pytest.mark.usefixtures("engine")
def test_a_text_is_found_with_its_file_and_line(tools: FindingTools, tmp_path: Path) -> None:
    _tree(tmp_path)
    assert tools.search_files("total") == (
        "README.md:2: See total.\nsrc/main.py:3: print(shop.total())\nsrc/deep/tool.py:1: def total():\n[3 lines in 3 files]"
    )


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"text": "total", "path": "src"}, "src/main.py:3: print(shop.total())\nsrc/deep/tool.py:1: def total():\n[2 lines in 2 files]"),
        ({"text": "total", "path": "src/deep/tool.py"}, "src/deep/tool.py:1: def total():\n[1 line in 1 file]"),
        ({"text": "total", "files": "*.md"}, "README.md:2: See total.\n[1 line in 1 file]"),
        (
            {"text": "TOTAL", "files": "*.md", "ignore_case": True},
            "README.md:2: See total.\ndocs/a.md:1: Totals are Total.\n[2 lines in 2 files]",
        ),
        ({"text": "(shop|def) ", "regex": True}, "src/deep/tool.py:1: def total():\n[1 line in 1 file]"),
        ({"text": r"\)$", "regex": True}, "src/main.py:3: print(shop.total())\n[1 line in 1 file]"),
        ({"text": "^# SHOP$", "regex": True, "ignore_case": True}, "README.md:1: # Shop\n[1 line in 1 file]"),
        ({"text": r"(?<=shop\.)total", "regex": True}, "src/main.py:3: print(shop.total())\n[1 line in 1 file]"),
        ({"text": "(total"}, "No line below '.' matches '(total'."),
        ({"text": "total", "files": "*.rs"}, "No line of files that match '*.rs' below '.' matches 'total'."),
        ({"text": "-e"}, "No line below '.' matches '-e'."),
        ({"text": "total", "path": ".git"}, ".git/hook.py:1: total\n[1 line in 1 file]"),
    ],
)
def test_a_search_can_be_narrowed(tools: FindingTools, tmp_path: Path, arguments: dict[str, str], found: str) -> None:
    _tree(tmp_path)
    assert tools.search_files(**arguments) == found  # pyright: ignore[reportArgumentType] - the table mixes texts and truths


@pytest.mark.usefixtures("engine")
def test_what_is_no_text_is_not_searched(tools: FindingTools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding_module, "LARGEST_SEARCHED", 100)
    (tmp_path / "binary").write_bytes(b"\0needle\n")
    (tmp_path / "large.txt").write_text("needle\n" * 20)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link.txt").symlink_to("a.txt")
    (tmp_path / "a.txt").write_bytes(b"caf\xe9 needle\n")
    assert tools.search_files("needle") == "a.txt:1: caf\ufffd needle\n[1 line in 1 file]"


@pytest.mark.usefixtures("engine")
def test_many_lines_and_long_ones_are_cut(tools: FindingTools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding_module, "MOST_MATCHES", 2)
    monkeypatch.setattr(finding_module, "LONGEST_LINE", 4)
    (tmp_path / "a.txt").write_text("needle\n" * 3)
    assert tools.search_files("needle") == (
        "a.txt:1: need…\na.txt:2: need…\n[the first 2 lines; there may be more, search for something rarer or in fewer files]"
    )


def test_a_search_that_takes_too_long_gives_what_it_has(tools: FindingTools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding_module, "PATIENCE", 0.0)
    _tree(tmp_path)
    assert tools.search_files("total", "src") == (
        "src/main.py:3: print(shop.total())\n[the search stopped after 0 s, at 'src/main.py'; search a smaller folder]"
    )


def test_too_many_files_are_a_sentence(tools: FindingTools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(finding_module, "MOST_SEEN", 2)
    _tree(tmp_path)
    with pytest.raises(ToolFailed, match=r"^There are more than 2 files and folders below '\.'; search a smaller folder\.$"):
        tools.search_files("nothing")


@pytest.mark.parametrize(
    ("text", "regex", "sentence"),
    [
        ("", False, "The text is empty; give what to look for, or use list_files to see what is there."),
        ("a\nb", False, "Files are searched line by line; look for a text without line breaks."),
        ("x" * 1001, False, "The text is longer than 1000 characters; look for a part of it."),
        (
            "(a",
            True,
            "'(a' is no regular expression: missing ), unterminated subpattern at position 0. Mend it, or search without regex.",
        ),
    ],
)
def test_what_cannot_be_searched_for_is_a_sentence(tools: FindingTools, text: str, regex: bool, sentence: str) -> None:
    with pytest.raises(ToolFailed) as failure:
        tools.search_files(text, regex=regex)
    assert str(failure.value) == sentence


def test_an_expression_that_would_match_for_years_is_ended(
    tools: FindingTools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(matching_module, "PATIENCE", 0.3)
    (tmp_path / "a.txt").write_text("a" * 60 + "b")
    with pytest.raises(ToolFailed) as failure:
        tools.search_files("(a+)+$", regex=True)
    assert str(failure.value) == "Matching '(a+)+$' takes too long; give a simpler expression, or search without regex."


def test_a_program_that_the_project_calls_rg_is_not_run(tools: FindingTools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _tree(tmp_path)
    program = tmp_path / "bin" / "rg"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\ntouch ran\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    assert tools.search_files("def total") == "src/deep/tool.py:1: def total():\n[1 line in 1 file]"
    assert list(tmp_path.rglob("ran")) == []


@pytest.mark.usefixtures("engine")
def test_what_the_project_ignores_is_left_out_and_found_where_it_is_named(tools: FindingTools, tmp_path: Path) -> None:
    _tree(tmp_path, **{".gitignore": "docs/\n*.log\n!src/keep.log\n", "src/a.log": "Totals\n", "src/keep.log": "Totals\n"})
    assert tools.search_files("Totals") == "src/keep.log:1: Totals\n[1 line in 1 file]"
    assert tools.search_files("Totals", "docs") == "docs/a.md:1: Totals are Total.\n[1 line in 1 file]"
