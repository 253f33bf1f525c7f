"""Mistakes as people make them in an agents.toml, each with the answer that is expected: the line, the key and a piece of the sentence.

The file that is spoilt has one key on each line, so that a mutator knows where it is without reading TOML: what it expects does not come
from the code that is tried.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

TOOLS = ("read_file", "list_files", "write_file", "edit_file", "run_command", "run_shell", "calculator", "clock")

WHOLE = """\
default_agent = "triage"
model = "gpt-5"
after_handoff = "return"
mode = "read-only"

[[agents]]
name = "triage"
instructions = "Answer."
description = "Answers."
model = "local/llama"
tools = ["clock", "handbook", "web_search"]
handoffs = ["writer", "reader"]
input_guardrails = ["short", "secrets"]
output_guardrails = ["polite"]
tool_use = "go on"

[agents.settings]
temperature = 0.5
top_p = 0.9
max_tokens = 500
parallel_tool_calls = true
verbosity = "low"
timeout = 30.0

[agents.settings.reasoning]
effort = "medium"
summary = "auto"

[[agents]]
name = "writer"
instructions_file = "writer.md"
description = "Writes."
tools = ["write_file", "edit_file", "shop.tools:refund"]
handoffs = ["triage"]
agents_as_tools = ["reader"]

[[agents]]
name = "reader"
instructions = "Read."
description = "Reads."
tools = ["read_file", "list_files"]
output_guardrails = ["judged"]

[[agents.handoffs]]
agent = "writer"
description = "To write."
name = "to_writer"
passes = "words only"

[[agents]]
name = "checker"
instructions = "Check."
output = "verdict.json"

[settings]
frequency_penalty = 0.5
top_logprobs = 3
tool_choice = "auto"

[settings.retry]
max_retries = 3
initial_delay = 0.5

[limits]
max_turns = 20
tokens = 10000
seconds = 60.0
tool_seconds = 5.0

[provider]
base_url = "https://api.openai.com/v1"
api_key_env = "SHOP_KEY"
api = "responses"

[providers.local]
base_url = "http://localhost:11434/v1"
api = "chat"

[tools.handbook]
kind = "file_search"
vector_store_ids = ["vs_1"]
max_num_results = 5

[tools.write_file]
seconds = 20.0
needs_approval = true
input_guardrails = ["keys"]

[guardrails.short]
kind = "length"
characters = 2000

[guardrails.polite]
kind = "words"
words = ["damn"]
patterns = ["(?i)swear", "x{2,4}"]

[guardrails.keys]
kind = "secrets"
allow = ["sk-example-.*"]

[guardrails.judged]
kind = "judge"
agent = "checker"
field = "fine"
blocks_on = "no"

[rules]
write_file = "ask"
edit_file = "deny"
"shop.tools:refund" = "allow"

[[rules.run_command]]
verdict = "allow"
command = "git log ..."

[[rules.read_file]]
verdict = "deny"
when = { path = "secrets/**" }
"""

FILES = {
    "writer.md": "You write.\n",
    "verdict.json": '{"type": "object", "properties": {"fine": {"type": "boolean"}}, "required": ["fine"]}',
}
"""Beside it."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One mistake, as it is to be told."""

    line: int
    key: str
    says: str
    """A piece of the sentence: the nearest name, or what is needed."""


@dataclass(slots=True)
class Mutant:
    """A spoilt file. Mutable: several mutators may spoil it one after the other."""

    lines: list[str] = field(default_factory=lambda: WHOLE.split("\n"))
    expected: list[Expected] = field(default_factory=list[Expected])
    what: list[str] = field(default_factory=list[str])
    data: bytes | None = None
    """Instead of the lines, for files that are no text."""
    files: dict[str, str | None] = field(default_factory=dict[str, str | None])
    """Other contents of the files beside it; None for one that is not there."""

    @property
    def bytes(self) -> bytes:
        return "\n".join(self.lines).encode() if self.data is None else self.data


@dataclass(frozen=True, slots=True)
class Place:
    """A key and its value, on a line of their own."""

    number: int
    """Counted from 1."""
    table: str
    """Dotted, with indexes."""
    header: int
    """The line of the table."""
    name: str
    value: str

    @property
    def key(self) -> str:
        return f"{self.table}.{self.name.strip(chr(34))}".lstrip(".")

    @property
    def index(self) -> int:
        return self.number - 1


