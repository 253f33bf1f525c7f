"""Running agents: `Runner`, whose methods all drive the one loop."""

import asyncio
from typing import Any, cast

from pydantic import BaseModel
from typing_extensions import TypedDict, Unpack

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.error_handlers import RunErrorHandlers, checked_error_handlers
from agentchat.runtime.declarations.hooks import RunHooksBase, checked_run_hooks
from agentchat.runtime.ports.defaults import default_agent_runner
from agentchat.runtime.ports.run_config import RunConfig, run_config_of
from agentchat.runtime.ports.session import Session
from agentchat.runtime.running.hand_over import HandOver
from agentchat.runtime.running.loop import run_loop
from agentchat.runtime.running.nested import run_nested
from agentchat.runtime.running.own_loop import run_on_own_loop
from agentchat.runtime.running.progress import Progress, fresh
from agentchat.runtime.running.results import RunResult, RunResultStreaming, error_details
from agentchat.runtime.running.run import Run
from agentchat.runtime.running.run_state import RunState
from agentchat.runtime.running.server_history import place_of, server_history
from agentchat.runtime.running.session_journal import SessionJournal
from agentchat.runtime.values.exceptions import AgentsException, UserError
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import TResponseInputItem

DEFAULT_MAX_TURNS = 10

RunInput = str | list[TResponseInputItem] | RunState


class RunOptions(TypedDict, total=False):
    """The keyword arguments of `Runner.run`, with its defaults."""

    context: Any
    max_turns: int | None
    hooks: RunHooksBase[Any, Any] | None
    run_config: RunConfig | dict[str, Any] | None
    error_handlers: RunErrorHandlers[Any] | None
    previous_response_id: str | None
    auto_previous_response_id: bool
    conversation_id: str | None
    session: Session | None


class Runner:
    """Runs agents. `input` is a text, a list of input items, or a RunState to go on with."""

    @classmethod
    async def run(
        cls,
        starting_agent: Agent[Any],
        input: RunInput,  # noqa: A002 - published name
        *,
        context: Any = None,
        max_turns: int | None = DEFAULT_MAX_TURNS,
        hooks: RunHooksBase[Any, Any] | None = None,
        run_config: RunConfig | dict[str, Any] | None = None,
        error_handlers: RunErrorHandlers[Any] | None = None,
        previous_response_id: str | None = None,
        auto_previous_response_id: bool = False,
        conversation_id: str | None = None,
        session: Session | None = None,
    ) -> RunResult:
        """Runs to a final output or a question to a person.

        `hooks` hear of what the run does. `error_handlers` give a final output where the run would fail (`RunErrorHandlers`).
        A resumed state brings its own `max_turns`; a `context` given with it takes the place of the old one. Raises what is listed in
        `agentchat.exceptions`, and whatever a model's client raises.
        """
        return await default_agent_runner().run(
            starting_agent,
            input,
            context=context,
            max_turns=max_turns,
            hooks=hooks,
            run_config=run_config,
            error_handlers=error_handlers,
            previous_response_id=previous_response_id,
            auto_previous_response_id=auto_previous_response_id,
            conversation_id=conversation_id,
            session=session,
        )

    @classmethod
    def run_sync(cls, starting_agent: Agent[Any], input: RunInput, **options: Unpack[RunOptions]) -> RunResult:  # noqa: A002 - published name
        """`run` for code without an event loop; RuntimeError where one is running. Takes the options of `run`."""
        return default_agent_runner().run_sync(starting_agent, input, **options)

    @classmethod
    def run_streamed(
        cls,
        starting_agent: Agent[Any],
        input: RunInput,  # noqa: A002 - published name
        context: Any = None,
        max_turns: int | None = DEFAULT_MAX_TURNS,
        hooks: RunHooksBase[Any, Any] | None = None,
        run_config: RunConfig | dict[str, Any] | None = None,
        previous_response_id: str | None = None,
        auto_previous_response_id: bool = False,  # noqa: FBT001, FBT002 - published
        conversation_id: str | None = None,
        session: Session | None = None,
        *,
        error_handlers: RunErrorHandlers[Any] | None = None,
    ) -> RunResultStreaming:
        """Starts a run in a task of the running event loop and returns at once; read `stream_events()` of the result."""
        return default_agent_runner().run_streamed(
            starting_agent,
            input,
            context=context,
            max_turns=max_turns,
            hooks=hooks,
            run_config=run_config,
            error_handlers=error_handlers,
            previous_response_id=previous_response_id,
            auto_previous_response_id=auto_previous_response_id,
            conversation_id=conversation_id,
            session=session,
        )


