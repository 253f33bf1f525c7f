"""`run_demo_loop`: an agent on plain input and output."""

import os
import pty
import subprocess
import sys
from pathlib import Path

PROGRAM = '''
import asyncio, sys
from agentchat import Agent, function_tool, run_demo_loop
from agentchat.testing import ScriptedModel, assistant_message, function_call

@function_tool
def add(a: int, b: int) -> int:
    """Adds."""
    return a + b

b = Agent(name="B", model=ScriptedModel([[assistant_message("from b")]]))
model = ScriptedModel([
    [function_call("add", {"a": 1, "b": 2}, call_id="c1")],
    [assistant_message("three\\nlines")],
    [assistant_message("again\\x1b[2J")],
    [function_call("transfer_to_b", {}, call_id="c2")],
])
agent = Agent(name="A", tools=[add], handoffs=[b], model=model)
asyncio.run(run_demo_loop(agent, stream=sys.argv[1] == "stream"))
print([[item.get("role") or item["type"] for item in call.input] for call in model.calls])
'''

CALLS = (
    "[['user'], ['user', 'function_call', 'function_call_output'],"
    " ['user', 'function_call', 'function_call_output', 'assistant', 'user'],"
    " ['user', 'function_call', 'function_call_output', 'assistant', 'user', 'assistant', 'user']]\n"
)


def _said(lines: str, *, how: str) -> str:
    return subprocess.run([sys.executable, "-c", PROGRAM, how], input=lines, capture_output=True, text=True, check=True, timeout=30).stdout


def test_the_answer_is_written_as_it_comes_with_what_tools_do_beside_it() -> None:
    assert _said("hello\n\nagain\nover\n quit \nmore\n", how="stream") == (
        " > \n[Agent updated: A]\n\n[tool called]\n\n[tool output: 3]\nthree\nlines\n"
        " >  > \n[Agent updated: A]\nagain\x1b[2J\n"
        " > \n[Agent updated: A]\n\n[Agent updated: B]\nfrom b\n"
        f" > {CALLS}"
    )


def test_without_a_stream_only_the_final_output_is_written_and_the_end_of_input_ends_it() -> None:
    assert _said("hello\nagain\nover\n", how="whole") == f" > three\nlines\n > again\x1b[2J\n > from b\n > \n{CALLS}"


def test_exit_in_any_case_ends_it_before_the_model_is_asked() -> None:
    assert _said("EXIT\n", how="stream") == " > []\n"


def test_on_a_terminal_an_answer_cannot_command_it(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "whole"], stdin=subprocess.PIPE, stdout=theirs, stderr=subprocess.DEVNULL, cwd=tmp_path
    ) as process:
        os.close(theirs)
        assert process.stdin is not None
        process.stdin.write(b"hello\nagain\n")
        process.stdin.close()
        shown = b""
        while b"[['user']" not in shown:
            shown += os.read(ours, 4096)
        os.close(ours)
    assert "again␛[2J" in shown.decode()
