import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentchat.config.agent_specs import AgentSpec
from agentchat.config.agents_file import read_team
from agentchat.config.errors import ConfigError
from agentchat.config.specs import ProviderSpec, TeamSpec
from agentchat.config.vocabulary import Vocabulary

TOOLS = ("read_file", "write_file", "search", "clock")

TEAM = """\
default_agent = "writer"
model = "small"

[[agents]]
name = "triage"
instructions = "Answer."
tools = ["clock", "search"]
handoffs = ["writer"]

[[agents]]
name = "writer"
instructions = "Write."
description = "Writes."
model = "large"
tools = [
  "write_file",
  "shop.tools:refund",
]

[rules]
write_file = "ask"
"shop.tools:refund" = "deny"

[provider]
base_url = "http://localhost:11434/v1"
api_key_env = "SHOP_KEY"
api = "chat"
"""

LIST = "read_file, write_file, search, clock, web_search, code_interpreter, image_generation"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "agents.toml"


def _team(file: Path) -> TeamSpec:
    return read_team(file, origin="project", vocabulary=Vocabulary(TOOLS))


def test_a_whole_file_becomes_one_value(file: Path) -> None:
    file.write_text(TEAM)
    assert _team(file) == TeamSpec(
        agents=(
            AgentSpec("triage", "Answer.", tools=("clock", "search"), handoffs=("writer",)),
            AgentSpec("writer", "Write.", description="Writes.", model="large", tools=("write_file", "shop.tools:refund")),
        ),
        default_agent="writer",
        rules={"write_file": "ask", "shop.tools:refund": "deny"},
        provider=ProviderSpec("http://localhost:11434/v1", "SHOP_KEY", "chat"),
        model="small",
        source=file,
        origin="project",
        digest=hashlib.sha256(TEAM.encode()).hexdigest(),
    )


def test_the_smallest_file_has_one_agent_who_is_the_default(file: Path) -> None:
    file.write_text('[[agents]]\nname = "only"\ninstructions = "Help."')
    team = _team(file)
    assert team == replace(team, agents=(AgentSpec("only", "Help."),), default_agent=None, rules={}, provider=None, model=None)
    assert team.first == "only"


def test_a_file_with_windows_line_ends_is_the_same(file: Path) -> None:
    file.write_bytes(TEAM.replace("\n", "\r\n").encode())
    assert _team(file).line("agents", 1, "tools", 1) == 17


