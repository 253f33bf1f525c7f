from pathlib import Path

import pytest

from agentchat.config.agent_specs import AgentSpec
from agentchat.config.errors import ConfigError
from agentchat.config.find import BUILT_IN_TEAM, TeamPlace, built_in_place
from agentchat.config.specs import Origin, TeamSpec
from agentchat.config.team import built_in_team, load_team
from agentchat.config.trust import TrustRequired, trust_needs
from agentchat.config.vocabulary import Vocabulary
from agentchat.tools.registry import BUILT_IN

TOOLS = tuple(BUILT_IN)
TOP_LEVEL = Path(__file__).parents[2] / "agents.toml"
NEEDY = '[[agents]]\nname = "a"\ninstructions = "Help."\ntools = ["shop:refund"]\n'


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "agents.toml").write_text(NEEDY)
    return tmp_path / "agents.toml"


def _never(team: TeamSpec) -> bool:
    raise AssertionError("only a project's file with needs is asked about")


def test_a_projects_file_with_needs_is_refused_with_one_sentence(file: Path) -> None:
    with pytest.raises(TrustRequired) as error:
        load_team(TeamPlace(file, "project"), Vocabulary(TOOLS), trusted=lambda team: False)
    assert str(error.value) == (
        "Agent 'a' lists tool 'shop:refund', which runs code of the project; read the file, and start again with --trust if you "
        "trust it (agents.toml:4)."
    )
    assert isinstance(error.value, ConfigError)
    assert error.value.needs == trust_needs(error.value.team)


def test_a_projects_file_that_is_trusted_loads(file: Path) -> None:
    team = load_team(TeamPlace(file, "project"), Vocabulary(TOOLS), trusted=lambda team: team.source == file)
    assert team.agents == (AgentSpec("a", "Help.", tools=("shop:refund",)),)


@pytest.mark.parametrize("origin", ["option", "user"])
def test_a_file_that_the_person_chose_loads_at_once(file: Path, origin: Origin) -> None:
    assert load_team(TeamPlace(file, origin), Vocabulary(TOOLS), trusted=_never).origin == origin


def test_a_projects_file_without_needs_loads_at_once(file: Path) -> None:
    file.write_text(NEEDY.replace("shop:refund", "clock"))
    assert load_team(TeamPlace(file, "project"), Vocabulary(TOOLS), trusted=_never).first == "a"


def test_the_built_in_team_and_the_top_level_file_are_the_same() -> None:
    assert BUILT_IN_TEAM.read_bytes() == TOP_LEVEL.read_bytes()
    assert load_team(built_in_place(), Vocabulary(TOOLS), trusted=_never) == built_in_team(Vocabulary(TOOLS))


def test_the_top_level_file_holds_nothing_that_needs_trust() -> None:
    assert trust_needs(load_team(TeamPlace(TOP_LEVEL, "project"), Vocabulary(TOOLS), trusted=_never)) == ()


def test_the_built_in_team_shows_handoffs_safe_tools_and_tools_that_ask() -> None:
    team = built_in_team(Vocabulary(TOOLS))
    assert team.default_agent == "triage"
    assert {agent.name: (agent.tools, agent.handoffs) for agent in team.agents} == {
        "triage": (("clock", "calculator", "list_files", "remember", "recall_notes", "forget_note", "ask_user"), ("reader", "writer")),
        "reader": (("list_files", "find_files", "search_files", "read_file", "fetch_page"), ("writer", "triage")),
        "writer": (
            (
                *("list_files", "find_files", "search_files", "read_file", "write_file", "edit_file", "patch_files", "move_file"),
                *("run_command", "job_output", "stop_job"),
            ),
            ("reader", "triage"),
        ),
    }
    assert all(agent.description for agent in team.agents)
