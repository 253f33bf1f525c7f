"""The keys at the foot of the dialog, laid out so that a key and what it does are never torn apart."""

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content


@dataclass(frozen=True, slots=True)
class KeyHint:
    """One key and what it does."""

    key: str
    does: str
    short: str
    """What it does in one word, for a narrow terminal."""
    works: bool = True
    """Whether pressing it would do that now; otherwise it is shown dim."""
    is_extra: bool = False
    """Whether it may be left out where there is no room for all."""


GAP = 3


def deciding_hints(
    *, can_approve: bool, has_rule: bool, can_edit: bool, several: bool, all_of_them: bool, can_approve_all: bool
) -> tuple[KeyHint, ...]:
    """The keys that decide about a call, in the order in which they are read."""
    keep = (KeyHint("s", "for this session", "session", works=can_approve, is_extra=True),) if has_rule else ()
    edit = (KeyHint("e", "edit arguments", "edit", is_extra=True),) if can_edit else ()
    walking = (KeyHint("←→", "previous, next", "next"),) if several else ()
    at_once = (
        KeyHint("^a", "approve all", "all", works=can_approve_all, is_extra=True),
        KeyHint("^x", "reject all", "none", is_extra=True),
    )
    return (
        KeyHint("a", "approve", "yes", works=can_approve),
        *keep,
        *edit,
        KeyHint("r", "reject", "no"),
        KeyHint("w", "reject, saying why", "why"),
        *walking,
        *(at_once if all_of_them else ()),
        KeyHint("f", "full screen", "full", is_extra=True),
        KeyHint("esc", "decide later", "later"),
    )


def key_lines(hints: tuple[KeyHint, ...], width: int, *, most: int) -> Content:
    """The hints, in as many words as fit in so many lines; at the worst the bare keys of those that must be there."""
    needed = tuple(hint for hint in hints if not hint.is_extra)
    wordings = (
        (GAP, hints, [f"[{hint.key}] {hint.does}" for hint in hints]),
        (GAP, hints, [f"[{hint.key}] {hint.short}" for hint in hints]),
        (1, hints, [f"[{hint.key}] {hint.short}" for hint in hints]),
        (0, hints, [f"[{hint.key}]" for hint in hints]),
        (0, needed, [f"[{hint.key}]" for hint in needed]),
    )
    laid_out = ((gap, shown, _laid_out(labels, width, gap)) for gap, shown, labels in wordings)
    gap, shown, lines = next(one for one in laid_out if len(one[2]) <= most or one[1] is needed)
    numbered = iter(shown)
    drawn = (Content(" " * gap).join(_drawn(next(numbered), label) for label in line) for line in lines)
    return Content("\n").join(drawn)


def _laid_out(labels: list[str], width: int, gap: int) -> list[list[str]]:
    lines: list[list[str]] = [[]]
    for label in labels:
        taken = sum(cell_len(other) + gap for other in lines[-1])
        if lines[-1] and taken + cell_len(label) > width:
            lines.append([])
        lines[-1].append(label)
    return lines


def _drawn(hint: KeyHint, label: str) -> Content:
    if not hint.works:
        return Content(label).stylize("dim")
    return Content(label).stylize("$text-accent bold", 0, len(hint.key) + 2)
