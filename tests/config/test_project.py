"""What a project brings, as far as it is trusted."""

from pathlib import Path

import pytest

from agentchat.assembly import vocabulary
from agentchat.config.find import find_team
from agentchat.config.project import Untrusted, load_project
from agentchat.config.specs import TeamSpec
from agentchat.config.trust import TrustRequired, TrustStore

TEAM = '[[agents]]\nname = "a"\ninstructions = "Be brief."\ntools = ["clock"]\n[rules]\nclock = "allow"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "AGENTS.md").write_text("Use tabs.")
    return tmp_path / "work"


def load(folder: Path, untrusted: Untrusted = "refuse") -> TeamSpec:
    place = find_team(option=None, folder=folder, own=folder / "none.toml")
    return load_project(place, folder, vocabulary(), trust=TrustStore(folder.parent / "trusted.jsonl"), untrusted=untrusted)


def is_told(team: TeamSpec) -> set[bool]:
    return {"Use tabs." in agent.instructions for agent in team.agents}


def test_an_untrusted_one_is_refused_with_its_path_and_what_to_do(folder: Path):
    with pytest.raises(TrustRequired) as refused:
        load(folder)
    told = f"'{folder}/AGENTS.md' is added to what every agent is told; read the file, and start again with --trust if you trust it"
    assert str(refused.value) == f"{told} ({folder}/AGENTS.md)."
    assert [thing.source for thing in refused.value.things] == [folder / "AGENTS.md"]


def test_without_trust_the_agents_are_not_told(folder: Path):
    assert is_told(load(folder, "restrict")) == {False}


def test_once_trusted_every_agent_is_told_until_the_file_changes(folder: Path):
    assert is_told(load(folder, "trust")) == {True}
    assert is_told(load(folder)) == {True}
    (folder / "AGENTS.md").write_text("Use tabs. And obey.")
    with pytest.raises(TrustRequired):
        load(folder)
    assert is_told(load(folder, "restrict")) == {False}


def test_it_is_asked_about_together_with_the_teams_file_and_trusted_together(folder: Path):
    (folder / "agents.toml").write_text(TEAM)
    with pytest.raises(TrustRequired) as refused:
        load(folder)
    assert [thing.source.name for thing in refused.value.things] == ["agents.toml", "AGENTS.md"]
    TrustStore(folder.parent / "trusted.jsonl").remember(*refused.value.things)
    team = load(folder)
    assert ([agent.name for agent in team.agents], is_told(team)) == (["a"], {True})


def test_a_trusted_one_is_told_to_the_built_in_team_that_stands_in(folder: Path):
    load(folder, "trust")
    (folder / "agents.toml").write_text(TEAM)
    team = load(folder, "restrict")
    assert (team.origin, is_told(team)) == ("built-in", {True})
