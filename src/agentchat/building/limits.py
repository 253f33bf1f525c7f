"""`[limits]`: ends a run before the model call that would go beyond what a message may cost."""

from typing import Any

from agentchat.chat.shown_cost import shown_cost
from agentchat.chat.spending import Spending, Tokens
from agentchat.config.specs import LimitsSpec
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.agents.hooks import AgentHooks
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.ports.clock import Clock
from agentchat.runtime.values.exceptions import AgentsException
from agentchat.runtime.values.items import TResponseInputItem
from agentchat.runtime.values.usage import Usage


class LimitReached(AgentsException):
    """A run has used what the file allows it."""


class Limits(AgentHooks[Any]):
    """Looks before each model call of every agent. Mutable: it knows since when the present run is at work.

    The time in which a person was waited for does not count: a run that goes on after a decision has all its seconds again.
    """

    def __init__(self, limits: LimitsSpec, clock: Clock, spending: Spending) -> None:
        self._limits, self._clock, self._spending = limits, clock, spending
        self._run: Usage | None = None
        """What the run and those inside it count together; it tells runs apart."""
        self._began = 0.0

    async def on_llm_start(
        self,
        context: RunContextWrapper[Any],
        agent: Agent[Any],  # noqa: ARG002 - published
        system_prompt: str | None,  # noqa: ARG002 - published
        input_items: list[TResponseInputItem],  # noqa: ARG002 - published
    ) -> None:
        """LimitReached when nothing is left."""
        used, allowed = context.usage.total_tokens, self._limits.tokens
        if allowed is not None and used >= allowed:
            raise LimitReached(_sentence(f"used {used:,} tokens", f"{allowed:,}", "tokens"))
        most, cost = self._limits.cost, self._spending.of_run(Tokens.of(context.usage))
        if most is not None and cost is not None and cost >= most:
            raise LimitReached(_sentence(f"cost {shown_cost(cost)}", shown_cost(most), "cost"))
        seconds = self._limits.seconds
        if seconds is not None and (passed := self._seconds_since(context)) >= seconds:
            raise LimitReached(_sentence(f"used {passed:.0f} s", f"{seconds:g} s", "seconds"))

    def _seconds_since(self, context: RunContextWrapper[Any]) -> float:
        if self._run is not context.usage:
            self._run, self._began = context.usage, self._clock.monotonic()
        return self._clock.monotonic() - self._began


def _sentence(used: str, allowed: str, key: str) -> str:
    what = f"This message has {used}, and agents.toml allows {allowed}"
    return f"{what}; send the next message, or raise '{key}' under [limits]."
