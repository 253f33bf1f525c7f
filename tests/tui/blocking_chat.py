"""The application on a real terminal, with a tool that blocks the chat's whole thread. Run by `test_app`."""

import sys
import time
from pathlib import Path

from agentchat import Agent, function_tool
from agentchat.chat.chat import Chat
from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Status
from agentchat.chat.team import ModelLabel, Team
from agentchat.config.settings import Settings
from agentchat.runtime.ports.clock import SystemClock
from agentchat.testing import ScriptedModel, function_call
from agentchat.testing_journal import InMemoryJournal
from agentchat.tui.bridge import Connected
from agentchat.tui.run import run_screen
from agentchat.tui.start import Start


@function_tool(effects="reads")
async def block() -> str:
    """Blocks the loop that it runs on."""
    time.sleep(60)  # noqa: ASYNC251 - that is the point
    return "never"


async def connect() -> Connected:
    agent = Agent(name="triage", model=ScriptedModel([[function_call("block", {}, call_id="c")]]), tools=[block])
    team = Team(agent, label_of=lambda _: ModelLabel("demo", "demo", offline=True))
    return Connected(Chat(InMemoryJournal("3f2a9c1e"), ChatSetup(team)))


if __name__ == "__main__":
    outcome = run_screen(Start(Status(""), "0"), connect, clock=SystemClock(), settings=Settings(), log=Path(sys.argv[1]))
    sys.exit(outcome.status)
