"""Running agents, under the module path that the published documents use."""

from agentchat.runtime.ports.agent_runner import AgentRunner
from agentchat.runtime.ports.defaults import default_agent_runner as get_default_agent_runner
from agentchat.runtime.ports.defaults import set_default_agent_runner
from agentchat.runtime.ports.run_config import CallModelData, ModelInputData, RunConfig, ToolErrorFormatterArgs, ToolExecutionConfig
from agentchat.runtime.running.runner import DEFAULT_MAX_TURNS, Runner

__all__ = [
    "DEFAULT_MAX_TURNS",
    "AgentRunner",
    "CallModelData",
    "ModelInputData",
    "RunConfig",
    "Runner",
    "ToolErrorFormatterArgs",
    "ToolExecutionConfig",
    "get_default_agent_runner",
    "set_default_agent_runner",
]
