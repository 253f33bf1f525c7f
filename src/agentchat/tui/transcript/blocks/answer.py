"""An agent's message as it streams: Markdown, or the JSON of a structured answer."""

from agentchat.chat.transcript.blocks import AnswerBlock, Path, TextEnding
from agentchat.tui.transcript.blocks.look import Look
from agentchat.tui.transcript.blocks.prose import prose
from agentchat.typesetting.doc import Doc, Flow, Run, Sheet


def answer_sheet(block: AnswerBlock, look: Look) -> Sheet:
    """The message under the agent's name, with a mark below it when it is not whole."""
    head = look.opening(block).doc()
    body = _body(block, look)
    foot = ending_mark(block.ending, block.path, look)
    return Sheet(head, body, foot=foot, grows=block.ending == "open")


def _body(block: AnswerBlock, look: Look) -> Flow:
    """The kind is found in the text itself, because nobody tells it; what was cut off may be JSON as far as it came."""
    if block.ending == "refused" or not may_be_json(block.text):
        return prose(block.text, block.ending, width=look.width, theme=look.theme, prefix=look.body(block.path))
    # Deferred like `prose`: it can turn into Markdown.
    from agentchat.tui.transcript.blocks.json_flow import JsonFlow

    flow = JsonFlow(look.width, look.theme, prefix=look.body(block.path))
    flow.feed(block.text)
    if block.ending == "complete":
        flow.finish()
    return flow


def may_be_json(text: str) -> bool:
    """Whether a text begins so that only what follows tells what it is."""
    return text.lstrip()[:1] in {"", "{", "["}


def ending_mark(ending: TextEnding, path: Path, look: Look) -> Doc:
    """How a text ended, where that has to be said."""
    writer = look.writer()
    match ending:
        case "incomplete":
            writer.flow((Run(look.sign("■", "cut off here"), look.theme.waiting),), look.body(path), look.body(path))
        case "refused":
            writer.flow((Run(look.sign("✗", "the model refused"), look.theme.bad),), look.body(path), look.body(path))
        case "open" | "complete":
            pass
    return writer.doc()
