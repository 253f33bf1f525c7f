"""Who can hand over to whom, and whom they ask as tools, as a tree of text. Standard library only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """An agent among others. Its texts are foreign."""

    name: str
    uses: tuple[str, ...] = ()
    """The names of its tools, those that are agents left out."""
    hands_over_to: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    """The agents that it has as tools."""


def tree(nodes: Sequence[Node], first: str, *, active: str = "") -> Iterator[str]:
    """Its lines: from the first agent, then from those that nobody comes to. An agent that was shown is only named again."""
    known = {node.name: node for node in nodes}
    shown: set[str] = set()
    for node in (known[first], *nodes):
        if node.name not in shown:
            yield node.name + _in_brackets(("gets the first message", node.name == first), ("active", node.name == active))
            yield from _below(known, node, shown, active, "")


def _below(known: dict[str, Node], node: Node, shown: set[str], active: str, edge: str) -> Iterator[str]:
    shown.add(node.name)
    lines = [f"uses {', '.join(node.uses)}"] if node.uses else []
    steps = [("hands over to", name) for name in node.hands_over_to] + [("asks", name) for name in node.asks]
    for number, line in enumerate([*lines, *steps], start=1):
        is_last = number == len(lines) + len(steps)
        branch, rest = ("└─ ", "   ") if is_last else ("├─ ", "│  ")
        if isinstance(line, str):
            yield f"{edge}{branch}{line}"
            continue
        does, name = line
        is_known = name in shown or name not in known
        yield f"{edge}{branch}{does} {name}{_in_brackets(('active', name == active), ('see above', name in shown))}"
        if not is_known:
            yield from _below(known, known[name], shown, active, edge + rest)


def _in_brackets(*notes: tuple[str, bool]) -> str:
    """Those that hold."""
    holding = ", ".join(note for note, holds in notes if holds)
    return f"  ({holding})" if holding else ""
