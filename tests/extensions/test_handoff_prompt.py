"""The published words about handoffs."""

import agentchat
from agentchat.extensions.handoff_prompt import RECOMMENDED_PROMPT_PREFIX, prompt_with_handoff_instructions


def test_the_instructions_follow_the_recommended_words() -> None:
    assert prompt_with_handoff_instructions("You sell shoes.") == f"{RECOMMENDED_PROMPT_PREFIX}\n\nYou sell shoes."


def test_the_words_are_those_that_were_published() -> None:
    first, second, end = RECOMMENDED_PROMPT_PREFIX.split("\n")
    assert (first, end, len(second)) == ("# System context", "", 544)
    assert second.startswith("You are part of a multi-agent system called the Agents SDK, designed to make agent coordination")


def test_they_are_public_names() -> None:
    assert agentchat.prompt_with_handoff_instructions is prompt_with_handoff_instructions
    assert agentchat.RECOMMENDED_PROMPT_PREFIX == RECOMMENDED_PROMPT_PREFIX
