"""What keys are called, and lists of them made from bindings: for the footer, the help and the palette."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.binding import ActiveBinding, Binding, BindingType
from textual.dom import DOMNode

_NAMES = {
    "enter": "⏎",
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "slash": "/",
    "minus": "-",
}


_FIRST = ("help", "command_palette", "stop", "approvals", "send", "walk")
_LAST = ("sessions", "newline", "quit", "activity")
"""Actions whose keys matter most, and least, where there is no room for all; the others, of what has the focus, stand between them."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One key and what it does now."""

    key: str
    does: str
    rank: int = 0
    """The lowest matters most."""


def key_name(key: str) -> str:
    """As people write it: `^j` for ctrl+j, `⏎` for enter, `F1`."""
    *modifiers, last = key.split("+")
    name = _NAMES.get(last, last.upper() if last[1:].isdigit() else last)
    for modifier in reversed(modifiers):
        name = f"^{name}" if modifier == "ctrl" else f"{modifier}+{name}"
    return name


def hints_of(active: Mapping[str, ActiveBinding]) -> tuple[Hint, ...]:
    """The keys that are valid now and meant to be seen, one for each action, nearest to the focus first."""
    hints: dict[str, Hint] = {}
    for key, (_, binding, enabled, _) in active.items():
        if binding.show and enabled and binding.action not in hints:
            hints[binding.action] = Hint(key_name(key), binding.description, _rank(binding.action))
    return tuple(hints.values())


def _rank(action: str) -> int:
    name = action.partition("(")[0]
    if name in _FIRST:
        return _FIRST.index(name) - len(_FIRST)
    return _LAST.index(name) + 1 if name in _LAST else 0


def shown_bindings(owner: type[DOMNode]) -> tuple[Binding, ...]:
    """The bindings that a part of the screen itself declares and wants to be seen."""
    return tuple(binding for binding in Binding.make_bindings(owner.BINDINGS) if binding.show)


def described(bindings: Iterable[BindingType]) -> tuple[Hint, ...]:
    """All of these bindings that have a description, with every key of each; a letter is named once, whatever its case."""
    keys: dict[str, list[str]] = {}
    for binding in Binding.make_bindings(bindings):
        if binding.description:
            names = keys.setdefault(binding.description, [])
            name = key_name(binding.key.removeprefix("shift+") if _is_capital(binding.key) else binding.key)
            if name.casefold() not in (known.casefold() for known in names):
                names.append(name)
    return tuple(Hint(" ".join(names), description) for description, names in keys.items())


def _is_capital(key: str) -> bool:
    """Whether it is how some terminals name a capital letter: `shift+a`."""
    return key.startswith("shift+") and len(key) == len("shift+a")
