"""The hooks that users derive from: those of `declarations/hooks.py`, with `Agent` as what they are told of."""

from typing import Any

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.hooks import AgentHooksBase, RunHooksBase
from agentchat.runtime.declarations.run_context import TContext


class RunHooks(RunHooksBase[TContext, Agent[Any]]):
    """Hears of a whole run: override what you want to hear of, and pass an instance to `Runner` as `hooks`."""


class AgentHooks(AgentHooksBase[TContext, Agent[Any]]):
    """Hears of one agent: override what you want to hear of, and set an instance as `Agent(hooks=...)`."""
