"""Calls to show in tests."""

import hashlib
import json

from agentchat.chat.status import PendingCall, Preview


def call(
    tool: str = "issue_refund",
    *,
    key: str = "run-1/0",
    agent: str = "billing",
    description: str = "Refund an order.",
    preview: Preview | None = None,
    because: str = "it changes things",
    **arguments: object,
) -> PendingCall:
    """A call as the chat publishes it."""
    canonical = json.dumps(arguments, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return PendingCall(
        key=key,
        agent=agent,
        tool=tool,
        description=description,
        origin="shop.tools:refund",
        effects="changes",
        arguments=canonical,
        digest=hashlib.sha256(f"{agent} {tool} {canonical}".encode("utf-8", "surrogatepass")).hexdigest(),
        preview=preview,
        reason=because,
    )


REFUND = call(order_id=1042, amount=49.0, reason="late delivery")
"""Fits on every screen that is not tiny."""
