"""`open_chat`, and `--agent module:object`: the screen on an agent of one's own Python, on a real terminal."""

import re
import sys
from pathlib import Path

import pytest

from agentchat import Agent, SQLiteSession, open_chat
from agentchat.config.errors import Unusable
from tests.command_line import ROOT, last_words, quit_by_key, terminal
from tests.pty_terminal import PtyTerminal

LIBRARY = ROOT / "docs" / "library.md"


def example() -> str:
    """The program in the document."""
    (source,) = re.findall(r"^```python screen\n(.*?)^```", LIBRARY.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return source


async def test_the_example_of_the_document_opens_the_screen_and_keeps_the_conversation(tmp_path: Path) -> None:
    (tmp_path / "poem.py").write_text(example())
    env = {"AGENTCHAT_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    with PtyTerminal([sys.executable, "poem.py"], cwd=tmp_path, columns=100, rows=30, env=env) as program:
        program.wait_for("The harbour sleeps, the gulls complain.")
        program.wait_for("Poet")
        program.wait_until(lambda: "esc stop" not in program.text)
        words = quit_by_key(program).splitlines()
    kept = words[1].removeprefix("It is kept as ")
    assert words[0] == f"Resume with: open_chat(agent, session_id='{kept}')"
    items = await SQLiteSession(kept, str(tmp_path / "talks.db")).get_items()
    assert [item.get("role") for item in items] == ["user", "assistant"]


def test_an_agent_of_a_module_in_the_working_folder_opens_with_the_same_screen(tmp_path: Path) -> None:
    (tmp_path / "poem.py").write_text(example())
    with terminal(tmp_path, "--agent", "poem:poet", "A line, please.") as program:
        program.wait_for("The harbour sleeps, the gulls complain.")
        program.wait_until(lambda: "esc stop" not in program.text)
        assert quit_by_key(program).endswith("--agent poem:poet")


def test_a_broken_module_leaves_the_screen_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "poem.py").write_text("\nraise KeyError('verse')\n")
    with terminal(tmp_path, "--agent", "poem:poet") as program:
        assert program.wait_for_exit() == 2
        said = "agentchat: Agent 'poem:poet' cannot be had: poem.py:2 says 'KeyError: 'verse''."
        assert last_words(program) == said


def test_without_a_terminal_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTCHAT_HOME", str(tmp_path))
    with pytest.raises(Unusable, match="The screen needs a terminal"):
        open_chat(Agent(name="a"))


async def test_in_async_code_it_says_so() -> None:
    with pytest.raises(Unusable, match="call it outside of async code"):
        open_chat(Agent(name="a"))
