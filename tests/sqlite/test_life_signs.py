"""A file that tells whether its maker lives."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

from agentchat.sqlite.life_signs import is_alive, raise_sign

PROGRAM = """
import sys
from pathlib import Path
from agentchat.sqlite.life_signs import raise_sign

sign = raise_sign(Path(sys.argv[1]))
print("up", flush=True)
sys.stdin.read()
"""


def test_a_raised_sign_is_alive_until_it_is_lowered(tmp_path: Path) -> None:
    path = tmp_path / "sign"
    assert not is_alive(path)
    sign = raise_sign(path)
    assert (is_alive(path), stat.S_IMODE(path.stat().st_mode)) == (True, 0o600)
    sign.lower()
    assert (is_alive(path), path.exists()) == (False, False)


def test_a_sign_that_nobody_holds_is_dead_and_can_be_raised_again(tmp_path: Path) -> None:
    path = tmp_path / "sign"
    path.touch()
    assert not is_alive(path)
    sign = raise_sign(path)
    assert is_alive(path)
    sign.lower()


def test_a_sign_dies_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "sign"
    with subprocess.Popen([sys.executable, "-c", PROGRAM, str(path)], stdin=-1, stdout=-1) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        assert is_alive(path)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert (is_alive(path), path.exists()) == (False, True)
