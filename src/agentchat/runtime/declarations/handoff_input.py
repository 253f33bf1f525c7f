"""What a handoff passes on: the conversation as the agent that takes over will see it, for filters to change."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.values.items import RunItem, TResponseInputItem


@dataclass(frozen=True)
class HandoffInputData:
    """The conversation at a handoff, in three parts; what a filter returns takes its place."""

    input_history: str | tuple[TResponseInputItem, ...]
    """What the run was given, with a session history and input; becomes `result.input`."""
    pre_handoff_items: tuple[RunItem, ...]
    """What earlier turns produced, as far as a model still sees it. A change is seen by the model only."""
    new_items: tuple[RunItem, ...]
    """What this turn produced, the handoff's own two items at its end; becomes part of `result.new_items` and of the session."""
    run_context: RunContextWrapper[Any] | None = None
    input_items: tuple[RunItem, ...] | None = None
    """What the model sees in place of `new_items`; None for just those. So `new_items` may stay whole."""
    word_for_word: tuple[RunItem, ...] = field(default=(), repr=False, kw_only=True)
    """Items that `input_history` holds as they are (`nest_handoff_history` sets it), so that no list tells them twice."""

    def clone(self, **changes: Any) -> "HandoffInputData":
        """A copy with these fields changed."""
        return replace(self, **changes)


HandoffInputFilter: TypeAlias = Callable[[HandoffInputData], HandoffInputData | Awaitable[HandoffInputData]]
"""Gives the conversation as the next agent is to see it; sync or async. After a crash it may be called again for the same handoff."""

HandoffHistoryMapper: TypeAlias = Callable[[list[TResponseInputItem]], list[TResponseInputItem]]
"""Makes the next agent's whole input out of the transcript so far, one entry per item."""
