"""Sentences that want a question put to the person: "ask me which colour: red or blue"."""

import re
import shlex

from agentchat.models.offline.clauses import Clause
from agentchat.models.offline.conversation import PastCall
from agentchat.models.offline.intents import Asked, Intent
from agentchat.models.offline.telling import output_line, tool_said

_ASK = re.compile(
    r"^ask me\b,?\s*(?:(?:a|the|this) question\b[:,]?\s*)?(?P<question>[^:]+?)(?:\s*:\s*(?P<choices>.+))?$", re.IGNORECASE | re.DOTALL
)
_OR = re.compile(r"\s*,\s*(?:or\s+)?|\s+or\s+", re.IGNORECASE)


def _asks(clause: Clause) -> list[Asked] | None:
    found = _ASK.search(clause.text)
    if found is None:
        return None
    question = clause.put_back(found["question"]).strip().rstrip("?")
    choices = [clause.put_back(choice).strip() for choice in _OR.split(found["choices"] or "")]
    given = {"choices": shlex.join(filter(None, choices))} if found["choices"] else {}
    return [Asked({"question": f"{question[:1].upper()}{question[1:]}?", **given})]


def _tells_the_answer(call: PastCall) -> str | None:
    answer = (call.output or "").strip()
    return f"You answered: **{answer}**." if tool_said(call, failure=r"The user does not want .*") and answer else None


ASKING = Intent(
    tool="ask_user",
    noun="a question to you",
    example="ask me which colour: red or blue",
    fits=frozenset({"question"}),
    recognise=_asks,
    tell=_tells_the_answer,
    line=output_line,
)
