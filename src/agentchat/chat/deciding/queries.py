"""Questions that a model asks the person: which calls are such questions, what they ask, and the call with its answer in it.

Such a call is one of the built-in tool `ask_user`. It always waits for the person, whatever rule or mode there is, and nothing but an
answer or a refusal decides it: an answer is an approval of the call with one argument more. What a model writes under the name of that
argument is thrown away.
"""

import json
from typing import Any, cast

from agentchat.chat.status import ASK_USER, BUILT_IN, Query
from agentchat.runtime.declarations.arguments import parsed_arguments
from agentchat.runtime.declarations.tool import AnsweredTool

QUESTION = "question"
ANSWER = "answer"
"""The argument that holds what the person said."""


def asks_the_person(tool: AnsweredTool | None) -> bool:
    """Whether a call of the tool is a question to the person."""
    return tool is not None and (tool.name, tool.origin) == (ASK_USER, BUILT_IN)


def query_in(arguments: str) -> Query:
    """What the call asks. Its arguments are a model's: whatever is missing or of another kind is left out."""
    given = parsed_arguments(arguments) or {}
    listed: Any = given.get("choices")
    choices = [one for one in cast("list[object]", listed) if isinstance(one, str)] if isinstance(listed, list) else []
    question = given.get(QUESTION)
    takes_text = given.get("allow_free_text") is not False or not choices
    return Query(question if isinstance(question, str) else "", tuple(dict.fromkeys(choices)), takes_text=takes_text)


def answered(arguments: str, answer: str) -> str:
    """The arguments with the person's answer among them, right behind the question."""
    given = parsed_arguments(arguments) or {}
    return json.dumps({name: given[name] for name in given if name == QUESTION} | {ANSWER: answer} | _others(given), ensure_ascii=False)


def _others(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in {QUESTION, ANSWER}}
