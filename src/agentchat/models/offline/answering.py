"""The words of the offline model: what it says when the calls are done, and what it says about itself."""

from collections.abc import Sequence

from agentchat.models.offline.conversation import PastCall, Turn
from agentchat.models.offline.families import INTENTS
from agentchat.models.offline.intents import Step
from agentchat.models.offline.planning import Plan
from agentchat.models.offline.talk import Talk
from agentchat.models.offline.telling import not_done

WHAT_IT_IS = "I am the **offline demo model** of agentchat: a set of rules, not a language model."
CONNECT = """To connect a real model

- set `OPENAI_API_KEY`,
- or set `OPENAI_BASE_URL` to any OpenAI-compatible server (Ollama, vLLM, llama.cpp, LM Studio ...),
- or name models and agents in `agents.toml`."""

_FOOTNOTE = f"*{WHAT_IT_IS.replace('**', '')} Type `help` to see what I understand and how to connect a real one.*"
"""Ends the first answer of a conversation."""

Names = tuple[list[str], list[str]]
"""The names of the tools and of the agents that can take over."""


def answer_to(
    turn: Turn, plan: Plan, done: Sequence[tuple[Step, PastCall]], undone: Sequence[str], names: Names
) -> str:
    """The answer, in Markdown."""
    paragraphs = [*_told(done), *undone, *(_said(talk, names) for talk in plan.talks)]
    paragraphs += [f"I did not understand “{words}”." for words in plan.unknown]
    if not plan.steps and not plan.talks:
        paragraphs.append(_what_now(turn, plan, names))
    elif not turn.said_before and not any(talk.kind in {"help", "greeting"} for talk in plan.talks):
        paragraphs.append(_FOOTNOTE)
    return "\n\n".join(paragraphs)


def without_footnote(answer: str) -> str:
    """An earlier answer without what it said about itself."""
    return answer.removesuffix(_FOOTNOTE).rstrip()


def _told(done: Sequence[tuple[Step, PastCall]]) -> list[str]:
    """What the calls gave; several short answers become a list."""
    told = [step.intent.tell(call) or not_done(call) for step, call in done]
    if len(told) > 1 and not any("\n" in text for text in told):
        return ["\n".join(f"- {text}" for text in told)]
    return told


def _what_now(turn: Turn, plan: Plan, names: Names) -> str:
    """After a sentence without anything to do: what could be asked."""
    if plan.agent is not None or turn.agents:
        who = (plan.agent or turn.agents[-1]).strip()
        return f"You are talking to {who} now. {_short_help(names)}"
    return f"{WHAT_IT_IS} {_short_help(names)}"


def _said(talk: Talk, names: Names) -> str:
    match talk.kind:
        case "help":
            return _help(names)
        case "greeting":
            return f"Hello! {WHAT_IT_IS} {_short_help(names)}"
        case "thanks":
            return "You are welcome."
        case "piece":
            return talk.text.rstrip("\n")


def _short_help(names: Names) -> str:
    known = [intent for intent in INTENTS if intent.tool in names[0]]
    examples = [intent.example for intent in known] + [_by_name(name) for name in _unknown(names[0])] or ["show me markdown"]
    return f"Try {', '.join(f'“{example}”' for example in examples[:3])}, or `help`."


def _help(names: Names) -> str:
    tools, agents = names
    known = [intent for intent in INTENTS if intent.tool in tools]
    lines = [f"- “{intent.example}” (calls `{intent.tool}`)" for intent in known]
    lines += [f"- “{_by_name(name)}” (a tool that I know only by its name)" for name in _unknown(tools)]
    lines += [f"- “ask {name} to ...” (hands the conversation over)" for name in agents]
    lines += ["- several at once: “what time is it, and read README.md, and then save it to copy.md”"] if len(known) > 1 else []
    lines.append("- “tell me a long story”, “show me markdown”, “write a haiku”")
    real = "What you see is real all the same: tools, approvals, handoffs, files."
    return "\n\n".join([f"{WHAT_IT_IS} {real}", "I understand", "\n".join(lines), CONNECT])


def _unknown(tools: Sequence[str]) -> list[str]:
    """The tools that no sentence is about."""
    return [name for name in tools if name not in {intent.tool for intent in INTENTS}]


def _by_name(tool: str) -> str:
    return f"call {tool} with key=value"