def places(lines: list[str]) -> list[Place]:
    """Every key of the file."""
    found: list[Place] = []
    counts: dict[str, int] = {}
    table, header = "", 0
    for number, line in enumerate(lines, start=1):
        if many := re.fullmatch(r"\[\[(.+)\]\]", line):
            name = _inside(many[1], counts)
            at = counts[name] = counts.get(name, -1) + 1
            table, header = f"{name}[{at}]", number
        elif one := re.fullmatch(r"\[(.+)\]", line):
            table, header = _inside(one[1], counts), number
        elif pair := re.fullmatch(r'("[^"]+"|[\w-]+) = (.+)', line):
            found.append(Place(number, table, header, pair[1], pair[2]))
    return found


def _inside(name: str, counts: dict[str, int]) -> str:
    head, dot, rest = name.partition(".")
    return f"{head}[{counts[head]}].{rest}" if dot and head in counts else name


_OWN_NAMES = ("rules", "guardrails", "tools", "providers")
_LISTS = {"tools": "lists tool", "handoffs": "hands off to", "input_guardrails": "lists guardrail", "output_guardrails": "lists guardrail"}


def typo(word: str, chance: random.Random) -> str:
    """The word with a slip of the fingers in it."""
    at = chance.randrange(1, max(2, len(word) - 1))
    match chance.randrange(4):
        case 0 if word[at - 1] != word[at : at + 1] != "":
            return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
        case 1 if len(word) > 4:
            return word[:at] + word[at + 1 :]
        case 2:
            return word[:at] + word[at] + word[at:] if at < len(word) else word + word[-1]
        case _:
            return word[:at] + ("q" if word[at : at + 1] != "q" else "z") + word[at + 1 :]


def _keys_that_may_be_misspelt(mutant: Mutant) -> list[Place]:
    return [one for one in places(mutant.lines) if one.table != "rules" and one.name != "path"]


def misspell_a_key(mutant: Mutant, chance: random.Random) -> None:
    place = chance.choice(_keys_that_may_be_misspelt(mutant))
    wrong = typo(place.name, chance)
    mutant.lines[place.index] = f"{wrong} = {place.value}"
    says = f"unknown key '{wrong}'; did you mean '{place.name}'?"
    mutant.expected.append(Expected(place.number, f"{place.table}.{wrong}".lstrip("."), says))


def say_something_of_another_type(mutant: Mutant, chance: random.Random) -> None:
    place = chance.choice([one for one in places(mutant.lines) if not one.table.startswith("tools.") or one.name != "kind"])
    other = [value for value in ("42", '"text"', "true", "[1, 2]", "{ a = 1 }", "2025-01-01") if _type(value) not in _types(place)]
    value = chance.choice(other)
    mutant.lines[place.index] = f"{place.name} = {value}"
    if place.name == "kind":
        mutant.expected.append(Expected(place.number, place.key, "for 'kind'; there are"))
    elif _type(place.value) == "[" and value == "[1, 2]":
        for at in range(2):
            mutant.expected.append(Expected(place.number, f"{place.key}[{at}]", "where each must be"))
    elif place.name == "when":
        mutant.expected.append(Expected(place.number, place.key, "must be a table"))
    else:
        mutant.expected.append(Expected(place.number, place.key, "must be"))


def _type(value: str) -> str:
    return "date" if value.startswith("2025") else "n" if value[0].isdigit() else "b" if value in {"true", "false"} else value[0]


def _types(place: Place) -> set[str]:
    """The types that the key takes."""
    also = {"tool_use": {'"', "["}, "output": {'"', "{"}, "when": {"{"}}.get(place.name, set())
    if place.table == "rules":
        also = {'"', "["}
    return {_type(place.value), *also} - ({"["} if _type(place.value) == "[" and place.name != "tool_use" else set())


