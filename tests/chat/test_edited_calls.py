"""A call that a person edited, in a run that broke off after it: it is shown as it ran, and ended so."""

from pathlib import Path
from typing import Any

import pytest

from agentchat.chat.standing import end_run, recalled_run
from agentchat.chat.transcript.blocks import Block, CallBlock
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.ports.journal import Approved
from agentchat.runtime.values.keys import CallKey
from agentchat.runtime.values.outcomes import Outcome, Returned
from agentchat.storage.store import SQLiteStore
from agentchat.testing import function_call
from tests.chat.lived import SESSION, blocks_when_reopened, opened, scripted, setup_of, tool_that_writes

EDITED = '{"order":7}'


def _call(blocks: tuple[Block, ...]) -> tuple[str, str, str]:
    (call,) = [block for block in blocks if isinstance(block, CallBlock)]
    return call.state, call.arguments, call.verdict


@pytest.mark.parametrize(
    ("outcome", "before", "after"),
    [
        (Returned("refunded 7"), ("done", EDITED, "approved by you, edited"), ("done", EDITED, "approved by you, edited")),
        (None, ("unknown", EDITED, "approved by you"), ("unknown", EDITED, "approved by you, edited")),
    ],
)
async def test_a_call_that_ran_edited_before_a_crash_is_shown_and_stored_as_it_ran(
    tmp_path: Path, outcome: Outcome | None, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    call: Any = function_call("refund", {"order": 1}, call_id="1")
    setup, path = setup_of(Agent(name="billing", model=scripted([call]), tools=[tool_that_writes(tmp_path / "refunds")])), tmp_path / "db"
    async with opened(path, setup) as (chat, front):
        await chat.send("Refund 1")
        await chat.settled()
        key = CallKey.parse(str(front.pending.calls[0].key))
    store = await SQLiteStore.open(path, SESSION, clock=setup.clock)
    assert await store.decide(key, Approved(EDITED))
    await store.start(key, "you")
    if outcome is not None:
        await store.finish(key, outcome)
    await store.close()
    assert _call(await blocks_when_reopened(path, setup)) == before
    store = await SQLiteStore.open(path, SESSION, clock=setup.clock)
    run = await recalled_run(store, setup.team, key.scope.run_id)
    assert run is not None
    await end_run(store, run, at=1.0, why="Stopped.", tell=lambda _: None)
    rows = await store.get_items()
    await store.close()
    assert [row["arguments"] for row in rows if row.get("type") == "function_call"] == [EDITED]
    assert _call(await blocks_when_reopened(path, setup)) == after
