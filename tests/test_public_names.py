"""Every published name can be imported from `agentchat`; those that are still to come say what to do meanwhile."""

import importlib
import inspect
import subprocess
import sys
from typing import Any

import pytest

import agentchat
from agentchat import function_tool, public
from agentchat.coming import names_to_come

PUBLISHED = """
Agent AgentBase Runner RunConfig RunState RunResult RunResultBase RunResultStreaming RunContextWrapper TContext ModelSettings Usage
RunHooks AgentHooks AgentHookContext StopAtTools ToolsToFinalOutputFunction ToolsToFinalOutputResult AgentToolStreamEvent
AgentToolInvocation RunErrorDetails RunErrorData RunErrorHandler RunErrorHandlerInput RunErrorHandlerResult RunErrorHandlers
ToolExecutionConfig ToolErrorFormatter ToolErrorFormatterArgs ToolNotFoundBehavior ToolNameCollisionPolicy ReasoningItemIdPolicy

StreamEvent RawResponsesStreamEvent RunItemStreamEvent AgentUpdatedStreamEvent

RunItem InputItem MessageOutputItem ToolCallItem ToolCallOutputItem ReasoningItem HandoffCallItem HandoffOutputItem
ToolApprovalItem MCPApprovalRequestItem MCPApprovalResponseItem MCPListToolsItem ItemHelpers ModelResponse TResponseInputItem

Tool FunctionTool FunctionToolResult ToolContext function_tool tool default_tool_error_function ToolOrigin ToolOriginType
WebSearchTool FileSearchTool ComputerTool CodeInterpreterTool HostedMCPTool ImageGenerationTool LocalShellTool ShellTool
ApplyPatchTool ToolOutputText ToolOutputTextDict ToolOutputImage ToolOutputImageDict ToolOutputFileContent
ToolOutputFileContentDict apply_diff

handoff Handoff HandoffInputData HandoffInputFilter nest_handoff_history remove_all_tools prompt_with_handoff_instructions
RECOMMENDED_PROMPT_PREFIX

InputGuardrail OutputGuardrail GuardrailFunctionOutput InputGuardrailResult OutputGuardrailResult input_guardrail
output_guardrail ToolInputGuardrail ToolOutputGuardrail ToolInputGuardrailData ToolOutputGuardrailData ToolInputGuardrailResult
ToolOutputGuardrailResult ToolGuardrailFunctionOutput tool_input_guardrail tool_output_guardrail

AgentOutputSchema AgentOutputSchemaBase

Session SessionABC SessionSettings SQLiteSession AsyncSQLiteSession

Model ModelProvider ModelTracing MultiProvider OpenAIProvider OpenAIChatCompletionsModel OpenAIResponsesModel
ModelRetrySettings ModelRetryBackoffSettings RetryDecision RetryPolicy RetryPolicyContext retry_policies

set_default_openai_key set_default_openai_client set_default_openai_api run_demo_loop
get_default_agent_runner set_default_agent_runner AgentRunner
Prompt DynamicPromptFunction GenerateDynamicPromptData

AgentsException MaxTurnsExceeded ModelBehaviorError ModelRefusalError ModelTimeoutError UserError ToolTimeoutError
MCPToolCancellationError InputGuardrailTripwireTriggered OutputGuardrailTripwireTriggered
ToolInputGuardrailTripwireTriggered ToolOutputGuardrailTripwireTriggered
"""

TO_COME = """
add_trace_processor agent_span custom_span enable_verbose_stdout_logging function_span gen_trace_id generation_span get_current_span
get_current_trace guardrail_span handoff_span set_trace_processors set_tracing_disabled set_tracing_export_api_key trace
AdvancedSQLiteSession EncryptedSession SQLAlchemySession OpenAIConversationsSession RedisSession DaprSession
OpenAIResponsesCompactionSession MongoDBSession
responses_websocket_session
MCPServerStdio MCPServerSse MCPServerStreamableHttp MCPServerManager create_static_tool_filter
"""

TESTING = """
ScriptedModel ModelStep ModelStepSpec ModelCall assistant_message function_call ModelScriptError InvalidModelStep
UnexpectedModelCall UnconsumedModelSteps
"""

MODULES: dict[str, str] = {
    "agent": "Agent AgentBase StopAtTools",
    "exceptions": "AgentsException InputGuardrailTripwireTriggered MaxTurnsExceeded UserError",
    "extensions.handoff_filters": "remove_all_tools",
    "extensions.handoff_prompt": "RECOMMENDED_PROMPT_PREFIX prompt_with_handoff_instructions",
    "extensions.memory": "AsyncSQLiteSession",
    "guardrail": "GuardrailFunctionOutput InputGuardrail input_guardrail",
    "items": "ItemHelpers TResponseInputItem ToolApprovalItem",
    "memory": "SQLiteSession Session SessionABC SessionSettings",
    "memory.session": "Session SessionABC SessionSettings",
    "repl": "run_demo_loop",
    "result": "RunResult RunResultStreaming",
    "run": "RunConfig Runner",
    "stream_events": "AgentUpdatedStreamEvent RawResponsesStreamEvent RunItemStreamEvent StreamEvent",
    "tool": "FunctionTool Tool WebSearchTool function_tool",
}


