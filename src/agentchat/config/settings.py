"""The person's settings: `config.toml` in the configuration folder.

A frozen dataclass read with the standard library only, because the first frame needs it. To add a setting, add a documented field
with a default; its type is that of the default.
"""

import os
from dataclasses import asdict, dataclass
from pathlib import Path

from agentchat.config.errors import ConfigError, quoted
from agentchat.config.nearest import suggestion


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person can choose, with what holds for those who choose nothing."""

    theme: str = ""
    """The name of a theme; empty for the program's own."""
    animations: bool = True
    """Whether anything moves on the screen beside text that arrives."""
    activity: bool = True
    """Whether the activity log is shown beside the transcript when a chat opens."""
    reasoning: bool = False
    """Whether a model's reasoning is shown unfolded."""
    plain: bool = False
    """Whether the screen uses words in the place of signs, no frames and nothing that moves: for screen readers."""
    model: str = ""
    """The model of agents that name none; empty for the provider's default."""
    max_turns: int = 25
    """Model calls that one message may lead to, at least 1."""


def read_settings(path: Path) -> Settings:
    """The settings in a file, or the defaults when there is no file; a ConfigError for the first mistake in it."""
    if not os.path.lexists(path):
        return Settings()
    from agentchat.config.toml_places import toml_places  # 3 ms with tomllib, for those who have settings
    from agentchat.config.toml_text import read_toml

    source = read_toml(path)
    places = toml_places(source.text)
    for key, value in source.table.items():
        if (wrong := _fault(key, value)) is not None:
            raise ConfigError(path, wrong, line=places.get((key,)), key=key)
    return Settings(**source.table)


_KINDS: dict[type[object], str] = {str: "a text in quotes", bool: "true or false", int: "a whole number"}


def _fault(key: str, value: object) -> str | None:
    """What is wrong with a setting; None when nothing is."""
    defaults: dict[str, object] = asdict(Settings())
    if key not in defaults:
        return f"There is no setting {quoted(key)}; {suggestion(key, defaults)}"
    kind = type(defaults[key])
    if type(value) is not kind:
        return f"The setting '{key}' must be {_KINDS[kind]}."
    if key == "max_turns" and isinstance(value, int) and value < 1:
        return "The setting 'max_turns' must be at least 1."
    return None
