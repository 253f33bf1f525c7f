"""The end of a run: what a message means as the agent's final output, and who is told before it is one."""

from agentchat.runtime.declarations.output_schema import schema_of
from agentchat.runtime.running.guarding import guard_output
from agentchat.runtime.running.hooking import agent_ends
from agentchat.runtime.running.progress import OpenTurn
from agentchat.runtime.running.run import Run
from agentchat.runtime.running.steps import FinalOutput, RunAgain
from agentchat.runtime.values.exceptions import ModelRefusalError
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import MessageOutputItem


def final_message(turn: OpenTurn) -> FinalOutput | RunAgain:
    """What the last message says, read by the agent's output type; an agent without one ends with text, be it "".

    RunAgain when an agent with an output type has said nothing. ModelRefusalError for a refusal, ModelBehaviorError for a text that
    does not fit the type.
    """
    messages = [item.raw_item for item in turn.items if isinstance(item, MessageOutputItem)]
    last = messages[-1] if messages else None
    if (refusal := ItemHelpers.extract_refusal(last)) is not None:
        raise ModelRefusalError(refusal)
    text = ItemHelpers.extract_text(last) or ""
    schema = schema_of(turn.agent.output_type)
    if schema is None or schema.is_plain_text():
        return FinalOutput(text)
    return FinalOutput(schema.validate_json(text), text=text) if text else RunAgain()


async def conclude(run: Run, final: FinalOutput) -> None:
    """Everybody who has a say in a final output, before it is committed; whatever they raise ends the run without one."""
    await agent_ends(run, final.output)
    if (guards := run.open_guards) is not None:
        await guards.verdict()
    await guard_output(run.progress, run.config, run.progress.agent, final.output)
