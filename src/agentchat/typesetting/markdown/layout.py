"""Lays Markdown pieces out: tokens to lines of a given width.

Everything nests by prefixes: a list or quote passes on the prefix of its first line and that of all others. A prefix that would
leave no room for text is not made longer. A piece that goes on inside of lists and quotes begins with their opening, which was drawn
before: it only gives the prefixes.
"""

import re
from dataclasses import dataclass

from markdown_it.token import Token
from rich.cells import cell_len
from rich.style import Style

from agentchat.chat.safe_text import safe_line, safe_text
from agentchat.typesetting.doc import Run, Runs
from agentchat.typesetting.markdown.dialect import closing, is_blank, language_of, span_of
from agentchat.typesetting.markdown.inline import inline_runs
from agentchat.typesetting.markdown.pieces import Code, Piece, Prose
from agentchat.typesetting.markdown.table import write_table
from agentchat.typesetting.theme import Theme
from agentchat.typesetting.wrapping import cut, folds, shortened
from agentchat.typesetting.writer import Unended, Writer, hard_lines

_LEAST_ROOM = 10
"""Prefixes never leave less than this many cells for the text."""
_TASK = re.compile(r"\[([ xX])\]\s+")


def lay_out(
    piece: Piece, writer: Writer, theme: Theme, *, prefix: Runs, final: bool = True, before: Unended | None = None,
) -> Unended | None:
    """Writes one piece, behind the last line of the one before where that goes on; gives its own last line if that does.

    Code in a piece that is not `final` is coloured line by line, because it will be drawn again soon.
    """
    if isinstance(piece, Code):
        _lay_out_code(piece, writer, theme, prefix)
        return None
    if piece.gap:
        writer.put(prefix)
    blocks = _Blocks(piece, piece.source.split("\n"), writer, theme, final, before)
    blocks.write(0, len(piece.tokens), prefix, prefix)
    return blocks.unended


def _lay_out_code(code: Code, writer: Writer, theme: Theme, prefix: Runs) -> None:
    for container in code.inside:
        run = _bar(theme) if container.is_quote else _indent(_mark(container.number))
        prefix = _longer(writer, prefix, run)
    if code.gap:
        writer.put(prefix)
    _write_code(writer, code, theme, first=prefix, rest=prefix)


def _bar(theme: Theme) -> Run:
    return Run("▌ ", theme.quote, kept=False)


def _mark(number: int | None) -> str:
    return "• " if number is None else f"{number}. "


def _indent(mark: str) -> Run:
    return Run(" " * cell_len(mark), kept=False)


def _longer(writer: Writer, prefix: Runs, run: Run) -> Runs:
    longer = (*prefix, run)
    return longer if writer.width - sum([cell_len(part.text) for part in longer]) >= _LEAST_ROOM else prefix


