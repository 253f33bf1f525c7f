"""Makes the flow of a Markdown text."""

from agentchat.chat.transcript.blocks import TextEnding
from agentchat.typesetting.doc import Flow, Runs
from agentchat.typesetting.theme import Theme


def prose(text: str, ending: TextEnding, *, width: int, theme: Theme, prefix: Runs) -> Flow:
    """The text as a flow, which is finished unless the text is still streaming."""
    # Deferred: markdown-it takes a tenth of the start of a minimal screen, and a new chat shows no Markdown.
    from agentchat.typesetting.markdown.flow import MarkdownFlow

    flow = MarkdownFlow(width, theme, prefix=prefix)
    if ending == "open":
        flow.feed(text)
    else:
        flow.take_whole(text)
    return flow
