"""What can be copied of a block beside what is drawn: its text as it was written, the code in it, the addresses of its links."""

from typing import NamedTuple, assert_never

from agentchat.chat.safe_text import safe_text
from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, HandoffBlock, NoticeBlock, ReasoningBlock, UserBlock
from agentchat.tui.transcript.leaf import Leaf


class Code(NamedTuple):
    """One code block of a text."""

    language: str
    text: str


def source_of(block: Block) -> str:
    """The text as it was written, in Markdown; of a call its output, or its arguments as long as it has none."""
    match block:
        case UserBlock() | AnswerBlock() | ReasoningBlock() | NoticeBlock():
            return clean(block.text)
        case CallBlock():
            return clean(block.arguments if block.output is None else block.output)
        case HandoffBlock():
            return clean(f"{block.source} hands over to {block.target}")
        case _:
            assert_never(block)


def code_of(block: Block) -> tuple[Code, ...]:
    """Its code blocks, also those inside lists and quotes."""
    if not isinstance(block, AnswerBlock | ReasoningBlock):
        return ()
    # Deferred: markdown-it takes a tenth of the start of a minimal screen.
    from agentchat.typesetting.markdown.dialect import language_of, parsed

    tokens = [token for token in parsed(block.text, {}) if token.type in {"fence", "code_block"}]
    return tuple(Code(clean(language_of(token.info)), clean(token.content)) for token in tokens)


def addresses_in(leaf: Leaf) -> tuple[str, ...]:
    """Where its links lead, each once, in their order."""
    found = (run.style.meta["href"] for line in leaf.lines for run in line.runs if "href" in run.style.meta)
    return tuple(dict.fromkeys(map(str, found)))


def clean(text: str) -> str:
    """Foreign text for the clipboard: nothing in it commands or hides; tabs stay, because in code they mean something."""
    return "\t".join(map(safe_text, text.replace("\r\n", "\n").split("\t")))
