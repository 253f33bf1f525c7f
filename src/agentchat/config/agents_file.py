"""Reading an agents.toml into a `TeamSpec`.

Nothing is silently ignored: an unknown key is an error, and so is every name that leads nowhere. All errors are told at once.
"""

from dataclasses import fields
from pathlib import Path
from typing import Any

from agentchat.config.code_files import digest_of
from agentchat.config.errors import ConfigError
from agentchat.config.named_files import files_of, with_files
from agentchat.config.names import check_names, own_code
from agentchat.config.prices import check_prices
from agentchat.config.reading import Reader
from agentchat.config.specs import Origin, TeamSpec, TeamTable
from agentchat.config.toml_places import toml_places
from agentchat.config.toml_text import read_toml
from agentchat.config.vocabulary import Vocabulary

_NO_AGENTS = "The file has no agents; write at least one [[agents]] table with a name and instructions."


def read_team(path: Path, *, origin: Origin, vocabulary: Vocabulary) -> TeamSpec:
    """The team that a file describes; ConfigErrors with all its mistakes, or a ConfigError for a file that is no TOML."""
    source = read_toml(path)
    if not source.table:
        raise ConfigError(path, _NO_AGENTS.replace("has no agents", "is empty"))
    places = toml_places(source.text)
    reader = Reader(source.table, vocabulary.kinds)
    table: TeamTable = reader.table(TeamTable, source.table)
    if source.table.get("agents") == []:
        reader.complaints.add(("agents",), _NO_AGENTS)
    check_names(table, vocabulary, reader.complaints)
    check_prices(table, reader.complaints)
    folder, files = source.path.absolute().parent, files_of(table)
    table = with_files(table, folder, reader.complaints)
    wrong = reader.complaints.error(places, path)
    if wrong is not None:
        raise wrong
    digest = digest_of(source.data, folder, own_code(table))
    return TeamSpec(**_members(table), source=source.path.absolute(), origin=origin, digest=digest, files=files, places=places)


def _members(table: TeamTable) -> dict[str, Any]:
    return {one.name: getattr(table, one.name) for one in fields(table)}


