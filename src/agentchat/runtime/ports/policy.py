"""Who decides about a tool call before a person is asked."""

from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from agentchat.runtime.declarations.tool import AnsweredTool
from agentchat.runtime.values.keys import CallKey


@dataclass(frozen=True, slots=True)
class CallInQuestion:
    """A call as a policy sees it."""

    key: CallKey
    agent: str
    tool: AnsweredTool
    arguments: dict[str, Any]
    """Parsed; empty when they are no JSON object (the tool will tell the model)."""
    needs_approval: bool
    """What the tool's author says about this very call."""
    name: str = ""
    """As the model called it: of a hosted MCP tool "server.tool", where `tool` stands for all servers. Empty for the tool's own name."""
    canonical: str = ""
    """`arguments` as `canonical_arguments` spells them, without any loss; empty where only the parsed ones are known."""


@dataclass(frozen=True, slots=True)
class Allow:
    """It runs without a question."""

    rule: str
    """The rule's own words ("it only reads", "agents.toml allows clock"); kept as who decided."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A person is asked."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Deny:
    """It does not run, and the model is told `reason`."""

    reason: str


Verdict: TypeAlias = Allow | Ask | Deny


class ApprovalPolicy(Protocol):
    """`RunConfig.approval_policy`: inherited by agents that run as tools. Without one, `needs_approval` alone decides."""

    def verdict(self, call: CallInQuestion) -> Verdict:
        """Judges one call; a pure function of it and of the policy's own rules."""
        ...
