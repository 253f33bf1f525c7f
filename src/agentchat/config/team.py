"""Loading a team: read, checked, and trusted where that is needed."""

from collections.abc import Callable

from agentchat.config.agents_file import read_team
from agentchat.config.find import TeamPlace, built_in_place
from agentchat.config.specs import TeamSpec
from agentchat.config.trust import TrustRequired, trust_needs
from agentchat.config.vocabulary import Vocabulary


def load_team(place: TeamPlace, vocabulary: Vocabulary, *, trusted: Callable[[TeamSpec], bool]) -> TeamSpec:
    """The team of a file that was found; built from it are agents and rules elsewhere.

    `trusted` is asked only about a project's file with something in it that needs trust.

    Raises:
        TrustRequired: `trusted` said no. It holds what the file says: `laid_over(built_in_team(...), error.team)` runs instead.
        ConfigError: The file cannot be used; ConfigErrors for several mistakes in it.
    """
    team = read_team(place.path, origin=place.origin, vocabulary=vocabulary)
    needs = trust_needs(team)
    if place.origin == "project" and needs and not trusted(team):
        raise TrustRequired(team, needs)
    return team


def built_in_team(vocabulary: Vocabulary) -> TeamSpec:
    """The team that comes with the program."""
    place = built_in_place()
    return read_team(place.path, origin=place.origin, vocabulary=vocabulary)
