"""Running agents: `Runner`, whose methods all drive the one loop."""

import asyncio
import uuid
from contextlib import aclosing
from dataclasses import fields
from typing import Any

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.run_context import wrapped
from agentchat.runtime.ports.defaults import default_agent_runner
from agentchat.runtime.ports.run_config import RunConfig
from agentchat.runtime.ports.session import Session
from agentchat.runtime.running.loop import run_loop
from agentchat.runtime.running.own_loop import run_on_own_loop
from agentchat.runtime.running.progress import Progress
from agentchat.runtime.running.results import RunResult, RunResultStreaming, error_details
from agentchat.runtime.running.run import Run
from agentchat.runtime.running.run_state import RunState
from agentchat.runtime.running.session_journal import SessionJournal
from agentchat.runtime.values.exceptions import AgentsException, UserError
from agentchat.runtime.values.item_helpers import ItemHelpers
from agentchat.runtime.values.items import TResponseInputItem

DEFAULT_MAX_TURNS = 10

RunInput = str | list[TResponseInputItem] | RunState


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
        hooks: Any = None,
        run_config: RunConfig | dict[str, Any] | None = None,
        error_handlers: Any = None,
        previous_response_id: str | None = None,
        auto_previous_response_id: bool = False,
        conversation_id: str | None = None,
        session: Session | None = None,
    ) -> RunResult:
        """Runs to a final output or a question to a person.

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
    def run_sync(cls, starting_agent: Agent[Any], input: RunInput, **options: Any) -> RunResult:  # noqa: A002 - published name
        """`run` for code without an event loop; RuntimeError where one is running. Takes the options of `run`."""
        return default_agent_runner().run_sync(starting_agent, input, **options)

    @classmethod
    def run_streamed(
        cls,
        starting_agent: Agent[Any],
        input: RunInput,  # noqa: A002 - published name
        context: Any = None,
        max_turns: int | None = DEFAULT_MAX_TURNS,
        hooks: Any = None,
        run_config: RunConfig | dict[str, Any] | None = None,
        previous_response_id: str | None = None,
        auto_previous_response_id: bool = False,  # noqa: FBT001, FBT002 - published
        conversation_id: str | None = None,
        session: Session | None = None,
        *,
        error_handlers: Any = None,
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

    async def run(self, starting_agent: Agent[Any], input: RunInput, **options: Any) -> RunResult:  # noqa: A002 - published name
        """See `Runner.run`."""
        run = new_run(starting_agent, input, streamed=False, **options)
        try:
            async with aclosing(run_loop(run)) as events:
                async for _ in events:
                    pass
        except AgentsException as error:
            error.run_data = error_details(run)
            raise
        return RunResult(run)

    def run_sync(self, starting_agent: Agent[Any], input: RunInput, **options: Any) -> RunResult:  # noqa: A002 - published name
        """See `Runner.run_sync`."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return run_on_own_loop(self.run(starting_agent, input, **options))
        raise RuntimeError("Runner.run_sync cannot be called while an event loop is running; use 'await Runner.run(...)'.")

    def run_streamed(self, starting_agent: Agent[Any], input: RunInput, **options: Any) -> RunResultStreaming:  # noqa: A002 - published name
        """See `Runner.run_streamed`."""
        return RunResultStreaming(new_run(starting_agent, input, streamed=True, **options))


def new_run(
    starting_agent: Agent[Any],
    input: RunInput,  # noqa: A002 - published name
    *,
    streamed: bool,
    context: Any = None,
    max_turns: int | None = DEFAULT_MAX_TURNS,
    hooks: Any = None,
    run_config: RunConfig | dict[str, Any] | None = None,
    error_handlers: Any = None,
    previous_response_id: str | None = None,
    auto_previous_response_id: bool = False,
    conversation_id: str | None = None,
    session: Session | None = None,
) -> Run:
    """A run that is ready to be driven; UserError for options that exclude each other or that this version does not serve."""
    if not isinstance(starting_agent, Agent):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a type checker
        raise TypeError(f"The starting agent must be an Agent, not {type(starting_agent).__name__}.")
    server_history = {
        "conversation_id": conversation_id,
        "previous_response_id": previous_response_id,
        "auto_previous_response_id": auto_previous_response_id or None,
    }
    _check_options(session, server_history, hooks=hooks or None, error_handlers=error_handlers or None)
    config = _config_of(run_config)
    if config.run_journal is not None and session is not None:
        raise UserError("A run has a session or a run_journal, which is a session as well; leave one of them out.")
    return Run(
        progress=_progress_of(starting_agent, input, context, max_turns),
        config=config,
        journal=config.run_journal or SessionJournal(session),
        journaled=config.run_journal is not None,
        streamed=streamed,
    )


def _check_options(session: Session | None, server_history: dict[str, Any], **others: Any) -> None:
    if session is not None and any(value is not None for value in server_history.values()):
        raise UserError(
            "Session persistence cannot be combined with conversation_id, previous_response_id, or auto_previous_response_id."
        )
    if asked := [name for name, value in {**server_history, **others}.items() if value is not None]:
        raise UserError(f"This version does not run with {', '.join(asked)} yet; leave it out.")


def _config_of(run_config: Any) -> RunConfig:
    if run_config is None:
        return RunConfig()
    if isinstance(run_config, dict):
        known = {f.name for f in fields(RunConfig)}
        given: dict[str, Any] = run_config  # pyright: ignore[reportUnknownVariableType] - the caller's own dict
        if unknown := sorted(set(given) - known):
            raise TypeError(f"Unknown run config settings: {', '.join(unknown)}.")
        return _served(RunConfig(**given))
    if not isinstance(run_config, RunConfig):
        raise TypeError(f"run_config must be a RunConfig or a dict, not {type(run_config).__name__}.")
    return _served(run_config)


_NOT_SERVED = (
    "handoff_input_filter",
    "nest_handoff_history",
    "handoff_history_mapper",
    "input_guardrails",
    "output_guardrails",
    "output_guardrail_blocked_message",
    "sandbox",
)


def _served(config: RunConfig) -> RunConfig:
    """The config itself; a UserError for settings that this version would have to ignore."""
    asked = [name for name in _NOT_SERVED if getattr(config, name)]
    if config.tool_execution is not None and config.tool_execution.pre_approval_tool_input_guardrails:
        asked.append("tool_execution.pre_approval_tool_input_guardrails")
    if asked:
        raise UserError(f"The run_config sets {', '.join(asked)}, which this version does not run yet; leave it out.")
    return config


def _progress_of(agent: Agent[Any], given: RunInput, context: Any, max_turns: int | None) -> Progress:
    if isinstance(given, RunState):
        return given.resumed(context)
    return Progress(
        run_id=uuid.uuid4().hex,
        agent=agent,
        original_input=given if isinstance(given, str) else ItemHelpers.input_to_new_input_list(given),
        context=wrapped(context),
        max_turns=max_turns,
    )
