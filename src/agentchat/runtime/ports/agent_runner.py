"""Whoever runs agents, as agents and tests see it."""

from typing import Any, Protocol


class AgentRunner(Protocol):
    """The object that `Runner` delegates to; the options are those of `Runner`'s methods."""

    async def run(self, starting_agent: Any, input: Any, **options: Any) -> Any:  # noqa: A002 - published name
        """Runs to the end."""
        ...

    def run_sync(self, starting_agent: Any, input: Any, **options: Any) -> Any:  # noqa: A002 - published name
        """Runs to the end, from code that has no event loop."""
        ...

    def run_streamed(self, starting_agent: Any, input: Any, **options: Any) -> Any:  # noqa: A002 - published name
        """Starts a run and returns at once."""
        ...
