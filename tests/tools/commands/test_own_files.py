"""Which commands name the program or its files: whatever way they are spelled, and no others."""

import os
import shlex
import sys
import time
from pathlib import Path

import pytest

from agentchat.tools.commands.own_files import OwnFiles
from agentchat.tools.environment import environment_for

NAMED = [
    ["agentchat"],
    ["AgentChat", "approve"],
    ["./agentchat"],
    ["/opt/x/bin/agentchat", "run"],
    ["python", "-m", "agentchat"],
    ["python3", "-magentchat"],
    ["python", "-c", "import agentchat.cli"],
    ["env", "AGENTCHAT_HOME=x", "ls"],
    ["sh", "-c", "agent''chat approve 1"],
    ["sh", "-c", 'agent"chat" approve 1'],
    ["sh", "-c", r"agent\chat approve 1"],
    ["sh", "-c", "a=agent; b=chat; $a$b approve 1"],
    ["sh", "-c", "agent${nothing}chat approve 1"],
    ["sh", "-c", "agent${nothing:-$more}chat approve 1"],
    ["{bin}/agent*", "approve"],
    ["sh", "-c", "{bin}/agen?chat approve 1"],
    ["./ac", "approve"],
    ["sh", "-c", "exec ac approve 1"],
    ["ac", "approve"],
    ["cat", "{home}/own/data/chats.db"],
    ["cat", "~/own/data/chats.db"],
    ["sh", "-c", "cat ~/own/data/chats.db"],
    ["sh", "-c", "cat $HOME/own/data/chats.db"],
    ["sh", "-c", "cat ${HOME}/own/data/chats.db"],
    ["sh", "-c", 'cat "$HOME"/own/da*/chats.db'],
    ["sh", "-c", "cat ~/o?n/data/*"],
    ["sqlite3", "../own/data/chats.db"],
    ["sqlite3", "{home}/project/../own/data"],
    ["sqlite3", "{home}/own/data/chats.db-wal"],
    ["sqlite3", "file:{home}/own/data/chats.db?mode=rw"],
    ["dd", "of={home}/own/data/chats.db"],
    ["tool", "--db={home}/own/data/chats.db"],
    ["tool", "-d{home}/own/data/chats.db"],
    ["tool", "-d../own/data"],
    ["sh", "-c", "d='../own'; cat $d/data/chats.db"],
    ["cat", "to_data/chats.db"],
    ["cat", "sub/../to_data"],
    ["sh", "-c", "cd ..; cat <../own/data/chats.db"],
    ["python", "-c", "open('../own/data/chats.db')"],
]

OTHERS = [
    ["ls"],
    ["ls", "-la", "."],
    ["ls", ".."],
    ["sh", "-c", "ls *.md | wc -l"],
    ["sh", "-c", "cat *"],
    ["cat", "../owner/data/chats.db"],
    ["cat", "../own/database"],
    ["cat", "own/data/chats.db"],
    ["git", "commit", "-m", "chat with an agent"],
    ["cat", "circle", "to_other"],
    ["cat", "\0", "\ud800", "\udcff", ""],
    ["echo", "$HOME", "~", "~nobody/x", "$"],
    ["pytest", "-q", "tests"],
    [],
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a project, the program's files, and a program under another name."""
    home = tmp_path / "home"
    for folder in ("project/sub", "own/data", "owner/data", "bin", "programs"):
        (home / folder).mkdir(parents=True)
    (home / "own" / "data" / "chats.db").touch()
    (home / "programs" / "agentchat").write_text("#!/bin/sh\n")
    (home / "programs" / "agentchat").chmod(0o755)
    for link in (home / "bin" / "ac", home / "project" / "ac"):
        link.symlink_to(home / "programs" / "agentchat")
    (home / "project" / "to_data").symlink_to("../own/data")
    (home / "project" / "to_other").symlink_to("../owner")
    (home / "project" / "circle").symlink_to("circle")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return home


@pytest.mark.parametrize(
    ("argv", "are_named"), [*((argv, True) for argv in NAMED), *((argv, False) for argv in OTHERS)], ids=lambda value: str(value)[:60]
)
def test_the_program_and_its_files_are_found_in_any_spelling(home: Path, argv: list[str], are_named: bool) -> None:
    words = [word.replace("{home}", str(home)).replace("{bin}", str(Path(sys.executable).parent)) for word in argv]
    project = home / "project"
    own = OwnFiles((home / "own" / "data" / "chats.db", home / "own" / "data"))
    assert own.are_named(words, project, environment_for(project)) == are_named
    if "\0" not in words:
        assert own.are_named([shlex.join(words)], project, environment_for(project)) == are_named


def test_a_project_that_has_the_programs_name_is_not_the_program(tmp_path: Path) -> None:
    project = tmp_path / "agentchat-plugins"
    (project / "docs").mkdir(parents=True)
    environment = environment_for(project)
    assert not OwnFiles().are_named(["ls", ".", "docs"], project, environment)
    assert OwnFiles().are_named(["ls", "../agentchat-plugins"], project, environment)


@pytest.mark.parametrize(
    "text", [" ".join(f"src/word{number}.py n{number}" for number in range(2_000)), "${a" * 20_000], ids=["words", "openings"]
)
def test_a_long_script_is_looked_at_without_stopping_the_chat(home: Path, text: str) -> None:
    own, project = OwnFiles((home / "own" / "data",)), home / "project"
    began = time.process_time()
    assert not own.are_named(["sh", "-c", text], project, environment_for(project))
    assert time.process_time() - began < 1
