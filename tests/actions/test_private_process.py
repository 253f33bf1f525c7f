"""Nobody but the administrator looks into the program, and its children are their own masters."""

import subprocess
import sys
from pathlib import Path

import pytest

from agentchat.actions import private_process
from tests.command_line import run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is no such thing elsewhere")

TOOL = '''
import ctypes, os, subprocess, sys

def look() -> str:
    """Looks whether this process, and one that it starts, can be looked into."""
    ask = "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    child = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
    return f"dumpable: {ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)}, its child: {child}"
'''
TEAM = """
[[agents]]
name = "looker"
instructions = "Look."
tools = ["looking:look"]

[rules]
"looking:look" = "allow"
"""


def test_a_tool_in_the_program_finds_it_private_and_its_children_ordinary(tmp_path: Path) -> None:
    (tmp_path / "looking.py").write_text(TOOL)
    (tmp_path / "agents.toml").write_text(TEAM)
    answer = run(tmp_path, "run", "--trust", "call look()")
    assert "dumpable: 0, its child: 1" in answer.stdout, answer.stderr


MAKER = """
import asyncio, ctypes, sys
from pathlib import Path
from agentchat.actions.launch import _ChatMaker
from agentchat.chat.options import Options
from agentchat.runtime.ports.clock import SystemClock
home = Path(sys.argv[1])
options = Options(database=home / "chats.db", folder=home, own_team=home / "agents.toml", trust_file=home / "trusted", model="offline")
before = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
asyncio.run(_ChatMaker(options, SystemClock())())
print(before, ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


def test_the_screen_makes_it_private_before_anything_foreign_runs(tmp_path: Path) -> None:
    told = subprocess.run([sys.executable, "-c", MAKER, str(tmp_path)], capture_output=True, text=True, check=False)
    assert told.stdout == "1 0\n", told.stderr


WATCHED = """
import ctypes, os, subprocess, sys
namespace = {"__name__": "private_process"}
exec(sys.argv[1], namespace)
if os.getuid() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
def seen():
    command = ["/bin/sh", "-c", "cat /proc/$PPID/environ >/dev/null 2>&1 && echo seen"]
    return "seen" in subprocess.run(command, capture_output=True, text=True).stdout
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
before = seen()
namespace["make_process_private"]()
print(before, seen())
"""


def test_a_command_of_the_same_person_cannot_read_the_programs_environment() -> None:
    """Run as somebody without special rights."""
    source = Path(private_process.__file__).read_text(encoding="utf-8")
    told = subprocess.run([sys.executable, "-c", WATCHED, source], capture_output=True, text=True, check=False, cwd="/")
    assert told.stdout == "True False\n", told.stderr
