"""Every kind of block in every state that looks different, as one conversation on the whole screen.

Nobody lived it: the blocks are written down here, and a chat that only shows them stands behind the screen.
"""

import json
from dataclasses import dataclass, replace

from textual.pilot import Pilot

from agentchat.chat.front import Opened, Publish
from agentchat.chat.status import Decision, KeptRule, Pending, Status
from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, HandoffBlock, NoticeBlock, ReasoningBlock, UserBlock
from agentchat.config.settings import Settings
from agentchat.tui.app import ChatApp
from agentchat.tui.bridge import Connected
from agentchat.tui.start import Start
from agentchat.tui.terminal.headless import HeadlessTerminal
from agentchat.tui.transcript.widget import TranscriptView
from tests.clock import FakeClock
from tests.tui.scenes import hold_the_surroundings

STATUS = Status("3f2a9c1e", "idle", "Refunds", ("triage", "billing"), "gpt-5", "openai", input_tokens=12_400, output_tokens=800)
ORDERS = json.dumps([{"order": 1042, "amount": "49.00", "state": "shipped"}, {"order": 1077, "amount": "230.00", "state": "lost"}])
TREE = '{"order":{"id":1042,"lines":[{"sku":"A-7","count":2}],"paid":true},"note":null,"total":4.90e1}'
DIFF = "--- a/refunds.md\n+++ b/refunds.md\n@@ -1,3 +1,3 @@\n # Refunds\n-Ask the manager.\n+Up to 100 EUR: at once.\n Above: ask."
COLOURS = (
    "\x1b[1mtests\x1b[0m  \x1b[32m17 passed\x1b[0m, \x1b[31m1 failed\x1b[0m\n"
    "\x1b[33mwarning\x1b[0m: slow\n\x1b]0;title\x07[exit status 1]"
)
LONG = "\n".join(f"{number:>3}  checked order {1000 + number}" for number in range(1, 80))
ANSWER = "The order shipped on **3 May**; see [the log](https://shop.example/log/1042).\n\n```python\nprint(order.state)\n```"

_CALL = CallBlock(0, "billing", "lookup_order", '{"order_id": 1042}', "done", "shipped", seconds=0.4)
_NESTED = ("1.0",)


def call(tool: str, output: str | None, **changes: object) -> CallBlock:
    """A call by billing; `changes` are its other fields."""
    return replace(_CALL, tool=tool, output=output, **changes)


OPEN = ("lookup_all", "order_tree", "git_diff", "run_tests", "check_orders", "refund")
"""The calls that are shown opened."""
WRITTEN: tuple[Block, ...] = (
    UserBlock(0, "Where is my refund for order 1042?\nI have waited for weeks.", agent="triage"),
    ReasoningBlock(0, "triage", "The person wants a refund. Billing knows."),
    HandoffBlock(0, "triage", "billing"),
    AnswerBlock(0, "billing", ANSWER),
    call("lookup_all", ORDERS, arguments="{}"),
    call("order_tree", TREE),
    call("git_diff", DIFF, arguments="{}", seconds=74.0),
    call("run_tests", COLOURS, arguments='{"argv": ["pytest", "-q"]}', verdict="approved by you"),
    call("check_orders", LONG, arguments="{}"),
    call("refund", None, state="waiting", arguments='{"order_id": 1042, "amount": 49.0, "reason": "late\\nand cold"}', seconds=None),
    call("refund_all", "too expensive", state="rejected", verdict="rejected by you: too expensive", seconds=None),
    call("drop_tables", "no", state="denied", verdict="denied: agents.toml denies drop_tables", seconds=None),
    call("fetch", "An error occurred: no route", state="failed", seconds=3.0),
    call("sync", "it may have taken effect", state="unknown", seconds=None),
    call("ask_carrier", "It is lost.", arguments='{"input": "Where is parcel 7?"}', seconds=2.1),
    CallBlock(0, "carrier", "track", '{"parcel": 7}', "done", "lost", seconds=1.2, path=_NESTED),
    AnswerBlock(0, "carrier", "Parcel 7 is lost.", path=_NESTED),
    call("export", None, state="running", progress="read 10 of 40\nread 20 of 40", seconds=None),
    call("write_file", None, state="building", arguments='{"path": "refunds.md", "content": "# Ref', seconds=None),
    NoticeBlock(0, "warning", "Attempt 1 failed and was made again after 3.0 s: no route", kind="retry"),
    NoticeBlock(0, "warning", "The input guardrail 'no secrets' stopped this message; change it and send it again.", kind="guardrail"),
    NoticeBlock(0, "error", "The server says that the key is wrong; set OPENAI_API_KEY and send it again.", kind="error"),
    NoticeBlock(0, "info", "lookup_order runs without asking for this session.", kind="rule"),
    NoticeBlock(0, "info", "Stopped by you.", kind="stopped"),
    call("ask_user", None, state="waiting", arguments='{"question": "To which account?"}', seconds=None),
    AnswerBlock(0, "billing", TREE),
    UserBlock(0, "Thanks, that will\ndo.", agent="billing"),
    AnswerBlock(0, "billing", "The refund is on its", ending="incomplete"),
)
BLOCKS = tuple(replace(block, id=place) for place, block in enumerate(WRITTEN))


