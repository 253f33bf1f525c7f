import os
import subprocess
import sys
from pathlib import Path

import pytest

from agentchat.tools.commands import guardian


def _ran(*command: str) -> tuple[bytes, list[str]]:
    """The guardian by itself: the output, and what it reported."""
    (life_reads, life_writes), (report_reads, report_writes) = os.pipe(), os.pipe()
    program = [sys.executable, "-S", "-s", "-P", guardian.__file__, str(life_reads), str(report_writes), "", *command]
    output = subprocess.run(program, stdout=subprocess.PIPE, pass_fds=(life_reads, report_writes), check=True).stdout
    for descriptor in (life_reads, life_writes, report_writes):
        os.close(descriptor)
    with os.fdopen(report_reads) as report:
        return output, report.read().splitlines()


def test_the_report_says_how_it_went() -> None:
    output, (started, ended) = _ran("sh", "-c", "echo $$; exit 2")
    assert output == started.removeprefix("started ").encode() + b"\n"
    assert ended == f"ended {2 << 8} 0 0"
    assert "failed 2" in _ran("no-such-program")[1]


def test_it_imports_little_because_every_command_waits_for_it() -> None:
    code = f"import sys; exec(open({guardian.__file__!r}).read(), {{'__name__': ''}}); print(len(sys.modules), *sys.modules)"
    output = subprocess.run([sys.executable, "-S", "-s", "-P", "-c", code], capture_output=True, check=True, text=True).stdout
    number, *modules = output.split()
    assert int(number) < 80
    assert {"re", "typing", "dataclasses", "pathlib", "subprocess", "agentchat"}.isdisjoint(modules)


@pytest.mark.skipif(sys.platform != "linux" or not Path("/bin/ps").exists(), reason="compares the two sources")
def test_both_sources_tell_of_the_same_processes() -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, start_new_session=True) as child:
        for processes in (guardian._from_proc(), guardian._from_ps(), guardian._members(child.pid)):
            assert (child.pid, os.getpid(), child.pid) in [process[:3] for process in processes]
        assert os.getpid() in [process[0] for process in guardian._from_ps()]
        assert os.getpid() not in [process[0] for process in guardian._members(child.pid)]
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        ended = (child.pid, os.getpid(), child.pid, b"Z")
        assert ended in guardian._from_proc()
        assert ended in guardian._from_ps()
