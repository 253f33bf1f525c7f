"""Calls of local tools that are no functions: how they run, in which order, what the model gets, and what is stored."""

import threading
from typing import Any

import pytest

from agentchat import (
    ApplyPatchTool,
    CodeInterpreterTool,
    Computer,
    ComputerTool,
    ComputerToolSafetyCheckData,
    LocalShellCommandRequest,
    LocalShellTool,
    ModelBehaviorError,
    ModelSettings,
    Runner,
    ShellActionRequest,
    ShellCallOutcome,
    ShellCommandOutput,
    ShellCommandRequest,
    ShellResult,
    ShellTool,
    SQLiteSession,
    StopAtTools,
    ToolCallItem,
    ToolCallOutputItem,
    ToolOrigin,
    ToolOriginType,
    UserError,
    WebSearchTool,
)
from agentchat.testing import assistant_message, function_call
from tests.runtime.running.local_items import (
    SCREEN,
    NotingComputer,
    NotingEditor,
    agent_of,
    answers,
    computer_call,
    docs_server,
    local_shell_call,
    mcp_list,
    mcp_request,
    patch_call,
    shell_answer,
    shell_call,
    shell_that_notes,
    stored_state,
    web_search,
)
from tests.runtime.running.runs import add, noting, told


async def test_a_shell_runs_its_commands_and_the_model_gets_their_output() -> None:
    requests: list[ShellCommandRequest] = []

    def execute(request: ShellCommandRequest) -> str:
        requests.append(request)
        return "a.txt"

    call = shell_call("ls", "pwd", timeout_ms=5, max_output_length=80)
    agent, model = agent_of([call], tools=[ShellTool(execute)])
    result = await Runner.run(agent, "hi", context="mine")
    [request] = requests
    assert request.ctx_wrapper.context == "mine"
    assert request.data.action == ShellActionRequest(["ls", "pwd"], timeout_ms=5, max_output_length=80)
    assert (request.data.call_id, request.data.status, request.data.raw) == ("s1", "completed", call)
    assert answers(model) == [{**shell_answer("a.txt"), "max_output_length": 80}]
    output = result.new_items[1]
    assert isinstance(output, ToolCallOutputItem)
    assert (output.output, output.call_id) == ("a.txt", "s1")
    assert output.raw_item["status"] == "completed"


async def test_an_ordinary_executor_runs_in_a_thread_of_its_own() -> None:
    threads: list[bool] = []

    def execute(_: ShellCommandRequest) -> str:
        threads.append(threading.current_thread() is threading.main_thread())
        return ""

    agent, _ = agent_of([shell_call()], tools=[ShellTool(execute)])
    await Runner.run(agent, "hi")
    assert threads == [False]


async def test_what_every_command_gave_is_cut_at_the_smaller_limit_of_all_together() -> None:
    result = ShellResult(
        [
            ShellCommandOutput(stdout="abcdef", stderr="ghijk", outcome=ShellCallOutcome("exit", 3), command="x"),
            ShellCommandOutput(stdout="lmn", outcome=ShellCallOutcome("timeout")),
        ],
        max_output_length=8,
        provider_data={"k": 1},
    )
    agent, model = agent_of([shell_call(max_output_length=30)], tools=[ShellTool(lambda _: result)])
    run = await Runner.run(agent, "hi")
    parts = [
        {"stdout": "abcdef", "stderr": "gh", "outcome": {"type": "exit", "exit_code": 3}},
        {"stdout": "", "stderr": "", "outcome": {"type": "timeout"}},
    ]
    assert answers(model) == [{"type": "shell_call_output", "call_id": "s1", "output": parts, "max_output_length": 8}]
    raw = run.new_items[1].raw_item
    assert raw["provider_data"] == {"k": 1}
    assert raw["shell_output"] == [
        {**parts[0], "status": "completed", "exit_code": 3, "command": "x"},
        {**parts[1], "status": "timeout"},
    ]