def misname_something_in_a_list(mutant: Mutant, chance: random.Random) -> None:
    found = [one for one in places(mutant.lines) if one.name in _LISTS and one.value.startswith("[") and "agents" in one.table]
    place = chance.choice(found)
    names = re.findall(r'"([^"]+)"', place.value)
    at = chance.randrange(len(names))
    if ":" in names[at]:
        return misname_own_code(mutant, place, at)
    wrong = typo(names[at], chance)
    mutant.lines[place.index] = mutant.lines[place.index].replace(f'"{names[at]}"', f'"{wrong}"', 1)
    mutant.expected.append(Expected(place.number, f"{place.key}[{at}]", f"did you mean '{names[at]}'?"))
    return None


def misname_own_code(mutant: Mutant, place: Place, at: int) -> None:
    mutant.lines[place.index] = mutant.lines[place.index].replace("shop.tools:refund", "shop/tools.py:refund")
    mutant.expected.append(Expected(place.number, f"{place.key}[{at}]", "which is no module:function; write it like 'shop.tools:refund'"))


def name_something_twice(mutant: Mutant, chance: random.Random) -> None:
    found = [one for one in places(mutant.lines) if one.name in _LISTS and one.value.startswith("[")]
    place = chance.choice(found)
    names = re.findall(r'"([^"]+)"', place.value)
    again = chance.choice(names)
    listed = ", ".join(f'"{name}"' for name in [*names, again])
    mutant.lines[place.index] = f"{place.name} = [{listed}]"
    mutant.expected.append(Expected(place.number, f"{place.key}[{len(names)}]", f"'{again}' twice; once is enough."))


def misname_an_agent(mutant: Mutant, chance: random.Random) -> None:
    found = [one for one in places(mutant.lines) if one.name in {"default_agent", "agent"}]
    place = chance.choice(found)
    right = place.value.strip('"')
    wrong = typo(right, chance)
    mutant.lines[place.index] = f'{place.name} = "{wrong}"'
    key = place.table if place.table.endswith("handoffs[0]") else place.key
    line = place.header if place.table.endswith("handoffs[0]") else place.number
    mutant.expected.append(Expected(line, key, f"'{wrong}', which does not exist; did you mean '{right}'?"))


def misname_a_tool_in_a_rule(mutant: Mutant, chance: random.Random) -> None:
    place = chance.choice([one for one in places(mutant.lines) if one.table == "rules"])
    right = place.name.strip('"')
    wrong = typo(right, chance).replace(":", ".") if ":" in right else typo(right, chance)
    mutant.lines[place.index] = f'"{wrong}" = {place.value}'
    mutant.expected.append(Expected(place.number, f"rules.{wrong}", f"does not exist; did you mean '{right}'?"))


_WORDS = {
    "after_handoff", "mode", "verbosity", "effort", "summary", "api", "blocks_on", "verdict", "kind", "tool_use", "passes",
}  # fmt: skip


def misspell_a_word(mutant: Mutant, chance: random.Random) -> None:
    found = [one for one in places(mutant.lines) if one.name in _WORDS or one.table == "rules"]
    place = chance.choice(found)
    right = place.value.strip('"')
    wrong = typo(right, chance)
    mutant.lines[place.index] = f'{place.name} = "{wrong}"'
    says = f"'{right}'" if place.name != "kind" else f"did you mean '{right}'?"
    mutant.expected.append(Expected(place.number, place.key, says))


def go_beyond_a_limit(mutant: Mutant, chance: random.Random) -> None:
    found = [one for one in places(mutant.lines) if _type(one.value) == "n"]
    place = chance.choice(found)
    value = chance.choice(["-5", "1e9", "nan", "inf", "-0.5"] if "." in place.value else ["-5", "1.5", "nan"])
    if value == "1e9" and place.name in {"timeout", "seconds", "tool_seconds", "initial_delay"}:
        value = "-1.0"
    mutant.lines[place.index] = f"{place.name} = {value}"
    if place.name == "frequency_penalty" and value == "-0.5":
        mutant.lines[place.index] = f"{place.name} = -2.5"
    mutant.expected.append(Expected(place.number, place.key, "it must be a"))


_NEEDED = {
    "name": "has no 'name'; add it.",
    "instructions": "has no 'instructions'; add it.",
    "instructions_file": "has no 'instructions'; add it.",
    "vector_store_ids": "has no 'vector_store_ids'; add it.",
    "characters": "has no 'characters'; add it.",
    "verdict": "has no 'verdict'; add it.",
    "kind": "has no 'kind'; there are",
}


