"""Decisions that are written down and run nothing: a real chat on a real file, with several calls that wait."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from agentchat.chat.chat import Chat
from agentchat.chat.deciding.short_keys import short_key
from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Approve, Reject
from agentchat.config.errors import Unusable
from agentchat.headless.desk import Desk
from agentchat.runtime.agents.agent import Agent
from agentchat.storage.store import SQLiteStore
from agentchat.storage.waiting import waiting_calls
from agentchat.testing import assistant_message, function_call
from tests.chat.lived import SESSION, lines_of, opened, scripted, setup_of, tool_that_writes


def refunds(*orders: int) -> list[Any]:
    return [function_call("refund", {"order": order}, call_id=f"call_{order}") for order in orders]


async def waiting(path: Path, *orders: int) -> ChatSetup:
    """A conversation in which these refunds wait, closed again."""
    model = scripted(refunds(*orders), [assistant_message("Done.")])
    setup = setup_of(Agent(name="triage", model=model, tools=[tool_that_writes(path.with_name("refunds"))]))
    async with opened(path, setup) as (chat, _):
        await chat.send("Refund.")
        await chat.settled()
    return setup


@asynccontextmanager
async def desk_on(path: Path, setup: ChatSetup) -> AsyncIterator[Desk]:
    desk = Desk(Chat(await SQLiteStore.open_to_decide(path, SESSION, clock=setup.clock), setup))
    await desk.open()
    try:
        yield desk
    finally:
        await desk.close()


async def test_what_waits_is_what_the_file_says_that_waits(tmp_path):
    path = tmp_path / "db"
    async with desk_on(path, await waiting(path, 1, 2)) as desk:
        assert [(call.key, call.agent, call.tool) for call in desk.waiting] == [
            (call.key, call.agent, call.tool) for call in waiting_calls(path)
        ]
        assert len(desk.waiting) == 2


async def test_a_call_is_named_by_its_key_or_the_beginning_of_its_short_name(tmp_path):
    path = tmp_path / "db"
    async with desk_on(path, await waiting(path, 1, 2)) as desk:
        first, second = desk.waiting
        assert desk.call(first.key) == first
        assert [desk.call(text) for text in (short_key(second.key), short_key(second.key)[:5].upper())] == [second, second]
        those = f"{short_key(first.key)} refund, {short_key(second.key)} refund"
        with pytest.raises(Unusable, match=f"2 calls of {SESSION} wait; say which: {those}."):
            desk.call("")
        with pytest.raises(Unusable, match=f"No call of {SESSION} that waits is 'x'; there is: {those}."):
            desk.call("x")


async def test_a_decision_is_kept_and_nothing_runs_until_the_conversation_goes_on(tmp_path):
    path = tmp_path / "db"
    setup = await waiting(path, 1, 2)
    async with desk_on(path, setup) as desk:
        first, second = desk.waiting
        assert await desk.decide(first, Approve(first.digest)) == ""
        assert desk.waiting == (second,)
        assert await desk.decide(first, Reject(first.digest)) == "This call does not wait for a decision any more; nothing was changed."
        assert await desk.decide(second, Reject(second.digest, "not this one")) == ""
        assert desk.waiting == ()
    assert lines_of(tmp_path / "refunds") == []
    async with opened(path, setup) as (chat, front):
        assert (front.status.phase, [call.asks for call in front.pending.unsettled]) == ("interrupted", ["approved, not run"])
        await chat.proceed()
        await chat.settled()
        assert (front.status.phase, front.status.ended) == ("idle", "done")
    assert lines_of(tmp_path / "refunds") == ["1"]


async def test_a_yes_to_another_text_than_was_shown_is_refused(tmp_path):
    path = tmp_path / "db"
    async with desk_on(path, await waiting(path, 1)) as desk:
        (call,) = desk.waiting
        assert await desk.decide(call, Approve("another")) == "This call is not what was shown any more; look at it again."
        assert desk.waiting == (call,)
