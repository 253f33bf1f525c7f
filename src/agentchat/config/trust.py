"""What in an agents.toml needs a person's trust, and what happens until it has it.

A file that comes with a project was written by whoever wrote the project. It may describe agents; but that it brings code, opens
gates or says where conversations go is for the person to allow, once for each content of the file and of the code beside it that it
names (`code_files`). Files that the person named (`--config`), keeps in the own configuration folder, or got with the program are the
person's word already.
"""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from agentchat.config.errors import ConfigError, quoted
from agentchat.config.named_files import outside
from agentchat.config.names import own_code
from agentchat.config.project_notes import ProjectNotes
from agentchat.config.specs import ProviderSpec, RuleCase, TeamSpec
from agentchat.config.toml_places import KeyPath
from agentchat.config.tool_specs import HostedMCPSpec


@dataclass(frozen=True, slots=True)
class TrustNeed:
    """One thing in a file that needs trust."""

    sentence: str
    """Says what the thing does, without its place: "It runs code of its own: ..."."""
    line: int | None


class TrustRequired(ConfigError):  # noqa: N818 - the file is right; a decision is missing
    """A project's file needs trust that it does not have. `str()` names the first need and what to do."""

    def __init__(self, team: TeamSpec, needs: tuple[TrustNeed, ...], *, notes: tuple[ProjectNotes, ...] = ()) -> None:
        """`needs` are the team's; there is one, or an AGENTS.md among `notes`."""
        self.notes = notes
        """Every AGENTS.md that is not trusted."""
        first, *_ = [*needs, *self.note_needs]
        self.things: tuple[TeamSpec | ProjectNotes, ...] = (*((team,) if needs else ()), *notes)
        """What is to be trusted, the team's file first."""
        message = f"{first.sentence}; read the file, and start again with --trust if you trust it."
        super().__init__(self.things[0].source, message, line=first.line)
        self.team = team
        """What the file says; `laid_over` takes its restrictions from it."""
        self.needs = needs

    @property
    def note_needs(self) -> tuple[TrustNeed, ...]:
        """What those would do."""
        return tuple(TrustNeed(f"{quoted(str(one.source))} is added to what every agent is told", None) for one in self.notes)


def trust_needs(team: TeamSpec) -> tuple[TrustNeed, ...]:
    """All that needs trust, in the order of the file; empty for a file that only describes agents."""
    needs = [*_of_code(team), *_of_files(team), *_of_rules(team), *_of_providers(team), *_of_servers(team)]
    return tuple(sorted(needs, key=lambda need: need.line or 0))


def laid_over(built_in: TeamSpec, refused: TeamSpec) -> TeamSpec:
    """The built-in team under what a file that is not trusted forbids, asks and limits: what runs until it is."""
    rules: dict[str, tuple[RuleCase, ...]] = {}
    for rule in (*built_in.all_rules, *(rule for rule in refused.all_rules if rule.word != "allow")):
        rules[rule.tool] = (*rules.get(rule.tool, ()), RuleCase(rule.word, rule.command, rule.when))
    mode = "read-only" if refused.mode == "read-only" else built_in.mode
    return replace(built_in, rules=rules, mode=mode, limits=refused.limits, prices=refused.prices)


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Which files the person trusts: a file of JSON lines, each a path and the hash of what was in it."""

    file: Path

    def trusts(self, thing: TeamSpec | ProjectNotes) -> bool:
        """Whether exactly this content at this place was trusted."""
        return _entry(thing) in self._entries()

    def remember(self, *things: TeamSpec | ProjectNotes) -> None:
        """Trusts the files as they were read; an earlier content of them is forgotten."""
        if not things:
            return
        new = dict(map(_entry, things))
        kept = [one for one in self._entries() if one[0] not in new]
        lines = [json.dumps({"path": path, "sha256": digest}) for path, digest in [*kept, *new.items()]]
        with tempfile.NamedTemporaryFile("w", dir=self.file.parent, delete=False, encoding="utf-8") as fresh:  # 0600
            fresh.write("\n".join(lines) + "\n")
        Path(fresh.name).replace(self.file)

    def _entries(self) -> list[tuple[str, str]]:
        try:
            lines = self.file.read_text("utf-8", errors="replace").splitlines()
        except OSError:
            return []  # what cannot be read is not trusted
        return [entry for line in lines if (entry := _parsed(line)) is not None]


def _parsed(line: str) -> tuple[str, str] | None:
    """A line of the store; None for one that was damaged, which then trusts nothing."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    match found:
        case {"path": str() as path, "sha256": str() as digest}:
            return path, digest
        case _:
            return None


def _entry(thing: TeamSpec | ProjectNotes) -> tuple[str, str]:
    return str(thing.source), thing.digest


def _of_code(team: TeamSpec) -> Iterator[TrustNeed]:
    for name, path in own_code(team).items():
        yield TrustNeed(f"{_owner(team, path)} {quoted(name)}, which runs code of the project", team.line(*path))


def _owner(team: TeamSpec, path: KeyPath) -> str:
    match path:
        case ("agents", _, "tools", _):
            return f"{_agent(team, path)} lists tool"
        case ("agents", *_):
            return f"{_agent(team, path)} uses"
        case _:
            return f"[{path[0]}] uses"


def _agent(team: TeamSpec, path: KeyPath) -> str:
    """The agent in whose table something stands."""
    return f"Agent {quoted(team.agents[int(path[1])].name)}"


def _of_files(team: TeamSpec) -> Iterator[TrustNeed]:
    for path, name in team.files.items():
        if outside(team.source.parent, name):
            sentence = f"{_agent(team, path)} sends your file {quoted(name)} to its model, which is not in the file's own folder"
            yield TrustNeed(sentence, team.line(*path))


def _of_rules(team: TeamSpec) -> Iterator[TrustNeed]:
    for rule in team.all_rules:
        if rule.word == "allow":
            calls = " in some cases" if rule.when or rule.command else ""
            sentence = f"[rules] lets tool {quoted(rule.tool)} run without asking you{calls}"
            yield TrustNeed(sentence, team.line(*rule.place))
    if team.mode == "auto":
        yield TrustNeed("mode = 'auto' lets tools change things without asking you", team.line("mode"))


def _of_providers(team: TeamSpec) -> Iterator[TrustNeed]:
    named: list[tuple[KeyPath, ProviderSpec]] = [(("providers", name), one) for name, one in team.providers.items()]
    for path, provider in [(("provider",), team.provider or ProviderSpec()), *named]:
        header = f"[{'.'.join(map(str, path))}]"
        if provider.base_url is not None:
            yield TrustNeed(f"{header} sends your conversations to {quoted(provider.base_url)}", team.line(*path, "base_url"))
        if provider.api_key_env is not None:
            sentence = f"{header} uses the key in your environment variable {quoted(provider.api_key_env)}"
            yield TrustNeed(sentence, team.line(*path, "api_key_env"))


def _of_servers(team: TeamSpec) -> Iterator[TrustNeed]:
    for name, table in team.tools.items():
        if isinstance(table, HostedMCPSpec):
            server = table.server_url or table.connector_id or ""
            unasked = ", without asking you" if table.require_approval == "never" else ""
            sentence = f"[tools.{name}] lets models send what they like to {quoted(server)}{unasked}"
            yield TrustNeed(sentence, team.line("tools", name))
            if table.authorization_env is not None:
                sentence = f"[tools.{name}] sends the token in your environment variable {quoted(table.authorization_env)} there"
                yield TrustNeed(sentence, team.line("tools", name, "authorization_env"))