@pytest.mark.parametrize(
    ("outputs", "text"),
    [
        ([], "(no output)"),
        ([ShellCommandOutput(stdout="\n")], "(no output)"),
        ([ShellCommandOutput(stdout="a\n\n", stderr="b\n", command="ls")], "$ ls\na\n\nstderr:\nb"),
        ([ShellCommandOutput(stderr="e", command="ls")], "$ ls\nstderr:\ne"),
        ([ShellCommandOutput(stdout="x", outcome=ShellCallOutcome("timeout"))], "x\nstatus: timeout"),
        (
            [
                ShellCommandOutput(stdout="a", outcome=ShellCallOutcome("exit", 0)),
                ShellCommandOutput(stdout="b", stderr="c", outcome=ShellCallOutcome("exit", 2)),
            ],
            "a\n\nb\n\nstderr:\nc\nexit code: 2",
        ),
    ],
)
async def test_the_output_of_a_shell_reads_like_a_terminal(outputs: list[ShellCommandOutput], text: str) -> None:
    agent, _ = agent_of([shell_call()], tools=[ShellTool(lambda _: ShellResult(outputs))])
    result = await Runner.run(agent, "hi")
    item = result.new_items[1]
    assert isinstance(item, ToolCallOutputItem)
    assert item.output == text


@pytest.mark.parametrize("error", [RuntimeError("no such host"), SystemExit("no such host")])
async def test_what_a_shell_or_an_editor_raises_is_told_to_the_model(error: BaseException) -> None:
    def fail(_: object) -> str:
        raise error

    class Editor(NotingEditor):
        create_file = staticmethod(fail)  # pyright: ignore[reportAssignmentType]

    agent, model = agent_of([shell_call(), patch_call()], tools=[ShellTool(fail), ApplyPatchTool(Editor([]))])
    await Runner.run(agent, "hi")
    said = str(error) if isinstance(error, RuntimeError) else "It ended itself with SystemExit(no such host)."
    failed = {"type": "apply_patch_call_output", "call_id": "p1", "status": "failed", "output": said}
    assert answers(model) == [shell_answer(said, code=1), failed]


async def test_an_editor_makes_changes_and_takes_away_files() -> None:
    seen: list[str] = []
    changed = patch_call("b", call_id="p2", kind="update_file", diff="@@\n-a\n+b")
    calls = [patch_call(), changed, patch_call("c", call_id="p3", kind="delete_file")]
    agent, model = agent_of(calls, tools=[ApplyPatchTool(NotingEditor(seen))])
    result = await Runner.run(agent, "hi")
    assert seen == ["create a.txt +hi\n", "update b @@\n-a\n+b", "delete c None"]
    done = {"type": "apply_patch_call_output", "status": "completed"}
    assert answers(model) == [
        {**done, "call_id": "p1", "output": "made a.txt"},
        {**done, "call_id": "p2", "output": "changed b"},
        {**done, "call_id": "p3"},
    ]
    assert [item.output for item in result.new_items if isinstance(item, ToolCallOutputItem)] == ["made a.txt", "changed b", ""]


async def test_an_older_model_runs_a_command_by_its_words() -> None:
    words: list[list[str]] = []

    def execute(request: LocalShellCommandRequest) -> str:
        words.append(request.data.action.command)
        return "out"

    agent, model = agent_of([local_shell_call("ls", "-l")], tools=[LocalShellTool(execute)])
    await Runner.run(agent, "hi")
    assert words == [["ls", "-l"]]
    assert answers(model) == [{"type": "local_shell_call_output", "call_id": "l1", "output": "out"}]


