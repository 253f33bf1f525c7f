"""What is known of a command that was ended because the program was killed."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agentchat.tools.commands.kill_notes import OLDEST, KillNotes
from agentchat.tools.setting import ToolSetting
from tests.tools.families import FAMILY, Holders

ALONE = """
import asyncio, sys
from pathlib import Path
from agentchat.runtime.declarations.run_context import ToolContext
from agentchat.tools.commands.running import CommandTools
from agentchat.tools.setting import ToolSetting
tools = CommandTools(ToolSetting(Path(sys.argv[1]), state=Path(sys.argv[2])))
context = ToolContext(context=None, tool_name="run_shell", tool_call_id="call_1", tool_arguments='{"command": "x"}')
asyncio.run(tools.run_shell(context, sys.argv[3]))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
async def test_a_killed_program_finds_a_note_about_its_command_and_one_that_ended_it_finds_none(
    tmp_path: Path, number: signal.Signals
) -> None:
    holders, folder = Holders(tmp_path), tmp_path / "state" / "ended"
    before = time.time()
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ALONE, str(tmp_path), str(tmp_path / "state"), FAMILY, stderr=subprocess.DEVNULL
    )
    await holders.are_up("up", "deaf")
    program.send_signal(number)
    await holders.are_gone()
    await program.wait()
    at = KillNotes(folder).ended_at("call_1", '{ "command":"x" }')
    if number == signal.SIGINT:
        assert (at, list(folder.iterdir())) == (None, [])
    else:
        assert at is not None
        assert before - 0.001 <= at <= time.time()
        assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_same_call_of_another_conversation_has_a_note_of_its_own(tmp_path: Path) -> None:
    call = ("functions.run_command:0", '{"argv":["ls"]}')
    mine, other = (KillNotes(tmp_path / "ended", name) for name in ("3f2a", "77b0"))
    place = mine.place_for(*call)
    assert place is not None
    place.write_text("1700000000.5\n")
    assert (mine.ended_at(*call), other.ended_at(*call)) == (1700000000.5, None)
    assert other.place_for(*call) != place
    assert mine.ended_at(*call) == 1700000000.5, "another conversation's start forgets nothing of this one"


def test_the_setting_of_a_conversation_names_it(tmp_path: Path) -> None:
    notes = [ToolSetting(tmp_path, state=tmp_path, notes=tmp_path / name).kill_notes for name in ("a.md", "b.md")]
    assert notes[0].place_for("1", "{}") != notes[1].place_for("1", "{}")


def test_a_note_is_about_one_call(tmp_path: Path) -> None:
    notes = KillNotes(tmp_path / "ended")
    place = notes.place_for("call_1", '{"argv":["ls"]}')
    assert place is not None
    place.write_text("1700000000.5\n")
    asked = [("call_1", '{"argv": ["ls"]}'), ("call_1", '{"argv":["rm"]}'), ("call_2", '{"argv":["ls"]}'), ("../x", "no JSON \ud800")]
    assert [notes.ended_at(*call) for call in asked] == [1700000000.5, None, None, None]
    assert notes.place_for("call_1", '{"argv":["ls"]}') == place
    assert not place.exists()


@pytest.mark.parametrize("content", ["", "soon", "\xff", "nan"])
def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, content: str) -> None:
    notes = KillNotes(tmp_path)
    place = notes.place_for("call_1", "{}")
    assert place is not None
    place.write_text(content)
    assert notes.ended_at("call_1", "{}") is None


def test_old_notes_go_and_where_none_can_be_left_there_is_none(tmp_path: Path) -> None:
    notes = KillNotes(tmp_path / "ended")
    old = notes.place_for("call_1", "{}")
    assert old is not None
    old.touch()
    long_ago = time.time() - OLDEST - 1
    os.utime(old, (long_ago, long_ago))
    notes.place_for("call_2", "{}")
    assert not old.exists()
    (tmp_path / "file").touch()
    for nowhere in (KillNotes(tmp_path / "file" / "ended"), KillNotes(None)):
        assert (nowhere.place_for("call_1", "{}"), nowhere.ended_at("call_1", "{}")) == (None, None)