# Each case changes one thing in TEAM: what is there, what stands in its place, the whole sentence, and the key.
MISTAKES = [
    # bad TOML
    ('"small"', '"small', "This is not TOML: illegal character '\\n' (agents.toml:2).", "model"),
    ('model = "small"', "model =", "This is not TOML: invalid value (agents.toml:2).", "model"),
    ('model = "small"', 'default_agent = "x"', "This is not TOML: cannot overwrite a value (agents.toml:2).", "default_agent"),
    ('api = "chat"\n', 'api = """chat\n', "This is not TOML: unterminated string (agents.toml:27).", "api"),
    ('"Answer."', "[" * 3000, "This is not TOML that can be read: it is nested too deeply (agents.toml).", ""),
    ('"Answer."', "'''Answer.", "This is not TOML: expected \"'''\" (agents.toml:6).", "instructions"),
    ("[rules]", "[rules", "This is not TOML: expected ']' at the end of a table declaration (agents.toml:20).", ""),
    # unknown key
    ("default_agent", "defualt_agent", "The file has an unknown key 'defualt_agent'; did you mean 'default_agent'? (agents.toml:1)",
     "defualt_agent"),
    ('tools = ["clock', 'tool = ["clock', "Agent 'triage' has an unknown key 'tool'; did you mean 'tools'? (agents.toml:7)",
     "agents[0].tool"),
    ("description", "zweck", ("Agent 'writer' has an unknown key 'zweck'; there are name, instructions, instructions_file, "
     "description, model, settings, tools, tool_use, handoffs, agents_as_tools, input_guardrails, output_guardrails, output "
     "(agents.toml:13)."), "agents[1].zweck"),
    ("api_key_env", "api_key", "[provider] has an unknown key 'api_key'; did you mean 'api_key_env'? (agents.toml:26)",
     "provider.api_key"),
    ("instructions", "instructons", "Agent 'triage' has an unknown key 'instructons'; did you mean 'instructions'? (agents.toml:6)",
     "agents[0].instructons"),
    # wrong type
    ('"Answer."', "42", "Agent 'triage' has a number for 'instructions'; it must be a text in quotes (agents.toml:6).",
     "agents[0].instructions"),
    ('["writer"]', '"writer"', "Agent 'triage' has a text for 'handoffs'; it must be a list in brackets (agents.toml:8).",
     "agents[0].handoffs"),
    ('  "write_file",', "  true,", ("Agent 'writer' has a true or false in its list of 'tools', where each must be a text in quotes "
     "(agents.toml:16)."), "agents[1].tools[0]"),
    ('[rules]\nwrite_file = "ask"\n"shop.tools:refund" = "deny"', "[[rules]]", ("The file has a list for 'rules'; it must be a table "
     "(agents.toml:20)."), "rules"),
    ('model = "small"', "model = 2025-01-01", "The file has a date or time for 'model'; it must be a text in quotes (agents.toml:2).",
     "model"),
    ('name = "triage"', "name = []", "Agent number 1 has a list for 'name'; it must be a text in quotes (agents.toml:5).",
     "agents[0].name"),
    # missing field
    ('instructions = "Write."\n', "", "Agent 'writer' has no 'instructions'; add it (agents.toml:10).", "agents[1].instructions"),
    ('name = "writer"\n', "", "Agent number 2 has no 'name'; add it (agents.toml:10).", "agents[1].name"),
    ('"Answer."', '" "', "Agent 'triage' has empty instructions; say what it does (agents.toml:6).", "agents[0].instructions"),
    # names that lead nowhere
    ('"search"', '"serch"', "Agent 'triage' lists tool 'serch'; did you mean 'search'? (agents.toml:7)", "agents[0].tools[1]"),
    ('"search"', '"teleport"', f"Agent 'triage' lists tool 'teleport'; there are {LIST} (agents.toml:7).", "agents[0].tools[1]"),
    ('"search"', '"clock"', "Agent 'triage' lists tool 'clock' twice; once is enough (agents.toml:7).", "agents[0].tools[1]"),
    ('  "shop.tools:refund"', '  "shop/tools.py:refund"', ("Agent 'writer' lists tool 'shop/tools.py:refund', which is no "
     "module:function; write it like 'shop.tools:refund' (agents.toml:17)."), "agents[1].tools[1]"),
    ('["writer"]', '["writre"]', "Agent 'triage' hands off to 'writre', which does not exist; did you mean 'writer'? (agents.toml:8)",
     "agents[0].handoffs[0]"),
    ('["writer"]', '["triage"]', "Agent 'triage' hands off to 'triage', which is itself; take it off the list (agents.toml:8).",
     "agents[0].handoffs[0]"),
    ('["writer"]', '["writer", "writer"]', "Agent 'triage' hands off to 'writer' twice; once is enough (agents.toml:8).",
     "agents[0].handoffs[1]"),
    ('["writer"]', '["writer"]\n[[agents]]\nname = "triage"\ninstructions = "Again."', ("Two agents are named 'triage'; rename one of "
     "them (agents.toml:10)."), "agents[1].name"),
    ('name = "triage"', 'name = "tri\\nage"', ("'tri\\nage' cannot name an agent; use up to 64 letters, digits, blanks, and the signs "
     ". _ - (agents.toml:5)."), "agents[0].name"),
    ('default_agent = "writer"', 'default_agent = "write"', ("'default_agent' names the agent 'write', which does not exist; did you "
     "mean 'writer'? (agents.toml:1)"), "default_agent"),
    # rules
    ('"ask"', '"always"', "[rules] says 'always' for 'write_file'; it must be 'ask', 'allow' or 'deny' (agents.toml:21).",
     "rules.write_file"),
    ('"ask"', "true", ("[rules] has a true or false for 'write_file'; it must be 'ask', 'allow' or 'deny', or a list in brackets "
     "(agents.toml:21)."),
     "rules.write_file"),
    ('write_file = "ask"', 'wirte_file = "ask"', ("[rules] names the tool 'wirte_file', which does not exist; did you mean "
     "'write_file'? (agents.toml:21)"), "rules.wirte_file"),
    ('"shop.tools:refund" = ', "refund = ", ("[rules] names the tool 'refund', which does not exist; there are read_file, write_file, "
     "search, clock, shop.tools:refund (agents.toml:22)."), "rules.refund"),
    # provider
    ("http://localhost:11434/v1", "localhost", ("[provider] has 'localhost' for 'base_url'; write an address such as "
     "'http://localhost:11434/v1' (agents.toml:25)."), "provider.base_url"),
    ("SHOP_KEY", "sk-very-secret", ("'api_key_env' must name an environment variable, such as 'OPENAI_API_KEY'; a key itself has no "
     "place in this file (agents.toml:26)."), "provider.api_key_env"),
    ('"chat"', '"chats"', "[provider] says 'chats' for 'api'; it must be 'responses' or 'chat' (agents.toml:27).", "provider.api"),
]  # fmt: skip


