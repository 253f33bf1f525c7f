"""What a run uses when nothing else is said.

The runtime does not know which models there are, and an agent does not know what runs it: both are looked up by name when they are first
needed.
"""

from importlib import import_module
from typing import Any

from agentchat.runtime.ports.agent_runner import AgentRunner
from agentchat.runtime.ports.model import Model, ModelProvider

_PROVIDER = "agentchat.models.provider:MultiProvider"
_RUNNER = "agentchat.runtime.running.runner:DefaultAgentRunner"

_runners: list[AgentRunner] = []


class DefaultModelProvider(ModelProvider):
    """The provider of a run that names none. Finds the real one when a model is asked for, because clients are slow to load."""

    def get_model(self, model_name: str | None) -> Model:
        """See ModelProvider."""
        return _named(_PROVIDER)().get_model(model_name)


def set_default_agent_runner(runner: AgentRunner | None) -> None:
    """Runs go to `runner` from now on; None puts the package's own back."""
    _runners[:] = [] if runner is None else [runner]


def default_agent_runner() -> AgentRunner:
    """What `Runner` delegates to."""
    if not _runners:
        _runners.append(_named(_RUNNER)())
    return _runners[0]


def _named(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
