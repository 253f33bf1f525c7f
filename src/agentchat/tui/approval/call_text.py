"""What a person reads of a call before deciding about it. A pure function from the call to a text.

The text is injective: two calls that differ in tool, agent or arguments never read the same. Single values are quoted as in
JSON; a string of several lines is shown as lines behind a bar, in the exact form of `safe_text`; the long contents that a diff
shows are replaced by their size and hash. What was made visible is named, so that it can be warned of.
"""

import difflib
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agentchat.chat.look_alikes import look_alikes_in
from agentchat.chat.safe_text import exact_line, exact_text, hidden_in
from agentchat.chat.status import PendingCall, Preview, SessionRule

Look: TypeAlias = Literal["tool", "name", "quiet", "edge", "added", "removed", "hunk"]
"""What a stretch of text is; the view gives it a colour."""

LOOKS: tuple[Look, ...] = ("tool", "name", "quiet", "edge", "added", "removed", "hunk")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text that has a look."""

    start: int
    end: int
    look: Look


@dataclass(frozen=True, slots=True)
class CallText:
    """The whole call as text."""

    text: str
    """Lines divided by line breaks; nothing in it commands the terminal or is invisible."""
    spans: tuple[Span, ...]
    """In order, without overlap."""
    made_visible: tuple[str, ...]
    """The names of characters that one would not have seen."""
    prose: int = 0
    """Lines that begin within so many characters are sentences, and may be folded between words."""
    look_alikes: tuple[str, ...] = ()
    """Letters of another script that stand in a word of Latin ones."""


def call_text(call: PendingCall) -> CallText:
    """The call, written out."""
    arguments = _parsed(call.arguments)
    page = Page()
    _write_head(page, call)
    head = len(page)
    page.line()
    if call.original:
        _write_edit(page, call)
    if call.preview is not None and call.preview.kind == "text":
        _write_block(page, call.preview.text)
        page.line()
    _write_arguments(page, arguments, call.preview)
    if call.preview is not None and call.preview.kind == "diff":
        page.line()
        _write_diff(page, call.preview.text)
    shown = (call.preview.text if call.preview else "", *_strings(arguments), *_strings(_parsed(call.original)))
    foreign = (call.agent, call.tool, call.description, *shown)
    return page.written(foreign, prose=head)


class Page:
    """Gathers the lines of a text that is decided about."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._parts: list[str] = []
        self._length = 0

    def line(self, *runs: str | tuple[str, Look]) -> None:
        """One more line, of plain and of coloured runs."""
        if self._parts:
            self._put("\n")
        for run in runs or ("",):
            if isinstance(run, str):
                self._put(run)
            else:
                text, look = run
                self.spans.append(Span(self._length, self._length + len(text), look))
                self._put(text)

    def __len__(self) -> int:
        return self._length

    def written(self, foreign: Iterable[str], *, prose: int) -> CallText:
        """All of it; `foreign` are the texts in it that were not ours, as they came."""
        came = tuple(foreign)
        hidden = dict.fromkeys(name for text in came for name in hidden_in(text))
        alike = dict.fromkeys(name for text in came for name in look_alikes_in(text))
        return CallText("".join(self._parts), tuple(self.spans), tuple(hidden), prose, tuple(alike))

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


# The head

_DESCRIPTION_LIMIT = 300
_EFFECTS = {"none": "changes nothing", "reads": "reads only", "changes": "changes things"}


def _write_head(page: Page, call: PendingCall) -> None:
    page.line((_name(call.tool), "tool"), (f"  called by {_name(call.agent)}", "quiet"))
    if call.description:
        page.line((_quoted(_shortened(call.description)), "quiet"))
    origin = f"from {exact_line(call.origin)} · " if call.origin else ""
    effects = _EFFECTS[call.effects]
    reason = f" · asked because {exact_line(call.reason)}" if call.reason not in {"", f"it {effects}"} else ""
    page.line((f"{origin}{effects}{reason}", "quiet"))
    if call.folder:
        page.line((f"works in {exact_line(call.folder)}", "quiet"))


