"""What a built-in guardrail is: settings that stand in agents.toml, and one question about a text.

Where a guardrail is asked (before a message is acted on, before an answer counts, around a tool's call) is not its affair:
`placing.py` makes of each what the runtime knows.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.defaults import DefaultModelProvider
from agentchat.runtime.ports.model import Model, ModelProvider


@dataclass(frozen=True, slots=True)
class Said:
    """What a guardrail looks at."""

    text: str
    """A message, an answer, or the arguments or the output of a call."""
    context: RunContextWrapper[Any]
    """The run's."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What guardrails that ask a model need."""

    provider: ModelProvider = field(default_factory=DefaultModelProvider)
    """Finds models by name."""
    agents: Mapping[str, Agent[Any]] = field(default_factory=dict[str, Agent[Any]])
    """The agents of the file."""
    model: str | None = None
    """The model of whoever names none."""
    demo: type[Model] | None = None
    """The kind of model that can judge nothing; None where there is none."""

    def is_demo(self, model: str | Model | None) -> bool:
        """Whether that is who would answer; a UserError where there is no such model."""
        if self.demo is None:
            return False
        return isinstance(model if isinstance(model, Model) else self.provider.get_model(model), self.demo)


class Guardrail:
    """A frozen dataclass; its fields, their types and the texts below them are its table in agents.toml."""

    __slots__ = ()

    quick: ClassVar[bool] = True
    """True: the model is asked only when it has said yes, which costs nothing. False: it may work beside the model."""

    about_text: ClassVar[bool] = True
    """Whether a no is about the text itself: such a text is kept from models in later turns, too."""
    forms: ClassVar[bool] = False
    """Whether a no follows from the text alone and surely, so that it can be found again in what was said long ago."""

    @abstractmethod
    async def objection(self, said: Said, surroundings: Surroundings) -> str | None:
        """Why not, as the rest of a sentence that begins with "it", and without the text itself; None for a yes."""
