"""The document, the schema and the first file say what the definition says."""

import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from agentchat.assembly import vocabulary
from agentchat.config.agent_specs import AgentSpec, AgentToolSpec, HandoffSpec
from agentchat.config.agents_file import read_team
from agentchat.config.first_team import SCHEMA, first_team
from agentchat.config.model_specs import SettingsSpec
from agentchat.config.shapes import keys_of
from agentchat.config.specs import LimitsSpec, ProviderSpec, TeamTable
from agentchat.config.trust import trust_needs
from agentchat.guardrails.registry import BUILT_IN
from agentchat.runtime.declarations.model_settings import ModelSettings
from tests.config.documents import DOCUMENT, document, schema, texts_of


def test_the_document_and_the_schema_are_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "make docs writes it anew"
    assert SCHEMA.read_text(encoding="utf-8") == schema(), "make docs writes it anew"


@pytest.mark.parametrize("table", [TeamTable, AgentSpec, SettingsSpec, LimitsSpec, ProviderSpec, *BUILT_IN.values()])
def test_every_key_is_described(table: type) -> None:
    assert all(texts_of(table)[key.name].endswith((".", "`.")) for key in keys_of(table))


def test_the_settings_of_models_are_all_there_but_those_that_no_file_can_say() -> None:
    missing = {one.name for one in fields(ModelSettings)} - {one.name for one in fields(SettingsSpec)}
    assert missing == {"extra_args", "context_management", "prompt_cache_options", "preserve_raw_usage"}


def _switched_on(text: str) -> str:
    """The first file with all its settings, but for those that exclude each other."""
    lines = [re.sub(r'^#(?=[a-z\["])', "", line) for line in text.splitlines() if not line.startswith("#instructions_file")]
    return "\n".join(lines)


def test_the_first_file_can_be_used_as_it_is_and_needs_no_trust(tmp_path: Path) -> None:
    file = tmp_path / "agents.toml"
    file.write_text(first_team())
    team = read_team(file, origin="project", vocabulary=vocabulary())
    assert [agent.name for agent in team.agents] == ["helper", "writer"]
    assert trust_needs(team) == ()
    assert file.read_text().startswith(f"#:schema {SCHEMA.as_uri()}\n")


def test_the_first_file_can_be_used_with_all_that_can_be_switched_on(tmp_path: Path) -> None:
    file = tmp_path / "agents.toml"
    file.write_text(_switched_on(first_team()))
    team = read_team(file, origin="option", vocabulary=vocabulary())
    assert len(team.agents) == 3
    for table in (TeamTable, AgentSpec, AgentToolSpec, LimitsSpec, ProviderSpec):
        assert [key.name for key in keys_of(table) if key.name not in first_team()] == []
    assert [key.name for key in keys_of(HandoffSpec) if key.name not in first_team()] == []
    assert set(BUILT_IN) == {kind for kind in BUILT_IN if f'kind = "{kind}"' in first_team()}


# The schema is tried on real files by the few rules of JSON Schema that it uses.


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    if "anyOf" in schema:
        return any(_fits(value, one) for one in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return value in schema.get("enum", [schema.get("const")])
    match schema.get("type"):
        case "object":
            return isinstance(value, dict) and _object_fits(value, schema)
        case "array":
            return isinstance(value, list) and all(_fits(one, schema["items"]) for one in value)
        case "string":
            return isinstance(value, str) and re.search(schema.get("pattern", ""), value) is not None
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "number" as kind:
            is_number = isinstance(value, int if kind == "integer" else int | float) and not isinstance(value, bool)
            return is_number and schema.get("minimum", -99) <= value <= schema.get("maximum", 1e9)
        case _:
            return True


def _object_fits(value: dict[str, Any], schema: dict[str, Any]) -> bool:
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    unknown = [name for name in value if name not in known]
    if (unknown and others is False) or not set(schema.get("required", [])) <= set(value):
        return False
    inner = others if isinstance(others, dict) else {}
    return all(_fits(member, known.get(name, inner)) for name, member in value.items())


def test_the_schema_takes_what_can_be_used_and_refuses_what_cannot(tmp_path: Path) -> None:
    whole = json.loads(SCHEMA.read_text(encoding="utf-8"))
    right = tomllib.loads(_switched_on(first_team()))
    assert _fits(right, whole)
    assert _fits(tomllib.loads((Path(__file__).parents[2] / "agents.toml").read_text(encoding="utf-8")), whole)
    slips = {"mode": "atuo", "agents": {}, "limts": {}, "guardrails": {"a": {"kind": "lenght"}}, "limits": {"tokens": 0}}
    for path, wrong in slips.items():
        assert not _fits({**right, path: wrong}, whole)
