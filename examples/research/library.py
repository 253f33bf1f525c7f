"""The research team's own tools: finding passages in documents/, and checking that a quote stands there."""

import re
from collections.abc import Iterator
from pathlib import Path

from agentchat import function_tool

DOCUMENTS = Path(__file__).parent / "documents"
MOST = 5


@function_tool(effects="reads")
def search(words: list[str]) -> str:
    """Finds the paragraphs of the documents that hold most of the words, the best first, as FILE:LINE: TEXT.

    Args:
        words: What to look for; the beginning of a word finds it, too.
    """
    found = [(_hits(words, text), f"{file.name}:{line}: {text}") for file, line, text in _paragraphs()]
    best = sorted((one for one in found if one[0]), key=lambda one: -one[0])[:MOST]
    return "\n".join(text for _, text in best) or "nothing"


@function_tool(effects="reads")
def is_quoted(file: str, quote: str) -> bool:
    """Tells whether a document holds a quote word by word; line breaks do not count.

    Args:
        file: The name of the document.
        quote: The words.
    """
    if file not in {place.name for place in DOCUMENTS.glob("*.md")}:
        raise ValueError(f"There is no document {file}.")
    return " ".join(quote.split()) in " ".join((DOCUMENTS / file).read_text(encoding="utf-8").split())


def _paragraphs() -> Iterator[tuple[Path, int, str]]:
    """Each with its file and the line that it begins in, on one line."""
    for file in sorted(DOCUMENTS.glob("*.md")):
        text = file.read_text(encoding="utf-8")
        for found in re.finditer(r"\S.*?(?=\n\n|\s*\Z)", text, re.DOTALL):
            yield file, text.count("\n", 0, found.start()) + 1, " ".join(found[0].split())


def _hits(words: list[str], text: str) -> int:
    return sum(re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE) is not None for word in words)
