"""Scenes of the dialog: each kind of call as it is asked about, and what is asked after a crash."""

import tempfile
from pathlib import Path
from typing import Any

from openai.types.responses.response_output_item import McpApprovalRequest
from openai.types.responses.tool_param import Mcp
from textual.pilot import Pilot

from agentchat import HostedMCPTool, function_tool
from agentchat.chat.chat import Chat
from agentchat.chat.front import Opened, Update
from agentchat.chat.status import Approve, Pending, PendingCall
from agentchat.runtime.declarations.tool import Tool
from agentchat.runtime.values.keys import CallKey
from agentchat.runtime.values.outcomes import Returned
from agentchat.testing import function_call
from agentchat.testing_journal import InMemoryJournal
from agentchat.tools.registry import resolve_tool
from agentchat.tools.setting import ToolSetting
from tests.clock import FakeClock
from tests.tui.scenes import HANDOFF, REFUND, REFUNDS, Scene, ToolsOf, deliberately, drain, pass_time, type_and_send

NARROW = (44, 20)
ALL_SIZES = ((120, 40), (80, 24), NARROW)

NOTE = "# Refunds\n\nUp to 100 EUR: at once.\nAbove: ask the manager.\n\nThe money arrives in five working days.\n"


def built_in_tools(clock: FakeClock) -> list[Tool]:
    """Those that the scenes ask about. None of them is run; only the edit looks at a file."""
    folder = Path(tempfile.gettempdir()) / "agentchat-scenes"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "refunds.md").write_text(NOTE, encoding="utf-8")
    setting = ToolSetting(root=folder, clock=clock)
    return [resolve_tool(name, setting) for name in ("edit_file", "run_command", "run_shell", "ask_user")]


def vouchers(_: FakeClock) -> list[Tool]:
    """A tool with arguments of every shape."""

    @function_tool(effects="changes", origin="shop.tools:send_voucher", strict_mode=False)
    async def send_voucher(customer: dict[str, Any], amounts: list[float], valid: bool, letter: str) -> str:
        """Send a voucher with a letter to a customer."""
        return f"sent to {customer}: {amounts} {valid} {letter}"

    return [send_voucher]


def hosted(_: FakeClock) -> list[HostedMCPTool]:
    """A server of tools that the provider calls."""
    server: Mcp = {"type": "mcp", "server_label": "ledger", "server_url": "https://ledger.example/mcp", "require_approval": "always"}
    return [HostedMCPTool(server)]


EDIT = [function_call("edit_file", {"path": "refunds.md", "old_text": "Up to 100 EUR", "new_text": "Up to 50 EUR"}, call_id="c5")]
COMMAND = [function_call("run_command", {"argv": ["git", "commit", "-m", "Refund rules: up to 50 EUR", "--", "refunds.md"]}, call_id="c6")]
QUESTION = [
    function_call(
        "ask_user",
        {"question": "To which account shall the 49.00 EUR go?", "choices": ["the card that was paid with", "a voucher"]},
        call_id="c9",
    )
]
SHELL = [function_call("run_shell", {"command": "grep -rl 'refund' docs | xargs wc -l | sort -n > lengths.txt"}, call_id="c7")]
VOUCHER = [
    function_call(
        "send_voucher",
        {
            "customer": {"id": 7731, "name": "Grace Hopper", "addresses": [{"city": "Arlington", "zip": "22201"}]},
            "amounts": [49.0, 12.5],
            "valid": True,
            "letter": "Dear Grace,\n\nwe are sorry that your order came late.\nPlease take this voucher.\n",
        },
        call_id="c8",
    )
]
LEDGER = [
    McpApprovalRequest(
        id="m1",
        name="post_entry",
        server_label="ledger",
        arguments='{"account": "refunds", "amount": -49.0, "currency": "EUR"}',
        type="mcp_approval_request",
    )
]


async def _a_call_waits(pilot: Pilot[None]) -> None:
    await drain(pilot)
    await type_and_send(pilot, "Do it, please.")
    await drain(pilot)
    await pass_time(pilot, 1.0)


async def _approved(chat: Chat) -> list[PendingCall]:
    """The person says yes to every refund; the program ends before one of them runs."""
    asked: list[PendingCall] = []

    def hear(update: Update) -> None:
        pending = update.pending if isinstance(update, Opened) else update
        if isinstance(pending, Pending) and not asked:
            asked.extend(pending.calls)

    await chat.open(hear)
    await chat.send("Refund these orders.")
    await chat.settled()
    for call in asked:
        await chat.decide(call.key, Approve(call.digest), go_on=False)
    await chat.close()
    return asked


async def approved_and_left(_: InMemoryJournal, chat: Chat) -> None:
    """Nothing was run."""
    await _approved(chat)


async def killed_in_the_middle(journal: InMemoryJournal, chat: Chat) -> None:
    """Of the first call the outcome is there, the second was started, the others were not."""
    first, *others = (CallKey.parse(call.key) for call in await _approved(chat))
    if others:
        await journal.start(first, "you")
        await journal.finish(first, Returned("refunded 49.00 EUR for order 1042"))
    await journal.start(others[0] if others else first, "you")


async def _it_is_opened_again(pilot: Pilot[None]) -> None:
    await drain(pilot)
    await pass_time(pilot, 1.0)


async def _it_is_put_off(pilot: Pilot[None]) -> None:
    await _a_call_waits(pilot)
    await deliberately(pilot, "escape")


async def _the_next_one_is_looked_at(pilot: Pilot[None]) -> None:
    await _it_is_opened_again(pilot)
    await deliberately(pilot, "right")


async def _it_is_decided_later(pilot: Pilot[None]) -> None:
    await _it_is_opened_again(pilot)
    await deliberately(pilot, "escape")


async def _the_rules_are_listed(pilot: Pilot[None]) -> None:
    await _a_call_waits(pilot)
    await deliberately(pilot, "s", "s")
    await drain(pilot)
    await type_and_send(pilot, "/rules")
    await pass_time(pilot, 0.2)


def asked_about(name: str, call: list[Any], tools: ToolsOf, sizes: tuple[tuple[int, int], ...]) -> Scene:
    """The dialog about one call."""
    return Scene(f"approval-{name}", (HANDOFF, call), _a_call_waits, more_tools=tools, sizes=sizes)


CALL_SCENES = (
    asked_about("edit", EDIT, built_in_tools, ((80, 24),)),
    asked_about("command", COMMAND, built_in_tools, ((80, 24),)),
    asked_about("shell", SHELL, built_in_tools, (NARROW,)),
    asked_about("arguments", VOUCHER, vouchers, ALL_SIZES),
    asked_about("hosted", LEDGER, hosted, ((120, 40),)),
    Scene("question", (HANDOFF, QUESTION), _a_call_waits, more_tools=built_in_tools, sizes=ALL_SIZES),
    Scene("question-later", (HANDOFF, QUESTION), _it_is_put_off, more_tools=built_in_tools, sizes=((80, 24),)),
    Scene("outcome-unknown", (HANDOFF, REFUNDS), _it_is_opened_again, before=killed_in_the_middle, sizes=ALL_SIZES),
    Scene("approved-earlier", (HANDOFF, REFUNDS), _the_next_one_is_looked_at, before=killed_in_the_middle, sizes=((80, 24),)),
    Scene("broken-off", (HANDOFF, REFUNDS), _it_is_decided_later, before=killed_in_the_middle, sizes=((120, 40),)),
    Scene("rules", (HANDOFF, REFUND, []), _the_rules_are_listed, sizes=((80, 24),)),
)
