"""Guardrails: functions that look at what goes into a run or a tool and at what comes out, and may say no.

    @input_guardrail
    async def homework_only(context, agent, given):
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered="homework" not in str(given))

    agent = Agent(name="Tutor", input_guardrails=[homework_only])

A guardrail is declared with its class or with the decorator of the same name, bare or with arguments. Its function may be sync or
async; a sync one runs in a thread of its own, so that it cannot hold the run up. A run's guardrails *trip*, which ends the run with one
of the four exceptions at the end of this file; a tool's guardrails may also put a sentence for the model in the place of a call or of
its output.
"""

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar, overload

from typing_extensions import TypedDict

from agentchat.runtime.declarations.run_context import RunContextWrapper, TContext, ToolContext
from agentchat.runtime.declarations.sync_calls import call_either
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.exceptions_base import AgentsException
from agentchat.runtime.values.items import TResponseInputItem
from agentchat.runtime.values.named import NamedAgent

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
GuardrailFunction: TypeAlias = Callable[..., Any]
"""Sync or async; the class that takes it says what it gets and what it must return."""


@dataclass(frozen=True)
class GuardrailFunctionOutput:
    """What the function of an input or output guardrail answers."""

    output_info: Any
    """Anything that the caller should know about the verdict. Of `{"reason": "holds a key"}` a chat says "it holds a key"."""
    tripwire_triggered: bool
    """True ends the run."""


@dataclass(frozen=True)
class _Guardrail:
    guardrail_function: GuardrailFunction
    name: str | None = None
    """None for the function's own name."""

    def __post_init__(self) -> None:
        if not callable(self.guardrail_function):  # pyright: ignore[reportUnnecessaryComparison] - callers without a type checker
            raise UserError(f"Guardrail function must be callable, got {self.guardrail_function}")

    def get_name(self) -> str:
        """The name under which it appears in results, messages and stored states."""
        return self.name or _name_of(self.guardrail_function)

    async def _answer(self, kind: type[T], *given: Any) -> T:
        try:
            answer = await call_either(partial(self.guardrail_function, *given))
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise UserError(f"Guardrail '{self.get_name()}' was cancelled from within; let it return its verdict.") from error
        if not isinstance(answer, kind):
            raise UserError(f"Guardrail '{self.get_name()}' must return a {kind.__name__}, not {type(answer).__name__}.")
        return answer


@dataclass(frozen=True)
class InputGuardrail(_Guardrail, Generic[TContext]):
    """Looks at a run's input. Its function gets (context, agent, input): the caller's text, or a list of input items.

    Those of the agent that a run starts with are asked, and those of the RunConfig; once, before the first turn.
    """

    run_in_parallel: bool = True
    """False: the model is not called before the verdict. True: it works meanwhile, but nothing is final before the verdict."""

    async def run(
        self,
        agent: NamedAgent,
        input: str | list[TResponseInputItem],  # noqa: A002 - published name
        context: RunContextWrapper[TContext],
    ) -> "InputGuardrailResult":
        """Asks it."""
        return InputGuardrailResult(self, await self._answer(GuardrailFunctionOutput, context, agent, input))


@dataclass(frozen=True)
class OutputGuardrail(_Guardrail, Generic[TContext]):
    """Looks at a run's final output. Its function gets (context, agent, output): a text, or an object of the agent's output type.

    Those of the agent that gave the output are asked, and those of the RunConfig.
    """

    async def run(self, context: RunContextWrapper[TContext], agent: NamedAgent, agent_output: Any) -> "OutputGuardrailResult":
        """Asks it."""
        output = await self._answer(GuardrailFunctionOutput, context, agent, agent_output)
        return OutputGuardrailResult(self, agent_output, agent, output)


@dataclass(frozen=True)
class InputGuardrailResult:
    """What an input guardrail said."""

    guardrail: InputGuardrail[Any]
    output: GuardrailFunctionOutput


@dataclass(frozen=True)
class OutputGuardrailResult:
    """What an output guardrail said, and of what."""

    guardrail: OutputGuardrail[Any]
    agent_output: Any
    agent: NamedAgent
    output: GuardrailFunctionOutput


class RejectContentBehavior(TypedDict):
    """The model is told this instead."""

    type: Literal["reject_content"]
    message: str


class RaiseExceptionBehavior(TypedDict):
    """The run ends."""

    type: Literal["raise_exception"]


class AllowBehavior(TypedDict):
    """All goes on."""

    type: Literal["allow"]


def _allow() -> AllowBehavior:
    return {"type": "allow"}


@dataclass(frozen=True)
class ToolGuardrailFunctionOutput:
    """What the function of a tool's guardrail answers: `allow`, `reject_content` or `raise_exception`."""

    output_info: Any = None
    """Anything that the caller should know about the verdict."""
    behavior: RejectContentBehavior | RaiseExceptionBehavior | AllowBehavior = field(default_factory=_allow)

    @classmethod
    def allow(cls, output_info: Any = None) -> "ToolGuardrailFunctionOutput":
        """The call runs, or its output is passed on."""
        return cls(output_info)

    @classmethod
    def reject_content(cls, message: str, output_info: Any = None) -> "ToolGuardrailFunctionOutput":
        """The call does not run, or its output is not passed on; the model gets `message`, and the run goes on."""
        return cls(output_info, {"type": "reject_content", "message": message})

    @classmethod
    def raise_exception(cls, output_info: Any = None) -> "ToolGuardrailFunctionOutput":
        """The run ends with a Tool...GuardrailTripwireTriggered."""
        return cls(output_info, {"type": "raise_exception"})


