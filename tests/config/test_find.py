from pathlib import Path

from agentchat.config.find import BUILT_IN_TEAM, TeamPlace, find_team


def _touch(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    return file


def test_the_option_comes_before_everything(tmp_path: Path) -> None:
    _touch(tmp_path / "agents.toml")
    assert find_team(option=Path("x.toml"), folder=tmp_path, own=tmp_path / "own") == TeamPlace(tmp_path / "x.toml", "option")
    assert find_team(option=Path("/y.toml"), folder=tmp_path, own=tmp_path / "own") == TeamPlace(Path("/y.toml"), "option")


def test_the_nearest_file_above_comes_before_the_users_own(tmp_path: Path) -> None:
    own = _touch(tmp_path / "config" / "agents.toml")
    near, far = _touch(tmp_path / "a" / "b" / "agents.toml"), _touch(tmp_path / "a" / "agents.toml")
    assert find_team(option=None, folder=tmp_path / "a" / "b" / "c", own=own) == TeamPlace(near, "project")
    near.unlink()
    assert find_team(option=None, folder=tmp_path / "a" / "b" / "c", own=own) == TeamPlace(far, "project")
    far.unlink()
    assert find_team(option=None, folder=tmp_path / "a" / "b" / "c", own=own) == TeamPlace(own, "user")


def test_without_any_file_the_built_in_team_is_found(tmp_path: Path) -> None:
    assert find_team(option=None, folder=tmp_path, own=tmp_path / "config" / "agents.toml") == TeamPlace(BUILT_IN_TEAM, "built-in")


def test_the_users_own_file_is_its_own_also_when_the_search_meets_it(tmp_path: Path) -> None:
    own = _touch(tmp_path / "agents.toml")
    assert find_team(option=None, folder=tmp_path, own=own) == TeamPlace(own, "user")


def test_a_broken_link_is_found_and_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "agents.toml").symlink_to("nowhere")
    assert find_team(option=None, folder=tmp_path, own=tmp_path / "own") == TeamPlace(tmp_path / "agents.toml", "project")
