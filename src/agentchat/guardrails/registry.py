"""Every kind of guardrail that agents.toml can name.

To add one: a file of this folder with its dataclass, a line in `BUILT_IN`. To add one from a package of its own: an entry point in the
group `agentchat.guardrails`, named as the kind, that leads to such a dataclass. A built-in name always means the built-in one.
"""

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points

from agentchat.guardrails.budget import Budget
from agentchat.guardrails.guardrail import Guardrail
from agentchat.guardrails.judge import Judge
from agentchat.guardrails.length import Length
from agentchat.guardrails.secrets import Secrets
from agentchat.guardrails.words import Words
from agentchat.runtime.values.exceptions import UserError

ENTRY_POINTS = "agentchat.guardrails"
"""The group that other packages register guardrails in."""

BUILT_IN: Mapping[str, type[Guardrail]] = {
    "secrets": Secrets,
    "length": Length,
    "budget": Budget,
    "words": Words,
    "judge": Judge,
}


def guardrail_kinds() -> Mapping[str, type[Guardrail]]:
    """By `kind`, the dataclass of its settings; those of other packages are loaded for this."""
    return {**{point.name: _loaded(point) for point in entry_points(group=ENTRY_POINTS)}, **BUILT_IN}


def _loaded(point: EntryPoint) -> type[Guardrail]:
    try:
        kind: type[Guardrail] = point.load()
    except Exception as error:  # foreign code; a guardrail that is missing must not be passed by
        said = f"{type(error).__name__}: {error}"
        raise UserError(f"The guardrail {point.name!r} of {point.value} cannot be had ({said}); mend or remove its package.") from error
    return kind