@pytest.mark.parametrize("name", PUBLISHED.split())
def test_each_published_name_is_there(name: str) -> None:
    assert getattr(agentchat, name) is getattr(public, name)


@pytest.mark.parametrize("name", TESTING.split())
def test_each_published_name_for_tests_is_there(name: str) -> None:
    assert getattr(importlib.import_module("agentchat.testing"), name)


def test_the_names_that_are_still_to_come() -> None:
    assert names_to_come() == frozenset(TO_COME.split())
    assert names_to_come() & set(public.__all__) == set()


@pytest.mark.parametrize("name", TO_COME.split())
def test_a_name_that_is_still_to_come_says_what_to_do_meanwhile(name: str) -> None:
    with pytest.raises(ImportError, match=rf"^{name} is not part of agentchat yet; .+\.$"):
        getattr(agentchat, name)


def test_a_back_end_that_is_still_to_come_says_so_under_its_own_path_too() -> None:
    for module in ("agentchat.extensions.memory", "agentchat.memory"):
        with pytest.raises(ImportError, match="SQLAlchemySession is not part of agentchat yet; use SQLiteSession"):
            getattr(importlib.import_module(module), "SQLAlchemySession")  # noqa: B009 - the type checker knows that it is not there


@pytest.mark.parametrize("module", ["agentchat", "agentchat.extensions.memory", "agentchat.memory"])
def test_a_name_that_is_nothing_is_an_attribute_error(module: str) -> None:
    with pytest.raises(AttributeError, match=f"module '{module}' has no attribute 'Agnet'"):
        getattr(importlib.import_module(module), "Agnet")  # noqa: B009 - as above


@pytest.mark.parametrize("path", MODULES)
def test_the_published_module_paths_hand_out_the_same_things(path: str) -> None:
    module = importlib.import_module(f"agentchat.{path}")
    for name in MODULES[path].split():
        assert getattr(module, name) is getattr(public, name)


def test_a_function_s_schema_has_its_published_path() -> None:
    from agentchat.function_schema import function_schema

    def add(a: int) -> int:
        """Adds."""
        return a

    assert function_schema(add).params_json_schema["required"] == ["a"]


def test_tool_is_a_decorator_and_a_module_in_any_order() -> None:
    program = """
import agentchat, importlib
before = agentchat.tool
module = importlib.import_module("agentchat.tool")
from agentchat import tool
from agentchat.tool import FunctionTool
made = [wrap(lambda: "x") for wrap in (before, tool)] + [tool(name_override="named")(lambda: "x")]
print([(isinstance(each, FunctionTool), each.name) for each in made], tool is module)
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said == "[(True, '<lambda>'), (True, '<lambda>'), (True, 'named')] True\n"


def test_importing_the_package_or_its_memory_loads_nothing() -> None:
    program = "import sys, agentchat, agentchat.memory; print(sorted({'openai', 'pydantic', 'agentchat.public'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_all_names_are_told() -> None:
    assert set(PUBLISHED.split()) <= set(dir(agentchat))
    made: Any = agentchat.tool(lambda: "x")
    assert isinstance(made, type(function_tool(lambda: "x")))


def _is_ours(thing: Any) -> bool:
    return (inspect.isclass(thing) or inspect.isfunction(thing)) and str(thing.__module__).startswith("agentchat.")


def _is_silent(member: Any) -> bool:
    """True for a method or property without a docstring."""
    written = member.__func__ if isinstance(member, classmethod | staticmethod) else member
    written = written.fget if isinstance(written, property) else written
    return inspect.isfunction(written) and not (written.__doc__ or "").strip()


@pytest.mark.parametrize("name", [name for name in public.__all__ if _is_ours(getattr(public, name))])
def test_every_public_thing_says_what_it_is_for(name: str) -> None:
    """Classes with their methods, and functions; a dataclass that has none shows its signature."""
    thing = getattr(public, name)
    members = vars(thing).items() if inspect.isclass(thing) else ()
    silent = [f"{name}.{member}" for member, value in members if not member.startswith("_") and _is_silent(value)]
    said = vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__
    assert silent == []
    assert len((said or "").split()) > 2
    assert not (said or "").startswith(f"{name}(")
