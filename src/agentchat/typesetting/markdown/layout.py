"""Lays Markdown pieces out: tokens to lines of a given width.

Everything nests by prefixes: a list or quote passes on the prefix of its first line and that of all others. A prefix that would
leave no room for text is not made longer.
"""

from dataclasses import dataclass

from markdown_it.token import Token
from rich.cells import cell_len
from rich.style import Style

from agentchat.chat.safe_text import safe_text
from agentchat.typesetting.doc import Run, Runs
from agentchat.typesetting.markdown.cutting import first_number
from agentchat.typesetting.markdown.dialect import closing, is_blank, language_of, span_of
from agentchat.typesetting.markdown.inline import inline_runs
from agentchat.typesetting.markdown.pieces import Code, Piece, Prose
from agentchat.typesetting.markdown.table import write_table
from agentchat.typesetting.theme import Theme
from agentchat.typesetting.wrapping import cut, folds
from agentchat.typesetting.writer import Writer, hard_lines

_LEAST_ROOM = 10
"""Prefixes never leave less than this many cells for the text."""


def lay_out(piece: Piece, writer: Writer, theme: Theme, *, prefix: Runs, final: bool) -> None:
    """Writes one piece; code in a piece that is not `final` is coloured line by line, because it will be drawn again soon."""
    if piece.gap:
        writer.put(prefix)
    if isinstance(piece, Code):
        _write_code(writer, piece, theme, first=prefix, rest=prefix)
        return
    blocks = _Blocks(piece, piece.source.split("\n"), writer, theme, final)
    blocks.write(0, len(piece.tokens), prefix, prefix)


def _write_code(writer: Writer, code: Code, theme: Theme, *, first: Runs, rest: Runs) -> None:
    """Writes lines of code behind a bar; a long one is folded where the screen ends."""
    bar = Run("│ ", theme.rule, kept=False)
    first, rest = (*first, bar), (*rest, bar)
    width = writer.room(rest)
    shown = safe_text(code.text)
    for text in [shown] if code.whole else shown.split("\n"):
        for line in hard_lines(_coloured(text, code.language, theme)):
            *pieces, last = cut(line, folds("".join([run.text for run in line]), width))
            for piece in pieces:
                writer.put(first, piece, ends=False)
                first = rest
            writer.put(first, last)
            first = rest


def _coloured(code: str, language: str, theme: Theme) -> Runs:
    if not theme.code_colours:
        return (Run(code),)
    # Deferred: pygments and a lexer take a sixth of the start of a minimal screen.
    from agentchat.typesetting.markdown.highlight import highlighted

    return highlighted(code, language, theme)


@dataclass(slots=True)
class _Blocks:
    """Writes the blocks of one piece of prose."""

    piece: Prose
    lines: list[str]
    """Of its source."""
    writer: Writer
    theme: Theme
    final: bool

    def write(self, begin: int, end: int, first: Runs, rest: Runs, *, loose: bool = True) -> None:
        """Writes the tokens from `begin` to `end`; unless `loose`, blank lines are drawn only where the source has them."""
        place = begin
        while place < end:
            token = self.piece.tokens[place]
            if place > begin and (loose or self._blank_before(token)):
                self.writer.put(rest)
            place = self._block(place, first if place == begin else rest, rest)

    def _block(self, place: int, first: Runs, rest: Runs) -> int:
        """Writes the block that begins at `place`; gives the place behind it."""
        token = self.piece.tokens[place]
        match token.type:
            case "heading_open":
                self._flow(place + 1, first, rest, self.theme.heading if token.tag in {"h1", "h2"} else self.theme.subheading)
                return place + 3
            case "paragraph_open":
                self._flow(place + 1, first, rest, self.theme.text)
                return place + 3
            case "fence" | "code_block":
                self._code(token, first, rest)
                return place + 1
            case "hr":
                self.writer.put(first, (Run("─" * self.writer.room(rest), self.theme.rule),))
                return place + 1
            case _:
                return self._container(place, first, rest)

    def _container(self, place: int, first: Runs, rest: Runs) -> int:
        end = closing(self.piece.tokens, place)
        match self.piece.tokens[place].type:
            case "bullet_list_open" | "ordered_list_open":
                self._list(place, end, first, rest)
            case "blockquote_open":
                bar = Run("▌ ", self.theme.quote, kept=False)
                self.write(place + 1, end, self._longer(first, bar), self._longer(rest, bar))
            case "table_open":
                tokens = self.piece.tokens[place:end]
                sample = self.piece.sample if place == 0 else ()
                write_table(self.writer, tokens, self.theme, sample=sample, first=first, rest=rest)
            case kind:
                raise AssertionError(f"The dialect has no block {kind!r}.")
        return end + 1

    def _list(self, place: int, end: int, first: Runs, rest: Runs) -> None:
        number = first_number(self.piece.tokens[place], self.piece.joint if place == 0 else None)
        item = place + 1
        while item < end:
            behind = closing(self.piece.tokens, item)
            if item > place + 1 and self._blank_before(self.piece.tokens[item]):
                self.writer.put(rest)
            self._item(item, behind, first, rest, mark="• " if number is None else f"{number}. ")
            number = None if number is None else number + 1
            first, item = rest, behind + 1

    def _item(self, item: int, behind: int, first: Runs, rest: Runs, *, mark: str) -> None:
        first = self._longer(first, Run(mark, self.theme.marker))
        if behind == item + 1:
            self.writer.put(first)
            return
        indent = Run(" " * cell_len(mark), kept=False)
        self.write(item + 1, behind, first, self._longer(rest, indent), loose=False)

    def _longer(self, prefix: Runs, run: Run) -> Runs:
        longer = (*prefix, run)
        return longer if self.writer.width - sum([cell_len(part.text) for part in longer]) >= _LEAST_ROOM else prefix

    def _flow(self, place: int, first: Runs, rest: Runs, base: Style) -> None:
        self.writer.flow(inline_runs(self.piece.tokens[place], self.theme, base), first, rest)

    def _code(self, token: Token, first: Runs, rest: Runs) -> None:
        """Code inside a list or quote, or indented code: its first line may stand beside a bullet."""
        code = Code(token.content.removesuffix("\n"), language_of(token.info), gap=False, whole=self.final)
        _write_code(self.writer, code, self.theme, first=first, rest=rest)

    def _blank_before(self, token: Token) -> bool:
        line = span_of(token)[0]
        return line > 0 and is_blank(self.lines[line - 1])