def leave_something_out(mutant: Mutant, chance: random.Random) -> None:
    found = [
        one for one in places(mutant.lines)
        if one.name in _NEEDED and not (one.name == "kind" and one.table.startswith("tools")) and "handoffs" not in one.table
    ]  # fmt: skip
    place = chance.choice(found)
    mutant.lines[place.index] = ""
    key = "instructions" if place.name == "instructions_file" else place.name
    mutant.expected.append(Expected(place.header, f"{place.table}.{key}", _NEEDED[place.name]))


def write_a_key_twice(mutant: Mutant, chance: random.Random) -> None:
    place = chance.choice(places(mutant.lines))
    mutant.lines[place.index] += f"\n{place.name} = {place.value}"
    mutant.expected.append(Expected(place.number + 1, place.name.strip('"'), "This is not TOML: cannot overwrite a value"))


def name_two_agents_alike(mutant: Mutant, chance: random.Random) -> None:
    mutant.lines[-1:] = ["[[agents]]", f'name = "{chance.choice(["triage", "writer", "reader"])}"', 'instructions = "Again."', ""]
    last = places(mutant.lines)[-2]
    mutant.expected.append(Expected(last.number, last.key, "rename one of them."))


def forget_a_quote(mutant: Mutant, chance: random.Random) -> None:
    place = chance.choice([one for one in places(mutant.lines) if re.fullmatch(r'"[^"]*"', one.value) and one.table != "rules"])
    mutant.lines[place.index] = f"{place.name} = {place.value[:-1]}"
    mutant.expected.append(Expected(place.number, place.name, "This is not TOML"))


def forget_a_value(mutant: Mutant, chance: random.Random) -> None:
    place = chance.choice([one for one in places(mutant.lines) if one.table != "rules"])
    mutant.lines[place.index] = f"{place.name} ="
    mutant.expected.append(Expected(place.number, place.name, "This is not TOML: invalid value"))


def forget_an_equals_sign(mutant: Mutant, chance: random.Random) -> None:
    place = chance.choice([one for one in places(mutant.lines) if one.table != "rules"])
    mutant.lines[place.index] = f"{place.name} {place.value}"
    mutant.expected.append(Expected(place.number, "", "This is not TOML: expected '=' after a key"))


def leave_a_header_open(mutant: Mutant, chance: random.Random) -> None:
    headers = [number for number, line in enumerate(mutant.lines, start=1) if re.fullmatch(r"\[\w+\]", line)]
    number = chance.choice(headers)
    mutant.lines[number - 1] = mutant.lines[number - 1][:-1]
    mutant.expected.append(Expected(number, "", "This is not TOML"))


def misspell_a_header(mutant: Mutant, chance: random.Random) -> None:
    right = chance.choice(["limits", "settings", "provider"])
    number = mutant.lines.index(f"[{right}]") + 1
    wrong = typo(right, chance)
    mutant.lines = [line.replace(f"[{right}.", f"[{wrong}.") for line in mutant.lines]
    mutant.lines[number - 1] = f"[{wrong}]"
    mutant.expected.append(Expected(number, wrong, f"unknown key '{wrong}'; did you mean '{right}'?"))


def write_a_pattern_that_is_none(mutant: Mutant, chance: random.Random) -> None:
    place = chance.choice([one for one in places(mutant.lines) if one.name in {"patterns", "allow"} and one.value.startswith("[")])
    wrong = chance.choice(["(", "[a-", "*x", "a{3,1}", "(?P<n>a)(?P<n>b)", "x)", "(?<=a*)b"])
    mutant.lines[place.index] = f"{place.name} = ['fine', '{wrong}']"
    mutant.expected.append(Expected(place.number, f"{place.key}[1]", "which is no regular expression"))


def name_a_file_that_cannot_be_used(mutant: Mutant, chance: random.Random) -> None:
    place = chance.choice([one for one in places(mutant.lines) if one.name in {"instructions_file", "output"}])
    name = place.value.strip('"')
    content, says = chance.choice(
        [(None, "cannot be read: no such file or directory"), ("", "which is empty" if name.endswith(".md") else "which is no JSON")]
        + ([("[1]", "no JSON schema of an object"), ("{", "which is no JSON (line 1)")] if name.endswith(".json") else [])
    )
    mutant.files[name] = content
    mutant.expected.append(Expected(place.number, place.key, says))


