"""The context of a run: what it says of decisions, and what a tool's context adds."""

from typing import Any

import pytest
from openai.types.responses import ResponseFunctionToolCall

from agentchat import Agent, AgentHookContext, RunContextWrapper, ToolApprovalItem, ToolContext
from agentchat.runtime.declarations.run_context import wrapped

A, B = Agent(name="A"), Agent(name="B")


def _item(call_id: str, arguments: str = "{}", agent: Agent[Any] = A) -> ToolApprovalItem:
    call = ResponseFunctionToolCall(name="t", call_id=call_id, arguments=arguments, type="function_call")
    return ToolApprovalItem(agent, call, tool_name="t")


def _said(context: RunContextWrapper[Any], *call_ids: str) -> list[tuple[bool | None, str | None]]:
    return [(context.is_tool_approved("t", call_id), context.get_rejection_message("t", call_id)) for call_id in call_ids]


def test_nothing_is_decided_at_first() -> None:
    assert _said(RunContextWrapper(None), "1") == [(None, None)]


def test_a_decision_is_about_one_call_and_the_latest_stands() -> None:
    context = RunContextWrapper(None)
    context.approve_tool(_item("1"))
    context.reject_tool(_item("1"), rejection_message="no")
    context.reject_tool(_item("2"), rejection_message="no")
    context.approve_tool(_item("2"))
    assert _said(context, "1", "2", "3") == [(False, "no"), (True, None), (None, None)]


def test_a_sticky_decision_holds_for_calls_that_nobody_decided_about() -> None:
    context = RunContextWrapper(None)
    context.reject_tool(_item("1"), always_reject=True, rejection_message="never")
    context.approve_tool(_item("2"))
    assert _said(context, "1", "2", "3") == [(False, "never"), (True, None), (False, "never")]


def test_never_takes_back_an_earlier_yes_and_always_does_not_take_back_an_earlier_no() -> None:
    never, always = RunContextWrapper(None), RunContextWrapper(None)
    never.approve_tool(_item("1"))
    never.reject_tool(_item("2"), always_reject=True, rejection_message="never")
    always.reject_tool(_item("1"), rejection_message="no")
    always.approve_tool(_item("2"), always_approve=True)
    assert _said(never, "1", "2", "3") == [(False, "never")] * 3
    assert _said(always, "1", "2", "3") == [(False, "no"), (True, None), (True, None)]


def test_a_call_that_has_another_ones_id_is_not_decided() -> None:
    context = RunContextWrapper(None)
    context.approve_tool(_item("1"))
    status = [context.get_approval_status("t", "1", existing_pending=item) for item in (_item("1"), _item("1", '{"a":1}'))]
    assert (status, context.get_approval_status("t", "1")) == ([True, None], True)


def test_a_sticky_decision_is_about_the_tool_of_one_agent() -> None:
    context = RunContextWrapper(None)
    context.approve_tool(_item("1"), always_approve=True)
    status = [context.get_approval_status("t", "2", existing_pending=_item("2", agent=agent)) for agent in (A, B)]
    assert status == [True, None]


def test_contexts_are_equal_only_to_themselves() -> None:
    first, second = RunContextWrapper("mine"), RunContextWrapper("mine")
    assert first != second
    assert (wrapped(first) is first, wrapped("mine").context) == (True, "mine")
    assert issubclass(AgentHookContext, RunContextWrapper)


def test_a_tool_s_context_names_its_call() -> None:
    call = ResponseFunctionToolCall(name="t", call_id="1", arguments='{"a":1}', type="function_call", namespace="n")
    outer = RunContextWrapper("mine")
    context = ToolContext.from_agent_context(outer, "1", call, A)
    assert (context.tool_name, context.tool_call_id, context.tool_arguments) == ("t", "1", '{"a":1}')
    assert (context.qualified_tool_name, context.agent, context.context, context.usage is outer.usage) == ("n.t", A, "mine", True)
    with pytest.raises(ValueError, match="needs the tool call"):
        ToolContext.from_agent_context(outer, "1")


@pytest.mark.parametrize("left_out", ["tool_name", "tool_call_id", "tool_arguments"])
def test_a_tools_context_says_which_call_it_is_for(left_out: str) -> None:
    given = {"tool_name": "t", "tool_call_id": "c1", "tool_arguments": "{}"}
    del given[left_out]
    with pytest.raises(ValueError, match=f"A ToolContext needs {left_out}"):
        ToolContext[Any](context=None, **given)
