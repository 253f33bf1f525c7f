"""The end of a run: what a message means as the agent's final output, what an error handler puts in its place, and who has a say."""

from typing import Any, TypeAlias

from openai.types.responses import ResponseOutputMessage, ResponseOutputText
from pydantic_core import PydanticSerializationError, to_json

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.error_handlers import ErrorKind, RunErrorData, RunErrorHandlerInput, result_of
from agentchat.runtime.declarations.output_schema import AgentOutputSchema, AgentOutputSchemaBase, schema_of
from agentchat.runtime.declarations.sync_calls import awaited
from agentchat.runtime.running.guarding import guard_output
from agentchat.runtime.running.hooking import agent_ends
from agentchat.runtime.running.progress import OpenTurn
from agentchat.runtime.running.run import Batch, Run
from agentchat.runtime.running.steps import FinalOutput, RunAgain
from agentchat.runtime.values.events import item_events
from agentchat.runtime.values.exceptions import MaxTurnsExceeded, ModelBehaviorError, ModelRefusalError, UserError
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import FAKE_ID, MessageOutputItem, ToolApprovalItem

_Handled: TypeAlias = MaxTurnsExceeded | ModelRefusalError | ModelBehaviorError


async def message_or_handler(run: Run, turn: OpenTurn) -> FinalOutput | RunAgain:
    """What the turn's last message says, or what the run's handlers make of it when it is a refusal or does not fit."""
    try:
        return _final_message(turn)
    except (ModelRefusalError, ModelBehaviorError) as error:
        return await _instead(run, error, turn)


async def end_out_of_turns(run: Run, error: MaxTurnsExceeded) -> None:
    """Ends the run where another model call would be one too many. Raises `error` without a handler."""
    final = await _instead(run, error, None)
    run.progress.turn -= 1  # the turn that would have been too many was never begun
    await conclude(run, final)
    batch = Batch()
    add_said(run, batch, final)
    await run.commit(batch, "final", step=final)
    await run.tell(*item_events(batch.items))


async def conclude(run: Run, final: FinalOutput) -> None:
    """Everybody who has a say in a final output, before it is committed; whatever they raise ends the run without one."""
    await agent_ends(run, final.output)
    if (guards := run.open_guards) is not None:
        await guards.verdict()
    await guard_output(run.progress, run.config, run.progress.agent, final.output)


def add_said(run: Run, batch: Batch, final: FinalOutput) -> None:
    """The message that a handler put in the model's mouth, if it did."""
    if final.said is None:
        return
    now = run.config.clock.now()
    batch.add(final.said, final.said.to_input_item(), kind="message", agent=final.said.agent.name, started=now, ended=now)


def _final_message(turn: OpenTurn) -> FinalOutput | RunAgain:
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


async def _instead(run: Run, error: _Handled, turn: OpenTurn | None) -> FinalOutput:
    """The final output that the handler of this error gives; the error is raised where there is none."""
    handler = run.error_handlers.get(_KINDS[type(error)])
    if handler is None:
        raise error
    result = result_of(await awaited(handler(RunErrorHandlerInput(error=error, context=run.context, run_data=_data(run, turn)))))
    if result is None:
        raise error
    agent = run.progress.agent
    final = _fitted(agent, result.final_output)
    return FinalOutput(final.output, text=final.text, said=_message(agent, final) if result.include_in_history else None)


_KINDS: dict[type[Exception], ErrorKind] = {
    MaxTurnsExceeded: "max_turns",
    ModelRefusalError: "model_refusal",
    ModelBehaviorError: "invalid_final_output",
}


def _data(run: Run, turn: OpenTurn | None) -> RunErrorData:
    progress = run.progress
    items = [*progress.new_items, *(turn.items if turn is not None else [])]
    output = [item.to_input_item() for item in items if not isinstance(item, ToolApprovalItem)]
    return RunErrorData(
        input=progress.original_input,
        new_items=items,
        history=[*ItemHelpers.input_to_new_input_list(progress.original_input), *output],
        output=output,
        raw_responses=list(progress.responses),
        last_agent=progress.agent,
    )


def _fitted(agent: Agent[Any], value: Any) -> FinalOutput:
    """The value as the agent's output type has it, and the text that says it; a UserError when it does not fit."""
    schema = schema_of(agent.output_type)
    if schema is None or schema.is_plain_text():
        return FinalOutput(value)
    try:
        text = _as_text(schema, value)
        return FinalOutput(schema.validate_json(text), text=text)
    except (ModelBehaviorError, PydanticSerializationError) as error:
        raise UserError("Invalid run error handler final_output for structured output.") from error


def _as_text(schema: AgentOutputSchemaBase, value: Any) -> str:
    return schema.to_json(value) if isinstance(schema, AgentOutputSchema) else to_json(value).decode()


def _message(agent: Agent[Any], final: FinalOutput) -> MessageOutputItem:
    part = ResponseOutputText(annotations=[], text=final.text or str(final.output), type="output_text", logprobs=[])
    return MessageOutputItem(
        agent, ResponseOutputMessage(id=FAKE_ID, content=[part], role="assistant", status="completed", type="message")
    )