class DefaultAgentRunner:
    """What `Runner` delegates to unless another one is set."""

    async def run(self, starting_agent: Agent[Any], input: RunInput, **options: Unpack[RunOptions]) -> RunResult:  # noqa: A002 - published name
        """See `Runner.run`."""
        run = new_run(starting_agent, input, streamed=False, **options)
        run.events.close()  # nobody reads them
        try:
            await run_loop(run)
        except AgentsException as error:
            error.run_data = error_details(run)
            raise
        return RunResult(run)

    def run_sync(self, starting_agent: Agent[Any], input: RunInput, **options: Unpack[RunOptions]) -> RunResult:  # noqa: A002 - published name
        """See `Runner.run_sync`."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return run_on_own_loop(self.run(starting_agent, input, **options))
        raise RuntimeError("Runner.run_sync cannot be called while an event loop is running; use 'await Runner.run(...)'.")

    def run_streamed(self, starting_agent: Agent[Any], input: RunInput, **options: Unpack[RunOptions]) -> RunResultStreaming:  # noqa: A002 - published name
        """See `Runner.run_streamed`."""
        return RunResultStreaming(new_run(starting_agent, input, streamed=True, **options))


def new_run(
    starting_agent: Agent[Any],
    input: RunInput,  # noqa: A002 - published name
    *,
    streamed: bool,
    context: Any = None,
    max_turns: int | None = DEFAULT_MAX_TURNS,
    hooks: RunHooksBase[Any, Any] | None = None,
    run_config: RunConfig | dict[str, Any] | None = None,
    error_handlers: RunErrorHandlers[Any] | None = None,
    previous_response_id: str | None = None,
    auto_previous_response_id: bool = False,
    conversation_id: str | None = None,
    session: Session | None = None,
) -> Run:
    """A run that is ready to be driven; UserError for options that exclude each other or that this version does not serve."""
    _check(starting_agent, input, max_turns, session)
    config = _config_of(run_config)
    if config.run_journal is not None and session is not None:
        raise UserError("A run has a session or a run_journal, which is a session as well; leave one of them out.")
    progress = _progress_of(starting_agent, input, context, max_turns)
    asked = server_history(conversation_id, previous_response_id, auto_previous_response_id)
    progress.server = place_of(progress.server, asked, progress.input_items, progress.responses)
    if progress.server is not None and (session is not None or config.run_journal is not None):
        raise UserError(_TWO_HISTORIES)
    return Run(
        progress=progress,
        config=config,
        journal=config.run_journal or SessionJournal(session, progress.context),
        journaled=config.run_journal is not None,
        shows_edits=config.run_journal is not None,
        streamed=streamed,
        nest=run_nested,
        events=HandOver(),
        hooks=checked_run_hooks(hooks),
        error_handlers=checked_error_handlers(error_handlers),
        step=progress.final,
    )


_TWO_HISTORIES = (
    "Session persistence cannot be combined with conversation_id, previous_response_id, or auto_previous_response_id."
)


def _config_of(run_config: Any) -> RunConfig:
    """The config of a run; a UserError for a setting that this version would have to ignore."""
    config = RunConfig() if run_config is None else run_config_of(run_config)
    if config.sandbox:
        raise UserError("The run_config sets sandbox, which this version does not run yet; leave it out.")
    return config


def _check(agent: Any, given: Any, max_turns: Any, session: Any) -> None:
    """A UserError for what cannot be run: callers need not have a type checker."""
    if not isinstance(agent, Agent):
        raise UserError(f"A run starts with an Agent, not with a {type(agent).__name__}; pass Agent(name=..., ...) first.")
    if not isinstance(given, str | list | RunState):
        raise UserError(f"The input of a run is a text, a list of items or a RunState, not a {type(given).__name__}; pass one of these.")
    items = cast("list[object]", given) if isinstance(given, list) else []
    if wrong := [type(item).__name__ for item in items if not isinstance(item, dict | BaseModel)]:
        raise UserError(f'An input item is a dict, not a {wrong[0]}; write {{"role": "user", "content": ...}}, or pass one text.')
    if max_turns is not None and (not isinstance(max_turns, int) or max_turns < 0):
        raise UserError(f"max_turns is a number of model calls from 0, not {max_turns!r}; pass None for no limit.")
    if isinstance(session, str | int | dict):
        kind = type(cast("object", session)).__name__
        raise UserError(f"A session is an object, not a {kind}; pass one such as SQLiteSession(session_id).")


def _progress_of(agent: Agent[Any], given: RunInput, context: Any, max_turns: int | None) -> Progress:
    if isinstance(given, RunState):
        return given.resumed(context)
    copied = given if isinstance(given, str) else ItemHelpers.input_to_new_input_list(given)
    return fresh(agent, copied, context=context, max_turns=max_turns)
