"""The offline model, asked in plain sentences; the tools are the built-in ones, the loop is the real one where calls have to run."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentchat.models.offline.model import OfflineModel
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.agents.handoffs import handoff
from agentchat.runtime.declarations.function_tool import function_tool
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.model_settings import ModelSettings
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.ports.model import ModelTracing
from agentchat.runtime.running.runner import Runner
from agentchat.tools.registry import resolve_tool
from agentchat.tools.setting import ToolSetting
from tests.event_sequences import assert_well_formed

ALL = ("read_file", "list_files", "find_files", "write_file", "calculator", "clock")
HAIKU = "Rules, and nothing more -\na cursor blinks and waits here:\nwords come, one by one.\n"


class HeldClock:
    """Stands still, and counts how long it was asked to wait."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> float:
        return 1_700_000_000.0

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def tools(root: Path, *names: str) -> list[FunctionTool]:
    return [resolve_tool(name, ToolSetting(root, HeldClock())) for name in names]


def to(name: str, description: str) -> Handoff:
    return handoff(Agent(name=name, handoff_description=description))


WRITER = to("writer", "Writes and saves files.")
READER = to("reader", "Looks into files and folders.")
BILLING = to("billing agent", "Handles refunds and invoices.")


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def called(name: str, arguments: dict[str, Any], output: str, call_id: str = "c1") -> list[dict[str, Any]]:
    call = {"type": "function_call", "name": name, "arguments": json.dumps(arguments), "call_id": call_id}
    return [call, {"type": "function_call_output", "call_id": call_id, "output": output}]


async def events_for(items: Any, has: list[FunctionTool], handoffs: tuple[Handoff, ...] = (), **settings_: Any) -> list[Any]:
    stream = OfflineModel(clock=HeldClock(), pace=0).stream_response(
        *(None, items, ModelSettings(**settings_), has, None, list(handoffs), ModelTracing.DISABLED),
        previous_response_id=None,
        conversation_id=None,
        prompt=None,
    )
    events = [event async for event in stream]
    assert_well_formed(events)
    return events


async def output_for(items: Any, has: list[FunctionTool], handoffs: tuple[Handoff, ...] = (), **settings_: Any) -> list[Any]:
    return (await events_for(items, has, handoffs, **settings_))[-1].response.output


async def calls_for(items: Any, has: list[FunctionTool], handoffs: tuple[Handoff, ...] = (), **settings_: Any) -> list[Any]:
    """Names and arguments of the calls, null arguments left out."""
    output = await output_for(items, has, handoffs, **settings_)
    calls = [(item.name, json.loads(item.arguments)) for item in output if item.type == "function_call"]
    return [(name, {key: value for key, value in arguments.items() if value is not None}) for name, arguments in calls]


async def answer_for(items: Any, has: list[FunctionTool], handoffs: tuple[Handoff, ...] = ()) -> str:
    [message] = await output_for(items, has, handoffs)
    return str(message.content[0].text)


async def after(sentence: str, *outputs: tuple[str, dict[str, Any], str], has: list[FunctionTool]) -> str:
    """The answer, not the first of its conversation, after these calls."""
    before = [user("hello"), {"role": "assistant", "content": "Hello!"}, user(sentence)]
    made = [item for at, output in enumerate(outputs) for item in called(*output, call_id=f"c{at}")]
    return await answer_for([*before, *made], has)


def reading(path: str) -> tuple[str, dict[str, Any]]:
    return ("read_file", {"path": path})


def writing(path: str, content: str) -> tuple[str, dict[str, Any]]:
    return ("write_file", {"path": path, "content": content})


