import stat
from pathlib import Path

import platformdirs

from agentchat.config.paths import Paths, find_paths


def test_one_variable_moves_everything(tmp_path: Path) -> None:
    paths = find_paths({"AGENTCHAT_HOME": str(tmp_path)})
    assert paths == Paths(tmp_path / "config", tmp_path / "data", tmp_path / "state")
    assert (paths.settings, paths.team, paths.database, paths.trust, paths.log) == (
        tmp_path / "config" / "config.toml",
        tmp_path / "config" / "agents.toml",
        tmp_path / "data" / "agentchat.db",
        tmp_path / "state" / "trusted.jsonl",
        tmp_path / "state" / "agentchat.log",
    )


def test_without_it_the_folders_are_those_of_the_platform() -> None:
    assert find_paths({}) == Paths(
        Path(platformdirs.user_config_dir("agentchat")),
        Path(platformdirs.user_data_dir("agentchat")),
        Path(platformdirs.user_state_dir("agentchat")),
    )


def test_folders_are_made_for_nobody_else_and_made_private_when_they_are_not(tmp_path: Path) -> None:
    paths = find_paths({"AGENTCHAT_HOME": str(tmp_path / "home")})
    paths.data.mkdir(parents=True, mode=0o755)
    paths.make()
    paths.make()
    assert [stat.S_IMODE(one.stat().st_mode) for one in (paths.config, paths.data, paths.state)] == [0o700] * 3