async def test_a_computer_does_all_actions_and_shows_its_screen_after_them() -> None:
    seen: list[Any] = []
    actions: list[dict[str, Any]] = [
        {"type": "click", "x": 1, "y": 2, "button": "left", "keys": ["SHIFT"]},
        {"type": "move", "x": 1, "y": 1, "keys": ["SHIFT"]},
        {"type": "double_click", "x": 1, "y": 1},
        {"type": "drag", "path": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]},
        {"type": "keypress", "keys": ["A"]},
        {"type": "scroll", "x": 1, "y": 2, "scroll_x": 3, "scroll_y": 4},
        {"type": "type", "text": "t"},
        {"type": "wait"},
    ]
    agent, model = agent_of([computer_call(*actions)], tools=[ComputerTool(NotingComputer(seen))])
    result = await Runner.run(agent, "hi")
    assert seen == [
        ("click", 1, 2, "left", ["SHIFT"]),
        ("move", 1, 1),
        ("double_click", 1, 1),
        ("drag", [(1, 2), (3, 4)]),
        ("keypress", ["A"]),
        ("scroll", 1, 2, 3, 4),
        ("type", "t"),
        "wait",
        "screenshot",
    ]
    expected = {"type": "computer_call_output", "call_id": "c1", "output": SCREEN, "acknowledged_safety_checks": None}
    assert answers(model) == [expected]
    output = result.new_items[1]
    assert isinstance(output, ToolCallOutputItem)
    assert output.output == SCREEN["image_url"]


@pytest.mark.parametrize(
    ("actions", "seen_then"),
    [(["wait", "screenshot"], ["wait", "screenshot"]), (["screenshot", "wait"], ["screenshot", "wait", "screenshot"])],
)
async def test_a_last_look_at_the_screen_is_not_taken_twice(actions: list[str], seen_then: list[str]) -> None:
    seen: list[Any] = []
    agent, _ = agent_of([computer_call(*({"type": kind} for kind in actions))], tools=[ComputerTool(NotingComputer(seen))])
    await Runner.run(agent, "hi")
    assert seen == seen_then


class PlainComputer(Computer):
    """In ordinary methods: all of one call in one thread."""

    def __init__(self) -> None:
        self.threads: set[threading.Thread] = set()

    def _note(self, *_: object) -> None:
        self.threads.add(threading.current_thread())

    def screenshot(self) -> str:
        self._note()
        return "QUJD"

    click = double_click = scroll = type = wait = move = keypress = drag = _note  # pyright: ignore[reportAssignmentType, reportIncompatibleMethodOverride]


async def test_a_computer_in_ordinary_methods_is_used_from_one_thread() -> None:
    computer = PlainComputer()
    agent, model = agent_of([computer_call({"type": "wait"}, {"type": "wait"})], tools=[ComputerTool(computer)])
    await Runner.run(agent, "hi")
    assert len(computer.threads) == 1
    assert threading.main_thread() not in computer.threads
    assert answers(model)[0]["output"] == SCREEN


async def test_safety_checks_are_acknowledged_before_the_computer_is_used() -> None:
    seen: list[Any] = []

    async def check(data: ComputerToolSafetyCheckData) -> bool:
        seen.append((data.agent.name, data.tool_call.call_id, data.safety_check.id))
        return True

    tool = ComputerTool(NotingComputer(seen), on_safety_check=check)
    agent, model = agent_of([computer_call({"type": "wait"}, checks=("k1", "k2"))], tools=[tool])
    await Runner.run(agent, "hi")
    assert seen == [("A", "c1", "k1"), ("A", "c1", "k2"), "wait", "screenshot"]
    none = {"code": None, "message": None}
    assert answers(model)[0]["acknowledged_safety_checks"] == [{"id": "k1", **none}, {"id": "k2", **none}]


async def test_a_check_that_is_not_acknowledged_fails_the_run() -> None:
    seen: list[Any] = []
    tool = ComputerTool(NotingComputer(seen), on_safety_check=lambda _: False)
    agent, _ = agent_of([computer_call(checks=("k1",))], tools=[tool])
    with pytest.raises(UserError, match="Computer tool safety check was not acknowledged"):
        await Runner.run(agent, "hi")
    assert seen == []


async def test_without_anyone_to_ask_checks_are_not_acknowledged_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    agent, model = agent_of([computer_call(checks=("k1",))], tools=[ComputerTool(NotingComputer([]))])
    await Runner.run(agent, "hi")
    assert answers(model)[0]["acknowledged_safety_checks"] is None
    assert "on_safety_check" in caplog.text


@pytest.mark.parametrize(
    ("call", "tool"),
    [
        (computer_call(), lambda seen: ComputerTool(_FailingComputer(seen))),
        (local_shell_call(), lambda _: LocalShellTool(_fail)),
    ],
)
async def test_what_a_computer_or_an_older_shell_raises_fails_the_run(call: Any, tool: Any) -> None:
    agent, _ = agent_of([call], tools=[tool([])])
    with pytest.raises(RuntimeError, match="boom"):
        await Runner.run(agent, "hi")


