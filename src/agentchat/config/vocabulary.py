"""The names that a file may use and that other parts of the program bring: tools, and kinds of guardrails."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from agentchat.config.shapes import keys_of
from agentchat.config.tool_specs import HOSTED_TOOLS, TOOL_KINDS


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What can be named without being described in the file itself."""

    tools: Collection[str]
    """Tools that need no `module:function`."""
    guardrails: Mapping[str, type] = field(default_factory=dict[str, type])
    """By `kind`, the dataclass of its settings."""

    @property
    def kinds(self) -> Mapping[str, Mapping[str, type]]:
        """The tables of several kinds, by group."""
        return {"tools": TOOL_KINDS, "guardrails": self.guardrails}

    @property
    def all_tools(self) -> tuple[str, ...]:
        """Those, and the hosted ones that need no settings."""
        return (*self.tools, *(name for name in needing_nothing(HOSTED_TOOLS) if name not in self.tools))


def needing_nothing(kinds: Mapping[str, type]) -> tuple[str, ...]:
    """The kinds that can be named as they are, because no setting of theirs is needed."""
    return tuple(kind for kind, table in kinds.items() if not any(key.required for key in keys_of(table)))
