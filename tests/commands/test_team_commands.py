"""`agentchat init`, `check` and `agents`, called in process as the command line calls them."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agentchat.cli import run

TEAM = """\
model = "small"

[[agents]]
name = "triage"
instructions = "Answer."
tools = ["clock", "calculator"]
handoffs = ["writer"]
agents_as_tools = ["count\\u0065r"]

[[agents]]
name = "writer"
instructions = "Write."
model = "large"
tools = ["write_file", "edit_file", "read_file", "list_files"]
handoffs = ["triage"]

[[agents]]
name = "counter"
instructions = "Count."

[[agents]]
name = "hermit"
instructions = "Keep to yourself."
"""


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Done]]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AGENTCHAT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)

    def called(*arguments: str) -> Done:
        status = run(arguments)
        said = capsys.readouterr()
        return Done(status, said.out, said.err)

    yield called
    for name in set(sys.modules) - before:
        if name.endswith("_for_check"):
            del sys.modules[name]


def test_init_writes_a_file_that_check_finds_fine_and_never_over_one_that_is_there(call: Callable[..., Done], tmp_path: Path) -> None:
    done = call("init")
    assert (done.status, done.out.splitlines()[0].startswith("Wrote agents.toml. ")) == (0, True)
    assert call("check").out == "agents.toml is fine: 2 agents (helper, writer), 6 tools, 2 rules.\n"
    (tmp_path / "agents.toml").write_text("# mine\n")
    done = call("init")
    said = "agentchat: agents.toml is there already, and stays as it is; name another file, or replace it with --force.\n"
    assert (done.status, done.err) == (2, said)
    assert (tmp_path / "agents.toml").read_text() == "# mine\n"
    assert call("init", "--force").status == 0
    assert (tmp_path / "agents.toml").read_text().startswith("#:schema file://")


def test_init_names_what_keeps_it_from_writing(call: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert call("init", "folder").err == "agentchat: folder is a folder; name a file in it.\n"
    assert "cannot be written: No such file or directory; name another file." in call("init", "no/where.toml").err


def test_check_says_every_mistake_on_a_line_of_its_own(call: Callable[..., Done], tmp_path: Path) -> None:
    text = TEAM.replace("clock", "clokc").replace('"writer"]', '"wirter"]').replace('model = "large"', "modle = 5")
    (tmp_path / "agents.toml").write_text(text)
    done = call("check")
    assert (done.status, done.err) == (2, "")
    assert done.out.splitlines() == [
        "Agent 'triage' lists tool 'clokc'; did you mean 'clock'? (agents.toml:6)",
        "Agent 'triage' hands off to 'wirter', which does not exist; did you mean 'writer'? (agents.toml:7)",
        "Agent 'writer' has an unknown key 'modle'; did you mean 'model'? (agents.toml:13)",
    ]


def test_check_says_of_a_file_that_is_not_there_what_is_wrong(call: Callable[..., Done]) -> None:
    done = call("check", "other.toml")
    assert (done.status, done.out) == (2, "The file cannot be read: no such file or directory (other.toml).\n")


def test_check_imports_own_code_only_when_the_file_is_trusted(call: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "shop_for_check.py").write_text("from pathlib import Path\nPath('ran').touch()\nx = (\n".replace("x = (", "x = 1 / 0"))
    (tmp_path / "team.toml").write_text(TEAM.replace('"clock"', '"shop_for_check:refund"'))
    done = call("check", "team.toml")
    assert (done.status, done.out) == (0, "team.toml is fine: 4 agents (triage, writer, counter, hermit), 6 tools.\n")
    assert "Agent 'triage' lists tool 'shop_for_check:refund', which runs code of the project (line 6)" in done.err
    assert not (tmp_path / "ran").exists()
    done = call("check", "team.toml", "--trust")
    what = "shop_for_check.py:3 says 'ZeroDivisionError: division by zero'"
    assert (done.status, done.out) == (2, f"Tool 'shop_for_check:refund' cannot be had: {what} (team.toml:6).\n")
    assert (tmp_path / "ran").exists()
    assert call("check", "team.toml").status == 2


def test_agents_are_listed_with_models_tools_and_handoffs(call: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "agents.toml").write_text(TEAM)
    done = call("agents")
    assert done.out == (
        "AGENT     MODEL  TOOLS                                         HANDS OVER TO  ASKS\n"
        "triage *  small  clock, calculator                             writer         counter\n"
        "writer    large  write_file, edit_file, read_file, list_files  triage         -\n"
        "counter   small  -                                             -              -\n"
        "hermit    small  -                                             -              -\n"
    )


def test_on_a_narrow_terminal_the_tools_take_several_lines(
    call: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "agents.toml").write_text(TEAM)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "64")
    done = call("agents")
    assert [line for line in done.out.splitlines() if not line.startswith(("counter", "hermit"))] == [
        "AGENT     MODEL  TOOLS                    HANDS OVER TO  ASKS",
        "triage *  small  clock, calculator        writer         counter",
        "writer    large  write_file, edit_file,   triage         -",
        "                 read_file, list_files",
    ]
    assert done.err == "From agents.toml. The agent with * gets the first message.\n"


def test_the_graph_is_a_tree_of_text(call: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "agents.toml").write_text(TEAM)
    assert call("agents", "--graph").out == (
        "triage  (gets the first message)\n"
        "├─ uses clock, calculator\n"
        "├─ hands over to writer\n"
        "│  ├─ uses write_file, edit_file, read_file, list_files\n"
        "│  └─ hands over to triage  (see above)\n"
        "└─ asks counter\n"
        "hermit\n"
    )


def test_the_graph_can_be_drawn_by_mermaid_and_graphviz(call: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "agents.toml").write_text(TEAM)
    assert call("agents", "--graph", "--format", "mermaid").out == (
        "flowchart LR\n"
        '    a1(["triage<br/>clock, calculator"])\n'
        '    a2["writer<br/>write_file, edit_file,<br/>read_file, list_files"]\n'
        '    a3["counter"]\n'
        '    a4["hermit"]\n'
        "    a1 --> a2\n"
        "    a1 -.->|asks| a3\n"
        "    a2 --> a1\n"
    )
    dot = call("agents", "--format", "dot").out.splitlines()
    assert dot[0] == "digraph team {"
    assert dot[3] == '    a1 [label="triage\\nclock, calculator", style="rounded,bold"];'
    assert dot[-3:] == ['    a1 -> a3 [style=dashed, label="asks"];', "    a2 -> a1;", "}"]


def test_agents_of_a_broken_file_are_its_mistakes(call: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "agents.toml").write_text("agents = 5\nmodle = 'x'\n")
    done = call("agents")
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "agentchat: The file has a number for 'agents'; it must be a list of tables, each under [[agents]] (agents.toml:1).\n"
        "The file has an unknown key 'modle'; did you mean 'model'? (agents.toml:2)\n"
    )
