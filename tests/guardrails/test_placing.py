"""The same guardrail before a message, before an answer, and around a tool's call, in real runs."""

import pytest

from agentchat import Agent, InputGuardrailTripwireTriggered, OutputGuardrailTripwireTriggered, Runner, function_tool
from agentchat.guardrails.guardrail import Surroundings
from agentchat.guardrails.placing import Placing, new_text, output_text
from agentchat.guardrails.secrets import Secrets
from agentchat.testing import ScriptedModel, assistant_message, function_call

KEY = "ghp_" + "a" * 36
PLACING = Placing("no keys", Secrets(), Surroundings)


async def test_a_quick_guardrail_stops_a_message_before_any_model_sees_it() -> None:
    model = ScriptedModel([[assistant_message("Hi.")]])
    agent = Agent(name="a", model=model, input_guardrails=[PLACING.of_input()])
    with pytest.raises(InputGuardrailTripwireTriggered) as tripped:
        await Runner.run(agent, f"my key is {KEY}")
    assert tripped.value.guardrail_result.output.output_info == {"reason": "holds what looks like a GitHub token"}
    assert model.calls == ()


async def test_an_answer_is_held_back() -> None:
    agent = Agent(name="a", model=ScriptedModel([[assistant_message(f"It is {KEY}.")]]), output_guardrails=[PLACING.of_output()])
    with pytest.raises(OutputGuardrailTripwireTriggered):
        await Runner.run(agent, "what is it?")


async def test_the_model_is_told_of_a_no_to_a_call_and_to_its_output_and_the_run_goes_on() -> None:
    ran: list[str] = []

    @function_tool(tool_input_guardrails=[PLACING.of_tool_input()], tool_output_guardrails=[PLACING.of_tool_output()])
    def fetch(what: str) -> str:
        """Fetches."""
        ran.append(what)
        return KEY

    script = [[function_call("fetch", {"what": f'a "{KEY}"'}, call_id="1")], [function_call("fetch", {"what": "b"}, call_id="2")],
              [assistant_message("Sorry.")]]
    result = await Runner.run(Agent(name="a", tools=[fetch], model=ScriptedModel(script)), "go")
    outputs = [item.output for item in result.new_items if item.type == "tool_call_output_item"]
    why = "the guardrail 'no keys' says that it holds what looks like a GitHub token."
    assert outputs == [f"The call was not made: {why}", f"The output is withheld: {why}"]
    assert ran == ["b"]
    assert result.final_output == "Sorry."


def test_only_what_was_said_just_now_is_looked_at() -> None:
    said = [{"role": "user", "content": "old"}, {"role": "assistant", "content": "answer"}, {"role": "user", "content": "new"},
            {"role": "user", "content": [{"type": "input_text", "text": "and newer"}]}]
    assert new_text(said) == "and newer"  # type: ignore[arg-type]
    assert new_text("text") == "text"


def test_outputs_of_any_type_are_texts() -> None:
    assert (output_text("a"), output_text({"a": "ü"}), output_text(None)) == ("a", '{"a": "ü"}', "null")
