import stat
from dataclasses import replace
from pathlib import Path

import pytest

from agentchat.config.agents_file import read_team
from agentchat.config.specs import LimitsSpec, TeamSpec
from agentchat.config.trust import TrustNeed, TrustStore, laid_over, trust_needs
from agentchat.config.vocabulary import Vocabulary

HARMLESS = """\
[[agents]]
name = "a"
instructions = "Help."
model = "any"
tools = ["clock"]

[rules]
clock = "ask"
write_file = "deny"
"""

NEEDY = """\
[provider]
base_url = "https://models.example/v1"
api_key_env = "SOME_KEY"

[[agents]]
name = "a"
instructions = "Help."
tools = [
  "clock",
  "shop.tools:refund",
]

[rules]
clock = "ask"
write_file = "allow"
"""


def _team(folder: Path, text: str) -> TeamSpec:
    file = folder / "agents.toml"
    file.write_text(text)
    return read_team(file, origin="project", vocabulary=Vocabulary(("clock", "write_file")))


def test_a_file_that_only_describes_agents_needs_no_trust(tmp_path: Path) -> None:
    assert trust_needs(_team(tmp_path, HARMLESS)) == ()


@pytest.mark.parametrize(
    "line",
    [
        '[tools."evil:run"]\nseconds = 5',
        '[tools.clock]\ninput_guardrails = ["evil:run"]',
        '[tools.clock]\noutput_guardrails = ["evil:run"]',
    ],
)
def test_code_in_a_table_of_a_tool_needs_trust_also_where_no_agent_lists_it(tmp_path: Path, line: str) -> None:
    needs = trust_needs(_team(tmp_path, f'[[agents]]\nname = "a"\ninstructions = "Help."\n\n{line}\n'))
    assert [need.sentence for need in needs] == ["[tools] uses 'evil:run', which runs code of the project"]


def test_what_needs_trust_is_told_with_its_line(tmp_path: Path) -> None:
    assert trust_needs(_team(tmp_path, NEEDY)) == (
        TrustNeed("[provider] sends your conversations to 'https://models.example/v1'", 2),
        TrustNeed("[provider] uses the key in your environment variable 'SOME_KEY'", 3),
        TrustNeed("Agent 'a' lists tool 'shop.tools:refund', which runs code of the project", 10),
        TrustNeed("[rules] lets tool 'write_file' run without asking you", 15),
    )


def test_trust_holds_for_exactly_this_content_at_this_place(tmp_path: Path) -> None:
    store = TrustStore(tmp_path / "trusted.jsonl")
    team = _team(tmp_path, NEEDY)
    assert not store.trusts(team)
    store.remember(team)
    assert store.trusts(team)
    assert not store.trusts(replace(team, source=tmp_path / "other" / "agents.toml"))
    assert not store.trusts(_team(tmp_path, NEEDY + "\n"))
    assert stat.S_IMODE((tmp_path / "trusted.jsonl").stat().st_mode) == 0o600


CODE_FILES = ["shop/__init__.py", "shop/tools.py", "checks.py"]
WITH_CODE = """\
[[agents]]
name = "a"
instructions = "Help."
tools = ["shop.tools:refund", "installed:thing"]
input_guardrails = ["checks:polite"]
"""


def with_code(folder: Path) -> TeamSpec:
    (folder / "shop").mkdir(exist_ok=True)
    for name in [*CODE_FILES, "shop/other.py", "helper.py"]:
        if not (folder / name).exists():
            (folder / name).write_text(f"# {name}")
    return _team(folder, WITH_CODE)


@pytest.mark.parametrize("name", [*CODE_FILES, "shop/tools/__init__.py", "checks/__init__.py", "shop/tools.pyc"])
def test_a_module_that_the_file_names_needs_new_trust_when_it_changes(tmp_path: Path, name: str) -> None:
    store = TrustStore(tmp_path / "trusted.jsonl")
    store.remember(with_code(tmp_path))
    assert store.trusts(with_code(tmp_path))
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("import os")
    assert not store.trusts(with_code(tmp_path))
    (tmp_path / name).unlink()
    assert store.trusts(with_code(tmp_path)), "what it names is as it was"


