"""`agentchat check`: everything that is wrong with an agents.toml, a line for each."""

from pathlib import Path

import click

from agentchat.assembly import vocabulary
from agentchat.building.team import Site, build
from agentchat.chat.safe_text import safe_line
from agentchat.config.agents_file import read_team
from agentchat.config.errors import ConfigError, ConfigErrors, shown_path
from agentchat.config.find import TeamPlace, find_team
from agentchat.config.paths import Paths, find_paths
from agentchat.config.specs import TeamSpec
from agentchat.config.trust import TrustStore, trust_needs
from agentchat.runtime.ports.defaults import DefaultModelProvider
from agentchat.tools.setting import ToolSetting

FINE, WRONG = 0, 2


def check_team(file: Path | None, *, trust: bool) -> int:
    """Says so on standard output; returns the exit status."""
    paths = find_paths()
    place = find_team(option=file, folder=Path.cwd(), own=paths.team)
    try:
        team = read_team(place.path, origin=place.origin, vocabulary=vocabulary())
        may_import = _is_trusted(team, place, paths, trust=trust)
        errors = _errors_of(team) if may_import else ()
    except ConfigError as error:
        return _say_what_is_wrong(_each(error))
    if errors:
        return _say_what_is_wrong(errors)
    click.echo(safe_line(f"{shown_path(team.source)} is fine: {_counted(team)}."))
    if not may_import:
        _say_what_was_not_looked_at(team)
    return FINE


def _say_what_is_wrong(errors: tuple[ConfigError, ...]) -> int:
    for error in errors:
        click.echo(safe_line(str(error)))
    return WRONG


def _is_trusted(team: TeamSpec, place: TeamPlace, paths: Paths, *, trust: bool) -> bool:
    """To name a file so that it is checked is not to trust it."""
    if place.origin in {"user", "built-in"} or not trust_needs(team):
        return True
    store = TrustStore(paths.trust)
    if trust:
        paths.make()
        store.remember(team)
    return store.trusts(team)


def _errors_of(team: TeamSpec) -> tuple[ConfigError, ...]:
    """What goes wrong when its agents are made, with its own code."""
    setting = ToolSetting(root=Path.cwd())
    return build(team, Site(setting, DefaultModelProvider(), model=None, default_model=None)).errors


def _each(error: ConfigError) -> tuple[ConfigError, ...]:
    return error.errors if isinstance(error, ConfigErrors) else (error,)


def _counted(team: TeamSpec) -> str:
    tools = {tool for agent in team.agents for tool in agent.tools}
    names = ", ".join(agent.name for agent in team.agents[:12]) + (", …" if len(team.agents) > 12 else "")
    counts = [(len(tools), "tool"), (len(team.guardrails), "guardrail"), (len(team.all_rules), "rule")]
    told = [f"{count} {noun}{'s' * (count != 1)}" for count, noun in counts if count]
    return ", ".join([f"{len(team.agents)} agent{'s' * (len(team.agents) != 1)} ({names})", *told])


def _say_what_was_not_looked_at(team: TeamSpec) -> None:
    click.echo("It needs your trust before it is used, so nothing of these was tried:", err=True)
    for need in trust_needs(team):
        place = "" if need.line is None else f" (line {need.line})"
        click.echo(safe_line(f"  {need.sentence}{place}"), err=True)
    click.echo("Read the file; agentchat check --trust trusts it and looks at the rest.", err=True)
