"""Running an agent that is called as a tool, as a part of the run that calls it: the one loop drives it.

    begun          a run of its own scope, inside the outer call
    gone on with   after a person decided, or after a crash: from its own checkpoint
    over           its result goes to the tool, which makes the call's output of it
    interrupted    the call stays open, and the outer run asks the person

Its events pass to the outer run as NestedEvents. However it is left, it has written what it did before the outer run goes on.
"""

from agentchat.runtime.agents.agent_tool import AgentCall, AgentTool, CallLeftOpen
from agentchat.runtime.running.loop import run_loop
from agentchat.runtime.running.nested_run import begun, nested_run
from agentchat.runtime.running.progress import CallSlot, Progress
from agentchat.runtime.running.results import RunResult, error_details
from agentchat.runtime.running.run import Run
from agentchat.runtime.running.state_recall import recalled_inside
from agentchat.runtime.running.steps import Interrupted
from agentchat.runtime.values.exceptions import AgentsException


async def run_nested(run: Run, slot: CallSlot, call: AgentCall) -> RunResult:
    """See `Run.nest`."""
    slot.nested = await _place(run, slot, call)
    inner = nested_run(run, slot.nested, call.options)
    inner.heard = call.tell
    was_over = slot.nested.ended
    try:
        await run_loop(inner)
    except Exception as error:
        if run.journaled and (inner.journal_failed or not inner.taken_up):  # what keeps this run from being written keeps the outer one
            run.journal_failed = run.journal_failed or inner.journal_failed
            raise CallLeftOpen(error) from error
        slot.nested = None
        if isinstance(error, AgentsException):
            error.run_data = error_details(inner)
        raise
    if isinstance(inner.step, Interrupted):
        raise CallLeftOpen
    slot.nested = None
    if was_over and inner.step is None:
        await _raise_how_it_ended(inner)
    return RunResult(inner)


async def _place(run: Run, slot: CallSlot, call: AgentCall) -> Progress:
    """Where the agent's run stands: known from before, found in the journal after a crash, or at its beginning."""
    if slot.nested is not None:
        return slot.nested
    assert isinstance(slot.tool, AgentTool)
    known = await recalled_inside(run.journal, run.progress.context, slot, slot.tool) if run.journaled else None
    return known or await begun(run, slot, call)


async def _raise_how_it_ended(inner: Run) -> None:
    """Nothing, for a run that came to its final output; it had ended before a crash, and the call has not heard of it."""
    recalled = await inner.journal.recall(inner.scope)
    if recalled is not None and recalled.ending != "final":
        raise AgentsException("The agent's run was broken off before the program ended.")