def _fail(_: object) -> str:
    raise RuntimeError("boom")


class _FailingComputer(NotingComputer):
    async def click(self, x: int, y: int, button: str, keys: list[str] | None = None) -> None:
        raise RuntimeError("boom")


async def test_each_kind_runs_in_order_and_the_kinds_side_by_side_and_outputs_stand_by_kind() -> None:
    seen: list[Any] = []
    tools = [
        ComputerTool(NotingComputer(seen)),
        LocalShellTool(lambda _: "old"),
        shell_that_notes(seen),
        ApplyPatchTool(NotingEditor(seen)),
        add,
    ]
    calls = [
        patch_call(),
        shell_call("one"),
        local_shell_call(),
        computer_call({"type": "wait"}),
        function_call("add", {"a": 1, "b": 2}, call_id="f1"),
        shell_call("two", call_id="s2"),
    ]
    agent, model = agent_of(calls, tools=tools)
    result = Runner.run_streamed(agent, "hi")
    events = await told(result)
    assert seen.index("one") < seen.index("two")
    assert [item["call_id"] for item in answers(model)] == ["f1", "c1", "s1", "s2", "p1", "l1"]
    assert [event.split()[0] for event in events] == [
        "AU(A)", "RAW", *["tool_called"] * 6, *["tool_output"] * 6, "RAW", "message_output_created",
    ]  # fmt: skip


async def test_only_a_function_can_end_the_run_by_its_output() -> None:
    shell = shell_that_notes([])
    agent, model = agent_of([shell_call()], tools=[shell], tool_use_behavior="stop_on_first_tool")
    assert (await Runner.run(agent, "hi")).final_output == "done"
    stop = StopAtTools(stop_at_tool_names=["shell"])
    agent, model = agent_of([shell_call()], tools=[shell], tool_use_behavior=stop)
    assert (await Runner.run(agent, "hi")).final_output == "done"
    both = [shell_call(), function_call("add", {"a": 1, "b": 2}, call_id="f1")]
    agent, model = agent_of(both, tools=[shell, add], tool_use_behavior="stop_on_first_tool")
    assert (await Runner.run(agent, "hi")).final_output == "3"
    assert len(model.calls) == 1


async def test_a_forced_choice_is_dropped_once_a_local_tool_was_used() -> None:
    agent, model = agent_of([shell_call()], tools=[shell_that_notes([])], model_settings=ModelSettings(tool_choice="required"))
    await Runner.run(agent, "hi")
    assert [call.model_settings.tool_choice for call in model.calls] == ["required", None]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (shell_call(), "Model produced shell call without a shell tool."),
        (patch_call(), "Model produced apply_patch call without an apply_patch tool."),
        (computer_call(), "Model produced computer action without a computer tool."),
        (local_shell_call(), "Model produced local shell call without a local shell tool."),
        (mcp_request(), "MCP server label docs not found"),
    ],
)
async def test_a_call_without_its_tool_is_the_models_mistake(call: Any, sentence: str) -> None:
    agent, _ = agent_of([call], tools=[add])
    with pytest.raises(ModelBehaviorError, match=sentence):
        await Runner.run(agent, "hi")


async def test_a_call_that_comes_twice_runs_once_and_another_with_its_id_is_refused() -> None:
    seen: list[str] = []
    agent, model = agent_of([shell_call(), shell_call()], [shell_call()], tools=[shell_that_notes(seen)])
    await Runner.run(agent, "hi")
    assert seen == ["ls"]
    assert len(model.calls) == 3
    agent, _ = agent_of([shell_call()], [shell_call("pwd")], tools=[shell_that_notes(seen)])
    with pytest.raises(ModelBehaviorError, match="reused a completed tool call ID"):
        await Runner.run(agent, "hi")