def _write_code(writer: Writer, code: Code, theme: Theme, *, first: Runs, rest: Runs) -> None:
    """Writes lines of code behind a bar, under the name of its language; a long one is folded where the screen ends."""
    if code.labelled and code.language:
        name = shortened(safe_line(code.language), writer.room(rest) - 2)
        writer.put(first, (Run(f"╭ {name}", theme.rule, kept=False),), ends=False)
        first = rest
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
    before: Unended | None
    """The line that the first paragraph goes on in."""
    unended: Unended | None = None
    """The line that the last paragraph goes on in."""

    def write(self, begin: int, end: int, first: Runs, rest: Runs, *, loose: bool = True) -> None:
        """Writes the tokens from `begin` to `end`; unless `loose`, blank lines are drawn only where the source has them."""
        place = begin
        while place < end:
            token = self.piece.tokens[place]
            if place > begin and not self._is_drawn(token) and (self._blank_before(token) or (loose and not self._goes_on(token))):
                self.writer.put(rest)
            place = self._block(place, first if place == begin else rest, rest)

    def _is_drawn(self, token: Token) -> bool:
        """Whether it belongs to the opening."""
        return span_of(token)[0] < self.piece.opened

    def _goes_on(self, token: Token) -> bool:
        """Whether it is the rest of a block that was drawn before."""
        return self.piece.joint.goes_on is not None and span_of(token)[0] == self.piece.opened

    def _blank_before(self, token: Token) -> bool:
        line = span_of(token)[0]
        return line > 0 and is_blank(self.lines[line - 1])

    def _block(self, place: int, first: Runs, rest: Runs) -> int:
        """Writes the block that begins at `place`; gives the place behind it."""
        token = self.piece.tokens[place]
        match token.type:
            case "heading_open":
                if self.piece.ends_in_marks and span_of(token)[0] == len(self.lines) - 2:
                    self.writer.put(first)
                elif not self._is_drawn(token):
                    self._flow(place + 1, first, rest, self.theme.heading if token.tag in {"h1", "h2"} else self.theme.subheading)
                return place + 3
            case "paragraph_open":
                self._flow(place + 1, first, rest, self.theme.text)
                return place + 3
            case "fence" | "code_block":
                self._code(token, first, rest)
                return place + 1
            case "formula":
                self.writer.flow((Run(safe_text(token.content.removesuffix("\n")), self.theme.text),), first, rest)
                return place + 1
            case "hr":
                self.writer.put(first, (Run("─" * self.writer.room(rest), self.theme.rule),))
                return place + 1
            case _:
                return self._container(place, first, rest)

    def _container(self, place: int, first: Runs, rest: Runs) -> int:
        token, end = self.piece.tokens[place], closing(self.piece.tokens, place)
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self._list(place, end, first, rest)
            case "blockquote_open":
                bar = _bar(self.theme)
                self.write(place + 1, end, self._longer(first, bar), self._longer(rest, bar))
            case "table_open":
                sample = self.piece.sample if self._is_drawn(token) else ()
                tokens, goes_on = self.piece.tokens[place:end], self.piece.unended and self._is_last(end)
                write_table(self.writer, tokens, self.theme, sample=sample, goes_on=goes_on, first=first, rest=rest)
            case kind:
                raise AssertionError(f"The dialect has no block {kind!r}.")
        return end + 1

    def _list(self, place: int, end: int, first: Runs, rest: Runs) -> None:
        opening = self.piece.tokens[place]
        number = self.piece.joint.number_of(opening, span_of(opening)[0], self.piece.opened)
        item = place + 1
        while item < end:
            behind = closing(self.piece.tokens, item)
            if item > place + 1 and self._blank_before(self.piece.tokens[item]):
                self.writer.put(rest)
            self._item(item, behind, first, rest, mark=_mark(number))
            number = None if number is None else number + 1
            first, item = rest, behind + 1

    def _item(self, item: int, behind: int, first: Runs, rest: Runs, *, mark: str) -> None:
        inner = self._longer(rest, _indent(mark))
        if self._is_drawn(self.piece.tokens[item]):
            self.write(item + 1, behind, inner, inner, loose=False)
            return
        box = self._box(item) if behind > item + 1 else ""
        first = self._longer(first, Run(box if mark == _mark(None) and box else mark + box, self.theme.marker))
        if behind == item + 1:
            self.writer.put(first)
        else:
            self.write(item + 1, behind, first, inner, loose=False)

    def _box(self, item: int) -> str:
        """The box of a task, which is taken from its text; nothing for any other item."""
        opening, text = self.piece.tokens[item + 1:item + 3]
        match = _TASK.match(text.content) if opening.type == "paragraph_open" else None
        return "" if match is None else "☐ " if match[1] == " " else "☑ "

    def _longer(self, prefix: Runs, run: Run) -> Runs:
        return _longer(self.writer, prefix, run)

    def _flow(self, place: int, first: Runs, rest: Runs, base: Style) -> None:
        runs = inline_runs(self.piece.tokens[place], self.theme, base)
        if self.piece.tokens[place - 2].type == "list_item_open" and runs and self._box(place - 2):
            runs = (runs[0]._replace(text=_TASK.sub("", runs[0].text, count=1)), *runs[1:])
        if self.before is not None:
            first, runs, self.before = self.before.prefix, (*self.before.runs, *runs), None
        if self.piece.unended and self._is_last(place):
            self.unended = self.writer.flow_on(runs, first, rest)
        else:
            self.writer.flow(runs, first, rest)

    def _is_last(self, place: int) -> bool:
        """Whether no other text comes behind a place."""
        return not any(token.type == "inline" for token in self.piece.tokens[place + 1:])

    def _code(self, token: Token, first: Runs, rest: Runs) -> None:
        """Indented code, or a fence whose place among lists and quotes is written with tabs."""
        code = Code(token.content.removesuffix("\n"), language_of(token.info), gap=False, whole=self.final, labelled=True)
        _write_code(self.writer, code, self.theme, first=first, rest=rest)
