"""A conversation's name: the first words that were said. Standard library only."""

_LENGTH = 60


def title_of(text: str) -> str:
    """The first line with words in it, as one line that breaks between words; "" when nothing was said.

    The text is foreign: whoever shows the title passes it through `agentchat.chat.safe_text.safe_line`.
    """
    line = next((" ".join(line.split()) for line in text.splitlines() if line.strip()), "")
    if len(line) <= _LENGTH:
        return line
    head = line[:_LENGTH]
    words, blank, _ = head.rpartition(" ")
    return f"{words if blank and len(words) > _LENGTH // 2 else head[:-1]}…"
