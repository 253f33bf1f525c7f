"""What is written from the definition of agents.toml: the schema for editors, and docs/agents-toml.md. `make docs` runs this.

The definition is the dataclasses in `config/` and `guardrails/`: their fields, the types of these, and the texts below them.
"""

import ast
import inspect
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, assert_never

from agentchat.assembly import vocabulary
from agentchat.config.agent_specs import AgentSpec, AgentToolSpec, HandoffSpec
from agentchat.config.first_team import SCHEMA
from agentchat.config.model_specs import PriceSpec, ReasoningSpec, RetrySpec, SettingsSpec
from agentchat.config.reading import CODE, wanted
from agentchat.config.shapes import Anything, Either, Flag, Key, Kinded, Many, Names, Number, Pattern, Shape, Table, Text, Word, keys_of
from agentchat.config.specs import LimitsSpec, ProviderSpec, RuleCase, TeamTable
from agentchat.config.tool_specs import HOSTED_TOOLS, ToolOptions
from agentchat.config.vocabulary import needing_nothing
from agentchat.guardrails.registry import BUILT_IN as GUARDRAILS
from agentchat.tools.registry import BUILT_IN as TOOLS

DOCUMENT = Path(__file__).parents[2] / "docs" / "agents-toml.md"

_KINDS: Mapping[str, Mapping[str, type]] = {"tools": vocabulary().kinds["tools"], "guardrails": GUARDRAILS}


@cache
def texts_of(table: type) -> dict[str, str]:
    """The texts below the fields of a dataclass."""
    tree = ast.parse(inspect.getsource(table))
    body = tree.body[0].body  # type: ignore[attr-defined]
    said: dict[str, str] = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            said[field.target.id] = " ".join(ast.literal_eval(text.value).split())
    return {one.name: said[one.name] for one in fields(table)}


def about(table: type) -> str:
    """The first paragraph about a dataclass."""
    return " ".join((table.__doc__ or "").split("\n\n")[0].split())


# The schema


def schema() -> str:
    """As JSON text."""
    whole = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "agents.toml", **_table(TeamTable)}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _table(table: type, kind: str = "") -> dict[str, Any]:
    texts = texts_of(table)
    properties = {key.name: {"description": texts[key.name], **_schema(key.shape)} for key in keys_of(table)}
    if kind:
        properties = {"kind": {"const": kind, "description": about(table)}, **properties}
    required = [*(["kind"] if kind else []), *(key.name for key in keys_of(table) if key.required)]
    return {
        "type": "object",
        "description": about(table),
        "additionalProperties": False,
        **({"required": required} if required else {}),
        "properties": properties,
    }


_PLAIN: dict[Shape, dict[str, Any]] = {
    Text(): {"type": "string"},
    Text("agent"): {"type": "string"},
    Text("file"): {"type": "string"},
    Text("code"): {"type": "string", "pattern": f"^{CODE.pattern}$".replace(r"[^\W\d]", "[A-Za-z_]")},
    Text("address"): {"type": "string", "pattern": "^https?://"},
    Text("variable"): {"type": "string", "pattern": "^[A-Z_][A-Z0-9_]*$"},
    Pattern(): {"type": "string", "format": "regex"},
    Flag(): {"type": "boolean"},
    Anything(): {},
}


def _schema(shape: Shape) -> dict[str, Any]:
    match shape:
        case Text() | Pattern() | Flag() | Anything():
            return _PLAIN[shape]
        case Number():
            return _number(shape)
        case Word(words):
            return {"enum": list(words)}
        case Many(of):
            return {"type": "array", "items": _schema(of)}
        case Names(of):
            return {"type": "object", "additionalProperties": _schema(of)}
        case Table(of):
            return _table(of)
        case Kinded(group):
            return {"anyOf": [_table(table, kind) for kind, table in _KINDS[group].items()]}
        case Either(shapes):
            return {"anyOf": [_schema(one) for one in shapes]}
        case _:
            assert_never(shape)


def _number(shape: Number) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "integer" if shape.whole else "number"}
    if shape.low is None:
        return {**found, "exclusiveMinimum": 0}
    return {**found, "minimum": shape.low, **({} if shape.high is None else {"maximum": shape.high})}


# The document

_HEAD = """\
# agents.toml

<!-- Written by `make docs` from the definition of the file in src/agentchat/config/ and src/agentchat/guardrails/. Do not edit it here. -->

A file that describes a team of agents. `agentchat` looks for it at `--config`, then in the working folder and the folders above it, then in
your own configuration folder; without one the built-in team answers.

    agentchat init       writes a commented one to begin with
    agentchat check      says everything that is wrong with one: a line for each mistake, with file, line, key and the nearest valid name
    agentchat agents     lists its agents; --graph draws who hands over to whom, also for Mermaid and Graphviz

Nothing is silently ignored: an unknown key is an error, and so is every name that leads nowhere. The smallest file:

    [[agents]]
    name = "helper"
    instructions = "Be brief."

**Own code** is named as `module:object` and found in the folder of the file, or among what is installed. When a module is broken, the
agents that need it are left out, the others run, and the chat says what is missing, with file and line.

**Trust.** A file that comes with a project is not used before you trust it, if it imports code, allows calls, sets `mode = "auto"`, names
servers, addresses or keys, or takes instructions or a shape of answers from outside of its folder. Until then the built-in team runs under
what the file asks, denies and limits. Any other file is used at once. Trust is for what the file says, and for the modules beside it that
it names (`shop.tools:refund`: `shop/tools.py` and `shop/__init__.py`): when one of them changes you are asked again. What these modules
import in their turn is not looked at; trust a folder whose code you would run.
"""