class ShownChat:
    """A chat in which nothing can be done."""

    def __init__(self, blocks: tuple[Block, ...], status: Status = STATUS) -> None:
        self.opened = Opened(blocks, status, Pending())
        self.publish: Publish

    async def open(self, publish: Publish) -> None:
        self.publish = publish
        publish(self.opened)

    async def send(self, text: str) -> None: ...
    async def decide(self, key: str, decision: Decision, *, go_on: bool = True) -> None: ...
    async def withdraw_rule(self, kept: KeptRule) -> None: ...
    async def stop(self) -> None: ...
    async def proceed(self) -> None: ...
    async def take_over(self) -> None: ...
    async def refresh(self) -> None: ...
    async def close(self, prompt: str = "") -> None: ...
    async def settled(self) -> None: ...


class Shelf(ChatApp):
    """The application with a conversation that stands still."""

    def __init__(self, blocks: tuple[Block, ...] = BLOCKS, *, settings: Settings | None = None) -> None:
        hold_the_surroundings()
        self.chat = ShownChat(blocks)
        super().__init__(
            Start(STATUS, "1.2.3", blocks=blocks),
            self.connect,
            clock=FakeClock(now=1_746_273_781.0),
            terminal=HeadlessTerminal(),
            settings=settings or Settings(activity=False, animations=False),
            own_thread=False,
        )

    async def connect(self) -> Connected:
        return Connected(self.chat)


ROWS = {120: 124, 80: 141, 44: 149}
"""For each width so many rows that all of it is seen."""


@dataclass(frozen=True, slots=True)
class BlockScene:
    """The blocks in one theme."""

    name: str
    settings: Settings
    sizes: tuple[tuple[int, int], ...] = tuple(ROWS.items())

    def desk(self) -> Shelf:
        """The application before it runs."""
        return Shelf(settings=self.settings)

    async def play(self, pilot: Pilot[None]) -> None:
        """Opens what shall be seen open."""
        assert isinstance(pilot.app, Shelf)
        await pilot.app.bridge.drained()
        view = pilot.app.screen.query_one(TranscriptView)
        for place, block in enumerate(BLOCKS):
            if isinstance(block, CallBlock) and block.tool in OPEN:
                view.page.toggle(place)
        view.go_to(0)
        await pilot.pause(0)


BLOCK_SCENES = (
    BlockScene("blocks-dark", Settings(activity=False, animations=False)),
    BlockScene("blocks-light", Settings(theme="agentchat-light", activity=False, animations=False)),
    BlockScene("blocks-plain", Settings(plain=True), sizes=((80, ROWS[80]),)),
)
