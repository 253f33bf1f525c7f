"""The tool that asks the person: a question, with choices or a line to write in.

The call waits as one that needs approval does, in the same journal and for as long; the person's answer is its approval. It arrives as one
more argument, which no model is told of: the chat puts it there, in the place of whatever a model may have written under that name
(`agentchat.chat.deciding.queries`). So the answer is kept before anything comes of it, is used once, and survives whatever ends the
program.
"""

from dataclasses import replace

from agentchat.chat.deciding.queries import ANSWER
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.tools.failures import ToolFailed


def ask_user(question: str, choices: list[str] | None = None, *, allow_free_text: bool = True, answer: str | None = None) -> str:
    """Asks the user a question, waits for the answer, and gives it. Ask only what you cannot find out yourself.

    Args:
        question: The question, in plain text: one sentence, or a few.
        choices: Answers to choose from, a few words each; null when there are none.
        allow_free_text: Whether the user may write another answer than those.
        answer: The user's own.
    """
    if not question.strip():
        raise ToolFailed("The question is empty; say what you want to know.")
    if answer is None:
        raise ToolFailed("Nobody answered; go on without an answer, or say what you need to know.")
    if choices and not allow_free_text and answer not in choices:
        raise ToolFailed("The answer is none of the choices; ask again.")
    return answer


def without_the_answer(tool: FunctionTool) -> FunctionTool:
    """The tool as a model is told of it."""
    schema = tool.params_json_schema
    properties = {name: part for name, part in schema["properties"].items() if name != ANSWER}
    return replace(tool, params_json_schema={**schema, "properties": properties, "required": list(properties)})
