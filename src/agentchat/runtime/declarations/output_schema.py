"""What an agent's final output must look like, as models are told."""

from abc import ABC, abstractmethod
from typing import Any


class AgentOutputSchemaBase(ABC):
    """A shape of final output: its JSON schema, and how a model's text is read by it."""

    @abstractmethod
    def is_plain_text(self) -> bool:
        """True when any text will do."""

    @abstractmethod
    def name(self) -> str:
        """What the shape is called."""

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """The schema; UserError for plain text."""

    @abstractmethod
    def is_strict_json_schema(self) -> bool:
        """True when the provider may be asked to hold the model to it."""

    @abstractmethod
    def validate_json(self, json_str: str) -> Any:
        """The output that the text stands for; ModelBehaviorError when it does not fit."""
