"""A question of an agent, read and answered on a plain terminal."""

from textwrap import wrap

from agentchat.chat.safe_text import exact_line, safe_text
from agentchat.chat.status import Query


def question_rows(query: Query, columns: int) -> list[str]:
    """The question and its numbered choices, in rows of a terminal."""
    rows = [row for line in safe_text(query.question).split("\n") for row in wrap(line, columns - 1) or [""]]
    for number, choice in enumerate(query.choices, start=1):
        rows += wrap(exact_line(choice), columns - 1, initial_indent=f"{number:>4}. ", subsequent_indent=" " * 6)
    return [*rows, ""]


def answer_in(query: Query, typed: str) -> str:
    """The answer that was typed: a choice by its number or in its words, or an answer of one's own; "" when it is none."""
    if typed in query.choices:
        return typed
    if typed.isdecimal() and 1 <= int(typed[:9]) <= len(query.choices):
        return query.choices[int(typed) - 1]
    return typed if query.takes_text else ""
