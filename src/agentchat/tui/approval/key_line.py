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


GAP = 3


def deciding_hints(*, can_approve: bool, several: bool) -> tuple[KeyHint, ...]:
    """The keys that decide, in the order in which they are read."""
    walking = (KeyHint("←→", "previous, next", "next"),) if several else ()
    return (
        KeyHint("a", "approve", "yes", works=can_approve),
        KeyHint("r", "reject", "no"),
        KeyHint("w", "reject, saying why", "why"),
        *walking,
        KeyHint("esc", "decide later", "later"),
    )


def writing_hints() -> tuple[KeyHint, ...]:
    """The keys while a reason is written."""
    return (KeyHint("enter", "reject and say so", "send"), KeyHint("esc", "back", "back"))


def key_lines(hints: tuple[KeyHint, ...], width: int, *, most: int) -> Content:
    """The hints, in as many words as fit in so many lines; at the worst the bare keys."""
    wordings = (
        (GAP, [f"[{hint.key}] {hint.does}" for hint in hints]),
        (GAP, [f"[{hint.key}] {hint.short}" for hint in hints]),
        (0, [f"[{hint.key}]" for hint in hints]),
    )
    gap, lines = next((gap, lines) for gap, labels in wordings if len(lines := _laid_out(labels, width, gap)) <= most or gap == 0)
    numbered = iter(hints)
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
