"""Small values for tests of journals and stores."""

from typing import Any

from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

from agentchat.runtime.ports.journal import ProposedCall
from agentchat.runtime.values.checkpoint import Checkpoint
from agentchat.runtime.values.items import ModelResponse
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.runtime.values.usage import Usage

RUN = Scope("run1")
NESTED = Scope("run1", ("1.0",))


def said(text: str) -> dict[str, Any]:
    """A user's message."""
    return {"role": "user", "content": text}


def checkpoint(
    step: Any = "model next", *, response: int = 0, agent: str = "triage", at: float = 1_700_000_000.0, **more: Any
) -> Checkpoint:
    """A checkpoint with what a test does not care about filled in."""
    return Checkpoint(step=step, turn=max(1, response), response=response, agent=agent, at=at, **more)


def answer(text: str, *, calls: int = 0) -> ModelResponse:
    """A model's response: a text, and so many calls of one tool."""
    message = ResponseOutputMessage(
        id="msg",
        content=[ResponseOutputText(annotations=[], text=text, type="output_text")],
        role="assistant",
        status="completed",
        type="message",
    )
    tools = [
        ResponseFunctionToolCall(arguments="{}", call_id=f"call_{place}", name="refund", type="function_call")
        for place in range(calls)
    ]
    return ModelResponse(output=[message, *tools], usage=Usage(), response_id="resp")


def key(scope: Scope = RUN, *, response: int = 1, index: int = 0) -> CallKey:
    """The key of a call."""
    return CallKey(scope=scope, response=response, index=index)


def proposed(call: CallKey) -> ProposedCall:
    """The call of `answer(...)` with that key."""
    return ProposedCall(key=call, call_id=f"call_{call.index}", agent="triage", tool="refund", arguments="{}")
