"""The agents.toml that `agentchat init` writes."""

from pathlib import Path

TEMPLATE = Path(__file__).with_name("first_agents.toml")
SCHEMA = Path(__file__).with_name("agents.schema.json")
"""Made from the definition of the file; for editors."""


def first_team() -> str:
    """Its text, with the address of the schema as it lies on this machine."""
    return TEMPLATE.read_text(encoding="utf-8").replace("SCHEMA", SCHEMA.as_uri(), 1)