def give_two_kinds_of_instructions(mutant: Mutant, chance: random.Random) -> None:
    place = chance.choice([one for one in places(mutant.lines) if one.name == "instructions"])
    mutant.lines[place.index] += '\ninstructions_file = "writer.md"'
    says = "has both 'instructions' and 'instructions_file'; keep one."
    mutant.expected.append(Expected(place.number + 1, f"{place.table}.instructions_file", says))


def hand_over_to_itself(mutant: Mutant, chance: random.Random) -> None:
    place = chance.choice([one for one in places(mutant.lines) if one.name == "handoffs"])
    owner = next(one for one in places(mutant.lines) if one.table == place.table and one.name == "name")
    mutant.lines[place.index] = f"handoffs = [{owner.value}]"
    mutant.expected.append(Expected(place.number, f"{place.key}[0]", "which is itself; take it off the list."))


def ask_in_a_circle(mutant: Mutant, chance: random.Random) -> None:
    """writer asks reader already."""
    asked = chance.choice(["writer", "triage"])
    if asked == "triage":
        _below_the_name_of("triage", 'agents_as_tools = ["writer"]', mutant)
    number = _below_the_name_of("reader", f'agents_as_tools = ["{asked}"]', mutant)
    mutant.expected.append(Expected(number, "agents[2].agents_as_tools[0]", "would ask itself without end"))


def _below_the_name_of(agent: str, line: str, mutant: Mutant) -> int:
    """Puts a line there; gives its number."""
    at = mutant.lines.index(f'name = "{agent}"') + 1
    mutant.lines.insert(at, line)
    return at + 1


def misplace_a_key_of_a_provider(mutant: Mutant, chance: random.Random) -> None:
    place = chance.choice([one for one in places(mutant.lines) if one.name in {"base_url", "api_key_env"}])
    if place.name == "base_url":
        mutant.lines[place.index] = 'base_url = "localhost"'
        mutant.expected.append(Expected(place.number, place.key, "write an address such as"))
    else:
        mutant.lines[place.index] = 'api_key_env = "sk-secret-of-mine"'
        mutant.expected.append(Expected(place.number, place.key, "must name an environment variable"))


def misname_a_provider(mutant: Mutant, chance: random.Random) -> None:
    place = next(one for one in places(mutant.lines) if one.value == '"local/llama"')
    wrong = typo("local", chance)
    mutant.lines[place.index] = f'model = "{wrong}/llama"'
    mutant.expected.append(Expected(place.number, place.key, f"there is no [providers.{wrong}]; did you mean 'local'?"))


def write_a_rule_that_means_nothing(mutant: Mutant, chance: random.Random) -> None:
    command = next(one for one in places(mutant.lines) if one.name == "command")
    when = next(one for one in places(mutant.lines) if one.name == "when")
    match chance.randrange(4):
        case 0:
            mutant.lines[command.index] = 'command = "..."'
            mutant.expected.append(Expected(command.number, command.key, "names no program"))
        case 1:
            mutant.lines[command.index] = 'when = { argv = ["git"] }'
            mutant.expected.append(Expected(command.number, f"{command.table}.when", "write 'command' instead."))
        case 2:
            mutant.lines[when.index] = 'command = "git log"'
            mutant.expected.append(Expected(when.number, f"{when.table}.command", "write 'when' instead."))
        case _:
            mutant.lines[when.index] = "when = {}"
            mutant.expected.append(Expected(when.number, when.key, "leave it out for all calls."))


def give_a_guardrail_nothing_to_do(mutant: Mutant, chance: random.Random) -> None:
    names = [one for one in places(mutant.lines) if one.table == "guardrails.polite" and one.name != "kind"]
    judged = next(one for one in places(mutant.lines) if one.table == "guardrails.judged" and one.name == "field")
    if chance.random() < 0.5:
        for place in names:
            mutant.lines[place.index] = ""
        mutant.expected.append(Expected(names[0].header, "guardrails.polite", "has neither 'words' nor 'patterns'"))
    else:
        mutant.lines[judged.index] = ""
        mutant.expected.append(Expected(judged.header, "guardrails.judged", "needs 'agent' and 'field' together"))