@pytest.mark.parametrize(("there", "instead", "sentence", "key"), MISTAKES)
def test_every_mistake_is_one_sentence_with_its_line_and_key(file: Path, there: str, instead: str, sentence: str, key: str) -> None:
    assert there in TEAM
    file.write_text(TEAM.replace(there, instead, 1))
    with pytest.raises(ConfigError) as error:
        _team(file)
    assert (str(error.value), error.value.key) == (sentence, key)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty; write at least one [[agents]] table with a name and instructions (agents.toml)."),
        (b"# a = 1\n", "The file is empty; write at least one [[agents]] table with a name and instructions (agents.toml)."),
        (b"\n\nagents = []", "The file has no agents; write at least one [[agents]] table with a name and instructions (agents.toml:3)."),
        (b"model = 'x'", "The file has no 'agents'; add it (agents.toml)."),
        (b"[agents]\nname = 'x'", "The file has a table for 'agents'; it must be a list of tables, each under [[agents]] (agents.toml:1)."),
        (b"agents = ['x']", "The file has a text in its list of 'agents', where each must be a table (agents.toml:1)."),
        (b"model = 'x'\n# caf\xe9", "The file is not UTF-8: byte 0xE9 is none of it; save it as UTF-8 (agents.toml:2)."),
        pytest.param(b"#" * 1_100_000, "The file is larger than 1 MB, which no configuration is (agents.toml).", id="more than 1 MB"),
    ],
)
def test_a_file_that_is_as_a_whole_no_team_is_one_sentence(file: Path, data: bytes, sentence: str) -> None:
    file.write_bytes(data)
    with pytest.raises(ConfigError) as error:
        _team(file)
    assert str(error.value) == sentence


def test_a_file_that_cannot_be_read_is_one_sentence(file: Path) -> None:
    with pytest.raises(ConfigError) as error:
        _team(file)
    assert str(error.value) == "The file cannot be read: no such file or directory (agents.toml)."
    file.mkdir()
    with pytest.raises(ConfigError) as error:
        _team(file)
    assert str(error.value) == "This is a folder (agents.toml)."
    os.mkfifo(file.with_name("pipe"))
    with pytest.raises(ConfigError) as error:
        _team(file.with_name("pipe"))
    assert str(error.value) == "This is no plain file (pipe)."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_one_sentence(file: Path) -> None:
    file.write_text(TEAM)
    file.chmod(0)
    with pytest.raises(ConfigError) as error:
        _team(file)
    assert str(error.value) == "The file cannot be read: permission denied (agents.toml)."


def test_the_mistake_that_stands_highest_is_told_first(file: Path) -> None:
    file.write_text(TEAM.replace('"ask"', '"never"').replace('"small"', "1").replace('"Answer."', "2"))
    with pytest.raises(ConfigError) as error:
        _team(file)
    assert error.value.line == 2


def test_a_file_elsewhere_is_named_by_its_whole_path(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    file.write_text("x = 1")
    assert file.is_relative_to("/")
    with pytest.raises(ConfigError) as error:
        _team(Path("/nowhere\n/agents.toml"))
    assert str(error.value) == "The file cannot be read: no such file or directory (nowhere\\n/agents.toml)."


@given(at=st.integers(0, len(TEAM) - 1), length=st.integers(0, 12), insert=st.text(st.sampled_from('x="[]{}\n\x00\\#. ü'), max_size=4))
def test_a_mutated_file_is_a_team_or_one_line(tmp_path_factory: pytest.TempPathFactory, at: int, length: int, insert: str) -> None:
    file = tmp_path_factory.mktemp("mutated") / "agents.toml"
    text = TEAM[:at] + insert + TEAM[at + length :]
    file.write_text(text)
    try:
        assert _team(file).agents
    except ConfigError as error:
        assert str(error).isprintable()  # noqa: PT017 - both ways are right
        assert error.line is None or 1 <= error.line <= text.count("\n") + 1  # noqa: PT017 - the same