def _shortened(description: str) -> str:
    """The first paragraph: what a tool's author says to the model can be pages long, and decides nothing."""
    first = description.strip().split("\n\n", 1)[0]
    joined = " ".join(first.split())
    return joined if len(joined) <= _DESCRIPTION_LIMIT else joined[: _DESCRIPTION_LIMIT - 1] + "…"


_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.:/-]+")


def _name(name: str) -> str:
    """A name as it is where nothing in it can mislead, else in quotes."""
    return name if _PLAIN_NAME.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    return exact_text(json.dumps(text, ensure_ascii=False))


# The arguments


@dataclass(frozen=True, slots=True)
class _Literal:
    """A number as it is written; 1 and 1.0 and 1e0 are different arguments."""

    text: str


@dataclass(frozen=True, slots=True)
class _Object:
    """A JSON object as it is written, doubled keys and all."""

    members: "tuple[tuple[str, _Json], ...]"


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """Arguments that are no JSON."""

    text: str


_Json: TypeAlias = "str | bool | _Literal | _Object | list[_Json] | None"


def _parsed(arguments: str) -> "_Json | _Unreadable":
    """The arguments, without any loss."""
    try:
        return json.loads(
            arguments,
            parse_int=_Literal,
            parse_float=_Literal,
            parse_constant=_Literal,
            object_pairs_hook=lambda members: _Object(tuple(members)),
        )
    except (ValueError, RecursionError):
        return _Unreadable(arguments)


def _write_arguments(page: Page, arguments: "_Json | _Unreadable", preview: Preview | None) -> None:
    if isinstance(arguments, _Unreadable):
        page.line(("arguments that cannot be read as JSON:", "quiet"))
        _write_block(page, arguments.text)
        return
    if not isinstance(arguments, _Object):
        page.line(("arguments that are no JSON object:", "quiet"))
        _write_value(page, "arguments", arguments, 0)
        return
    if not arguments.members:
        page.line(("no arguments", "quiet"))
    shown_as_diff = preview is not None and preview.kind == "diff"
    column = max((len(_name(name)) for name, _ in arguments.members), default=0)
    for name, value in arguments.members:
        if shown_as_diff and isinstance(value, str) and _is_content(name, value):
            page.line((_padded(name, column), "name"), (_fingerprint(value), "quiet"))
        else:
            _write_value(page, name, value, column)


_WIDEST_COLUMN = 16


def _padded(name: str, column: int) -> str:
    return _name(name).ljust(min(column, _WIDEST_COLUMN)) + "  "


def _write_value(page: Page, name: str, value: _Json, column: int) -> None:
    label = _padded(name, column)
    match value:
        case str() if "\n" in value:
            page.line((label, "name"), (_size(value), "quiet"))
            _write_block(page, value)
        case list() | _Object():
            first, *more = _pretty(value)
            page.line((label, "name"), first)
            for line in more:
                page.line(line)
        case _:
            page.line((label, "name"), *_pretty(value))


_FLAT = 60
"""Cells that a list or an object may take on one line; longer ones have a line for each member."""


def _pretty(value: _Json) -> list[str]:
    """The lines of a value, as JSON is laid out with an indent of two."""
    match value:
        case str():
            return [_quoted(value)]
        case _Literal(text):
            return [text]
        case list():
            return _bracketed("[", [("", _pretty(item)) for item in value], "]")
        case _Object(members):
            return _bracketed("{", [(f"{_quoted(name)}: ", _pretty(member)) for name, member in members], "}")
        case None:
            return ["null"]
        case bool():
            return ["true" if value else "false"]


def _bracketed(opening: str, members: list[tuple[str, list[str]]], closing: str) -> list[str]:
    flat = opening + ", ".join(label + lines[0] for label, lines in members) + closing
    if all(len(lines) == 1 for _, lines in members) and len(flat) <= _FLAT:
        return [flat]
    inside = [line for member in members for line in _indented(*member)]
    return [opening, *inside[:-1], inside[-1].removesuffix(","), closing]


def _indented(label: str, lines: list[str]) -> list[str]:
    first, *more = lines
    whole = [f"  {label}{first}", *(f"  {line}" for line in more)]
    return [*whole[:-1], f"{whole[-1]},"]


