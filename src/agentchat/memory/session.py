"""What a session is, under the module path that the published documents use."""

from agentchat.runtime.ports.session import Session, SessionABC, SessionSettings

__all__ = ["Session", "SessionABC", "SessionSettings"]
