"""What can be seen of agentchat, as scenes: each builds the whole application with a real chat on one loop and plays until it stands.

The model is scripted and time is held, so that a scene looks the same each time. Snapshot tests compare them, `screenshots.py`
renders them.
"""

import asyncio
import hashlib
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from agentchat import Agent, function_tool, handoff
from agentchat.chat.chat import Chat
from agentchat.chat.deciding.policy import ChatPolicy
from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Status
from agentchat.chat.team import ModelLabel, Team
from agentchat.config.settings import Settings
from agentchat.runtime.declarations.tool import CallPreview, Tool
from agentchat.runtime.values.usage import Usage
from agentchat.testing import ModelScriptItem, ModelStep, ScriptedModel, assistant_message, function_call, reasoning
from agentchat.testing_journal import InMemoryJournal
from agentchat.tui.app import ChatApp
from agentchat.tui.bridge import Connected, Untrusted
from agentchat.tui.start import Start
from agentchat.tui.terminal.headless import HeadlessTerminal
from agentchat.tui.widgets.prompt import Prompt
from tests.clock import FakeClock

Needs: TypeAlias = tuple[tuple[int | None, str], ...]
ToolsOf: TypeAlias = Callable[[FakeClock], Sequence[Tool]]
Before: TypeAlias = Callable[[InMemoryJournal, Chat], Awaitable[None]]

SIZES = ((120, 40), (80, 24))
SESSION = "3f2a9c1e"
FOLDER = "/home/ada/shop"
VERSION = "1.2.3"
"""Of the pictures, so that they do not change with every release."""


class Desk(ChatApp):
    """The application as a scene holds it."""

    def __init__(
        self,
        model: ScriptedModel,
        *,
        message: str = "",
        offline: bool = True,
        settings: Settings | None = None,
        gate: asyncio.Event | None = None,
        contents: tuple[Needs, ...] = (),
        more_tools: "ToolsOf | None" = None,
        before: "Before | None" = None,
    ) -> None:
        hold_the_surroundings()
        self.gate = gate or asyncio.Event()
        """Lets the next piece of a streamed answer through."""
        self.clock = FakeClock(now=1_746_273_781.0)
        self.journal = InMemoryJournal(SESSION, clock=self.clock)
        self.team = team_of(model, self.clock, offline=offline, more_tools=more_tools)
        self._before = before
        """What happened in the conversation, in a process that is gone."""
        self._contents = contents
        """What the project's file wants, one content after the other; the person is asked about each."""
        self.trusted: list[str] = []
        """Digests."""
        super().__init__(
            Start(Status(SESSION), VERSION, message=message),
            self.connect,
            clock=self.clock,
            terminal=HeadlessTerminal(),
            settings=settings or Settings(),
            own_thread=False,
        )
        self.animation_level = "none"

    async def connect(self) -> Connected:
        """Makes the chat; as long as a content of the project's file is not trusted, without that file."""
        setup = ChatSetup(self.team, ChatPolicy(), clock=self.clock, folder=FOLDER)
        before, self._before = self._before, None
        if before is not None:
            await before(self.journal, Chat(self.journal, setup))
        chat = Chat(self.journal, ChatSetup(self.team, ChatPolicy(), clock=self.clock, folder=FOLDER))
        return Connected(chat, untrusted=self._file() if len(self.trusted) < len(self._contents) else None)

    def _file(self) -> Untrusted:
        needs = self._contents[len(self.trusted)]
        digest = hashlib.sha256(repr(needs).encode()).hexdigest()

        async def trust() -> Connected:
            self.trusted.append(digest)
            return await self.connect()

        return Untrusted("/home/ada/shop/agents.toml", digest, needs, trust)


def hold_the_surroundings() -> None:
    """What a picture depends on beside the program: the time zone, and whether colours are wanted."""
    os.environ.pop("NO_COLOR", None)
    os.environ["TZ"] = "UTC"
    time.tzset()


def tools_of(clock: FakeClock) -> list[Tool]:
    """A shop's tools; looking an order up takes 0.4 s."""

    @function_tool(effects="reads", origin="shop.tools:lookup_order")
    async def lookup_order(order_id: int) -> str:
        """Look an order up."""
        await clock.sleep(0.4)
        return f"order {order_id}: shipped on 3 May, 49.00 EUR"

    @function_tool(effects="changes", origin="shop.tools:issue_refund")
    async def issue_refund(order_id: int, amount: float) -> str:
        """Refund an order."""
        return f"refunded {amount:.2f} EUR for order {order_id}"

    @function_tool(effects="changes", preview=_diff, origin="shop.tools:write_file")
    async def write_file(path: str, content: str) -> str:
        """Write a text file, with everything in it."""
        return f"wrote {len(content)} characters to {path}"

    return [lookup_order, issue_refund, write_file]


