"""A run with agents inside it that dies at any question to its journal, and goes on from what the journal has."""

from typing import Any

import pytest

from agentchat.testing_journal import InMemoryJournal
from tests.runtime.running.journals import Crash, CrashingJournal
from tests.runtime.running.nested_worlds import Step, World, asks, calls, says, to_the_end, world

pytestmark = pytest.mark.no_cover  # what these run again and again, other tests cover; tracing it takes longer than running it

Scripts = dict[str, list[Step]]

WORLDS: dict[str, Scripts] = {
    "an agent that calls a tool": {"go": [asks("inner", "a"), says("done")], "a": [calls("note", "a1"), says("a said")]},
    "an agent that asks a person": {
        "go": [asks("inner", "a"), says("done")],
        "a": [[*calls("ask", "a1"), *calls("note", "a2"), *calls("ask", "a3")], says("a said")],
    },
    "two agents at once": {
        "go": [[*asks("inner", "a", "b"), *calls("note", "o1")], says("done")],
        "a": [calls("ask", "a1"), says("a said")],
        "b": [calls("note", "b1"), calls("note", "b2"), says("b said")],
    },
    "an agent inside an agent": {
        "go": [asks("inner", "a"), says("done")],
        "a": [asks("deep", "x"), calls("note", "a1"), says("a said")],
        "x": [calls("ask", "x1"), says("x said")],
    },
}


async def _questions(name: str) -> int:
    journal = CrashingJournal(InMemoryJournal("s"), at=0, done=False)
    await to_the_end(world(WORLDS[name]), journal)
    return len(journal.asked)


@pytest.mark.parametrize("name", WORLDS)
async def test_a_run_that_dies_at_any_point_goes_on_to_its_end(name: str) -> None:
    count = await _questions(name)
    assert count >= 15
    for at in range(1, count + 1):
        await _die_and_go_on(name, at)


async def _die_and_go_on(name: str, at: int) -> None:
    """Dies after a question was answered; before the next one the journal holds the same."""
    one, inner = world(WORLDS[name]), InMemoryJournal("s")
    dying = CrashingJournal(inner, at=at, done=True)
    with pytest.raises(Crash):
        await to_the_end(one, dying)
    ran_before, point = list(one.seen), f"{name}: after {dying.crashed} ({at})"
    result = await to_the_end(one, CrashingJournal(inner, at=0, done=False), dying.run_id)
    assert result.final_output == "done" or dying.crashed == "commit final: message", point
    assert one.seen[: len(ran_before)] == ran_before, point
    assert len(one.seen) == len(set(one.seen)), point
    assert _unheard(one) <= (2 if name == "two agents at once" else 1), point
    made = len(one.model.asked)
    assert made - _unheard(one) <= result.context_wrapper.usage.requests <= made, point
    _check_rows(await inner.get_items(), WORLDS[name], point)


def _unheard(one: World) -> int:
    """Answers that came and were lost: the same step was asked for twice."""
    return len(one.model.asked) - len(set(one.model.asked))


def _check_rows(rows: list[dict[str, Any]], scripts: Scripts, point: str) -> None:
    """The conversation holds what the outer agent said and did, and an output for each of its calls; nothing of the others."""
    own = [item.id for step in scripts["go"] for item in step]
    assert [row["id"] for row in rows if "id" in row] == own, point
    asked = [row["call_id"] for row in rows if row.get("type") == "function_call"]
    outputs = {row["call_id"]: row["output"] for row in rows if row.get("type") == "function_call_output"}
    assert sorted(outputs) == sorted(asked), point
    said = {call_id: text for call_id, text in outputs.items() if call_id.startswith("ask ")}
    unknown = "nobody knows whether it took effect"
    assert all(text == f"{call_id.removeprefix('ask ')} said" for call_id, text in said.items() if unknown not in text), point
    assert not any(unknown in text for text in said.values()), point
