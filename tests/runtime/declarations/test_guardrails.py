"""Guardrails as they are declared, and as they are asked by themselves."""

import threading
from typing import Any

import pytest

from agentchat import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrail,
    InputGuardrailResult,
    InputGuardrailTripwireTriggered,
    OutputGuardrail,
    OutputGuardrailResult,
    OutputGuardrailTripwireTriggered,
    RunContextWrapper,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrail,
    ToolInputGuardrailTripwireTriggered,
    ToolOutputGuardrail,
    ToolOutputGuardrailTripwireTriggered,
    UserError,
    input_guardrail,
    output_guardrail,
    tool_input_guardrail,
    tool_output_guardrail,
)

CONTEXT = RunContextWrapper(None)
AGENT: Agent[Any] = Agent(name="A")


def check(*given: Any) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(given, tripwire_triggered=False)


@pytest.mark.parametrize(
    ("decorator", "kind"),
    [
        (input_guardrail, InputGuardrail),
        (output_guardrail, OutputGuardrail),
        (tool_input_guardrail, ToolInputGuardrail),
        (tool_output_guardrail, ToolOutputGuardrail),
    ],
)
def test_a_decorator_makes_a_guardrail_bare_and_with_arguments(decorator: Any, kind: type) -> None:
    assert decorator(check) == decorator()(check) == kind(check, name="check")
    assert decorator(name="other")(check) == kind(check, name="other")


def test_an_input_guardrail_runs_in_parallel_unless_it_is_told_not_to() -> None:
    assert input_guardrail(check).run_in_parallel
    assert not input_guardrail(name="n", run_in_parallel=False)(check).run_in_parallel


class Checker:
    """A function in the shape of an object."""

    async def __call__(self, *given: Any) -> GuardrailFunctionOutput:
        return check(*given)


@pytest.mark.parametrize(("function", "name"), [(check, "check"), (lambda *_: None, "<lambda>"), (Checker(), "Checker")])
def test_a_guardrail_without_a_name_is_called_by_its_function(function: Any, name: str) -> None:
    assert InputGuardrail(function).get_name() == name
    assert InputGuardrail(function, name="own").get_name() == "own"


async def test_an_input_guardrail_gets_context_agent_and_input() -> None:
    for function in (check, Checker()):
        guardrail = InputGuardrail[Any](function)
        said = await guardrail.run(AGENT, "hi", CONTEXT)
        assert said == InputGuardrailResult(guardrail, GuardrailFunctionOutput((CONTEXT, AGENT, "hi"), tripwire_triggered=False))


async def test_an_output_guardrail_gets_context_agent_and_output() -> None:
    guardrail = OutputGuardrail[Any](check)
    said = await guardrail.run(CONTEXT, AGENT, 7)
    output = GuardrailFunctionOutput((CONTEXT, AGENT, 7), tripwire_triggered=False)
    assert said == OutputGuardrailResult(guardrail, 7, AGENT, output)


async def test_a_sync_function_runs_in_a_thread_of_its_own() -> None:
    seen: list[threading.Thread] = []

    def sync(*given: Any) -> GuardrailFunctionOutput:
        seen.append(threading.current_thread())
        return check(*given)

    await InputGuardrail[Any](sync).run(AGENT, "hi", CONTEXT)
    assert seen[0] is not threading.current_thread()


async def test_what_is_no_verdict_is_an_error_of_the_guardrails_author() -> None:
    with pytest.raises(UserError, match=r"Guardrail '<lambda>' must return a GuardrailFunctionOutput, not bool\."):
        await InputGuardrail[Any](lambda *_: True).run(AGENT, "hi", CONTEXT)


def test_a_guardrail_needs_a_function() -> None:
    with pytest.raises(UserError, match="Guardrail function must be callable, got nothing"):
        InputGuardrail("nothing")  # type: ignore[arg-type]


def test_a_tool_guardrail_allows_rejects_or_raises() -> None:
    assert ToolGuardrailFunctionOutput("i") == ToolGuardrailFunctionOutput.allow("i")
    assert ToolGuardrailFunctionOutput.allow().behavior == {"type": "allow"}
    assert ToolGuardrailFunctionOutput.reject_content("no", "i") == ToolGuardrailFunctionOutput(
        "i", {"type": "reject_content", "message": "no"}
    )
    assert ToolGuardrailFunctionOutput.raise_exception("i") == ToolGuardrailFunctionOutput("i", {"type": "raise_exception"})


def test_the_four_exceptions_say_which_kind_of_guardrail_tripped() -> None:
    verdict, tool_verdict = check(), ToolGuardrailFunctionOutput.raise_exception()
    said = InputGuardrailResult(InputGuardrail(check), verdict)
    of_output = OutputGuardrailResult(OutputGuardrail(check), "x", AGENT, verdict)
    before, after = ToolInputGuardrail[Any](check), ToolOutputGuardrail[Any](check)
    tripped = InputGuardrailTripwireTriggered(said)
    assert (str(tripped), tripped.guardrail_result, tripped.run_data) == ("Guardrail InputGuardrail triggered tripwire", said, None)
    assert str(OutputGuardrailTripwireTriggered(of_output)) == "Guardrail OutputGuardrail triggered tripwire"
    of_tool = ToolInputGuardrailTripwireTriggered(before, tool_verdict)
    assert (of_tool.guardrail, of_tool.output) == (before, tool_verdict)
    assert str(of_tool) == "Tool input guardrail ToolInputGuardrail triggered tripwire"
    assert str(ToolOutputGuardrailTripwireTriggered(after, tool_verdict)) == "Tool output guardrail ToolOutputGuardrail triggered tripwire"