async def test_the_items_say_which_tool_was_called_and_where_it_comes_from() -> None:
    calls = [web_search(), shell_call(), computer_call(), function_call("add", {"a": 1, "b": 2}, call_id="f1")]
    tools = [WebSearchTool(), shell_that_notes([], name="sh"), ComputerTool(NotingComputer([])), add]
    agent, _ = agent_of(calls, tools=tools)
    result = await Runner.run(agent, "hi")
    items = [item for item in result.new_items if isinstance(item, ToolCallItem)]
    function = ToolOrigin(ToolOriginType.FUNCTION)
    assert [(item.tool_name, item.call_id, item.description, item.title, item.tool_origin) for item in items] == [
        (None, "ws1", None, None, None),
        ("sh", "s1", None, None, None),
        ("computer_use_preview", "c1", None, None, None),
        ("add", "f1", "Adds two numbers.", None, function),
    ]
    outputs = [item for item in result.new_items if isinstance(item, ToolCallOutputItem)]
    assert [item.tool_origin for item in outputs] == [function, None, None]






async def test_a_session_keeps_answers_as_the_model_gets_them_and_the_next_run_sends_them() -> None:
    session = SQLiteSession("s")
    agent, model = agent_of([shell_call(max_output_length=9)], [assistant_message("more")], tools=[shell_that_notes([])])
    await Runner.run(agent, "hi", session=session)
    rows = await session.get_items()
    assert rows[2] == {**shell_answer("ran 1"), "max_output_length": 9}
    await Runner.run(agent, "again", session=session)
    assert model.last_call is not None
    assert model.last_call.input == [*rows, {"content": "again", "role": "user"}]


@pytest.mark.parametrize(
    ("call", "tool"),
    [(shell_call(), shell_that_notes([], needs_approval=True)), (patch_call(), ApplyPatchTool(NotingEditor([]), needs_approval=True))],
)
async def test_a_question_that_was_left_open_is_not_sent_to_the_model(call: Any, tool: Any) -> None:
    session = SQLiteSession("s")
    agent, model = agent_of([call], tools=[tool])
    await Runner.run(agent, "hi", session=session)
    assert len(await session.get_items()) == 2
    await Runner.run(agent, "more", session=session)
    assert model.last_call is not None
    assert model.last_call.input == [{"content": "hi", "role": "user"}, {"content": "more", "role": "user"}]


async def test_all_kinds_of_items_survive_as_json() -> None:
    seen: list[Any] = []
    tools = [
        shell_that_notes(seen, name="sh"),
        ApplyPatchTool(NotingEditor(seen)),
        ComputerTool(NotingComputer(seen)),
        LocalShellTool(lambda _: "old"),
        docs_server(on_approval_request=lambda _: {"approve": True}),
        CodeInterpreterTool({"type": "code_interpreter", "container": "c"}),
        noting(seen, needs_approval=True),
    ]
    calls = [mcp_list(), web_search(), shell_call(), patch_call(), computer_call(), local_shell_call(), mcp_request()]
    agent, _ = agent_of([*calls, function_call("note", {"text": "n"}, call_id="f1")], tools=tools)
    state = await stored_state(agent, (await Runner.run(agent, "hi")).to_state())
    did = list(seen)
    state.approve(state.get_interruptions()[0])
    result = await Runner.run(agent, state)
    assert seen == [*did, "n"]
    assert [type(item).__name__ for item in result.new_items] == [
        "MCPListToolsItem", "ToolCallItem", "ToolCallItem", "ToolCallItem", "ToolCallItem", "ToolCallItem", "MCPApprovalRequestItem",
        "ToolCallItem", "ToolApprovalItem", "ToolCallOutputItem", "ToolCallOutputItem", "ToolCallOutputItem", "ToolCallOutputItem",
        "MCPApprovalResponseItem", "ToolCallOutputItem", "MessageOutputItem",
    ]  # fmt: skip
    shell = result.new_items[2]
    assert isinstance(shell, ToolCallItem)
    assert shell.tool_name == "sh"
    outputs = [item.output for item in result.new_items if isinstance(item, ToolCallOutputItem)]
    assert outputs == [SCREEN["image_url"], "ran 1", "made a.txt", "old", "noted n"]
