"""Finds the agent that suits better, from the little that a handoff tells: its name and its description."""

import re
from collections.abc import Collection, Sequence

from agentchat.runtime.declarations.handoff import Handoff

_EVERY_DESCRIPTION = re.compile(r"^Handoff to the .*? agent to handle the request\.")
"""What every handoff says of itself tells nothing."""


def fitting_handoff(handoffs: Sequence[Handoff], stems: Collection[str], visited: Collection[str]) -> Handoff | None:
    """The handoff with the most words that begin like one of `stems`; agents that had their turn are left out."""
    fits = [(_fit(each, stems), -at, each) for at, each in enumerate(handoffs) if each.agent_name not in visited]
    best = max(fits, key=lambda fit: fit[:2], default=None)
    return best[2] if best is not None and best[0] > 0 else None


def _fit(handoff: Handoff, stems: Collection[str]) -> int:
    told = f"{handoff.agent_name} {_EVERY_DESCRIPTION.sub('', handoff.tool_description)}".lower()
    words = set(re.findall(r"[a-z]+", told))
    return sum(any(word.startswith(stem) for word in words) for stem in stems)
