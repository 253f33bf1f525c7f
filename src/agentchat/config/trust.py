"""What in an agents.toml needs a person's trust, and what happens until it has it.

A file that comes with a project was written by whoever wrote the project. It may describe agents; but that it brings code, opens
gates or says where conversations go is for the person to allow, once for each content of the file. Files that the person named
(`--config`), keeps in the own configuration folder, or got with the program are the person's word already.
"""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from agentchat.config.errors import ConfigError, quoted
from agentchat.config.names import is_own_tool
from agentchat.config.specs import ProviderSpec, TeamSpec


@dataclass(frozen=True, slots=True)
class TrustNeed:
    """One thing in a file that needs trust."""

    sentence: str
    """Says what the thing does, without its place: "It runs code of its own: ..."."""
    line: int | None


class TrustRequired(ConfigError):  # noqa: N818 - the file is right; a decision is missing
    """A project's file needs trust that it does not have. `str()` names the first need and what to do."""

    def __init__(self, team: TeamSpec, needs: tuple[TrustNeed, ...]) -> None:
        first = needs[0]
        message = f"{first.sentence}; read the file, and start again with --trust if you trust it."
        super().__init__(team.source, message, line=first.line)
        self.team = team
        """What the file says; `laid_over` takes its restrictions from it."""
        self.needs = needs


def trust_needs(team: TeamSpec) -> tuple[TrustNeed, ...]:
    """All that needs trust, in the order of the file; empty for a file that only describes agents."""
    needs = [*_of_tools(team), *_of_rules(team), *_of_provider(team)]
    return tuple(sorted(needs, key=lambda need: need.line or 0))


def laid_over(built_in: TeamSpec, refused: TeamSpec) -> TeamSpec:
    """The built-in team under the ask and deny rules of a file that is not trusted: what runs until it is."""
    strict = {rule.tool: rule for rule in refused.rules if rule.word != "allow"}
    kept = tuple(rule for rule in built_in.rules if rule.tool not in strict or rule.word == "deny")
    return replace(built_in, rules=(*kept, *strict.values()))


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Which files the person trusts: a file of JSON lines, each a path and the hash of what was in it."""

    file: Path

    def trusts(self, team: TeamSpec) -> bool:
        """Whether exactly this content at this place was trusted."""
        return _entry(team) in self._entries()

    def remember(self, team: TeamSpec) -> None:
        """Trusts the file as it was read; an earlier content of it is forgotten."""
        path, _ = entry = _entry(team)
        kept = [one for one in self._entries() if one[0] != path]
        lines = [json.dumps({"path": path, "sha256": digest}) for path, digest in [*kept, entry]]
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


def _entry(team: TeamSpec) -> tuple[str, str]:
    return str(team.source), team.digest


def _of_tools(team: TeamSpec) -> Iterator[TrustNeed]:
    for index, agent in enumerate(team.agents):
        for at, tool in enumerate(agent.tools):
            if is_own_tool(tool):
                sentence = f"Agent {quoted(agent.name)} lists tool {quoted(tool)}, which runs code of the project"
                yield TrustNeed(sentence, team.line("agents", index, "tools", at))


def _of_rules(team: TeamSpec) -> Iterator[TrustNeed]:
    for rule in team.rules:
        if rule.word == "allow":
            sentence = f"[rules] lets tool {quoted(rule.tool)} run without asking you"
            yield TrustNeed(sentence, team.line("rules", rule.tool))


def _of_provider(team: TeamSpec) -> Iterator[TrustNeed]:
    provider = team.provider or ProviderSpec()
    if provider.base_url is not None:
        sentence = f"[provider] sends your conversations to {quoted(provider.base_url)}"
        yield TrustNeed(sentence, team.line("provider", "base_url"))
    if provider.api_key_env is not None:
        sentence = f"[provider] uses the key in your environment variable {quoted(provider.api_key_env)}"
        yield TrustNeed(sentence, team.line("provider", "api_key_env"))
