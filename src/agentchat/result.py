"""What a run comes to, under the module path that the published documents use."""

from agentchat.runtime.agents.agent_tool import AgentToolInvocation
from agentchat.runtime.running.results import RunResult, RunResultBase, RunResultStreaming

__all__ = ["AgentToolInvocation", "RunResult", "RunResultBase", "RunResultStreaming"]