def test_code_that_changes_places_needs_new_trust(tmp_path: Path) -> None:
    store = TrustStore(tmp_path / "trusted.jsonl")
    store.remember(with_code(tmp_path))
    one, other = (tmp_path / name for name in ("shop/tools.py", "checks.py"))
    first, second = one.read_text(), other.read_text()
    one.write_text(second)
    other.write_text(first)
    assert not store.trusts(with_code(tmp_path))


@pytest.mark.parametrize("name", ["helper.py", "shop/other.py", "installed_too.py"])
def test_what_the_file_does_not_name_is_not_covered(tmp_path: Path, name: str) -> None:
    store = TrustStore(tmp_path / "trusted.jsonl")
    store.remember(with_code(tmp_path))
    (tmp_path / name).write_text("import os")
    assert store.trusts(with_code(tmp_path))


@pytest.mark.parametrize("name", ["../x.json", "link.json", "ABSOLUTE"])
@pytest.mark.parametrize("key", ["output", "instructions_file"])
def test_a_file_from_outside_of_the_folder_needs_trust(tmp_path: Path, key: str, name: str) -> None:
    (tmp_path / "x.json").write_text('{"type": "object", "properties": {}}')
    project = tmp_path / "project"
    project.mkdir()
    (project / "link.json").symlink_to(tmp_path / "x.json")
    (project / "inside.json").write_text('{"type": "object", "properties": {}}')
    name = name.replace("ABSOLUTE", str(tmp_path / "x.json"))
    rest = 'instructions = "Help."' if key == "output" else ""
    sentence = f"Agent 'a' sends your file '{name}' to its model, which is not in the file's own folder"
    assert trust_needs(_team(project, f'[[agents]]\nname = "a"\n{key} = "{name}"\n{rest}')) == (TrustNeed(sentence, 3),)
    assert trust_needs(_team(project, f'[[agents]]\nname = "a"\n{key} = "inside.json"\n{rest}')) == ()


def test_an_earlier_content_is_forgotten_when_a_new_one_is_trusted(tmp_path: Path) -> None:
    store = TrustStore(tmp_path / "trusted.jsonl")
    old, other = _team(tmp_path, NEEDY), replace(_team(tmp_path, NEEDY), source=tmp_path / "x\ny")
    store.remember(old)
    store.remember(other)
    new = _team(tmp_path, NEEDY + "\n")
    store.remember(new)
    assert (store.trusts(old), store.trusts(new), store.trusts(other)) == (False, True, True)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["agents.toml", "trusted.jsonl"]


@pytest.mark.parametrize("data", [b"", b"\xff\x00", b"[1]\n{}\nnull\n", b'{"path": 1, "sha256": 2}\n'])
def test_a_damaged_store_trusts_nothing(tmp_path: Path, data: bytes) -> None:
    store = TrustStore(tmp_path / "trusted.jsonl")
    store.file.write_bytes(data)
    assert not store.trusts(_team(tmp_path, NEEDY))


def test_the_restrictions_of_a_file_that_is_not_trusted_are_laid_over_the_built_in_team(tmp_path: Path) -> None:
    built_in = replace(_team(tmp_path, HARMLESS), rules={"clock": "deny", "write_file": "ask"})
    limits = LimitsSpec(tokens=1_000)
    refused = replace(built_in, rules={"write_file": "deny", "clock": "allow"}, agents=(), mode="read-only", limits=limits)
    laid = laid_over(built_in, refused)
    assert [(rule.tool, rule.word) for rule in laid.all_rules] == [("clock", "deny"), ("write_file", "ask"), ("write_file", "deny")]
    assert laid == replace(built_in, rules=laid.rules, mode="read-only", limits=limits)


def test_mode_auto_of_a_file_that_is_not_trusted_does_not_hold(tmp_path: Path) -> None:
    built_in = _team(tmp_path, HARMLESS)
    assert laid_over(built_in, replace(built_in, mode="auto")).mode is None
