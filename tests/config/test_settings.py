import subprocess
import sys
from pathlib import Path

import pytest

from agentchat.config.errors import ConfigError
from agentchat.config.settings import Settings, read_settings


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "config.toml"


def test_without_a_file_the_defaults_hold(file: Path) -> None:
    assert read_settings(file) == Settings()


def test_what_the_file_says_holds_and_the_rest_stays(file: Path) -> None:
    file.write_text('theme = "nord"\nanimations = false\nmax_turns = 5')
    assert read_settings(file) == Settings(theme="nord", animations=False, max_turns=5)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("\nthem = 'x'", "There is no setting 'them'; did you mean 'theme'? (config.toml:2)"),
        ("animations = 1", "The setting 'animations' must be true or false (config.toml:1)."),
        ("max_turns = true", "The setting 'max_turns' must be a whole number (config.toml:1)."),
        ("max_turns = -1", "The setting 'max_turns' must be at least 1 (config.toml:1)."),
        ("theme = []", "The setting 'theme' must be a text in quotes (config.toml:1)."),
        ("theme = ", "This is not TOML: invalid value (config.toml:1)."),
    ],
)
def test_a_mistake_is_one_sentence(file: Path, text: str, sentence: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError) as error:
        read_settings(file)
    assert str(error.value) == sentence


def test_the_first_frame_can_have_its_settings_without_pydantic() -> None:
    code = (
        "import sys, agentchat.config.settings, agentchat.config.paths\n"
        "print(sorted({'pydantic', 'openai', 'griffe', 'textual'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
