"""What a shell offers: asked as click's own scripts ask, and once in a real bash."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from threading import Timer

import pytest

from agentchat.commands.completion import VARIABLE
from tests.command_line import HEAVY, ROOT, here, store_chat
from tests.pty_terminal import PtyTerminal


def offered(home: Path, *words: str, shell: str = "bash") -> list[str]:
    """The values for the last of the words."""
    told = here(home, env={VARIABLE: f"{shell}_complete", "COMP_WORDS": " ".join(["agentchat", *words]), "COMP_CWORD": str(len(words))})
    assert told.returncode == 0
    return [line.partition(",")[2] for line in told.stdout.splitlines() if line]


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    await store_chat(tmp_path, "3f2a9c1e", "Where is \x1b[31mmy refund?\nplease")
    await store_chat(tmp_path, "5b1cffff", "A poem")
    await store_chat(tmp_path, "$(reboot)", "Bad")
    return tmp_path


def test_commands_and_options_are_offered(tmp_path):
    assert {"run", "sessions", "approvals", "completion"} <= set(offered(tmp_path, ""))
    assert offered(tmp_path, "ses") == ["sessions"]
    assert {"--resume", "--model"} <= set(offered(tmp_path, "--"))
    assert offered(tmp_path, "run", "--max") == ["--max-turns", "--max-tokens", "--max-cost", "--max-seconds"]
    assert offered(tmp_path, "run", "--mode", "a") == ["ask", "auto"]
    assert offered(tmp_path, "sessions", "s") == ["show", "search"]
    assert offered(tmp_path, "completion", "") == ["bash", "zsh", "fish"]


@pytest.mark.parametrize("words", [("-r",), ("run", "--resume"), ("sessions", "show"), ("sessions", "fork"), ("approve",), ("reject",)])
def test_conversations_are_offered_by_id_and_by_the_beginning_of_the_title(home, words):
    assert offered(home, *words, "") == ["3f2a9c1e", "5b1cffff"]
    assert offered(home, *words, "3f") == offered(home, *words, "where") == ["3f2a9c1e"]
    assert offered(home, *words, "x") == []


def test_a_title_stands_beside_the_id_and_commands_no_terminal(home):
    told = here(home, env={VARIABLE: "zsh_complete", "COMP_WORDS": "agentchat -r 3f", "COMP_CWORD": "2"}).stdout
    assert told == "plain\n3f2a9c1e\nWhere is ␛[31mmy refund? please\n"


def test_the_file_that_was_named_is_the_one_that_is_looked_into(home):
    (home / "data" / "agentchat.db").rename(home / "own.db")
    assert offered(home, "run", "-r", "3") == []
    assert offered(home, "run", "--db", "own.db", "-r", "3") == ["3f2a9c1e"]


def test_the_agents_of_this_folder_are_offered(tmp_path):
    (tmp_path / "agents.toml").write_text('[[agents]]\nname = "triage"\ninstructions = "x"\n[[agents]]\nname = "two words"\n')
    assert offered(tmp_path, "--agent", "") == ["triage"]
    (tmp_path / "agents.toml").write_text("[[agents")
    assert offered(tmp_path, "--agent", "") == []


def test_a_file_that_cannot_be_read_offers_nothing_and_says_nothing(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "agentchat.db").write_text("no database" * 99)
    done = here(tmp_path, env={VARIABLE: "bash_complete", "COMP_WORDS": "agentchat -r ", "COMP_CWORD": "2"})
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("", "", 0)


def test_a_pipe_in_the_place_of_the_file_does_not_keep_the_shell_waiting(tmp_path):
    os.mkfifo(tmp_path / "agents.toml")
    ends = Timer(5, lambda: os.close(os.open(tmp_path / "agents.toml", os.O_WRONLY | os.O_NONBLOCK)))
    ends.daemon = True
    ends.start()
    began = time.monotonic()
    assert offered(tmp_path, "--agent", "") == []
    assert time.monotonic() - began < 4
    ends.cancel()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_every_shell_asks_this_program(tmp_path, shell):
    done = here(tmp_path, "completion", shell)
    assert done.returncode == 0
    assert f"{VARIABLE}={shell}_complete" in done.stdout


def test_an_answer_imports_nothing_heavy_and_comes_at_once(home):
    program = "import sys; from agentchat.cli import run; run([]); print(*sys.modules, file=sys.stderr)"
    env = {**os.environ, "AGENTCHAT_HOME": str(home), VARIABLE: "bash_complete", "COMP_WORDS": "agentchat -r ", "COMP_CWORD": "2"}
    took: list[float] = []
    for _ in range(3):
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
        took.append(time.monotonic() - began)
    assert done.stdout.split() == ["plain,3f2a9c1e", "plain,5b1cffff"]
    assert {"asyncio", "textual", "agentchat.chat.chat", *HEAVY} & set(done.stderr.split()) == set()
    assert min(took) < 1.0  # a tenth of it on a machine with nothing else to do


@pytest.fixture
def shell_env(home: Path) -> dict[str, str]:
    """An environment in which a shell finds the program."""
    (home / "agentchat").write_text(f'#!/bin/sh\nexec {sys.executable} -m agentchat "$@"\n')
    (home / "agentchat").chmod(0o755)
    described = 'name = "triage"\ndescription = "First: hears, [asks] and \'hands\' over"\ninstructions = "x"\n'
    (home / "agents.toml").write_text(f'[[agents]]\n{described}[[agents]]\nname = "writer"\ninstructions = "x"\n')
    path = f"{home}:{os.environ['PATH']}"
    return {**os.environ, "AGENTCHAT_HOME": str(home), "HOME": str(home), "PATH": path, "PYTHONPATH": str(ROOT / "src"), "TERM": "xterm"}


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_a_real_bash_completes(home, shell_env):
    script = """
    eval "$(agentchat completion bash)"
    ask() { COMP_WORDS=(agentchat "$@"); COMP_CWORD=$#; COMPREPLY=(); _agentchat_completion agentchat; echo "${COMPREPLY[*]}"; }
    ask sess
    ask -r 3f
    ask sessions show poem
    """
    done = subprocess.run(["bash", "--norc", "-c", script], env=shell_env, capture_output=True, text=True, check=True, cwd=home)
    assert (done.stdout.splitlines(), re.sub("bash:.*compopt.*", "", done.stderr)) == (["sessions", "3f2a9c1e", ""], "")


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish; apt-get install fish")
def test_a_real_fish_completes_and_shows_the_whole_of_what_stands_beside(home, shell_env):
    asked = ["sess", "-r 3f", "--agent ", "--config agents.t"]
    script = "agentchat completion fish | source; " + "; ".join(f'complete -C "agentchat {line}"' for line in asked)
    done = subprocess.run(["fish", "--no-config", "-c", script], env=shell_env, capture_output=True, text=True, check=True, cwd=home)
    told = [line.split("\t") for line in done.stdout.splitlines() if line]
    assert told[0][0] == "sessions"
    assert told[0][1].count(",") >= 1
    assert told[1:] == [
        ["3f2a9c1e", "Where is \N{SYMBOL FOR ESCAPE}[31mmy refund? please"],
        ["triage", "First: hears, [asks] and 'hands' over"],
        ["writer"],
        ["agents.toml"],
    ]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh; apt-get install zsh")
def test_a_real_zsh_completes(home, shell_env):
    with PtyTerminal(["zsh", "-f", "-i"], env={**shell_env, "PS1": "> "}, cwd=home) as terminal:
        terminal.send(b"autoload -Uz compinit; compinit -u -D; eval \"$(agentchat completion zsh)\"; echo 're''ady'\r")
        terminal.wait_for("ready")
        for typed, completed in [
            ("agentchat sess", "> agentchat sessions"),
            ("agentchat -r where", "> agentchat -r 3f2a9c1e"),
            ("agentchat --agent ", "triage  -- First: hears, [asks] and 'hands' over"),
            ("agentchat --config agents.t", "> agentchat --config agents.toml"),
        ]:
            terminal.send(f"{typed}\t".encode())
            terminal.wait_for(completed)
            terminal.send(b"\x15")
