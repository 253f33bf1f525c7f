"""`kind = "length"`: texts that are too long."""

from dataclasses import dataclass

from agentchat.guardrails.guardrail import Guardrail, Said, Surroundings


@dataclass(frozen=True, slots=True)
class Length(Guardrail):
    """Says no to a text that is longer than it may be."""

    characters: int
    """How many characters are still allowed."""
    lines: int | None = None
    """How many lines are still allowed."""

    async def objection(self, said: Said, surroundings: Surroundings) -> str | None:  # noqa: ARG002 - it asks nobody
        """Tells the length and the limit."""
        if len(said.text) > self.characters:
            return f"has {len(said.text):,} characters, and {self.characters:,} are allowed"
        lines = said.text.count("\n") + 1
        if self.lines is not None and lines > self.lines:
            return f"has {lines:,} lines, and {self.lines:,} are allowed"
        return None
