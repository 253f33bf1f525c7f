"""`kind = "budget"`: runs that have used more tokens than they may.

`[limits]` ends a run before its next model call. This one guards a place of its own: an expensive tool, say.
"""

from dataclasses import dataclass
from typing import ClassVar

from agentchat.guardrails.guardrail import Guardrail, Said, Surroundings


@dataclass(frozen=True, slots=True)
class Budget(Guardrail):
    """Says no once the run has used more tokens than it may."""

    about_text: ClassVar[bool] = False

    tokens: int
    """How many tokens, read and written, the run of a message may have used."""

    async def objection(self, said: Said, surroundings: Surroundings) -> str | None:  # noqa: ARG002 - it asks nobody
        """Tells what was used and what is allowed."""
        used = said.context.usage.total_tokens
        return f"comes after {used:,} tokens, and {self.tokens:,} are allowed" if used > self.tokens else None
