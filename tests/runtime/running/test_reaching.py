"""Agents by key: over handoffs and agent tools, the nearest first."""

import pytest

from agentchat import Agent, UserError, handoff
from agentchat.runtime.agents.agent import agents_within_reach
from agentchat.runtime.running.reaching import keys_from, reach


def test_agents_are_found_over_handoffs_and_behind_tools() -> None:
    deep = Agent(name="deep")
    behind = Agent(name="behind", handoffs=[deep])
    other = Agent(name="other")
    start = Agent(name="start", handoffs=[handoff(other)], tools=[behind.as_tool("t", "d")])
    other.handoffs.append(start)
    assert agents_within_reach(start) == {"start": start, "other": other, "behind": behind, "deep": deep}


def test_agents_of_one_name_have_keys_of_their_own() -> None:
    one, two, odd = Agent(name="twin"), Agent(name="twin"), Agent(name="twin#2")
    start = Agent(name="start", handoffs=[one, odd], tools=[two.as_tool("t", "d")])
    found = agents_within_reach(start)
    assert [(key, agent) for key, agent in found.items() if key != "start"] == [("twin", one), ("twin#2", odd), ("twin#3", two)]
    key_of = keys_from(start)
    assert [key_of(agent) for agent in (one, two, odd, Agent(name="a stranger"))] == ["twin", "twin#3", "twin#2", "a stranger"]
    assert reach(start, "twin#3") is two


def test_an_agent_that_cannot_be_reached_is_named_with_those_that_can() -> None:
    with pytest.raises(UserError, match="Agent 'x' cannot be reached from 'start'; known here: start"):
        reach(Agent(name="start"), "x")