def _diff(arguments: dict[str, Any]) -> CallPreview:
    new = "\n".join(f"+{line}" for line in arguments["content"].splitlines())
    return CallPreview("diff", f"--- {arguments['path']}\n+++ {arguments['path']}\n@@ -1,2 +1,4 @@\n-# Refunds\n-Ask the manager.\n{new}")


def team_of(model: ScriptedModel, clock: FakeClock, *, offline: bool, more_tools: ToolsOf | None = None) -> Team:
    """Two agents: one that looks at what is wanted, and one for money."""
    more = [] if more_tools is None else more_tools(clock)
    billing = Agent(name="billing", model=model, tools=[*tools_of(clock), *more])
    triage = Agent(name="triage", model=model, handoffs=[handoff(billing)])
    label = ModelLabel("scripted", "offline demo model", offline=True) if offline else ModelLabel("gpt-5", "openai")
    return Team(triage, label_of=lambda _: label)


# Playing


async def settle(pilot: Pilot[None]) -> None:
    """Lets messages and frames go round. (Without a delay `pause` waits for an idle processor, which is slow.)"""
    for _ in range(4):
        await pilot.pause(0)
        if pilot.app._exit:
            return
        reached = asyncio.Event()
        pilot.app.call_later(reached.set)  # behind everything that waits in the application's own queue
        await reached.wait()


async def pass_time(pilot: Pilot[None], seconds: float) -> None:
    """Moves the clock in steps of a tenth of a second, and lets everything follow."""
    desk = desk_of(pilot)
    for _ in range(round(seconds * 10)):
        await desk.clock.advance(0.1)
        await settle(pilot)


async def drain(pilot: Pilot[None]) -> None:
    """Lets the chat come to rest, however long that takes on the held clock."""
    draining = asyncio.create_task(desk_of(pilot).bridge.drained())
    while not draining.done():
        await desk_of(pilot).clock.advance(0.1)
        await pilot.pause(0)
    await draining
    await settle(pilot)


async def type_and_send(pilot: Pilot[None], text: str) -> None:
    """What a person does."""
    prompt = desk_of(pilot).screen.query_one(Prompt)
    prompt.insert(text)
    await pilot.press("enter")
    await settle(pilot)


async def deliberately(pilot: Pilot[None], *keys: str) -> None:
    """Presses keys as a person does who has looked at a dialog."""
    for key in keys:
        await settle(pilot)
        await pass_time(pilot, 1.0)
        event = Key(key, key if len(key) == 1 else None)
        event.set_sender(pilot.app)
        driver = pilot.app._driver
        assert driver is not None
        driver.send_message(event)
        await settle(pilot)


def desk_of(pilot: Pilot[None]) -> Desk:
    """The application under the pilot."""
    assert isinstance(pilot.app, Desk)
    return pilot.app


# The scenes

