"""What a project brings, as far as the person trusts it: its team, and what its AGENTS.md says to every agent."""

from pathlib import Path
from typing import Literal, TypeAlias

from agentchat.config.find import TeamPlace
from agentchat.config.project_notes import find_notes, with_notes
from agentchat.config.specs import TeamSpec
from agentchat.config.team import built_in_team, load_team
from agentchat.config.trust import TrustRequired, TrustStore, laid_over
from agentchat.config.vocabulary import Vocabulary

Untrusted: TypeAlias = Literal["refuse", "trust", "restrict"]
"""What to do with what needs trust and has none: raise TrustRequired; trust it from now on; do without it."""


def load_project(place: TeamPlace, folder: Path, vocabulary: Vocabulary, *, trust: TrustStore, untrusted: Untrusted) -> TeamSpec:
    """The team that answers in a folder.

    Raises:
        TrustRequired: Something needs trust, and is to be refused then.
        ConfigError: The team's file cannot be used; ConfigErrors for several mistakes in it.
    """
    notes = find_notes(folder)
    new = tuple(one for one in notes if not trust.trusts(one))
    refused: TrustRequired | None = None
    try:
        team = load_team(place, vocabulary, trusted=trust.trusts)
    except TrustRequired as needs_trust:
        team, refused = needs_trust.team, needs_trust
    if untrusted == "refuse" and (refused is not None or new):
        raise TrustRequired(team, () if refused is None else refused.needs, notes=new)
    if untrusted == "trust":
        trust.remember(*(() if refused is None else (team,)), *new)
        return with_notes(team, notes)
    team = team if refused is None else laid_over(built_in_team(vocabulary), team)
    return with_notes(team, [one for one in notes if one not in new])
