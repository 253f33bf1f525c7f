"""The answers of models, as the journal has them."""

import json
from pathlib import Path

from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.agents.handoffs import handoff
from agentchat.storage.answers import kept_answers
from agentchat.testing import assistant_message, function_call
from tests.chat.lived import SESSION, opened, scripted, setup_of


async def test_every_answer_is_there_with_the_agent_that_asked(tmp_path: Path) -> None:
    model = scripted([function_call("transfer_to_billing", {}, call_id="h")], [assistant_message("Done.")])
    triage = Agent(name="triage", model=model, handoffs=[handoff(Agent(name="billing", model=model))])
    async with opened(tmp_path / "db", setup_of(triage)) as (chat, _):
        await chat.send("Hi")
        await chat.settled()
    first, second = kept_answers(tmp_path / "db", SESSION)
    assert (first.agent, second.agent) == ("triage", "billing")
    assert first.at < second.at
    assert json.loads(second.data)["output"][0]["content"][0]["text"] == "Done."
    assert kept_answers(tmp_path / "db", "other") == ()


def test_a_file_that_does_not_exist_has_none(tmp_path: Path) -> None:
    assert kept_answers(tmp_path / "db", SESSION) == ()