def listing(path: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return ("list_files", {"path": path, **more})


def searching(text: str, path: str) -> tuple[str, dict[str, Any]]:
    return ("search_files", {"text": text, "path": path, "regex": False, "ignore_case": False})


def moving(path: str, target: str) -> tuple[str, dict[str, Any]]:
    return ("move_file", {"path": path, "new_path": target})


def fetching(url: str) -> tuple[str, dict[str, Any]]:
    return ("fetch_page", {"url": url, "start": 0})


def sum_of(expression: str) -> tuple[str, dict[str, Any]]:
    return ("calculator", {"expression": expression})


def time_in(zone: str | None = None) -> tuple[str, dict[str, Any]]:
    return ("clock", {} if zone is None else {"timezone": zone})


SENTENCES: list[tuple[str, list[Any]]] = [
    ("What time is it?", [time_in()]),
    ("which day is today", [time_in()]),
    ("what time is it in New York right now", [time_in("New York")]),
    ("what's the time in Tokyo and Berlin", [time_in("Tokyo"), time_in("Berlin")]),
    ("what is 17 * 23 plus 4", [sum_of("17 * 23 + 4")]),
    ("How much is 20% of 150?", [sum_of("20 / 100 * 150")]),
    ("what's the sum of 2 and 3?", [sum_of("2 + 3")]),
    ("calculate the square root of 81 minus 1,000", [sum_of("sqrt(81) - 1000")]),
    ("(2 + 3) ^ 2", [sum_of("(2 + 3) ^ 2")]),
    ("multiply 6 by 7", [sum_of("6 * 7")]),
    ("what is 7 times 8, and what time is it", [sum_of("7 * 8"), time_in()]),
    ("ls", [listing(".")]),
    ("which files are in docs?", [listing("docs")]),
    ("show me the files in docs and src", [listing("docs"), listing("src")]),
    ("show me the docs folder", [listing("docs")]),
    ("give me a list of the files in docs", [listing("docs")]),
    ("list the python files in src/app", [("find_files", {"path": "src/app", "pattern": "*.py"})]),
    ("find all markdown files", [("find_files", {"path": ".", "pattern": "*.md"})]),
    ("search for TODO in src", [searching("TODO", "src")]),
    ("search the files for 'def main'", [searching("def main", ".")]),
    ("move a.txt to b.txt", [moving("a.txt", "b.txt")]),
    ("rename 'my notes.txt' to archive/", [moving("my notes.txt", "archive/my notes.txt")]),
    ("fetch https://example.com/a.html", [fetching("https://example.com/a.html")]),
    ("read https://example.com and list the files", [fetching("https://example.com"), listing(".")]),
    ("search the web for cats", []),
    ("Could you please read README.md?", [reading("README.md")]),
    ("read a.txt, docs/b.md and Makefile", [reading("a.txt"), reading("docs/b.md"), reading("Makefile")]),
    ("show me what is in ../secret.toml", [reading("../secret.toml")]),
    ('save "the sum of 2 and 3" to sums.txt', [writing("sums.txt", "the sum of 2 and 3")]),
    ('cat "my notes.txt"', [reading("my notes.txt")]),
    ("what does @plan.md say, and what is 2+2", [reading("plan.md"), sum_of("2+2")]),
    ("write a haiku to haiku.txt", [writing("haiku.txt", HAIKU)]),
    ("create notes.txt with hello world", [writing("notes.txt", "hello world")]),
    ("save milk, bread and eggs to shop/list.txt", [writing("shop/list.txt", "milk, bread and eggs")]),
    ('make a file called a.txt that says "read b.txt and then stop"', [writing("a.txt", "read b.txt and then stop")]),
    ("create run.sh with:\nls -l\nwhat time is it", [writing("run.sh", "ls -l\nwhat time is it")]),
    ("write ```python\nprint(1)\n``` to one.py", [writing("one.py", "print(1)\n")]),
    ("write a hello world program to hello.py", [writing("hello.py", 'print("Hello, world!")\n')]),
    ("touch empty.txt", [writing("empty.txt", "")]),
    ("write x to a.txt and y to b.txt", [writing("a.txt", "x"), writing("b.txt", "y")]),
    ("copy a.txt to b.txt", [reading("a.txt")]),
    ("write the time to now.txt", [time_in()]),
    ("save 6*7 to answer.txt", [sum_of("6*7")]),
    ("list the folder docs, then write the result to files.txt", [listing("docs")]),
    ("Hi! First read a.txt. Then what is 3 - 1?", [reading("a.txt")]),
    ("What is the capital of France?", []),
    ("write a summary of README.md to s.md", []),
    ("thank you!", []),
]


@pytest.mark.parametrize(("sentence", "calls"), SENTENCES, ids=[sentence for sentence, _ in SENTENCES])
async def test_a_plain_sentence_becomes_calls(sentence: str, calls: list[Any], tmp_path: Path) -> None:
    assert await calls_for([user(sentence)], tools(tmp_path, *ALL, "search_files", "move_file", "fetch_page")) == calls


HANDOFFS: list[tuple[str, list[Any]]] = [
    ("create plan.txt with first steps", [("transfer_to_writer", {})]),
    ("read plan.txt", [("transfer_to_reader", {})]),
    ("ask the reader to write a joke to joke.txt", [("transfer_to_reader", {})]),
    ("@writer list the files", [("transfer_to_writer", {})]),
    ("please transfer me to the billing agent", [("transfer_to_billing_agent", {})]),
    ("I want a refund for order 1042", [("transfer_to_billing_agent", {})]),
    ("what time is it and read plan.txt", [time_in()]),
    ("tell me a joke", []),
    ("order a pizza", []),
]


@pytest.mark.parametrize(("sentence", "calls"), HANDOFFS, ids=[sentence for sentence, _ in HANDOFFS])
async def test_what_another_agent_does_better_is_handed_over(sentence: str, calls: list[Any], tmp_path: Path) -> None:
    assert await calls_for([user(sentence)], tools(tmp_path, "clock", "calculator"), (READER, WRITER, BILLING)) == calls


async def test_an_agent_that_had_its_turn_is_not_asked_again(tmp_path: Path) -> None:
    handed = called("transfer_to_writer", {}, '{"assistant": "writer"}')

    answer = await answer_for([user("read plan.txt"), *handed], tools(tmp_path, "clock"), (WRITER,))

    assert answer.startswith("I have no tool `read_file` for reading a file, and no other agent here that fits.")


async def test_reasoning_says_what_is_asked_for_and_what_there_is(tmp_path: Path) -> None:
    output = await output_for([user("what is 6*7 and what time is it")], tools(tmp_path, *ALL))

    assert [item.type for item in output] == ["reasoning", "function_call", "function_call"]
    assert output[0].summary[0].text == "This asks for a sum and the time; I have `calculator` and `clock`."


async def test_arguments_are_built_in_deltas(tmp_path: Path) -> None:
    events = await events_for([user("create a.txt with one two three")], tools(tmp_path, *ALL))

    deltas = [event.delta for event in events if event.type == "response.function_call_arguments.delta"]
    assert len(deltas) > 5
    assert "".join(deltas) == '{"path": "a.txt", "content": "one two three"}'


async def test_the_schema_says_how_parameters_are_called(tmp_path: Path) -> None:
    def write_file(filename: str, text: str, overwrite: bool, tries: int = 3) -> str:
        return ""

    calls = await calls_for([user("create a.txt with hi")], [function_tool(write_file)])

    assert calls == [("write_file", {"filename": "a.txt", "text": "hi", "overwrite": False, "tries": 3})]


async def test_a_tool_of_ones_own_can_be_called_by_its_name() -> None:
    def lookup_order(order_id: int, note: str | None = None) -> str:
        return ""

    own = [function_tool(lookup_order)]

    assert await calls_for([user("call lookup_order with order_id=1042")], own) == [("lookup_order", {"order_id": 1042})]
    assert "“call lookup_order with key=value”" in await answer_for([user("help")], own)
    assert (await answer_for([user("Where is 1042?")], own)).endswith(" Try “call lookup_order with key=value”, or `help`.")

    def refund(order: int, amount: float) -> str:
        return ""

    asked = [user("call refund with order=1042 amount=12.5")]
    assert await calls_for(asked, [function_tool(refund)]) == [("refund", {"order": 1042, "amount": 12.5})]


async def test_a_call_at_a_time_where_the_settings_say_so(tmp_path: Path) -> None:
    asked = [user("read a.txt and b.txt")]

    assert await calls_for(asked, tools(tmp_path, *ALL), parallel_tool_calls=False) == [reading("a.txt")]
    assert await calls_for(asked, tools(tmp_path, *ALL), tool_choice="none") == []
    rest = [*asked, *called("read_file", {"path": "a.txt"}, "A")]
    assert await calls_for(rest, tools(tmp_path, *ALL), parallel_tool_calls=False) == [reading("b.txt")]


async def test_short_results_become_a_list(tmp_path: Path) -> None:
    answer = await after(
        "what is 6*7 and what is 1+1",
        ("calculator", {"expression": "6*7"}, "42"),
        ("calculator", {"expression": "1+1"}, "2"),
        has=tools(tmp_path, *ALL),
    )
    assert answer == "- `6*7` is **42**.\n- `1+1` is **2**."


async def test_a_file_is_shown_as_code_in_its_language(tmp_path: Path) -> None:
    text = "# A\n\n```python\n1\n```\n"

    answer = await after("read a.md", ("read_file", {"path": "a.md"}, text), has=tools(tmp_path, *ALL))

    assert answer == "**a.md**\n\n````markdown\n# A\n\n```python\n1\n```\n````"


async def test_a_listing_is_shown_as_a_table(tmp_path: Path) -> None:
    output = "a|b.txt  (12 bytes)\ndocs/"

    answer = await after("ls", ("list_files", {"path": "."}, output), has=tools(tmp_path, *ALL))

    assert answer == (
        "In the working directory there are 1 file and 1 folder:\n\n"
        "| Name | Size |\n| --- | ---: |\n| `a\\|b.txt` | 12 bytes |\n| `docs/` |  |"
    )


def running(line: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return ("run_command", {"argv": line.split("|"), **more})


def shell(command: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return ("run_shell", {"command": command, **more})


def editing(path: str, old: str, new: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return ("edit_file", {"path": path, "old_text": old, "new_text": new, **more})


CHANGES: list[tuple[str, list[Any]]] = [
    ("run `pytest -q`", [running("pytest|-q")]),
    ("Run ls -la in docs", [running("ls|-la", cwd="docs")]),
    ("please run git status", [running("git|status")]),
    ("run the command git log --oneline -5", [running("git|log|--oneline|-5")]),
    ("execute 'make test' in the folder src/app", [running("make|test", cwd="src/app")]),
    ("$ git diff", [running("git|diff")]),
    ("run `echo 'two words' x`", [running("echo|two words|x")]),
    ("run `echo 'half`", [running("echo|'half")]),
    ("start `npm start` in the background", [running("npm|start", background=True)]),
    ("run `npm start` in web in the background", [running("npm|start", cwd="web", background=True)]),
    ("run ./build.sh", [running("./build.sh")]),
    ("run `ls *.md | wc -l`", [shell("ls *.md | wc -l")]),
    ("run the shell command `cd docs && ls` in src", [shell("cd docs && ls", cwd="src")]),
    ("run `ls` and then read a.txt", [running("ls")]),
    ("run `ls` and run `pwd`", [running("ls")]),
    ("run a test", []),
    ("run away", []),
    ("run the tests", []),
    ("run", []),
    ("replace tea by coffee in list.txt", [editing("list.txt", "tea", "coffee")]),
    ("Replace 'a, b and c' with \"d\" in docs/x.md", [editing("docs/x.md", "a, b and c", "d")]),
    ("change the word tea to coffee in the file list.txt", [editing("list.txt", "tea", "coffee")]),
    ("replace all tea by coffee in list.txt", [editing("list.txt", "tea", "coffee", replace_all=True)]),
    ("replace every occurrence of `x` with `y` in a.py", [editing("a.py", "x", "y", replace_all=True)]),
    ("replace tea with coffee everywhere in list.txt", [editing("list.txt", "tea", "coffee", replace_all=True)]),
    ("replace note by memo in x.txt", [editing("x.txt", "note", "memo")]),
    ("remove 'old line' from notes.txt", [editing("notes.txt", "old line", "")]),
    ("replace a by b in x.txt and replace c by d in y.txt", [editing("x.txt", "a", "b"), editing("y.txt", "c", "d")]),
    ("run git status and then read a.txt", [running("git|status")]),
    ("replace the king", []),
    ("replace tea by coffee in the cup", []),
]


@pytest.mark.parametrize(("sentence", "calls"), CHANGES, ids=[sentence for sentence, _ in CHANGES])
async def test_commands_and_edits_are_understood(sentence: str, calls: list[Any], tmp_path: Path) -> None:
    has = tools(tmp_path, *ALL, "edit_file", "run_command", "run_shell")
    asked = await calls_for([user(sentence)], has)
    assert [(name, {key: value for key, value in given.items() if value and key != "timeout"}) for name, given in asked] == [
        (name, {key: value for key, value in given.items() if value}) for name, given in calls
    ]


async def test_what_looks_waits_for_what_changes(tmp_path: Path) -> None:
    has = tools(tmp_path, *ALL, "edit_file", "run_command")
    sentence = "replace a by b in x.txt and read it"
    assert [name for name, _ in await calls_for([user(sentence)], has)] == ["edit_file"]
    edited = called("edit_file", editing("x.txt", "a", "b")[1], "Changed 'x.txt' in 1 place (line 1).")
    assert await calls_for([user(sentence), *edited], has) == [reading("x.txt")]


@pytest.mark.parametrize(
    ("sentence", "call", "output", "answer"),
    [
        ("run `ls -l`", running("ls|-l"), "a\nb\n[exit status 0]", "`ls -l`: exit status 0.\n\n```\na\nb\n```"),
        ("run `false`", running("false"), "[no output; exit status 1]", "`false` printed nothing: exit status 1."),
        ("run `ls | wc`", shell("ls | wc"), "1\n[exit status 0]", "`ls | wc`: exit status 0.\n\n```\n1\n```"),
        ("run `x` in the background", running("x"), "Job 1 runs in the background: 'x'.", "Job 1 runs in the background: 'x'."),
        (
            "run `x`",
            running("x"),
            "There is no program 'x'.",
            "`run_command` (x) did **not** succeed. The reason given:\n\n> There is no program 'x'.",
        ),
        ("replace a by b in x.txt", editing("x.txt", "a", "b"), "Changed 'x.txt' in one place.", "Changed 'x.txt' in one place."),
        (
            "replace a by b in x.txt",
            editing("x.txt", "a", "b"),
            "The text is not in 'x.txt'.",
            "`edit_file` (x.txt) did **not** succeed. The reason given:\n\n> The text is not in 'x.txt'.",
        ),
    ],
)
async def test_what_came_of_commands_and_edits_is_told(sentence: str, call: Any, output: str, answer: str, tmp_path: Path) -> None:
    assert await after(sentence, (*call, output), has=tools(tmp_path, "edit_file", "run_command", "run_shell")) == answer


async def test_an_output_can_be_saved(tmp_path: Path) -> None:
    has = tools(tmp_path, "run_command", "write_file")
    made = called("run_command", running("ls")[1], "a\n[exit status 0]")
    assert await calls_for([user("run `ls` and save the output to ls.txt"), *made], has) == [writing("ls.txt", "a\n[exit status 0]\n")]


REFUSED = [
    ("write hi to a.txt", "write_file", "Tool execution was not approved.", "was not approved, so it did not run."),
    ("write hi to a.txt", "write_file", "the user moved on", "did **not** succeed. The reason given:\n\n> the user moved on"),
    ("write hi to a.txt", "write_file", "Stopped by the user before it ran.", "was stopped before it ran."),
    ("read a.txt", "read_file", "'a.txt' does not exist.", "did **not** succeed. The reason given:\n\n> 'a.txt' does not exist."),
    ("what is 1/0", "calculator", "'1/0' divides by zero.", "did **not** succeed. The reason given:\n\n> '1/0' divides by zero."),
    ("ls", "list_files", "'.' cannot be opened.", "did **not** succeed. The reason given:\n\n> '.' cannot be opened."),
]


@pytest.mark.parametrize(("sentence", "tool", "output", "words"), REFUSED, ids=[case[2] for case in REFUSED])
async def test_a_call_that_came_to_nothing_is_said_plainly_and_not_repeated(
    sentence: str, tool: str, output: str, words: str, tmp_path: Path
) -> None:
    answer = await after(sentence, (tool, {"path": "a.txt"}, output), has=tools(tmp_path, *ALL))
    assert answer == f"`{tool}` (a.txt) {words}"


async def test_a_call_whose_arguments_a_person_edited_is_not_made_again(tmp_path: Path) -> None:
    edited = ("write_file", {"path": "other.txt", "content": "bye"}, "Created 'other.txt': 1 line, 3 bytes.")

    assert await after("write hi to a.txt", edited, has=tools(tmp_path, *ALL)) == "Created 'other.txt': 1 line, 3 bytes."


async def test_nothing_is_written_when_the_calls_before_gave_nothing(tmp_path: Path) -> None:
    failed = ("read_file", {"path": "a.txt"}, "'a.txt' does not exist.")

    answer = await after("copy a.txt to b.txt", failed, has=tools(tmp_path, *ALL))

    assert answer.endswith("I did not write `b.txt`, because there is nothing to put in it.")


async def test_what_was_understood_is_done_and_the_rest_is_named(tmp_path: Path) -> None:
    answer = await after("what is 1+1 and order a pizza", ("calculator", {"expression": "1+1"}, "2"), has=tools(tmp_path, *ALL))

    assert answer == "`1+1` is **2**.\n\nI did not understand “order a pizza”."


async def test_the_first_answer_and_help_say_what_it_is(tmp_path: Path) -> None:
    first = await answer_for([user("tell me a joke")], tools(tmp_path, *ALL))
    unknown = await answer_for([user("Why is the sky blue?")], tools(tmp_path, *ALL))
    helping = await after("help", has=tools(tmp_path, *ALL))

    for answer in (first, unknown, helping):
        assert "a set of rules, not a language model" in answer
    assert unknown.startswith("I did not understand “Why is the sky blue”.")
    for word in (*ALL, "OPENAI_API_KEY", "OPENAI_BASE_URL", "agents.toml"):
        assert word in helping


async def test_a_long_text_is_content_or_nothing(tmp_path: Path) -> None:
    pasted = "what time is it, read a.txt --- " * 2000

    assert await calls_for([user(pasted)], tools(tmp_path, *ALL)) == []
    assert await calls_for([user(f"create log.txt with:\n{pasted}")], tools(tmp_path, *ALL)) == [writing("log.txt", pasted.strip())]


async def test_later_answers_do_not_repeat_what_it_is(tmp_path: Path) -> None:
    assert await after("tell me a joke", has=tools(tmp_path, *ALL)) == (
        "Why did the rule-based model cross the road?\n\nBecause the pattern matched."
    )


async def test_markdown_of_all_kinds_can_be_seen_streaming(tmp_path: Path) -> None:
    answer = await answer_for([user("show me markdown")], [])
    story = await answer_for([user("tell me a long story")], [])

    for piece in ("# Markdown", "## Lists", "- a list", "1. first", "```python", "| --- |", "> A program"):
        assert piece in answer
    assert len(story) > 1500


async def test_text_comes_at_the_pace_that_was_asked_for_and_a_long_one_faster() -> None:
    async def seconds(sentence: str) -> tuple[float, int]:
        clock = HeldClock()
        stream = OfflineModel(clock=clock, pace=100).stream_response(
            *(None, sentence, ModelSettings(), [], None, [], ModelTracing.DISABLED),
            previous_response_id=None,
            conversation_id=None,
            prompt=None,
        )
        deltas = [event.delta async for event in stream if event.type == "response.output_text.delta"]
        assert max(len(delta) for delta in deltas) <= 24
        return sum(clock.slept), len("".join(deltas))

    short, length = await seconds("tell me a joke")
    assert short == pytest.approx(length / 100)
    assert (await seconds("tell me a story"))[0] == pytest.approx(12)


async def test_both_ways_of_calling_give_the_same_answer(tmp_path: Path) -> None:
    asked = [user("what is 6*7")]
    whole = await OfflineModel(clock=HeldClock()).get_response(
        *(None, asked, ModelSettings(), tools(tmp_path, *ALL), None, [], ModelTracing.DISABLED),
        previous_response_id=None,
        conversation_id=None,
        prompt=None,
    )
    streamed = await events_for(asked, tools(tmp_path, *ALL))

    assert whole.output == streamed[-1].response.output
    assert whole.response_id == streamed[-1].response.id


async def test_ids_differ_between_the_turns_of_a_conversation(tmp_path: Path) -> None:
    history = [user("what is 6*7")]
    seen = list[str]()
    for _ in range(3):
        output = await output_for(history, tools(tmp_path, *ALL))
        seen += [item.id for item in output]
        history += [item.model_dump(exclude_unset=True) for item in output]
        history.append(user("what is 6*7"))

    assert len(set(seen)) == len(seen)


@given(sentence=st.text(max_size=60) | st.lists(st.sampled_from([s for s, _ in SENTENCES]), max_size=3).map(" and then ".join))
async def test_any_sentence_gets_a_well_formed_answer(sentence: str) -> None:
    output = await output_for([user(sentence)], tools(Path.cwd(), *ALL), (WRITER,))

    assert output


class Team:
    """Triage, who calculates and tells the time, and a writer, who has the files."""

    def __init__(self, root: Path) -> None:
        model = OfflineModel(clock=HeldClock(), pace=0)
        files = tools(root, "read_file", "list_files", "write_file")
        writer = Agent(name="writer", handoff_description="Reads, writes and saves files.", model=model, tools=[*files])
        self.triage = Agent(name="triage", model=model, tools=[*tools(root, "clock", "calculator")], handoffs=[writer])
        self.history: list[Any] = []

    async def ask(self, sentence: str) -> str:
        """The final answer; the conversation goes on with the next question."""
        result = await Runner.run(self.triage, [*self.history, user(sentence)])
        self.history = result.to_input_list()
        return str(result.final_output)

    def called(self) -> list[str]:
        return [item["name"] for item in self.history if item.get("type") == "function_call"]


async def test_two_tools_and_a_handoff_come_from_one_sentence(tmp_path: Path) -> None:
    team = Team(tmp_path)

    answer = await team.ask("what time is it in UTC, what is 6*7, and then write the answer to result.txt")

    assert team.called() == ["clock", "calculator", "transfer_to_writer", "write_file"]
    assert (tmp_path / "result.txt").read_text() == "Tuesday 2023-11-14 22:13:20 +00:00 (UTC)\n6*7 = 42\n"
    assert answer.startswith("- In UTC it is **Tuesday 2023-11-14 22:13:20 +00:00 (UTC)**.\n- `6*7` is **42**.\n- Created 'result.txt'")


async def test_a_copy_holds_nothing_but_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\ntwo\n")
    team = Team(tmp_path)

    await team.ask("what is 1+1, read a.txt and then copy a.txt to b.txt")
    await team.ask("what is 2+2 and write the contents of b.txt to c.txt, then write all of it to d.txt")

    assert [(tmp_path / name).read_text() for name in ("b.txt", "c.txt")] == ["one\ntwo\n", "one\ntwo\n"]
    assert (tmp_path / "d.txt").read_text() == "2+2 = 4\none\ntwo\n"


async def test_a_piece_is_said_and_saved(tmp_path: Path) -> None:
    team = Team(tmp_path)

    answer = await team.ask("write a haiku and save it to haiku.md")

    assert (tmp_path / "haiku.md").read_text() == HAIKU
    assert HAIKU.rstrip() in answer


async def test_a_conversation_goes_on_over_several_turns(tmp_path: Path) -> None:
    team = Team(tmp_path)

    await team.ask("what is 12 + 30")
    await team.ask("save that to sum.md")
    answer = await team.ask("write seven words to words.txt, then read it back")
    await team.ask("copy sum.md to copy.md")

    assert (tmp_path / "copy.md").read_text() == (tmp_path / "sum.md").read_text() == "`12 + 30` is **42**.\n"
    assert "```text\nseven words\n```" in answer
    assert team.called().count("transfer_to_writer") == 3