SINGLE: tuple[Callable[[Mutant, random.Random], None], ...] = (
    misspell_a_key,
    misspell_a_key,
    say_something_of_another_type,
    say_something_of_another_type,
    misname_something_in_a_list,
    misname_something_in_a_list,
    name_something_twice,
    misname_an_agent,
    misname_a_tool_in_a_rule,
    misspell_a_word,
    go_beyond_a_limit,
    leave_something_out,
    name_two_agents_alike,
    misspell_a_header,
    write_a_pattern_that_is_none,
    name_a_file_that_cannot_be_used,
    give_two_kinds_of_instructions,
    hand_over_to_itself,
    ask_in_a_circle,
    misplace_a_key_of_a_provider,
    misname_a_provider,
    write_a_rule_that_means_nothing,
    give_a_guardrail_nothing_to_do,
)
NO_TOML: tuple[Callable[[Mutant, random.Random], None], ...] = (
    write_a_key_twice,
    forget_a_quote,
    forget_a_value,
    forget_an_equals_sign,
    leave_a_header_open,
)


def with_a_mark(mutant: Mutant) -> None:
    """As some editors save it; nothing is wrong with that."""
    mutant.data = b"\xef\xbb\xbf" + mutant.bytes


def with_windows_line_ends(mutant: Mutant) -> None:
    """The same."""
    mutant.data = mutant.bytes.replace(b"\n", b"\r\n")


def in_another_encoding(mutant: Mutant, chance: random.Random) -> None:
    """A file that is not UTF-8: the line is that of the first byte that is none of it."""
    mutant.expected.clear()
    if chance.random() < 0.4:
        mutant.data = "\n".join(mutant.lines).encode("utf-16")
        mutant.expected.append(Expected(1, "", "The file is not UTF-8"))
        return
    place = chance.choice([one for one in places(mutant.lines) if one.name in {"instructions", "description"}])
    before, after = "\n".join(mutant.lines[: place.index]), "\n".join(mutant.lines[place.number :])
    mutant.data = f"{before}\n{place.name} = ".encode() + '"caf\xe9"\n'.encode("latin-1") + after.encode()
    mutant.expected.append(Expected(place.number, "", "The file is not UTF-8: byte 0xE9"))


def with_a_control_character(mutant: Mutant, chance: random.Random) -> None:
    """No TOML."""
    mutant.expected.clear()
    place = chance.choice([one for one in places(mutant.lines) if one.name in {"instructions", "description"}])
    mutant.lines[place.index] = f'{place.name} = "a{chance.choice(chr(0) + chr(7) + chr(27))}b"'
    mutant.expected.append(Expected(place.number, place.name, "This is not TOML: illegal character"))


def mutants(count: int, seed: int) -> Iterator[Mutant]:
    """So many of them, one after the other of each sort; always the same ones for a seed."""
    chance = random.Random(seed)
    for number in range(count):
        mutant = Mutant()
        match number % 12:
            case 0:
                _apply(chance.choice(NO_TOML), mutant, chance)
            case 1:
                _several(mutant, chance)
            case 2:
                _apply(in_another_encoding if chance.random() < 0.5 else with_a_control_character, mutant, chance)
            case _:
                _apply(SINGLE[(number // 12 + number) % len(SINGLE)], mutant, chance)
        if mutant.data is None and number % 5 == 0:
            with_windows_line_ends(mutant)
        elif mutant.data is None and number % 7 == 0:
            with_a_mark(mutant)
        yield mutant


def _apply(mutate: Callable[[Mutant, random.Random], None], mutant: Mutant, chance: random.Random) -> None:
    mutate(mutant, chance)
    mutant.lines = "\n".join(mutant.lines).split("\n")
    mutant.what.append(mutate.__name__)


_TOGETHER = (misname_a_provider, misplace_a_key_of_a_provider, write_a_pattern_that_is_none, misname_a_tool_in_a_rule)
"""Mutators that leave the lines where they are, and each other alone."""


def _several(mutant: Mutant, chance: random.Random) -> None:
    for mutate in chance.sample(_TOGETHER, k=3):
        _apply(mutate, mutant, chance)
