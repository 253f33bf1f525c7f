"""`agentchat.open_chat`: the screen on an agent of one's own Python, from one's own program."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from agentchat.actions.launch import say_goodbye, show
from agentchat.actions.wish import Wish, understood
from agentchat.chat.status import Mode
from agentchat.config.errors import Unusable
from agentchat.runtime.agents.agent import Agent


def open_chat(
    agent: Agent[Any], prompt: str = "", *, session_id: str | None = None, path: str | Path | None = None, mode: Mode | None = None
) -> str:
    """Talks with an agent on the terminal: the screen of `agentchat`, until the person leaves it.

    Everything that the agent has (tools, handoffs, guardrails, hooks, its own model) works as in a run; models that are given by name are
    found as for `Runner.run`. Calls that change things are asked about, unless `mode` is "read-only" or "auto". No agents.toml is read.

    Args:
        agent: Who gets the first message.
        prompt: What is said first, as if it had been typed.
        session_id: The conversation to go on with, or the name of a new one; None for a new one with a name of its own.
        path: The file with the conversations; None for that of `agentchat`. `SQLiteSession(session_id, path)` reads it.
        mode: "ask", "read-only" or "auto"; None for "ask".

    Returns:
        The id of the conversation, which opens it again.

    Raises:
        Unusable: There is no terminal, or it was called from async code (give the event loop's place to the screen).
    """
    _must_not_run_in_a_loop()
    meant = understood(Wish(prompt=prompt, database=None if path is None else Path(path), mode=mode))
    meant = replace(meant, options=replace(meant.options, session_id=session_id))
    outcome = show(meant, agent)
    say_goodbye(outcome, f"open_chat(agent, session_id={outcome.session_id!r})")
    return outcome.session_id


def _must_not_run_in_a_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise Unusable("open_chat has an event loop of its own; call it outside of async code.")
