"""Random sequences of journal calls: the store on a file and the journal in memory answer alike and hold the same."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentchat.chat.deciding.settling import ApprovedAnew, Happened, LeftUnknown, Withdrawn
from agentchat.chat.store import ChatStore
from agentchat.runtime.ports.journal import Approved, Recalled, Rejected
from agentchat.runtime.values.exceptions_base import AgentsException
from agentchat.runtime.values.facts import ItemFact, TurnFact
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.runtime.values.outcomes import Failed, Returned
from agentchat.runtime.values.responses import response_to_json
from agentchat.storage.reader import read_chat
from agentchat.storage.store import SQLiteStore
from agentchat.testing_journal import InMemoryJournal
from tests.clock import FakeClock
from tests.storage.samples import NESTED, RUN, answer, checkpoint, proposed, said

pytestmark = pytest.mark.no_cover  # what these run again and again, other tests cover; tracing it takes longer than running it

Step = Callable[[ChatStore], Awaitable[object]]

SCOPES = (RUN, NESTED, Scope("run2"))

scopes = st.sampled_from(SCOPES)
numbers = st.integers(1, 2)
texts = st.text(max_size=5)
items = st.lists(texts.map(said), max_size=3)
keys = st.builds(CallKey, scope=scopes, response=numbers, index=st.integers(0, 1))
points = st.builds(
    checkpoint,
    st.sampled_from(["model next", "turn open", "turn open", "ended"]),
    response=numbers,
    agent=st.sampled_from(["triage", "billing"]),
    open_outputs=st.sampled_from([(), (0, 1)]),
)
outcomes = st.one_of(st.builds(Returned, texts, failed=st.booleans()), st.builds(Failed, texts, fatal=st.booleans()))
approvals = st.builds(Approved, st.none() | texts)
decisions = st.one_of(
    approvals,
    st.builds(Rejected, texts),
    st.builds(ApprovedAnew, approvals),
    st.builds(Happened, texts),
    st.just(Withdrawn()),
    st.just(LeftUnknown()),
)
turn_facts = st.builds(TurnFact, kind=st.just("notice"), text=texts, at=st.just(1.0))
endings = st.sampled_from(["goes on", "final", "interrupted", "stopped"])


@st.composite
def commits(draw: st.DrawFn) -> Step:
    scope, rows, point, ending = draw(scopes), draw(items), draw(points), draw(endings)
    about = [ItemFact(item=place, kind="message", agent=point.agent, path=scope.path) for place in range(len(rows))]
    facts = [*about, *draw(st.lists(turn_facts, max_size=1))]
    return lambda store: store.commit(scope, rows, point, facts, ending)


@st.composite
def accepts(draw: st.DrawFn) -> Step:
    scope, number, count = draw(scopes), draw(numbers), draw(st.integers(0, 2))
    calls = [proposed(CallKey(scope, number, place)) for place in range(count)]
    point = replace(draw(points), step="turn open", response=number)
    return lambda store: store.accept(scope, answer("text", calls=count), calls, point)


def called(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Step]]:
    return st.tuples(*arguments).map(lambda values: (name, lambda store: getattr(store, name)(*values)))


steps = st.one_of(
    called("begin", scopes, items, points),
    accepts().map(lambda step: ("accept", step)),
    accepts().map(lambda step: ("accept", step)),
    called("start", keys, texts),
    called("start", keys, texts),
    called("finish", keys, outcomes),
    called("decide", keys, decisions, st.none() | turn_facts),
    commits().map(lambda step: ("commit", step)),
    called("draft", scopes, texts),
    called("add_items", items),
    called("pop_item"),
    called("clear_session"),
    called("note", turn_facts),
    called("set_agent", texts),
    called("set_title", texts),
    called("set_prompt", texts),
)

seen: Counter[str] = Counter()
"""What the generated sequences reached, so that the test cannot pass on empty ones."""


async def two_turns(store: ChatStore) -> None:
    """A run and a run nested in it, each before two calls: something to start, to finish and to decide."""
    for scope in (RUN, NESTED):
        await store.begin(scope, [said("go")], checkpoint())
        calls = [proposed(CallKey(scope, 1, place)) for place in (0, 1)]
        await store.accept(scope, answer("text", calls=2), calls, checkpoint("turn open", response=1))


@settings(database=None)
@given(st.lists(steps, min_size=30, max_size=80).map(lambda sequence: [("two turns", two_turns), *sequence]))
def compare(sequence: list[tuple[str, Step]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(compare_in(Path(folder) / "chats.db", sequence))


async def compare_in(path: Path, sequence: list[tuple[str, Step]]) -> None:
    clock = FakeClock()
    memory = InMemoryJournal("s", clock=clock, folder="here")
    store = await SQLiteStore.open(path, "s", clock=clock, folder="here")
    for name, step in sequence:
        expected, got = await outcome_of(step(memory)), await outcome_of(step(store))
        assert got == expected, name
        seen[f"{name}: {expected if isinstance(expected, bool) else type(expected).__name__}"] += 1
        await clock.advance(1)
    expected_state = await state_of(memory)
    assert await state_of(store) == expected_state
    await store.close()
    store = await SQLiteStore.open(path, "s", clock=clock, folder="here")
    assert await state_of(store) == expected_state
    assert await asyncio.to_thread(read_chat, path, "s") == await memory.load()
    await store.close()


async def outcome_of(call: Awaitable[object]) -> object:
    try:
        return await call
    except AgentsException:
        return AgentsException


async def state_of(store: ChatStore) -> object:
    recalled = [comparable(await store.recall(scope)) for scope in SCOPES]
    return await store.load(), recalled, await store.get_items(), await store.get_items(2), await store.get_items(0)


def comparable(recalled: Recalled | None) -> object:
    """A response holds objects of the openai package, which are compared by their stored form."""
    if recalled is None:
        return None
    return replace(recalled, open_response=None), recalled.open_response and response_to_json(recalled.open_response)


def test_a_store_on_a_file_and_the_journal_in_memory_are_alike() -> None:
    seen.clear()
    compare()
    started = {"start: Go", "start: Unknown", "start: Finished", "start: type"}
    assert started | {"decide: True", "decide: False", "accept: NoneType", "accept: type", "pop_item: dict"} <= set(seen)
