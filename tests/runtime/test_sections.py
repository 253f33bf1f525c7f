"""Where the rows of the behaviour that was agreed on (the runtime's contract, section by section) are tested: an index for readers."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

WHERE: dict[str, str] = {
    "0 where we differ": "runtime/running/test_streams.py runtime/running/test_stopping.py runtime/running/test_approvals.py "
    "runtime/running/test_journal.py runtime/running/test_hand_over.py runtime/declarations/test_sync_calls.py",
    "1 public surface": "test_public_names.py runtime/test_signatures.py",
    "2 agent": "runtime/agents/test_agent.py runtime/declarations/test_default_model.py runtime/declarations/test_prompt.py",
    "3 runner": "runtime/running/test_runner.py runtime/running/test_own_loop.py runtime/running/test_server_history.py",
    "4 run config": "runtime/ports/test_run_config.py runtime/running/test_error_handling.py runtime/running/test_routing.py "
    "runtime/declarations/test_error_handlers.py",
    "5 results": "runtime/running/test_results.py runtime/running/test_streams.py runtime/running/test_stopping.py",
    "6 stream events": "runtime/running/test_events.py runtime/running/test_approvals.py runtime/running/test_guarding.py "
    "runtime/running/test_hosted_calls.py runtime/running/test_nested.py runtime/agents/test_tool_stream.py",
    "7 items": "runtime/declarations/test_item_helpers.py runtime/running/test_hosted_calls.py runtime/running/test_streams.py",
    "8 function tools": "runtime/declarations/test_function_tool.py runtime/declarations/test_function_schema.py "
    "runtime/declarations/test_docstrings.py runtime/declarations/test_tool_output.py runtime/running/test_tool_calls.py",
    "9 contexts and approvals": "runtime/declarations/test_run_context.py runtime/running/test_approvals.py "
    "runtime/running/test_decisions.py",
    "10 agents as tools": "runtime/agents/test_agent_tool.py runtime/agents/test_tool_input.py runtime/agents/test_tool_stream.py "
    "runtime/running/test_nested.py",
    "11 handoffs": "runtime/agents/test_handoffs.py runtime/declarations/test_handoff_history.py runtime/running/test_handing_over.py",
    "12 guardrails": "runtime/declarations/test_guardrails.py runtime/running/test_guarding.py runtime/running/test_tool_guarding.py "
    "runtime/running/test_blocking.py",
    "13 hooks": "runtime/agents/test_hooks.py runtime/running/test_hooking.py",
    "14 output types": "runtime/declarations/test_output_schema.py runtime/declarations/test_strict_schema.py "
    "runtime/running/test_final_output.py",
    "15 run loop": "runtime/running/test_sessions.py runtime/running/test_results.py runtime/running/test_server_history.py",
    "16 run state": "runtime/running/test_run_state.py runtime/running/test_state_form.py runtime/running/test_state_round_trips.py "
    "runtime/running/test_decisions.py runtime/running/test_approvals.py runtime/running/test_nested.py",
    "18.2 model settings": "runtime/declarations/test_model_settings.py runtime/test_signatures.py runtime/running/test_results.py",
    "19 retry": "runtime/declarations/test_retry.py runtime/running/test_retrying.py",
    "20 usage and exceptions": "runtime/values/test_usage.py runtime/values/test_exceptions.py",
    "21 hosted and local tools": "runtime/declarations/test_hosted_tools.py runtime/running/test_hosted_calls.py "
    "runtime/running/test_local_calls.py runtime/running/test_local_approvals.py runtime/running/test_local_journal.py",
    "once: named crash points": "runtime/running/test_crashes.py runtime/running/test_nested_crashes.py "
    "runtime/running/test_journal_failing.py runtime/running/test_handing_over.py runtime/running/test_local_journal.py",
}


@pytest.mark.parametrize("section", WHERE)
def test_the_index_names_modules_that_exist(section: str) -> None:
    assert [name for name in WHERE[section].split() if not (TESTS / name).is_file()] == []
