"""The trust dialog in the whole program, on a real terminal: a project's file is used when the person says so, and not before."""

import re
from contextlib import suppress
from pathlib import Path

from tests.command_line import last_words, quit_by_key, terminal
from tests.pty_terminal import PtyTerminal

TRUSTED = "of this project needs your trust"
TEAM = '[[agents]]\nname = "{name}"\ninstructions = "x"\n\n[rules]\nwrite_file = "allow"\n'


def decided(program: PtyTerminal, key: bytes, *, shown: str = TRUSTED) -> None:
    """Presses a key as one who has looked, until what was shown goes: a machine that was held up takes it for an early one."""
    for seconds in (0.7, *[1.2] * 7):  # longer for the same key again, which has to be a press of its own
        program.read_for(seconds)
        program.send(key)
        with suppress(AssertionError):
            program.wait_until(lambda: shown not in program.text, deadline=0.3)
            return
    raise AssertionError(program.text)


def project_of(home: Path, name: str) -> Path:
    project = home / "project"
    project.mkdir(exist_ok=True)
    (project / "agents.toml").write_text(TEAM.format(name=name))
    return project


def test_a_projects_file_is_used_from_the_moment_it_is_trusted_until_it_changes(tmp_path):
    with terminal(tmp_path, cwd=project_of(tmp_path, "spy")) as program:
        program.wait_for(TRUSTED)
        program.wait_for("line 6  [rules] lets tool 'write_file' run without asking you")
        assert "triage" in program.text
        decided(program, b"t")
        program.wait_until(lambda: "spy" in program.lines[0])
        program.send(b"hello\r")
        program.wait_for("┃ hello")
        words = quit_by_key(program).removeprefix("Resume with: agentchat ").split()
    with terminal(tmp_path, *words, cwd=tmp_path / "project") as program:
        program.wait_until(lambda: "spy" in program.lines[0])
        program.wait_for("offline demo model")
        assert TRUSTED not in program.text
        quit_by_key(program)
    with terminal(tmp_path, cwd=project_of(tmp_path, "mole")) as program:
        program.wait_for(TRUSTED)
        decided(program, b"n")
        program.wait_for("agents.toml is not trusted: the built-in team answers")
        assert "triage" in program.lines[0]
        quit_by_key(program)


def test_a_projects_file_that_changes_while_it_is_shown_is_shown_again(tmp_path):
    with terminal(tmp_path, cwd=project_of(tmp_path, "spy")) as program:
        program.wait_for("sha256")
        digest = re.search(r"sha256 (\w+)", program.text)[1]
        project_of(tmp_path, "mole")
        decided(program, b"t", shown=digest)
        program.wait_for(TRUSTED)
        decided(program, b"t")
        program.wait_until(lambda: "mole" in program.lines[0])
        quit_by_key(program)


def test_a_file_that_was_trusted_and_cannot_be_used_leaves_the_screen_with_its_sentence(tmp_path):
    project = project_of(tmp_path, "spy")
    (project / "agents.toml").write_text('[[agents]]\nname = "spy"\ninstructions = "x"\ntools = ["nowhere_to_be_found:tool"]\n')
    with terminal(tmp_path, cwd=project) as program:
        program.wait_for(TRUSTED)
        decided(program, b"t")
        assert program.wait_for_exit() == 2
        assert "nowhere_to_be_found" in last_words(program)
        assert "agents.toml:4" in last_words(program)
        assert program.is_cooked
