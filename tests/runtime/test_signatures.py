"""The published order of parameters and fields: code that passes them by position goes on working."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from agentchat import Agent, FunctionTool, Handoff, ModelResponse, ModelSettings, RunConfig, RunContextWrapper, Runner, RunState, handoff

OPTIONS = "context max_turns hooks run_config"
SERVER = "previous_response_id auto_previous_response_id conversation_id session"

PUBLISHED: list[tuple[Callable[..., Any], str]] = [
    (
        Agent,
        """
        name handoff_description tools mcp_servers mcp_config instructions prompt handoffs model model_settings input_guardrails
        output_guardrails output_type hooks tool_use_behavior reset_tool_choice
        """,
    ),
    (
        RunConfig,
        """
        model model_provider model_settings handoff_input_filter nest_handoff_history handoff_history_mapper input_guardrails
        output_guardrails tracing_disabled tracing trace_include_sensitive_data workflow_name trace_id group_id trace_metadata
        session_input_callback call_model_input_filter tool_error_formatter session_settings reasoning_item_id_policy sandbox
        tool_execution tool_not_found_behavior tool_name_collision_policy output_guardrail_blocked_message
        """,
    ),
    (
        ModelSettings,
        """
        temperature top_p frequency_penalty presence_penalty tool_choice parallel_tool_calls truncation max_tokens reasoning
        verbosity metadata store prompt_cache_retention include_usage response_include top_logprobs extra_query extra_body
        extra_headers extra_args retry context_management prompt_cache_options preserve_raw_usage timeout
        """,
    ),
    (
        FunctionTool,
        """
        name description params_json_schema on_invoke_tool strict_json_schema is_enabled tool_input_guardrails
        tool_output_guardrails needs_approval timeout_seconds timeout_behavior timeout_error_function defer_loading
        """,
    ),
    (
        Agent.as_tool,
        """
        self tool_name tool_description custom_output_extractor is_enabled on_stream run_config max_turns hooks
        previous_response_id conversation_id session failure_error_function needs_approval parameters input_builder
        include_input_schema on_stream_max_pending_events
        """,
    ),
    (
        handoff,
        "agent tool_name_override tool_description_override on_handoff input_type input_filter nest_handoff_history is_enabled",
    ),
    (Handoff, "tool_name tool_description input_json_schema on_invoke_handoff agent_name input_filter nest_handoff_history"),
    (Runner.run, f"starting_agent input {OPTIONS} error_handlers {SERVER}"),
    (Runner.run_streamed, f"starting_agent input {OPTIONS} {SERVER} error_handlers"),
    (RunState, "context original_input starting_agent max_turns"),
    (RunState.to_json, "self context_serializer strict_context include_tracing_api_key"),
    (RunState.from_json, "initial_agent state_json context_override context_deserializer strict_context"),
    (RunContextWrapper, "context usage turn_input tool_input"),
    (ModelResponse, "output usage response_id request_id raw_usage"),
]


@pytest.mark.parametrize(("callee", "names"), PUBLISHED)
def test_parameters_stand_in_their_published_order(callee: Callable[..., Any], names: str) -> None:
    found = list(inspect.signature(callee).parameters)
    assert found[: len(names.split())] == names.split()


def test_every_setting_of_a_model_is_none_until_it_is_set() -> None:
    assert {parameter.default for parameter in inspect.signature(ModelSettings).parameters.values()} == {None}
