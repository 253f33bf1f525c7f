"""What a person reads of a call before deciding about it. A pure function from the call to a text.

The text is injective: two calls that differ in tool, agent or arguments never read the same. Single values are quoted as in
JSON; a string of several lines is shown as lines behind a bar, in the exact form of `safe_text`; the long contents that a diff
shows are replaced by their size and hash. What was made visible is named, so that it can be warned of.
"""

import difflib
import hashlib
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from agentchat.chat.look_alikes import look_alikes_in
from agentchat.chat.safe_text import exact_line, exact_text, hidden_in
from agentchat.chat.status import BUILT_IN, PendingCall, Preview, SessionRule
from agentchat.tui.approval.argument_text import Json, Object, Unreadable, parsed, pretty, quoted, strings_in

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
    arguments = parsed(call.arguments)
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
    shown = (call.preview.text if call.preview else "", *strings_in(arguments), *strings_in(parsed(call.original)))
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
        page.line((quoted(_shortened(call.description)), "quiet"))
    origin = f"{_origin(call.origin)} · " if call.origin else ""
    effects = _EFFECTS[call.effects]
    reason = f" · asked because {exact_line(call.reason)}" if call.reason not in {"", f"it {effects}"} else ""
    page.line((f"{origin}{effects}{reason}", "quiet"))
    if call.folder:
        page.line((f"works in {exact_line(call.folder)}", "quiet"))
    if standing := _standing(call):
        page.line()
        page.line(standing)


def _standing(call: PendingCall) -> str:
    """What became of a call that is asked about after its run broke off."""
    again = "" if call.started is None else f" It was started before, at {_time(call.started)}, and what came of that is not known."
    match call.asks:
        case "may it run":
            return ""
        case "approved, not run":
            return f"You approved this call, and it was not run. Nothing of it runs before you say so here.{again}"
        case "outcome unknown":
            since = "" if call.started is None else f" at {_time(call.started)}"
            return f"This call was started{since}, and the program ended before it came back. Whether it took effect is not known."
        case _:
            assert_never(call.asks)


def _time(at: float) -> str:
    return time.strftime("%H:%M:%S on %Y-%m-%d", time.localtime(at))


def _origin(origin: str) -> str:
    return origin if origin == BUILT_IN else f"from {exact_line(origin)}"


def _shortened(description: str) -> str:
    """The first paragraph: what a tool's author says to the model can be pages long, and decides nothing."""
    first = description.strip().split("\n\n", 1)[0]
    joined = " ".join(first.split())
    return joined if len(joined) <= _DESCRIPTION_LIMIT else joined[: _DESCRIPTION_LIMIT - 1] + "…"


_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.:/-]+")


def _name(name: str) -> str:
    """A name as it is where nothing in it can mislead, else in quotes."""
    return name if _PLAIN_NAME.fullmatch(name) else quoted(name)


# The arguments


def _write_arguments(page: Page, arguments: "Json | Unreadable", preview: Preview | None) -> None:
    if isinstance(arguments, Unreadable):
        page.line(("arguments that cannot be read as JSON:", "quiet"))
        _write_block(page, arguments.text)
        return
    if not isinstance(arguments, Object):
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


def _write_value(page: Page, name: str, value: Json, column: int) -> None:
    label = _padded(name, column)
    match value:
        case str() if "\n" in value:
            page.line((label, "name"), (_size(value), "quiet"))
            _write_block(page, value)
        case list() | Object():
            first, *more = pretty(value)
            page.line((label, "name"), first)
            for line in more:
                page.line(line)
        case _:
            page.line((label, "name"), *pretty(value))


# What the person changed, and what is kept for the session


def _write_edit(page: Page, call: PendingCall) -> None:
    """The difference between the arguments as the model wrote them and as they would run."""
    page.line(("changed by you", "name"))
    before, after = (_lines_of(parsed(arguments)) for arguments in (call.original, call.arguments))
    for line in [*difflib.unified_diff(before, after, n=2, lineterm="")][2:]:
        marker, rest = line[:1], line[1:]
        look: Look = "added" if marker == "+" else "removed" if marker == "-" else "quiet"
        page.line((line if marker == "@" else f"{marker} {rest}", look))
    page.line()


def _lines_of(arguments: "Json | Unreadable") -> list[str]:
    page = Page()
    _write_arguments(page, arguments, None)
    return page.written((), prose=0).text.split("\n")


def rule_text(rule: SessionRule, *, kept_at: float | None = None) -> CallText:
    """The rule that "for this session" keeps of a call, before it is kept or afterwards. Two different rules never read the same."""
    page = Page()
    origin = f", {_origin(rule.origin)}," if rule.origin else ""
    runs = "This runs now, and from now on" if kept_at is None else f"Since {_time(kept_at)} this runs"
    page.line((f"{runs} in this conversation without a question, whichever agent wants it.", "quiet"))
    defined = "is defined now" if kept_at is None else "was defined then"
    page.line((f"It holds for the tool{origin} as it {defined}, and is kept with the conversation.", "quiet"))
    if rule.folder:
        page.line((f"It holds in the folder {exact_line(rule.folder)} and in no other.", "quiet"))
    page.line()
    arguments = None if rule.arguments is None else parsed(rule.arguments)
    if arguments is None:
        page.line(("every call of ", "quiet"), (_name(rule.tool), "tool"), (f", which {_EFFECTS[rule.effects]}", "quiet"))
    else:
        which = " with exactly this, whatever else it is given" if rule.only else " with exactly these arguments"
        page.line(("calls of ", "quiet"), (_name(rule.tool), "tool"), (which, "quiet"))
    prose = len(page)
    if arguments is not None:
        _write_arguments(page, arguments, None)
    return page.written((rule.tool, rule.origin, rule.folder, *(() if arguments is None else strings_in(arguments))), prose=prose)


# Long texts

_CONTENT_NAMES = frozenset({
    "content", "contents", "text", "new_text", "old_text", "new_string", "old_string", "new", "old", "patch", "diff", "replacement",
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


_FULL_HASH = re.compile(r"(sha256 [0-9a-f]{16})[0-9a-f]{48}\Z")
"""In the head of a diff; as much of it is shown as of other hashes."""


def _write_diff(page: Page, diff: str) -> None:
    page.line(("changes", "name"))
    in_hunk = False
    for line in diff.removesuffix("\n").split("\n"):
        # No line of a hunk begins with a "d": so the head of the next file is never taken for lines that go and come.
        in_hunk = line.startswith("@@") or (in_hunk and not line.startswith("diff "))
        marker, rest = line[:1], _with_tab_stops(exact_line(line[1:]))
        match marker:
            case "+" if in_hunk:
                page.line((f"+ {rest}", "added"))
            case "-" if in_hunk:
                page.line((f"- {rest}", "removed"))
            case " " if in_hunk:
                page.line(f"  {rest}")
            case _:
                page.line((_FULL_HASH.sub(r"\1", exact_line(line)), "hunk" if marker == "@" else "quiet"))


def _with_tab_stops(exact: str) -> str:
    """Room behind each tab, so that indented code reads as such. The sign itself is always a tab: the exact form says so."""
    return exact.replace("␉", "␉   ")
