"""The public names, all in one place; `agentchat` itself hands them out lazily."""

from agentchat.assembly import open_chat
from agentchat.memory.async_sqlite_session import AsyncSQLiteSession
from agentchat.memory.sqlite_session import SQLiteSession
from agentchat.models.chat_completions import OpenAIChatCompletionsModel
from agentchat.models.openai_defaults import set_default_openai_api, set_default_openai_client, set_default_openai_key
from agentchat.models.provider import MultiProvider, OpenAIProvider
from agentchat.models.responses import OpenAIResponsesModel
from agentchat.runtime.agents.agent import (
    Agent,
    AgentBase,
    StopAtTools,
    ToolsToFinalOutputFunction,
    ToolsToFinalOutputResult,
)
from agentchat.runtime.agents.handoffs import handoff
from agentchat.runtime.declarations.function_tool import default_tool_error_function, function_tool, tool
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.output_schema import AgentOutputSchemaBase
from agentchat.runtime.declarations.run_context import AgentHookContext, RunContextWrapper, TContext, ToolContext
from agentchat.runtime.declarations.tool import (
    FunctionTool,
    FunctionToolResult,
    Tool,
    ToolOutputFileContent,
    ToolOutputFileContentDict,
    ToolOutputImage,
    ToolOutputImageDict,
    ToolOutputText,
    ToolOutputTextDict,
)
from agentchat.runtime.ports.agent_runner import AgentRunner
from agentchat.runtime.ports.defaults import default_agent_runner as get_default_agent_runner
from agentchat.runtime.ports.defaults import set_default_agent_runner
from agentchat.runtime.ports.journal import RunJournal
from agentchat.runtime.ports.model import Model, ModelProvider, ModelTracing
from agentchat.runtime.ports.policy import Allow, ApprovalPolicy, Ask, Deny
from agentchat.runtime.ports.run_config import (
    CallModelData,
    ModelInputData,
    ReasoningItemIdPolicy,
    RunConfig,
    ToolErrorFormatter,
    ToolErrorFormatterArgs,
    ToolExecutionConfig,
    ToolNameCollisionPolicy,
    ToolNotFoundBehavior,
)
from agentchat.runtime.ports.session import Session, SessionABC, SessionSettings
from agentchat.runtime.running.results import RunResult, RunResultBase, RunResultStreaming
from agentchat.runtime.running.run_state import RunState
from agentchat.runtime.running.runner import Runner
from agentchat.runtime.values.events import (
    AgentUpdatedStreamEvent,
    CallFinished,
    CallProgress,
    CallStarted,
    CheckpointSaved,
    NestedEvent,
    RawResponsesStreamEvent,
    Retrying,
    RunItemStreamEvent,
    StreamEvent,
)
from agentchat.runtime.values.exceptions import (
    AgentsException,
    JournalSuperseded,
    MaxTurnsExceeded,
    ModelBehaviorError,
    ModelRefusalError,
    ModelTimeoutError,
    RunErrorDetails,
    ToolTimeoutError,
    UserError,
)
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import (
    HandoffCallItem,
    HandoffOutputItem,
    InputItem,
    MCPApprovalRequestItem,
    MCPApprovalResponseItem,
    MCPListToolsItem,
    MessageOutputItem,
    ModelResponse,
    ReasoningItem,
    RunItem,
    ToolApprovalItem,
    ToolCallItem,
    ToolCallOutputItem,
    TResponseInputItem,
)
from agentchat.runtime.values.usage import RequestUsage, Usage

__all__ = [
    "Agent",
    "AgentBase",
    "AgentHookContext",
    "AgentOutputSchemaBase",
    "AgentRunner",
    "AgentUpdatedStreamEvent",
    "AgentsException",
    "Allow",
    "ApprovalPolicy",
    "Ask",
    "AsyncSQLiteSession",
    "CallFinished",
    "CallModelData",
    "CallProgress",
    "CallStarted",
    "CheckpointSaved",
    "Deny",
    "FunctionTool",
    "FunctionToolResult",
    "Handoff",
    "HandoffCallItem",
    "HandoffOutputItem",
    "InputItem",
    "ItemHelpers",
    "JournalSuperseded",
    "MCPApprovalRequestItem",
    "MCPApprovalResponseItem",
    "MCPListToolsItem",
    "MaxTurnsExceeded",
    "MessageOutputItem",
    "Model",
    "ModelBehaviorError",
    "ModelInputData",
    "ModelProvider",
    "ModelRefusalError",
    "ModelResponse",
    "ModelSettings",
    "ModelTimeoutError",
    "ModelTracing",
    "MultiProvider",
    "NestedEvent",
    "OpenAIChatCompletionsModel",
    "OpenAIProvider",
    "OpenAIResponsesModel",
    "RawResponsesStreamEvent",
    "ReasoningItem",
    "ReasoningItemIdPolicy",
    "RequestUsage",
    "Retrying",
    "RunConfig",
    "RunContextWrapper",
    "RunErrorDetails",
    "RunItem",
    "RunItemStreamEvent",
    "RunJournal",
    "RunResult",
    "RunResultBase",
    "RunResultStreaming",
    "RunState",
    "Runner",
    "SQLiteSession",
    "Session",
    "SessionABC",
    "SessionSettings",
    "StopAtTools",
    "StreamEvent",
    "TContext",
    "TResponseInputItem",
    "Tool",
    "ToolApprovalItem",
    "ToolCallItem",
    "ToolCallOutputItem",
    "ToolContext",
    "ToolErrorFormatter",
    "ToolErrorFormatterArgs",
    "ToolExecutionConfig",
    "ToolNameCollisionPolicy",
    "ToolNotFoundBehavior",
    "ToolOutputFileContent",
    "ToolOutputFileContentDict",
    "ToolOutputImage",
    "ToolOutputImageDict",
    "ToolOutputText",
    "ToolOutputTextDict",
    "ToolTimeoutError",
    "ToolsToFinalOutputFunction",
    "ToolsToFinalOutputResult",
    "Usage",
    "UserError",
    "default_tool_error_function",
    "function_tool",
    "get_default_agent_runner",
    "handoff",
    "open_chat",
    "set_default_agent_runner",
    "set_default_openai_api",
    "set_default_openai_client",
    "set_default_openai_key",
    "tool",
]