def _strings(value: "_Json | _Unreadable") -> Iterator[str]:
    match value:
        case str():
            yield value
        case _Unreadable(text):
            yield text
        case list():
            for item in value:
                yield from _strings(item)
        case _Object(members):
            for name, member in members:
                yield name
                yield from _strings(member)
        case _:
            pass


# What the person changed, and what is kept for the session


def _write_edit(page: Page, call: PendingCall) -> None:
    """The difference between the arguments as the model wrote them and as they would run."""
    page.line(("changed by you", "name"))
    before, after = (_lines_of(_parsed(arguments)) for arguments in (call.original, call.arguments))
    for line in [*difflib.unified_diff(before, after, n=2, lineterm="")][2:]:
        marker, rest = line[:1], line[1:]
        look: Look = "added" if marker == "+" else "removed" if marker == "-" else "quiet"
        page.line((line if marker == "@" else f"{marker} {rest}", look))
    page.line()


def _lines_of(arguments: "_Json | _Unreadable") -> list[str]:
    page = Page()
    _write_arguments(page, arguments, None)
    return page.written((), prose=0).text.split("\n")


def rule_text(call: PendingCall, rule: SessionRule) -> CallText:
    """The rule that "for this session" keeps of a call, and that the call runs with it. Two different rules never read the same."""
    page = Page()
    origin = f" from {exact_line(call.origin)}" if call.origin else ""
    page.line(("This runs now, and from now on in this conversation without a question, whichever agent wants it.", "quiet"))
    page.line((f"It holds for the tool{origin} as it is defined now, and is kept with the conversation.", "quiet"))
    prose = len(page)
    page.line()
    arguments = None if rule.arguments is None else _parsed(rule.arguments)
    if arguments is None:
        page.line(("every call of ", "quiet"), (_name(rule.tool), "tool"), (f", which {_EFFECTS[call.effects]}", "quiet"))
    else:
        which = " with exactly this, whatever else it is given" if rule.only else " with exactly these arguments"
        page.line(("calls of ", "quiet"), (_name(rule.tool), "tool"), (which, "quiet"))
        _write_arguments(page, arguments, None)
    return page.written((rule.tool, call.origin, *(() if arguments is None else _strings(arguments))), prose=prose)


# Long texts

_CONTENT_NAMES = frozenset({
    "content", "contents", "text", "new_text", "old_text", "new_string", "old_string", "new", "old", "patch", "replacement",
})  # fmt: skip
_LONG = 200


def _is_content(name: str, value: str) -> bool:
    """Whether the diff says it better. Never a path, however long or strange one is."""
    return name in _CONTENT_NAMES and ("\n" in value or len(value) > _LONG)


def _size(text: str) -> str:
    if "\n" not in text:
        return f"{len(text):,} characters"
    lines = text.removesuffix("\n").count("\n") + 1
    return f"{lines:,} {'line' if lines == 1 else 'lines'}, {len(text):,} characters"


def _fingerprint(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_size(text)}, see below · sha256 {digest[:16]}"


def _write_block(page: Page, text: str) -> None:
    """Lines behind a bar: nothing in them can be taken for a line of ours, and spaces at the end are shown."""
    for line in _with_tab_stops(exact_text(text)).split("\n"):
        page.line(("│ ", "edge"), line)


def _write_diff(page: Page, diff: str) -> None:
    page.line(("changes", "name"))
    in_hunk = False
    for line in diff.removesuffix("\n").split("\n"):
        in_hunk = in_hunk or line.startswith("@@")
        marker, rest = line[:1], _with_tab_stops(exact_line(line[1:]))
        match marker:
            case "+" if in_hunk:
                page.line((f"+ {rest}", "added"))
            case "-" if in_hunk:
                page.line((f"- {rest}", "removed"))
            case " " if in_hunk:
                page.line(f"  {rest}")
            case _:
                page.line((exact_line(line), "hunk" if marker == "@" else "quiet"))


def _with_tab_stops(exact: str) -> str:
    """Room behind each tab, so that indented code reads as such. The sign itself is always a tab: the exact form says so."""
    return exact.replace("␉", "␉   ")
