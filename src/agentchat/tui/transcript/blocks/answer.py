"""An agent's message: Markdown as it streams."""

from agentchat.chat.transcript.blocks import AnswerBlock, Path, TextEnding
from agentchat.tui.transcript.blocks.look import Look
from agentchat.tui.transcript.blocks.prose import prose
from agentchat.typesetting.doc import Doc, Run, Sheet


def answer_sheet(block: AnswerBlock, look: Look) -> Sheet:
    """The message under the agent's name, with a mark below it when it is not whole."""
    head = look.opening(block).doc()
    body = prose(block.text, block.ending, width=look.width, theme=look.theme, prefix=look.body(block.path))
    foot = ending_mark(block.ending, block.path, look)
    return Sheet(head, body, foot=foot, grows=block.ending == "open")


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