@dataclass(frozen=True)
class ToolInputGuardrailData:
    """What the function of a tool's input guardrail gets."""

    context: ToolContext[Any]
    """The call: `tool_name`, `tool_arguments` (JSON text, as they would run), `tool_call_id`."""
    agent: NamedAgent
    """Whose call it is."""


@dataclass(frozen=True)
class ToolOutputGuardrailData(ToolInputGuardrailData):
    """What the function of a tool's output guardrail gets."""

    output: Any
    """What the tool returned, or the sentence that was made of its failure; after a crash, the form in which it was stored."""


@dataclass(frozen=True)
class ToolInputGuardrail(_Guardrail, Generic[TContext]):
    """Looks at a call directly before it starts, again after a person approved it. Its function gets ToolInputGuardrailData."""

    async def run(self, data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
        """Asks it."""
        return await self._answer(ToolGuardrailFunctionOutput, data)


@dataclass(frozen=True)
class ToolOutputGuardrail(_Guardrail, Generic[TContext]):
    """Looks at what a call brought before anybody else sees it. Its function gets ToolOutputGuardrailData."""

    async def run(self, data: ToolOutputGuardrailData) -> ToolGuardrailFunctionOutput:
        """Asks it."""
        return await self._answer(ToolGuardrailFunctionOutput, data)


@dataclass(frozen=True)
class ToolInputGuardrailResult:
    """What a tool's input guardrail said."""

    guardrail: ToolInputGuardrail[Any]
    output: ToolGuardrailFunctionOutput


@dataclass(frozen=True)
class ToolOutputGuardrailResult:
    """What a tool's output guardrail said."""

    guardrail: ToolOutputGuardrail[Any]
    output: ToolGuardrailFunctionOutput


class InputGuardrailTripwireTriggered(AgentsException):
    """An input guardrail ended the run."""

    def __init__(self, guardrail_result: InputGuardrailResult) -> None:
        super().__init__("Guardrail InputGuardrail triggered tripwire")
        self.guardrail_result = guardrail_result


class OutputGuardrailTripwireTriggered(AgentsException):
    """An output guardrail ended the run."""

    def __init__(self, guardrail_result: OutputGuardrailResult) -> None:
        super().__init__("Guardrail OutputGuardrail triggered tripwire")
        self.guardrail_result = guardrail_result


class ToolInputGuardrailTripwireTriggered(AgentsException):
    """An input guardrail of a tool ended the run."""

    def __init__(self, guardrail: ToolInputGuardrail[Any], output: ToolGuardrailFunctionOutput) -> None:
        super().__init__("Tool input guardrail ToolInputGuardrail triggered tripwire")
        self.guardrail, self.output = guardrail, output


class ToolOutputGuardrailTripwireTriggered(AgentsException):
    """An output guardrail of a tool ended the run."""

    def __init__(self, guardrail: ToolOutputGuardrail[Any], output: ToolGuardrailFunctionOutput) -> None:
        super().__init__("Tool output guardrail ToolOutputGuardrail triggered tripwire")
        self.guardrail, self.output = guardrail, output


Tripwire: TypeAlias = (
    InputGuardrailTripwireTriggered
    | OutputGuardrailTripwireTriggered
    | ToolInputGuardrailTripwireTriggered
    | ToolOutputGuardrailTripwireTriggered
)


class Decorator(Protocol[T_co]):
    """Makes a guardrail of a function: as a decorator with or without arguments, or called with the function."""

    @overload
    def __call__(self, func: GuardrailFunction, *, name: str | None = None) -> T_co: ...

    @overload
    def __call__(self, func: None = None, *, name: str | None = None) -> Callable[[GuardrailFunction], T_co]: ...


def _decorator(make: Callable[..., T], says: str = "") -> Decorator[T]:
    def decorator(func: GuardrailFunction | None = None, *, name: str | None = None) -> Any:
        def decorate(function: GuardrailFunction) -> T:
            return make(function, name=name or _name_of(function))

        return decorate if func is None else decorate(func)

    decorator.__doc__ = f"{says} A decorator, with or without `name`."  # what `help` shows
    return decorator


@overload
def input_guardrail(func: GuardrailFunction, *, name: str | None = None, run_in_parallel: bool = True) -> InputGuardrail[Any]: ...


@overload
def input_guardrail(
    func: None = None, *, name: str | None = None, run_in_parallel: bool = True
) -> Callable[[GuardrailFunction], InputGuardrail[Any]]: ...


def input_guardrail(func: GuardrailFunction | None = None, *, name: str | None = None, run_in_parallel: bool = True) -> Any:
    """Makes an InputGuardrail of a function of (context, agent, input); a decorator, with or without arguments."""
    decorator = _decorator(partial(InputGuardrail[Any], run_in_parallel=run_in_parallel))
    return decorator(name=name) if func is None else decorator(func, name=name)


output_guardrail = _decorator(OutputGuardrail[Any], "Makes an OutputGuardrail of a function of (context, agent, output).")
tool_input_guardrail = _decorator(ToolInputGuardrail[Any], "Makes a ToolInputGuardrail of a function of ToolInputGuardrailData.")
tool_output_guardrail = _decorator(ToolOutputGuardrail[Any], "Makes a ToolOutputGuardrail of a function of ToolOutputGuardrailData.")


def _name_of(function: GuardrailFunction) -> str:
    return function.__name__ if inspect.isroutine(function) else type(function).__name__