HANDOFF = [function_call("transfer_to_billing", {}, call_id="c1")]
LOOKUP = [assistant_message("Let me look that up."), function_call("lookup_order", {"order_id": 1042}, call_id="c2")]
REFUND = [function_call("issue_refund", {"order_id": 1042, "amount": 49.0}, call_id="c3")]
WRITE = [
    assistant_message("I will note down how refunds work from now on."),
    function_call(
        "write_file",
        {"path": "docs/refunds.md", "content": "# Refunds\n\nUp to 100 EUR: at once.\nAbove: ask the manager.\n"},
        call_id="c4",
    ),
]
REFUNDS = [
    function_call("issue_refund", {"order_id": order, "amount": amount}, call_id=f"c{order}")
    for order, amount in ((1042, 49.0), (1043, 12.5), (1077, 230.0))
]
ANSWER = """The order shipped on **3 May** and was refunded:

| Order | Amount | State |
|------:|-------:|-------|
| 1042  | 49.00 EUR | refunded |

The money arrives in *two to five* working days. To check it yourself:

```python
order = shop.order(1042)
print(order.refunds[-1].state)  # "paid"
```
"""
STREAMED = (
    "The order shipped on **3 May**",
    " and has not arrived.",
    " I will\n\n1. look at the carrier's log,\n2. ",
    "ask for",
    " a refund",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """How it begins, and what happens until it is looked at."""

    name: str
    script: tuple[ModelScriptItem, ...]
    play: Callable[[Pilot[None]], Awaitable[None]]
    offline: bool = False
    streams: bool = False
    """Whether the model streams `STREAMED`, a piece for each time that the gate is opened."""
    contents: tuple[Needs, ...] = ()
    """Of the project's file."""
    more_tools: ToolsOf | None = None
    before: Before | None = None
    """What happened in the conversation, in a process that is gone."""
    sizes: tuple[tuple[int, int], ...] = SIZES
    """Of the terminals that its pictures are compared in."""

    def desk(self) -> Desk:
        """The application before it runs."""
        gate = asyncio.Event()
        script = [ModelStep.in_chunks(STREAMED, gate=gate)] if self.streams else self.script
        usage = Usage(requests=1, input_tokens=4_100, output_tokens=180, total_tokens=4_280)
        model = ScriptedModel(script, default_usage=usage)
        more = {"more_tools": self.more_tools, "before": self.before}
        return Desk(model, offline=self.offline, gate=gate, contents=self.contents, **more)


async def _nothing_was_said(pilot: Pilot[None]) -> None:
    await drain(pilot)


async def _an_answer_streams(pilot: Pilot[None]) -> None:
    await drain(pilot)
    await type_and_send(pilot, "Where is my refund for order 1042?")
    await pass_time(pilot, 0.5)
    for _ in STREAMED[:-1]:
        desk_of(pilot).gate.set()
        await pass_time(pilot, 0.5)
    desk_of(pilot).screen.query_one(Prompt).insert("and tell me when")


async def _a_tool_runs(pilot: Pilot[None]) -> None:
    await drain(pilot)
    await type_and_send(pilot, "Where is my refund for order 1042?")
    await pass_time(pilot, 0.3)


async def _a_file_shall_be_written(pilot: Pilot[None]) -> None:
    await drain(pilot)
    await type_and_send(pilot, "Write down how refunds work.")
    await drain(pilot)
    await pass_time(pilot, 1.0)


async def _all_is_said(pilot: Pilot[None]) -> None:
    await drain(pilot)
    await type_and_send(pilot, "Where is my refund for order 1042?")
    await drain(pilot)
    await deliberately(pilot, "a")
    await drain(pilot)


async def _decided_later(pilot: Pilot[None]) -> None:
    await _a_file_shall_be_written(pilot)
    await deliberately(pilot, "escape")


async def _the_arguments_are_edited(pilot: Pilot[None]) -> None:
    await _a_file_shall_be_written(pilot)
    await deliberately(pilot, "e")
    screen = desk_of(pilot).screen
    screen.query_one("FieldRow Input", Input).value = "docs/refunds/rules.md"
    screen.query_one(TextArea).text = "# Refunds\n\nUp to 50 EUR: at once.\nAbove: ask the manager.\n"
    await settle(pilot)


async def _an_edit_is_shown(pilot: Pilot[None]) -> None:
    await _the_arguments_are_edited(pilot)
    await deliberately(pilot, "ctrl+s")
    await drain(pilot)
    await pass_time(pilot, 0.2)


async def _a_rule_is_shown(pilot: Pilot[None]) -> None:
    await drain(pilot)
    await type_and_send(pilot, "Refund order 1042.")
    await drain(pilot)
    await deliberately(pilot, "s")
    await pass_time(pilot, 0.2)


async def _all_are_listed(pilot: Pilot[None]) -> None:
    await drain(pilot)
    await type_and_send(pilot, "Refund these orders.")
    await drain(pilot)
    await deliberately(pilot, "right", "right", "ctrl+a")
    await pass_time(pilot, 0.2)


async def _a_file_wants_trust(pilot: Pilot[None]) -> None:
    await drain(pilot)
    await pass_time(pilot, 1.0)


NEEDS: Needs = (
    (8, "Agent 'billing' lists tool 'shop.tools:lookup_order', which runs code of the project"),
    (8, "Agent 'billing' lists tool 'shop.tools:issue_refund', which runs code of the project"),
    (17, "[rules] lets tool 'shop.tools:issue_refund' run without asking you"),
    (20, "[provider] sends your conversations to 'https://models.shop.example/v1'"),
    (21, "[provider] uses the key in your environment variable 'OPENAI_API_KEY'"),
)

SCENES = (
    Scene("welcome", (), _nothing_was_said, offline=True),
    Scene("streaming", (), _an_answer_streams, streams=True),
    Scene("tool-call", (HANDOFF, [reasoning("The person wants a refund.", "So I need the order."), *LOOKUP]), _a_tool_runs),
    Scene("approval", (HANDOFF, WRITE), _a_file_shall_be_written),
    Scene("edit", (HANDOFF, WRITE), _the_arguments_are_edited),
    Scene("edited", (HANDOFF, WRITE), _an_edit_is_shown),
    Scene("rule", (HANDOFF, REFUND), _a_rule_is_shown),
    Scene("approve-all", (HANDOFF, REFUNDS), _all_are_listed),
    Scene("trust", (), _a_file_wants_trust, offline=True, contents=(NEEDS,)),
    Scene("decided-later", (HANDOFF, WRITE), _decided_later),
    Scene("finished", (HANDOFF, LOOKUP, REFUND, [assistant_message(ANSWER)]), _all_is_said),
)
