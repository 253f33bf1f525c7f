"""How a call came out, in the form that can be stored and sent to a model again."""

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

WireOutput: TypeAlias = str | list[dict[str, Any]]
"""What stands in `function_call_output.output`: a text, or a list of input_text, input_image and input_file parts."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The tool answered, or its failure handler did: this is what the model gets."""

    output: WireOutput
    failed: bool = False
    """True when the output is a failure handler's sentence and not the tool's own answer."""
    unchecked: bool = False
    """True while the tool's output guardrails have not passed it: until then it is nobody's to see."""
    custom_data: dict[str, Any] | None = None
    """What the tool's author keeps beside the output; a model never gets it."""

    def completes(self, first: "Outcome") -> bool:
        """True for the outcome that the journal has, with the custom data that was not known when it came."""
        return self.custom_data is not None and replace(self, custom_data=None) == first


@dataclass(frozen=True, slots=True)
class Failed:
    """The tool raised and nothing turned that into an output: the run ends with this error."""

    message: str
    fatal: bool = True


Outcome: TypeAlias = Returned | Failed


@dataclass(frozen=True, slots=True)
class Go:
    """The answer to `start`: this call has never been started; it is now."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer to `start`: it ran already, and this is what came of it."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Unknown:
    """The answer to `start`: it was started once and nobody knows what came of it. It must not be started again."""


Start: TypeAlias = Go | Finished | Unknown
