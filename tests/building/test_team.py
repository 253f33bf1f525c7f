"""From a file to agents that can run."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agentchat import RunConfig, Runner
from agentchat.assembly import vocabulary
from agentchat.building.models import where
from agentchat.building.outputs import JsonShape
from agentchat.building.team import BuiltTeam, Site, build
from agentchat.chat.deciding.policy import ChatPolicy
from agentchat.config.agents_file import read_team
from agentchat.config.errors import ConfigErrors
from agentchat.runtime.agents.agent_tool import AgentTool
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.hosted_tools import CodeInterpreterTool, FileSearchTool, HostedMCPTool, WebSearchTool
from agentchat.runtime.declarations.output_schema import AgentOutputSchemaBase
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.ports.defaults import DefaultModelProvider
from agentchat.runtime.ports.policy import CallInQuestion
from agentchat.runtime.values.exceptions import ModelBehaviorError
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.tools.setting import ToolSetting
from tests.clock import FakeClock

CODE = '''
from agentchat import WebSearchTool, function_tool, output_guardrail, GuardrailFunctionOutput
from pydantic import BaseModel

def refund(order: int) -> str:
    """Pays back."""
    return "done"

@function_tool(needs_approval=True)
def pay(amount: float) -> str:
    """Pays."""
    return "paid"

search = WebSearchTool()

class Answer(BaseModel):
    text: str

def last(data):
    return data

def never(context, agent, given):
    return GuardrailFunctionOutput(None, tripwire_triggered=False)

@output_guardrail
def polite(context, agent, given):
    return GuardrailFunctionOutput(None, tripwire_triggered=False)

number = 5
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    (tmp_path / "shop_for_team.py").write_text(CODE)
    (tmp_path / "broken_for_team.py").write_text("x = (\n")
    yield tmp_path
    for name in set(sys.modules) - before:
        if not name.startswith("agentchat"):
            del sys.modules[name]


def built(folder: Path, text: str, *, model: str | None = None) -> BuiltTeam:
    (folder / "agents.toml").write_text(text)
    spec = read_team(folder / "agents.toml", origin="option", vocabulary=vocabulary())
    return build(spec, Site(ToolSetting(root=folder), DefaultModelProvider(), model, None))


def agent(name: str, more: str = "") -> str:
    return f'[[agents]]\nname = "{name}"\ninstructions = "Work."\n{more}\n'


def test_own_code_can_stand_wherever_the_file_names_code(folder: Path) -> None:
    team = built(
        folder,
        agent(
            "a",
            """
            tools = ["shop_for_team:refund", "shop_for_team:pay", "shop_for_team:search"]
            output = "shop_for_team:Answer"
            input_guardrails = ["shop_for_team:never"]
            output_guardrails = ["shop_for_team:polite"]
            handoffs = [{ agent = "b", passes = "shop_for_team:last", description = "For more.", name = "to_b" }]
            """,
        )
        + agent("b"),
    )
    one = team.agents["a"]
    assert [tool.name for tool in one.tools] == ["refund", "pay", "web_search"]
    guardrails = (*one.input_guardrails, *one.output_guardrails)
    assert (one.output_type.__name__, [guardrail.get_name() for guardrail in guardrails]) == ("Answer", ["never", "polite"])
    (handed,) = one.handoffs
    assert isinstance(handed, Handoff)
    assert (handed.tool_name, handed.tool_description, handed.input_filter is not None) == ("to_b", "For more.", True)
    assert team.notices == ()


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ('tools = ["broken_for_team:x"]',
         "Tool 'broken_for_team:x' cannot be had: broken_for_team.py:1 says 'SyntaxError: '(' was never closed'"),
        ('tools = ["shop_for_team:number"]', "Tool 'shop_for_team:number' cannot be had: it is a int; name a function or a tool"),
        ('tools = ["shop_for_team:Answer"]',
         "Tool 'shop_for_team:Answer' cannot be had: it is a class; name a function, a tool, or an instance that can be called"),
        ('output = "shop_for_team:number"', "The shape 'shop_for_team:number' is a int; name a type"),
        ('input_guardrails = ["shop_for_team:polite"]',
         "Guardrail 'shop_for_team:polite' is a OutputGuardrail; list it where such a one is asked"),
        ('output_guardrails = ["shop_for_team:no"]', "Guardrail 'shop_for_team:no' cannot be had: 'shop_for_team' has no 'no'"),
        ('handoffs = [{ agent = "b", passes = "shop_for_team:number" }]', "The filter 'shop_for_team:number' is a int; name a function"),
    ],
)  # fmt: skip
def test_an_agent_for_whom_something_is_missing_is_left_out_and_the_others_run(folder: Path, key: str, sentence: str) -> None:
    team = built(folder, agent("a", key) + agent("b", 'handoffs = ["a", "c"]\nagents_as_tools = ["a"]') + agent("c"))
    assert list(team.agents) == ["b", "c"]
    assert team.notices == (f"Agent 'a' is left out: {sentence} (agents.toml:4).",)
    assert [one.name for one in team.agents["b"].handoffs] == ["c"]
    assert team.agents["b"].tools == []
    assert [error.line for error in team.errors] == [4]


def test_whom_a_missing_agent_would_have_guarded_is_left_out_too(folder: Path) -> None:
    team = built(
        folder,
        agent("judge", 'tools = ["broken_for_team:x"]')
        + agent("a", 'input_guardrails = ["fair"]')
        + agent("b")
        + '[guardrails]\nfair = { kind = "judge", agent = "judge", field = "ok" }\n',
    )
    assert list(team.agents) == ["b"]
    assert team.notices[1] == "Agent 'a' is left out, because 'judge' guards it."


def test_without_an_agent_that_can_run_the_file_cannot_be_used(folder: Path) -> None:
    with pytest.raises(ConfigErrors, match=r"broken_for_team\.py:1 says .* \(agents\.toml:4\)"):
        built(folder, agent("a", 'tools = ["broken_for_team:x"]'))


def test_hosted_tools_are_made_by_their_tables_or_their_kind_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCS_TOKEN", "t-1")
    team = built(
        folder,
        agent("a", 'tools = ["web_search", "news", "handbook", "code_interpreter", "docs"]')
        + """
        [tools.news]
        kind = "web_search"
        allowed_domains = ["example.com"]
        country = "DE"
        [tools.handbook]
        kind = "file_search"
        vector_store_ids = ["vs_1"]
        max_num_results = 3
        [tools.docs]
        kind = "mcp"
        server_label = "docs"
        server_url = "https://docs.example/mcp"
        allowed_tools = ["find"]
        authorization_env = "DOCS_TOKEN"
        """,
    )
    plain, news, handbook, code, docs = team.agents["a"].tools
    assert plain == WebSearchTool()
    assert news == WebSearchTool(
        user_location={"type": "approximate", "country": "DE"}, filters={"allowed_domains": ["example.com"]}  # type: ignore[arg-type]
    )
    assert handbook == FileSearchTool(["vs_1"], max_num_results=3)
    assert code == CodeInterpreterTool({"type": "code_interpreter", "container": {"type": "auto"}})
    told = {"type": "mcp", "server_label": "docs", "server_url": "https://docs.example/mcp", "require_approval": "always"}
    assert docs == HostedMCPTool({**told, "allowed_tools": ["find"], "authorization": "t-1"})  # type: ignore[arg-type]


def test_a_tool_gets_the_limits_and_guardrails_of_its_table(folder: Path) -> None:
    team = built(
        folder,
        agent("a", 'tools = ["clock", "read_file", "shop_for_team:refund"]')
        + """
        [limits]
        tool_seconds = 9.0
        [tools.clock]
        seconds = 2.0
        needs_approval = true
        [tools."shop_for_team:refund"]
        input_guardrails = ["secrets"]
        output_guardrails = ["secrets"]
        """,
    )
    clock, read, refund = (tool for tool in team.agents["a"].tools if isinstance(tool, FunctionTool))
    assert (clock.timeout_seconds, clock.needs_approval, read.timeout_seconds) == (2.0, True, 9.0)
    assert refund.tool_input_guardrails is not None
    assert refund.tool_output_guardrails is not None
    assert [one.get_name() for one in (*refund.tool_input_guardrails, *refund.tool_output_guardrails)] == ["secrets", "secrets"]


@pytest.mark.parametrize("option", ["needs_approval = true", 'input_guardrails = ["secrets"]', "seconds = 2.0"])
def test_a_guard_for_a_tool_that_takes_none_is_not_left_out_in_silence(folder: Path, option: str) -> None:
    (folder / "more_for_team.py").write_text(
        "from agentchat import Agent, ShellTool\n"
        "shell = ShellTool(executor=lambda request: '')\n"
        "helper = Agent(name='helper').as_tool('helper', 'Helps.')\n"
    )
    for name in ("more_for_team:shell", "more_for_team:helper"):
        team = built(folder, agent("a", f'tools = ["{name}"]') + agent("b") + f'[tools."{name}"]\n{option}\n')
        assert list(team.agents) == ["b"]
        assert f"[tools] has settings for '{name}', which is no function" in team.notices[0]


def test_settings_go_over_those_of_the_team_and_of_the_models_name(folder: Path) -> None:
    team = built(
        folder,
        "[settings]\ntemperature = 0.3\nmax_tokens = 10\nretry = { max_retries = 5 }\n"
        + agent("a", 'model = "gpt-5"\nsettings = { max_tokens = 20, reasoning = { effort = "high" } }')
        + agent("b", 'model = "gpt-5"'),
    )
    one, other = (team.agents[name].model_settings for name in "ab")
    assert (one.temperature, one.max_tokens, one.reasoning.effort) == (0.3, 20, "high")  # type: ignore[union-attr]
    assert (other.max_tokens, other.reasoning.effort, other.verbosity) == (10, "low", "low")  # type: ignore[union-attr]
    assert one.retry is not None
    assert (one.retry.max_retries, one.retry.backoff.max_delay, one.retry.policy is not None) == (5, 8.0, True)  # type: ignore[union-attr]


def test_agents_are_tools_with_names_and_handoffs_pass_what_they_are_told_to(folder: Path) -> None:
    team = built(
        folder,
        agent(
            "a",
            """
            agents_as_tools = ["Big Boss", { agent = "c", name = "ask_c", description = "Knows.", needs_approval = true }]
            handoffs = [{ agent = "c", passes = "words only" }, { agent = "Big Boss", passes = "summary" }]
            tool_use = ["ask_c"]
            """,
        )
        + agent("Big Boss", 'description = "Decides."')
        + agent("c"),
    )
    one = team.agents["a"]
    tools = [tool for tool in one.tools if isinstance(tool, AgentTool)]
    described = [(tool.name, tool.description, tool.needs_approval) for tool in tools]
    assert described == [("big_boss", "Decides.", False), ("ask_c", "Knows.", True)]
    words, summary = one.handoffs
    assert words.input_filter.__name__ == "remove_all_tools"  # type: ignore[union-attr]
    assert summary.nest_handoff_history is True  # type: ignore[union-attr]
    assert one.tool_use_behavior == {"stop_at_tool_names": ["ask_c"]}


def call(tool: FunctionTool, **arguments: Any) -> CallInQuestion:
    return CallInQuestion(CallKey(Scope("1"), 1, 0), "a", tool, arguments, needs_approval=False, canonical="")


def test_rules_hold_for_the_calls_that_they_name(folder: Path) -> None:
    team = built(
        folder,
        agent("a", 'tools = ["read_file", "write_file", "run_command"]')
        + """
        [[rules.write_file]]
        verdict = "deny"
        when = { path = "secrets/**" }
        [[rules.write_file]]
        verdict = "allow"
        when = { path = "notes/*" }
        [[rules.run_command]]
        verdict = "allow"
        command = "git log ..."
        """,
    )
    policy = ChatPolicy(team.rules)
    tools = {tool.name: tool for tool in team.agents["a"].tools if isinstance(tool, FunctionTool)}

    def verdict(tool: str, **arguments: Any) -> str:
        return type(policy.verdict(call(tools[tool], **arguments))).__name__

    assert [verdict("write_file", path=path) for path in ("notes/a", "notes/b/c", "notes/../x", "secrets/a", "./secrets/a/b")] == [
        "Allow", "Ask", "Ask", "Deny", "Deny",
    ]  # fmt: skip
    assert [verdict("run_command", argv=argv) for argv in (["git", "log", "main"], ["git", "push"])] == ["Allow", "Ask"]
    assert team.rules[1].words == "agents.toml allows write_file when path is 'notes/*'"


def test_rules_compare_numbers(folder: Path) -> None:
    listed = agent("a", 'tools = ["shop_for_team:refund"]')
    team = built(
        folder,
        f"""{listed}
        [[rules."shop_for_team:refund"]]
        verdict = "ask"
        when = {{ order = {{ above = 50, at_most = 99.5 }} }}
        """,
    )
    assert team.rules[0].words == "agents.toml asks about shop_for_team:refund when order is above 50 and at most 99.5"
    with pytest.raises(ConfigErrors) as error:
        built(folder, agent("a", 'tools = ["write_file"]') + '[[rules.write_file]]\nverdict = "deny"\nwhen = { path = { above = 5 } }\n')
    said = "[rules.write_file] compares the argument 'path', which is no number; write the value that it must have. (agents.toml:7)"
    assert (str(error.value).replace(" (agents.toml:7).", ". (agents.toml:7)"), error.value.key) == (said, "rules.write_file[0].when.path")


def test_a_rule_about_an_argument_that_the_tool_does_not_have_is_an_error(folder: Path) -> None:
    with pytest.raises(ConfigErrors) as error:
        built(folder, agent("a", 'tools = ["write_file"]') + '[[rules.write_file]]\nverdict = "deny"\nwhen = { pth = "x" }\n')
    said = "[rules.write_file] is about an argument 'pth', which the tool does not have; did you mean 'path'? (agents.toml:7)"
    assert (str(error.value), error.value.key) == (said, "rules.write_file[0].when.pth")


SHAPE = {"type": "object", "title": "Verdict", "properties": {"fine": {"type": "boolean"}, "why": {"type": "string"}}}


@pytest.mark.parametrize(("required", "strict"), [(["fine", "why"], True), (["fine"], False)])
def test_a_schema_of_the_file_is_the_shape_of_the_answer(folder: Path, required: list[str], strict: bool) -> None:
    (folder / "shape.json").write_text(json.dumps({**SHAPE, "required": required}))
    shape = built(folder, agent("a", 'output = "shape.json"')).agents["a"].output_type
    assert isinstance(shape, AgentOutputSchemaBase)
    assert (shape.name(), shape.is_strict_json_schema(), shape.is_plain_text()) == ("Verdict", strict, False)
    assert shape.validate_json('{"fine": true, "why": "so"}') == {"fine": True, "why": "so"}
    for wrong in ('{"fine": "yes", "why": "so"}', '{"why": "so"}', "[]", "fine"):
        with pytest.raises(ModelBehaviorError, match="'Verdict'"):
            shape.validate_json(wrong)


def test_a_schema_is_not_changed_by_its_use() -> None:
    given = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    assert JsonShape(given).json_schema() != given
    assert given == {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}


async def test_a_judge_that_only_the_demo_model_could_ask_lets_through_and_is_told_of(folder: Path) -> None:
    (folder / "agents.toml").write_text(
        agent("a", 'input_guardrails = ["on topic"]')
        + '[guardrails."on topic"]\nkind = "judge"\nquestion = "Is it so?"\nblocks_on = "no"\n'
    )
    spec = read_team(folder / "agents.toml", origin="option", vocabulary=vocabulary())
    answering = where(spec, "offline", FakeClock())
    team = build(spec, Site(ToolSetting(root=folder), answering.provider, "offline", None))
    assert team.notices == (
        "The guardrail 'on topic' lets everything through: a model has to decide, and the offline demo model can judge nothing.",
    )
    result = await Runner.run(team.agents["a"], "hello", run_config=RunConfig(model_provider=answering.provider))
    assert result.input_guardrail_results[0].output.tripwire_triggered is False
    online = build(spec, Site(ToolSetting(root=folder), DefaultModelProvider(), None, None))
    assert online.notices == ()
