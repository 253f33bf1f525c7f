"""The agents that a chat talks to, and what is said of their models."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from agentchat.runtime.agents.agent import Agent, agents_within_reach


@dataclass(frozen=True, slots=True)
class ModelLabel:
    """How a model is named to a person."""

    model: str = ""
    provider: str = ""
    """Where it answers ("openai", "localhost:11434")."""
    offline: bool = False
    """True for the built-in demo model."""


LabelOf: TypeAlias = Callable[[Agent[Any]], ModelLabel]


def own_label(agent: Agent[Any]) -> ModelLabel:
    """What an agent itself says of its model: the name, or the model's class."""
    if agent.model is None or isinstance(agent.model, str):
        return ModelLabel(model=agent.model or "")
    return ModelLabel(model=type(agent.model).__name__)


@dataclass(frozen=True, slots=True)
class Team:
    """Agents that hand over to each other."""

    first: Agent[Any]
    """Who gets the first message; the others are found over handoffs, and among `more`."""
    label_of: LabelOf = own_label
    more: tuple[Agent[Any], ...] = ()
    """Agents that a conversation can be given to though nobody hands over to them."""
    returns: bool = False
    """Whether each message goes to the first agent again, and not to the one that the conversation was handed over to."""

    def named(self, name: str | None) -> Agent[Any]:
        """The agent of that name; the first one when there is none (the file has changed since), or no name."""
        return self.agents.get(name or "", self.first)

    @property
    def agents(self) -> dict[str, Agent[Any]]:
        """Everybody, by name: those within reach of the first one before the others."""
        known = agents_within_reach(self.first)
        for agent in self.more:
            known |= {name: one for name, one in agents_within_reach(agent).items() if name not in known}
        return known
