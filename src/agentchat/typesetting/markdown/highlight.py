"""Colours for code, by pygments. Imported when the first code is drawn, because pygments is not needed before."""

from collections.abc import Callable
from functools import lru_cache

from pygments.lexer import Lexer
from pygments.lexers import (
    get_all_lexers,
    get_lexer_by_name,  # pyright: ignore[reportUnknownVariableType]  (its options are untyped)
)
from pygments.token import Token
from pygments.token import _TokenType as TokenType  # pyright: ignore[reportPrivateUsage]  (the only name of the type)
from rich.style import Style

from agentchat.typesetting.doc import NO_STYLE, Run, Runs
from agentchat.typesetting.theme import Theme

_LONGEST_LINE = 2_000
"""Code with a longer line (minified, generated, hostile) is not coloured: some lexers take quadratic time."""

_STYLES: dict[TokenType, Callable[[Theme], Style]] = {
    Token.Keyword: lambda theme: theme.keyword,
    Token.Operator.Word: lambda theme: theme.keyword,
    Token.Name.Tag: lambda theme: theme.keyword,
    Token.Literal.String: lambda theme: theme.string,
    Token.Literal.Number: lambda theme: theme.number,
    Token.Comment: lambda theme: theme.comment,
    Token.Name.Function: lambda theme: theme.function,
    Token.Name.Attribute: lambda theme: theme.function,
    Token.Name.Decorator: lambda theme: theme.function,
    Token.Name.Class: lambda theme: theme.type,
    Token.Name.Exception: lambda theme: theme.type,
    Token.Name.Builtin: lambda theme: theme.builtin,
    Token.Name.Variable: lambda theme: theme.builtin,
    Token.Generic.Inserted: lambda theme: theme.inserted,
    Token.Generic.Deleted: lambda theme: theme.deleted,
    Token.Generic.Heading: lambda theme: theme.type,
    Token.Generic.Subheading: lambda theme: theme.type,
    Token.Generic.Prompt: lambda theme: theme.comment,
}


def highlighted(code: str, language: str, theme: Theme) -> Runs:
    """The code in runs; in one plain run when its language is not known."""
    tokens = _tokens(code, language) if "\n" in code else _line_tokens(code, language)
    return tuple([Run(text, _style(kind)(theme)) for kind, text in tokens])


def _tokens(code: str, language: str) -> tuple[tuple[TokenType, str], ...]:
    lexer = _lexer(language)
    if lexer is None or max(map(len, code.split("\n"))) > _LONGEST_LINE:
        return ((Token.Text, code),)
    tokens = tuple(lexer.get_tokens(code))
    same = "".join([text for _, text in tokens]) == code
    return tokens if same else ((Token.Text, code),)


_line_tokens = lru_cache(2048)(_tokens)
"""The same for one line, which is asked for again and again while its fence is open."""


@lru_cache(64)
def _lexer(language: str) -> Lexer | None:
    """The lexer of a language; asked by known names only, because an unknown one makes pygments search all installed packages."""
    name = language.lower()
    if name not in _known_languages():
        return None
    lexer: Lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    return lexer


@lru_cache(1)
def _known_languages() -> frozenset[str]:
    return frozenset(alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases)


@lru_cache(512)
def _style(kind: TokenType) -> Callable[[Theme], Style]:
    """The style of the token's type, or of the nearest type above it that has one."""
    while kind.parent is not None:
        if kind in _STYLES:
            return _STYLES[kind]
        kind = kind.parent
    return lambda _: NO_STYLE
