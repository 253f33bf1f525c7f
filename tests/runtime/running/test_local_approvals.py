"""Who decides about calls that are none of a function: a person, the tool's author, a policy."""

from typing import Any

import pytest

from agentchat import (
    ApplyPatchOperation,
    ApplyPatchTool,
    ComputerTool,
    RunConfig,
    Runner,
    ShellActionRequest,
    ToolApprovalItem,
    ToolCallOutputItem,
    ToolErrorFormatterArgs,
)
from agentchat.runtime.ports.policy import Allow, Ask, CallInQuestion, Deny, Verdict
from agentchat.testing import function_call
from tests.runtime.running.local_items import (
    NotingComputer,
    NotingEditor,
    agent_of,
    answers,
    computer_call,
    docs_server,
    mcp_request,
    patch_call,
    shell_answer,
    shell_call,
    shell_that_notes,
    stored_state,
)
from tests.runtime.running.runs import noting


@pytest.mark.parametrize("stored", [False, True])
async def test_a_person_approves_a_shell_and_rejects_a_patch(stored: bool) -> None:
    seen: list[str] = []
    tools = [shell_that_notes(seen, name="sh", needs_approval=True), ApplyPatchTool(NotingEditor(seen), needs_approval=True), noting(seen)]
    agent, model = agent_of([shell_call(), patch_call(), function_call("note", {"text": "n"}, call_id="f1")], tools=tools)
    first = await Runner.run(agent, "hi")
    assert seen == ["n"]
    assert [(item.name, item.call_id, item.arguments) for item in first.interruptions] == [
        ("sh", "s1", '{"commands":["ls"]}'),
        ("apply_patch", "p1", '{"diff":"+hi\\n","path":"a.txt","type":"create_file"}'),
    ]
    assert [type(item) for item in first.new_items].count(ToolApprovalItem) == 2
    state = await stored_state(agent, first.to_state()) if stored else first.to_state()
    shell, patch = state.get_interruptions()
    state.approve(shell)
    state.reject(patch)
    await Runner.run(agent, state)
    assert seen == ["n", "ls"]
    refused = {"type": "apply_patch_call_output", "call_id": "p1", "output": "Tool execution was not approved.", "status": "failed"}
    assert answers(model)[1:] == [shell_answer("ran 1"), refused]


async def test_a_rejected_shell_tells_why_on_its_error_output() -> None:
    agent, model = agent_of([shell_call()], tools=[shell_that_notes([], needs_approval=True)])
    state = (await Runner.run(agent, "hi")).to_state()
    state.reject(state.get_interruptions()[0], rejection_message="too dear")
    result = await Runner.run(agent, state)
    assert answers(model) == [shell_answer("", stderr="too dear", code=1)]
    output = result.new_items[2]
    assert isinstance(output, ToolCallOutputItem)
    assert output.output == "too dear"


async def test_the_formatter_words_a_rejection_and_knows_the_kind_of_tool() -> None:
    def worded(args: ToolErrorFormatterArgs) -> str:
        return f"{args.kind} {args.tool_type} {args.tool_name} {args.call_id}"

    agent, model = agent_of([shell_call()], tools=[shell_that_notes([], name="sh", needs_approval=True)])
    config = RunConfig(tool_error_formatter=worded)
    state = (await Runner.run(agent, "hi", run_config=config)).to_state()
    state.reject(state.get_interruptions()[0])
    await Runner.run(agent, state, run_config=config)
    assert answers(model) == [shell_answer("", stderr="approval_rejected shell sh s1", code=1)]


async def test_a_tools_author_judges_each_call_by_what_it_asks_for() -> None:
    asked: list[Any] = []

    def of_shell(_: Any, action: ShellActionRequest, call_id: str) -> bool:
        asked.append((action.commands, call_id))
        return action.commands == ["rm x"]

    async def of_patch(_: Any, operation: ApplyPatchOperation, call_id: str) -> bool:
        asked.append((operation.type, operation.path, call_id))
        return False

    tools = [shell_that_notes([], needs_approval=of_shell), ApplyPatchTool(NotingEditor([]), needs_approval=of_patch)]
    agent, _ = agent_of([shell_call("ls"), shell_call("rm x", call_id="s2"), patch_call()], tools=tools)
    result = await Runner.run(agent, "hi")
    assert asked == [(["ls"], "s1"), (["rm x"], "s2"), ("create_file", "a.txt", "p1")]
    assert [item.call_id for item in result.interruptions] == ["s2"]


@pytest.mark.parametrize(
    ("answer", "given"),
    [
        ({"approve": True}, shell_answer("ran 1")),
        ({"approve": False, "reason": "because"}, shell_answer("", stderr="because", code=1)),
        ({"approve": False}, shell_answer("", stderr="Tool execution was not approved.", code=1)),
    ],
)
async def test_a_callback_answers_in_a_persons_place(answer: dict[str, Any], given: dict[str, Any]) -> None:
    asked: list[Any] = []

    def decide(_: Any, item: ToolApprovalItem) -> Any:
        asked.append((item.name, item.arguments))
        return answer

    agent, model = agent_of([shell_call()], tools=[shell_that_notes([], needs_approval=True, on_approval=decide)])
    result = await Runner.run(agent, "hi")
    assert result.interruptions == []
    assert asked == [("shell", '{"commands":["ls"]}')]
    assert answers(model) == [given]


