"""The guardrails that agents and tools list: built in, with their settings in the file, or of one's own."""

import inspect
from dataclasses import dataclass, field, replace
from typing import Any

from agentchat.building.models import OFFLINE
from agentchat.building.own_code import OwnCode
from agentchat.building.problems import CannotBeHad
from agentchat.config.errors import quoted
from agentchat.config.names import is_own_code
from agentchat.config.specs import TeamSpec
from agentchat.guardrails.guardrail import Guardrail, Surroundings
from agentchat.guardrails.judge import Judge
from agentchat.guardrails.placing import Placing
from agentchat.guardrails.registry import guardrail_kinds
from agentchat.guardrails.withholding import Withholding
from agentchat.runtime.declarations.guardrails import InputGuardrail, OutputGuardrail, ToolInputGuardrail, ToolOutputGuardrail
from agentchat.runtime.values.exceptions import UserError


@dataclass(slots=True)
class Guards:
    """The guardrails of one file. Mutable in its surroundings, which are complete when the agents are."""

    spec: TeamSpec
    code: OwnCode
    surroundings: Surroundings = field(default_factory=Surroundings)
    withholding: Withholding = field(default_factory=lambda: Withholding({}))
    """Keeps from models what the input guardrails said no to."""

    @property
    def idle(self) -> tuple[str, ...]:
        """Sentences about those that a model has to decide, where there is only the demo model."""
        return tuple(
            f"The guardrail {quoted(name)} lets everything through: a model has to decide, and the {OFFLINE} can judge nothing."
            for name, one in self.spec.guardrails.items()
            if isinstance(one, Judge) and self._is_idle(one)
        )

    def _is_idle(self, judge: Judge) -> bool:
        try:
            return judge.is_idle(self.surroundings)
        except UserError:  # there is no such model; the run that needs it says so
            return False

    def of_input(self, name: str) -> InputGuardrail[Any]:
        """For what the person says."""
        if is_own_code(name):
            return self._own(name, InputGuardrail)
        placing = self._placing(name)
        self.withholding = replace(self.withholding, guardrails={**self.withholding.guardrails, name: placing.guardrail})
        return placing.of_input()

    def of_output(self, name: str) -> OutputGuardrail[Any]:
        """For final answers."""
        return self._own(name, OutputGuardrail) if is_own_code(name) else self._placing(name).of_output()

    def of_tool_input(self, name: str) -> ToolInputGuardrail[Any]:
        """For the arguments of calls."""
        return self._own(name, ToolInputGuardrail) if is_own_code(name) else self._placing(name).of_tool_input()

    def of_tool_output(self, name: str) -> ToolOutputGuardrail[Any]:
        """For what calls give."""
        return self._own(name, ToolOutputGuardrail) if is_own_code(name) else self._placing(name).of_tool_output()

    def _placing(self, name: str) -> Placing:
        settings = self.spec.guardrails.get(name)
        guardrail = settings if isinstance(settings, Guardrail) else guardrail_kinds()[name]()
        return Placing(name, guardrail, lambda: self.surroundings, self.withholding.blocked)

    def _own(self, name: str, kind: type[Any]) -> Any:
        """A guardrail of this kind as it is, a function made into one."""
        found = self._loaded(name)
        if isinstance(found, kind):
            return found
        what = type(found).__name__
        if isinstance(found, InputGuardrail | OutputGuardrail | ToolInputGuardrail | ToolOutputGuardrail):
            raise CannotBeHad(f"Guardrail {quoted(name)} is a {what}; list it where such a one is asked.")
        if not callable(found) or inspect.isclass(found):
            raise CannotBeHad(f"Guardrail {quoted(name)} is a {what}; name a guardrail or a function.")
        return kind(found, name=name.rpartition(":")[2])

    def _loaded(self, name: str) -> object:
        try:
            return self.code.load(name)
        except (CannotBeHad, UserError) as error:
            raise CannotBeHad(f"Guardrail {quoted(name)} cannot be had: {error}.") from error
