"""How a call was decided, in a phrase: "approved by you", "rejected by you: too expensive", "denied: agents.toml denies bash".

Standard library only, for the screen's first frame.
"""

from agentchat.chat.status import ASK_USER

STANDARD_REJECTION = "Tool execution was not approved."
"""What a model is told of a rejection without a reason (runtime.md, section 6)."""

SESSION_RULE = "your rule of "
"""How a rule that a person kept for the session is named; the time follows."""


def verdict_phrase(verdict: str, by: str, *, output: str = "", edited: bool = False) -> str:
    """The phrase for an output's fact; empty when nobody had to decide. The reason of a rejection is what the model was told."""
    match verdict:
        case "approved":
            deed = "allowed" if by.startswith(SESSION_RULE) else "approved"
            return f"{deed} by {by or 'you'}, edited" if edited else f"{deed} by {by or 'you'}"
        case "rejected":
            reason = "" if output == STANDARD_REJECTION else output
            return _with_reason(f"rejected by {by or 'you'}", reason)
        case "allowed":
            return f"allowed by {by}" if by.startswith(SESSION_RULE) else f"allowed: {by}" if by else ""
        case "denied":
            return _with_reason("denied", by)
        case _:
            return ""


def answer_phrase(tool: str, verdict: str) -> str:
    """The same of a question to the person, whose yes is an answer; empty for every other call."""
    return "answered by you" if tool == ASK_USER and verdict == "approved" else ""


def _with_reason(phrase: str, reason: str) -> str:
    return f"{phrase}: {reason}" if reason else phrase
