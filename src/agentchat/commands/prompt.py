"""The prompt on a command line: one argument. What was not quoted is noticed, so that no half of a message is sent."""

import shlex
from collections.abc import Callable

import click

from agentchat.config.errors import Unusable

Words = tuple[str, ...]

_NOT_IN_DOUBLE_QUOTES = frozenset('"\\$`!')


def prompt(*, refuse: Callable[[str], None] | None = None) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """The argument for what is to be said, empty without one; `refuse` looks at the first word and raises Unusable."""

    def one_prompt(context: click.Context, _: click.Parameter, words: Words) -> str:
        if words and refuse:
            refuse(words[0])
        if len(words) > 1:
            raise Unusable(f"The message is one argument; put it in quotes: {context.command_path} {_quoted(' '.join(words))}")
        return words[0] if words else ""

    return click.argument("prompt", metavar="[PROMPT]", nargs=-1, callback=one_prompt)


def _quoted(message: str) -> str:
    """In the quotes that a person would type."""
    return shlex.quote(message) if _NOT_IN_DOUBLE_QUOTES & set(message) else f'"{message}"'
