"""An agent as values see it: something with a name.

What flows and what is stored names agents; it does not know what an agent is.
"""

from typing import Protocol


class NamedAgent(Protocol):
    """Anything with a name."""

    @property
    def name(self) -> str:
        """Names the agent among those of its run."""
        ...
