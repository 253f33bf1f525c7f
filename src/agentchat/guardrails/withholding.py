"""Keeps from models what an input guardrail said no to.

A message that was blocked stays in the conversation, where the person sees it. The history of the next message would bring it to the
model all the same, so it is put out of every model call; what follows from a text alone is found again after a restart, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from agentchat.guardrails.guardrail import Guardrail, Said, Surroundings
from agentchat.guardrails.placing import said_text
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.run_config import CallModelData, ModelInputData
from agentchat.runtime.values.items import TResponseInputItem


@dataclass(frozen=True, slots=True)
class Withholding:
    """A `call_model_input_filter`."""

    guardrails: Mapping[str, Guardrail]
    """Those of `input_guardrails`, by the names that the file gives them."""
    blocked: set[str] = field(default_factory=set[str])
    """What was blocked since the program was started."""

    async def __call__(self, data: CallModelData) -> ModelInputData:
        """The same input with a remark in the place of each such message."""
        given = data.model_data
        return replace(given, input=[await self._shown(item) for item in given.input])

    async def _shown(self, item: TResponseInputItem) -> TResponseInputItem:
        if item.get("role") != "user" or not await self._is_withheld(said_text(item)):
            return item
        return {"role": "user", "content": "[This message was stopped by a guardrail and is withheld.]"}

    async def _is_withheld(self, text: str) -> bool:
        if text in self.blocked:
            return True
        said = Said(text, RunContextWrapper(None))
        return any([await one.objection(said, Surroundings()) for one in self.guardrails.values() if one.forms])
