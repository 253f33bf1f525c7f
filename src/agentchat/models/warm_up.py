"""Pays in a thread for what the first model call would otherwise pay in an event loop.

pydantic builds the validators of an event when the first of its kind arrives, which takes a quarter of a second for a whole answer; the
first client loads certificates.
"""

from agentchat.models.chat_completions.stream import ChatParser
from agentchat.models.responses.stream import ResponsesParser
from agentchat.models.wire.endpoints import OFFICIAL_URL, Endpoint, new_client
from agentchat.models.wire.sse import FrameReader, decoded

_STREAM = b"""data: {"type":"response.created","response":{"id":"r","output":[]}}

data: {"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"m","content":[]}}

data: {"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,"delta":"a","logprobs":[]}

data: {"type":"response.completed","response":{"id":"r","object":"response","created_at":0,"model":"m","status":"completed",\
"output":[],"parallel_tool_calls":true,"tool_choice":"auto","tools":[]}}

"""
_CHUNK = {"choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": "stop"}]}


def warm_up() -> None:
    """Plays a short answer through both parsers and makes a client. Takes some tenths of a second; call it in a thread, once."""
    parser = ResponsesParser()
    for data in FrameReader().feed(_STREAM):
        list(parser.events(decoded(data)))
    chat = ChatParser("m")
    list(chat.events(_CHUNK))
    list(chat.done())
    new_client(Endpoint(OFFICIAL_URL, "unused"))
