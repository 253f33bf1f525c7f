"""A run's own guardrails: who is asked when, and how a no reaches a run that goes on meanwhile.

The input guardrails of the agent that a run starts with are asked once. The blocking ones are waited for before anything else; the
others work beside the run as tasks, which `InputGuards` owns. A no ends a model call at once; a tool that runs may finish, and no other
starts; nothing is final, and nobody is asked for an approval, before all have said yes. Until then the run's place says that its
guardrails are open, so that a run that goes on after a stop or a crash asks them again first.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.guardrails import (
    InputGuardrail,
    InputGuardrailTripwireTriggered,
    OutputGuardrailResult,
    OutputGuardrailTripwireTriggered,
)
from agentchat.runtime.ports.run_config import RunConfig
from agentchat.runtime.running.late import end_tasks, uncancelled
from agentchat.runtime.running.progress import OpenGuardrails, Progress
from agentchat.runtime.values.items import TResponseInputItem


def open_guardrails_of(agent: Agent[Any], config: RunConfig, shown: str | list[TResponseInputItem]) -> OpenGuardrails | None:
    """The input guardrails of a run that begins with this agent and is given this input; None when there are none."""
    return OpenGuardrails(agent, shown) if _input_guardrails(agent, config) else None


async def guard_output(progress: Progress, config: RunConfig, agent: Agent[Any], output: Any) -> None:
    """Asks the output guardrails about a final output, all at once; the first no ends the others and is raised."""
    guardrails = [*agent.output_guardrails, *(config.output_guardrails or ())]
    if not guardrails:
        return
    asked = [asyncio.create_task(guardrail.run(progress.context, agent, output)) for guardrail in guardrails]
    try:
        await _all_said_yes(progress, asked)
    except BaseException:
        with suppress(asyncio.CancelledError):  # a no was said before the run was stopped
            await uncancelled(end_tasks(asked, config.clock))
        raise


async def _all_said_yes(progress: Progress, asked: Sequence[asyncio.Task[OutputGuardrailResult]]) -> None:
    for answer in asyncio.as_completed(asked):
        result = await answer
        progress.guardrail_results.output.append(result)
        if result.output.tripwire_triggered:
            raise OutputGuardrailTripwireTriggered(result)


class InputGuards:
    """The input guardrails of one run until their verdict. Mutable: the run's loop drives it, its own tasks tell it what they found."""

    def __init__(self, progress: Progress, config: RunConfig) -> None:
        assert progress.open_guardrails is not None
        self._progress, self._config = progress, config
        self._asks = progress.open_guardrails
        self._left = _input_guardrails(self._asks.agent, config)
        self._tasks: list[asyncio.Task[None]] = []
        self._call: asyncio.Task[None] | None = None
        """The model call that goes on beside."""
        self._no: Exception | None = None
        """What a guardrail ended the run with: its trip, or its own failure."""

    @property
    def said_no(self) -> bool:
        """True once it is known that the run must end."""
        return self._no is not None

    @property
    def end_the_call(self) -> bool:
        """True while a model call goes on that a no has ended."""
        return self._no is not None and self._call is not None

    def check(self) -> None:
        """Raises what a guardrail ended the run with, if one did."""
        if self._no is not None:
            raise self._no

    async def begin(self, *, fresh: bool) -> None:
        """Asks them all. Those that block are waited for; where the run has gone on once without a verdict, all are."""
        self._progress.guardrail_results.input.clear()
        guardrails = list(self._left)
        self._ask([guardrail for guardrail in guardrails if not (fresh and guardrail.run_in_parallel)])
        await self.verdict()
        self._ask([guardrail for guardrail in guardrails if fresh and guardrail.run_in_parallel])

    async def verdict(self) -> None:
        """Returns when all that were asked have said yes; raises as soon as one has said no."""
        while self._no is None and (pending := [task for task in self._tasks if not task.done()]):
            await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        self.check()

    async def beside(self, call: Coroutine[Any, Any, None]) -> None:
        """Does a model call. A no ends the call at once, and is raised."""
        task = self._call = asyncio.create_task(call)
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()
            await uncancelled(asyncio.wait([task]))
            raise
        finally:
            self._call = None
            if not task.cancelled():
                task.exception()  # after a no or a stop nobody asks for it
        self.check()
        task.result()

    async def end(self) -> None:
        """No guardrail outlives its run."""
        await end_tasks(self._tasks, self._config.clock)

    def _ask(self, guardrails: Sequence[InputGuardrail[Any]]) -> None:
        self._tasks += [asyncio.create_task(self._asked(guardrail)) for guardrail in guardrails]

    async def _asked(self, guardrail: InputGuardrail[Any]) -> None:
        try:
            result = await guardrail.run(self._asks.agent, self._asks.shown, self._progress.context)
        except Exception as error:  # noqa: BLE001 - the border to foreign code: whatever it raises ends the run
            self._end_the_run(error)
            return
        self._progress.guardrail_results.input.append(result)
        self._left.remove(guardrail)
        if result.output.tripwire_triggered:
            self._end_the_run(InputGuardrailTripwireTriggered(result))
        elif not self._left and self._no is None:
            self._progress.open_guardrails = None

    def _end_the_run(self, no: Exception) -> None:
        if self._no is None:
            self._no = no
            if self._call is not None:
                self._call.cancel()


def _input_guardrails(agent: Agent[Any], config: RunConfig) -> list[InputGuardrail[Any]]:
    return [*agent.input_guardrails, *(config.input_guardrails or ())]
