"""kill -9 of the program while a command runs: the command is gone, and the conversation knows it."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agentchat.assembly import assemble
from agentchat.chat.chat import Chat
from agentchat.chat.front import Opened, Update
from agentchat.chat.options import Options
from agentchat.chat.transcript.blocks import NoticeBlock
from agentchat.chat.transcript.changes import BlockAdded, BlockReplaced
from agentchat.storage.reader import list_sessions
from tests.model_server import ModelServer
from tests.reliability.living import calls
from tests.tools.families import FAR_FAMILY, Holders

TEAM = """
[[agents]]
name = "worker"
instructions = "Work."
tools = ["run_shell"]
"""
CUT_OFF = re.compile(
    r'run_shell\(command=".*…\) was ended, with all it had started, when agentchat was killed at \d\d:\d\d; what it did before stays done\.'
)


async def _opened(home: Path, session_id: str) -> tuple[Chat, list[Update]]:
    published: list[Update] = []
    options = Options(
        database=home / "data" / "agentchat.db",
        folder=home,
        own_team=home / "config" / "agents.toml",
        trust_file=home / "state" / "trusted.jsonl",
        session_id=session_id,
        model="offline",
    )
    chat = await assemble(options)
    await chat.open(published.append)
    return chat, published


def _session(home: Path) -> str:
    [entry] = list_sessions(home / "data" / "agentchat.db")
    return entry.session_id


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of processes that left their group and family")
async def test_a_command_that_was_ended_with_the_program_says_so_when_the_conversation_is_opened_again(
    tmp_path: Path, figure: Callable[..., None]
) -> None:
    (tmp_path / "agents.toml").write_text(TEAM)
    holders = Holders(tmp_path)
    with ModelServer(calls(("run_shell", json.dumps({"command": FAR_FAMILY})))) as server:
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "agentchat", "run", "--mode", "auto", "--model", "test-model", "work"),
            env={**os.environ, "AGENTCHAT_HOME": str(tmp_path), "OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-test"},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        await holders.are_up("session", "orphan")
        program.send_signal(signal.SIGKILL)
        await holders.are_gone()
        assert await program.wait() == -signal.SIGKILL

    session_id = await asyncio.to_thread(_session, tmp_path)
    for _ in range(2):  # opened twice, told once
        chat, published = await _opened(tmp_path, session_id)
        opened = next(update for update in published if isinstance(update, Opened))
        shown = [*opened.blocks, *(update.block for update in published if isinstance(update, BlockAdded | BlockReplaced))]
        notices = [block.text for block in shown if isinstance(block, NoticeBlock)]
        [question] = opened.pending.questions
        await chat.close()
        assert len(notices) == 1
        assert CUT_OFF.fullmatch(notices[0]), notices[0]
        assert question.asks == "outcome unknown"
        assert re.fullmatch(r"it was ended when agentchat was killed at \d\d:\d\d", question.reason)
    figure("kill -9 while a command runs: 0 processes left, the call says when it was ended", n=1)