def document() -> str:
    """As Markdown."""
    return "\n".join([_HEAD, *_sections()]) + "\n"


def _sections() -> Iterator[str]:
    yield from _section("The file", TeamTable)
    yield from _section("`[[agents]]`", AgentSpec)
    example = '`{ agent = "writer", passes = "words only" }`'
    yield from _section("Entries of `handoffs`", HandoffSpec, before=f"The name of an agent, or a table: {example}.")
    yield from _section("Entries of `agents_as_tools`", AgentToolSpec, before="The name of an agent, or a table.")
    yield from _section("`[settings]`, `[agents.settings]`", SettingsSpec)
    yield from _section("`reasoning`", ReasoningSpec)
    yield from _section("`retry`", RetrySpec)
    yield from _section("`[limits]`", LimitsSpec)
    yield from _section("`[prices.NAME]`", PriceSpec, before=_PRICES)
    yield from _section("`[provider]`, `[providers.NAME]`", ProviderSpec)
    yield from _section("`[rules]`", RuleCase, before=_RULES)
    yield from _tools()
    yield from _guardrails()


_PRICES = """\
    [prices.gpt-5]                # as agents name it; quotes where a name has more than letters, digits, _ and -
    input = 1.25
    cached_input = 0.125
    output = 10.0

    [limits]
    cost = 0.50

With the prices of all models of the team the screen tells what was spent beside the tokens, and `agentchat run` takes `--max-cost`. What
the demo model says costs nothing. Tokens that no model of the team is known to have used (of an agent from your own code; before the
program ended and the run was resumed) count at the dearest price of the file. What `judge` guardrails ask is not counted, as it is not
among the tokens.
"""

_RULES = """\
    [rules]
    write_file = "ask"
    "shop.tools:refund" = "deny"

    [[rules.run_command]]
    verdict = "allow"
    command = "git status"

    [[rules.read_file]]
    verdict = "deny"
    when = { path = "secrets/**" }

    [[rules."shop.tools:refund"]]
    verdict = "ask"
    when = { amount = { above = 50 } }

A tool has one word, or several cases. In this order: any `deny`; your decision on the call; what you keep for the session; what the tool's
author marked as needing approval asks; an `ask`; an `allow`; the mode; what the tool does. A `deny` and an `ask` are read widely: other
spellings of a path or a command count, too. An `allow` fits exactly what stands there. A `deny` by arguments is a help and no wall: what
must not happen at all is better not among the tools. A case has these keys:
"""


def _tools() -> Iterator[str]:
    yield "## `[tools.NAME]`\n"
    yield "Built in are, to be listed by their names:\n"
    yield from (f"- `{name}`: {' '.join((make.__doc__ or '').split())}" for name, make in TOOLS.items())
    yield ""
    yield from _section("Without `kind`", ToolOptions, level=3)
    alone = ", ".join(f"`{kind}`" for kind in needing_nothing(HOSTED_TOOLS))
    yield f"With a `kind` it is a new tool NAME, which acts at the provider of the model. {alone} can be listed without a table, too.\n"
    for kind, table in HOSTED_TOOLS.items():
        yield from _section(f'`kind = "{kind}"`', table, level=3)


def _guardrails() -> Iterator[str]:
    yield "## `[guardrails]`\n"
    yield "    [guardrails]"
    yield '    short = { kind = "length", characters = 4000 }'
    yield '    "on topic" = { kind = "judge", question = "Is this about our shop?", blocks_on = "no" }\n'
    alone = ", ".join(f"`{kind}`" for kind in needing_nothing(GUARDRAILS))
    yield (
        f"Agents and tools list them by name; {alone} can be listed without a table, too, and a guardrail or a function of your own as "
        "`module:object`. A no to a message or an answer ends the run, and says why; a no to a call or its output is told to the model, "
        "and the run goes on.\n"
    )
    for kind, table in GUARDRAILS.items():
        yield from _section(f'`kind = "{kind}"`', table, level=3)


def _section(title: str, table: type, *, before: str = "", level: int = 2) -> Iterator[str]:
    yield f"{'#' * level} {title}\n"
    yield f"{about(table)}\n" if not before else f"{before}\n" if before.endswith("\n") else f"{about(table)} {before}\n"
    yield "| key | takes | |"
    yield "|---|---|---|"
    yield from (_row(key, texts_of(table)[key.name]) for key in keys_of(table))
    yield ""


def _row(key: Key, text: str) -> str:
    name = f"**`{key.name}`**" if key.required else f"`{key.name}`"
    return f"| {name} | {_takes(key.shape)}{_default(key)} | {text} |"


_TAKES: dict[Shape, str] = {
    Text(): "a text",
    Text("agent"): "the name of an agent",
    Text("code"): "`module:object`",
    Text("file"): "the name of a file",
    Text("variable"): "the name of a variable",
    Text("address"): "an address",
    Pattern(): "a regular expression",
}


def _takes(shape: Shape) -> str:
    match shape:
        case Many(of):
            return f"a list, each {_takes(of)}"
        case Names(of):
            return f"a table of names, each {_takes(of)}"
        case Either(shapes):
            return ", or ".join(map(_takes, shapes))
        case Kinded():
            return "a table by `kind`"
        case Word(words):
            return ", ".join(f"`{word}`" for word in words)
        case _:
            return _TAKES[shape] if shape in _TAKES else wanted(shape)


def _default(key: Key) -> str:
    if key.required:
        return "; required"
    if key.default in (None, (), "") or key.default is False:
        return ""
    return f"; `{key.default}` when left out" if isinstance(key.default, str | int | float) else ""


if __name__ == "__main__":
    SCHEMA.write_text(schema(), encoding="utf-8")
    DOCUMENT.write_text(document(), encoding="utf-8")
