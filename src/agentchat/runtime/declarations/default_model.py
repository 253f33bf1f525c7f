"""What an agent that names no model gets, and the settings that its kind of model wants by default."""

import os
import re

from openai.types.shared import Reasoning

from agentchat.runtime.declarations.model_settings import ModelSettings

_FIRST_MODEL = "gpt-5.6-luna"

_DATE = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_EFFORTS = {
    **dict.fromkeys(("gpt-5.1", "gpt-5.2", "gpt-5.4", "gpt-5.4-mini", "gpt-5.4-nano", "gpt-5.5", "gpt-5.6"), "none"),
    **dict.fromkeys(("gpt-5.6-luna", "gpt-5.6-sol", "gpt-5.6-terra"), "none"),
    **dict.fromkeys(("gpt-5", "gpt-5.2-codex"), "low"),
    **dict.fromkeys(("gpt-5.2-pro", "gpt-5.4-pro"), "medium"),
}
"""The least effort that a model takes, where that is known; others are not told any. A release date behind the name changes nothing."""


def default_model_name() -> str:
    """The model of an agent that names none: OPENAI_DEFAULT_MODEL in lower case, else the package's own choice."""
    return os.environ.get("OPENAI_DEFAULT_MODEL", "").strip().lower() or _FIRST_MODEL


def default_settings(model_name: str | None = None) -> ModelSettings:
    """The settings that a model of this name wants when nobody says otherwise; of the default model for None.

    Models of the gpt-5 family think as little and speak as briefly as they can, because people wait for them; all others get
    settings that say nothing.
    """
    name = default_model_name() if model_name is None else model_name
    if not name.startswith("gpt-5") or "-chat" in name:
        return ModelSettings()
    effort = _EFFORTS.get(_DATE.sub("", name))
    reasoning = None if effort is None else Reasoning.model_validate({"effort": effort})
    return ModelSettings(reasoning=reasoning, verbosity="low")


def implied_settings(model: object) -> ModelSettings:
    """What an agent with this `model` has for settings when it names none: those of the model's name; nothing for a model itself."""
    if model is None or isinstance(model, str):
        return default_settings(model)
    return ModelSettings()