async def test_a_callback_is_not_asked_about_what_needs_no_approval() -> None:
    seen: list[str] = []
    agent, _ = agent_of([shell_call()], tools=[shell_that_notes(seen, on_approval=lambda _c, _i: {"approve": False})])
    await Runner.run(agent, "hi")
    assert seen == ["ls"]


async def test_a_yes_to_a_function_is_none_to_a_shell_of_its_name() -> None:
    seen: list[str] = []
    tools = [noting(seen, name="shell", needs_approval=True), shell_that_notes(seen, needs_approval=True)]
    agent, _ = agent_of([function_call("shell", {"text": "n"}, call_id="f1")], [shell_call()], tools=tools)
    state = (await Runner.run(agent, "hi")).to_state()
    state.approve(state.get_interruptions()[0], always_approve=True)
    result = await Runner.run(agent, state)
    assert seen == ["n"]
    assert [item.call_id for item in result.interruptions] == ["s1"]


async def test_a_shell_runs_with_the_arguments_that_a_person_put_in_and_says_so() -> None:
    seen: list[str] = []
    agent, model = agent_of([shell_call("rm x"), patch_call()], tools=[
        shell_that_notes(seen, needs_approval=True), ApplyPatchTool(NotingEditor(seen), needs_approval=True),
    ])  # fmt: skip
    state = (await Runner.run(agent, "hi")).to_state()
    shell, patch = state.get_interruptions()
    state.approve(shell, arguments={"commands": ["ls x"]})
    state.approve(patch, arguments={"nothing": "of the kind"})
    await Runner.run(agent, state)
    assert seen == ["ls x"]
    note = {"stdout": 'The user changed the arguments to {"commands":["ls x"]}.', "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}
    ran, refused = answers(model)
    assert ran["output"] == [note, *shell_answer("ran 1")["output"]]
    assert refused["status"] == "failed"
    assert refused["output"].startswith('The user changed the arguments to {"nothing":"of the kind"}.')


async def test_a_request_of_a_hosted_server_cannot_be_edited_and_the_model_is_told_what_is_wanted() -> None:
    agent, model = agent_of([mcp_request()], tools=[docs_server()])
    state = (await Runner.run(agent, "hi")).to_state()
    state.approve(state.get_interruptions()[0], arguments={"q": 2})
    await Runner.run(agent, state)
    [answer] = answers(model)
    assert answer["approve"] is False
    assert '{"q":2}' in answer["reason"]


class _Policy:
    """Judges by the name that the model called; keeps what it was asked."""

    def __init__(self, verdicts: dict[str, Verdict]) -> None:
        self._verdicts = verdicts
        self.asked: list[tuple[str, str, dict[str, Any], bool]] = []

    def verdict(self, call: CallInQuestion) -> Verdict:
        self.asked.append((call.name, call.tool.effects, call.arguments, call.needs_approval))
        return self._verdicts.get(call.name, Allow("rule"))


async def test_a_policy_judges_every_kind_of_call() -> None:
    seen: list[str] = []
    policy = _Policy({"shell": Deny("not here"), "docs.search": Ask("a server")})
    tools = [shell_that_notes(seen), ApplyPatchTool(NotingEditor(seen)), docs_server(), ComputerTool(NotingComputer([]))]
    agent, _ = agent_of([shell_call(), patch_call(), mcp_request(), computer_call({"type": "wait"})], tools=tools)
    result = await Runner.run(agent, "hi", run_config=RunConfig(approval_policy=policy))
    patch = {"diff": "+hi\n", "path": "a.txt", "type": "create_file"}
    assert policy.asked == [
        ("shell", "changes", {"commands": ["ls"]}, False),
        ("apply_patch", "changes", patch, False),
        ("docs.search", "changes", {"q": 1}, True),
        ("computer_use_preview", "changes", {"actions": [{"type": "wait"}]}, False),
    ]
    assert seen == ["create a.txt +hi\n"]
    assert [(item.call_id, item.reason) for item in result.interruptions] == [("r1", "a server")]
    outputs = [item.raw_item for item in result.new_items if isinstance(item, ToolCallOutputItem)]
    assert outputs[1] == shell_answer("", stderr="not here", code=1)


async def test_a_policy_may_ask_a_person_although_the_callback_agreed_and_a_denied_screen_stays_blank() -> None:
    policy = _Policy({"docs.search": Ask(), "computer_use_preview": Deny("no")})
    server = docs_server(on_approval_request=lambda _: {"approve": True})
    agent, _ = agent_of([mcp_request(), computer_call()], tools=[server, ComputerTool(NotingComputer([]))])
    result = await Runner.run(agent, "hi", run_config=RunConfig(approval_policy=policy))
    assert policy.asked[0][3] is False
    assert [item.call_id for item in result.interruptions] == ["r1"]
    [screen] = [item.raw_item for item in result.new_items if isinstance(item, ToolCallOutputItem)]
    assert screen["status"] == "incomplete"
    assert screen["output"]["image_url"].startswith("data:image/png;base64,iVBOR")
