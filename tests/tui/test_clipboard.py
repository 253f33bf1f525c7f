"""The system's clipboard."""

import base64
import sys
from pathlib import Path

import pytest

from agentchat.tui.clipboard import copy_command, run_copy, without_controls


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with every tool there is, which only writes down what it gets."""
    for name in ("wl-copy", "xclip", "xsel", "pbcopy"):
        tool = tmp_path / name
        tool.write_text(f"#!/bin/sh\ncat > {tmp_path}/taken\n")
        tool.chmod(0o700)
    return tmp_path


@pytest.mark.parametrize(
    ("variables", "platform", "tool"),
    [
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", "wl-copy"),
        ({"DISPLAY": ":0"}, "linux", "xclip"),
        ({}, "linux", None),
        ({}, "darwin", "pbcopy"),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "x"}, "linux", None),
        ({"SSH_TTY": "/dev/pts/1"}, "darwin", None),
    ],
)
def test_the_tool_of_this_desk_is_taken(tools: Path, variables: dict[str, str], platform: str, tool: str | None) -> None:
    command = copy_command({**variables, "PATH": str(tools)}, platform)
    assert (command and command[0]) == (tool and str(tools / tool))


def test_there_may_be_none(tmp_path: Path) -> None:
    assert copy_command({"DISPLAY": ":0", "PATH": str(tmp_path)}, "linux") is None


def test_the_tool_gets_the_text_and_a_failing_one_is_no_harm(tools: Path) -> None:
    assert run_copy((str(tools / "xclip"),), "text ä\n")
    assert (tools / "taken").read_text() == "text ä\n"
    assert not run_copy((sys.executable, "-c", "import sys; sys.exit(1)"), "text")
    assert not run_copy((str(tools / "nothing"),), "text")


def test_no_control_is_copied() -> None:
    text = without_controls("a\tb\n" + "".join(map(chr, (0, 27, 13, 127, 0x9B, 0xD800))) + "茶👨\u200d👩\u200d👧")
    assert text == "a\tb\n␀␛␍\\u{7F}\\u{9B}\ufffd茶👨\u200d👩\u200d👧"
    base64.b64encode(text.encode())
