"""Sums in plain words, as expressions that a calculator takes."""

import re

_WORDS: tuple[tuple[str, str], ...] = (
    (r"(?<=\d),(?=\d{3}\b)", ""),
    (r"\b(?:the )?square root of\s+(\d+(?:\.\d+)?)", r"sqrt(\1)"),
    (r"(\d+(?:\.\d+)?)\s*(?:%|percent)\s+of\s+(\d+(?:\.\d+)?)", r"\1 / 100 * \2"),
    (r"\bto the power of\b|\bto the\b(?=\s+\d)", "**"),
    (r"\bmultiplied by\b|\btimes\b|(?<=\d)\s*[x\u00d7]\s*(?=\d)", "*"),
    (r"\bdivided by\b|\bover\b|÷", "/"),
    (r"\bplus\b", "+"),
    (r"\bminus\b|\u2212", "-"),
    (r"\bsquared\b", "** 2"),
    (r"\bcubed\b", "** 3"),
)
_TOGETHER: tuple[tuple[str, str], ...] = (
    (r"\b(?:the )?sum of (-?[\d.]*\d) and (-?[\d.]*\d)", r"\1 + \2"),
    (r"\b(?:the )?product of (-?[\d.]*\d) and (-?[\d.]*\d)", r"\1 * \2"),
    (r"\b(?:the )?difference (?:of|between) (-?[\d.]*\d) and (-?[\d.]*\d)", r"\1 - \2"),
    (r"\badd (-?[\d.]*\d) (?:and|to) (-?[\d.]*\d)", r"calculate \1 + \2"),
    (r"\bmultiply (-?[\d.]*\d) (?:and|by|with) (-?[\d.]*\d)", r"calculate \1 * \2"),
)
_EXPRESSION = re.compile(r"(?:(?:sqrt|abs|log|ln|sin|cos|tan|exp|pi|e|round|factorial)\b|[\d.()+\-*/%^]|\s)+")
_OPERATION = re.compile(r"\d\)*\s*(?:\*\*|//|[-+*/%^])\s*[-(]*\w|\w\(")
_ASKING = re.compile(
    r"^(?:(?:and )?(?:what(?:'s| is| are| does)?|how much (?:is|are)|calculate|compute|work out|evaluate|solve|add up|tell me)\b\s*)+"
    r"(?:the (?:result|answer|value) (?:of|to)\s+)?",
    re.IGNORECASE,
)


def sums_together(sentence: str) -> str:
    """The sentence with sums that contain an "and" written as expressions, so that it is not cut there."""
    for pattern, form in _TOGETHER:
        sentence = re.sub(pattern, form, sentence, flags=re.IGNORECASE)
    return sentence


def expression_in(clause: str) -> str | None:
    """The expression, when the clause is a sum and nothing else."""
    text = _ASKING.sub("", clause).strip(" ?.!=:")
    text = re.sub(r"^(?:the (?:result|answer|value) (?:of|to)|calculate|result of)\s+", "", text, flags=re.IGNORECASE)
    for pattern, form in _WORDS:
        text = re.sub(pattern, form, text, flags=re.IGNORECASE)
    if not _EXPRESSION.fullmatch(text) or not _OPERATION.search(text):
        return None
    return " ".join(text.split())

