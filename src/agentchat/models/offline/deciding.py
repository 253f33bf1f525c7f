"""Decides what the offline model does next: call tools, hand over, or answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from agentchat.models.offline.answering import answer_to, without_footnote
from agentchat.models.offline.arguments import arguments_for
from agentchat.models.offline.conversation import PastCall, Turn
from agentchat.models.offline.fitting import fitting_handoff
from agentchat.models.offline.intents import Step
from agentchat.models.offline.planning import Plan, plan_of
from agentchat.runtime.declarations.handoff import Handoff
from agentchat.runtime.declarations.tool import Tool


@dataclass(frozen=True, slots=True)
class Thought:
    """Reasoning to show."""

    text: str


@dataclass(frozen=True, slots=True)
class Speech:
    """Words for the person, in Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class NewCall:
    """A tool or a handoff to call."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])


Part: TypeAlias = Thought | Speech | NewCall
"""What an answer of the model is made of."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """What the agent has at hand."""

    tools: Sequence[Tool] = ()
    handoffs: Sequence[Handoff] = ()

    def tool(self, name: str) -> Tool | None:
        """The tool of that name."""
        return next((tool for tool in self.tools if tool.name == name), None)


@dataclass(frozen=True, slots=True)
class State:
    """How far a plan has come."""

    plan: Plan
    done: tuple[tuple[Step, PastCall], ...]
    """Steps whose call was made, whatever came of it."""
    open: tuple[Step, ...]

    def lines(self, sources: Sequence[Step]) -> list[str]:
        """What the calls of these steps gave, for a file; those that gave nothing are left out."""
        wanted = [(step, call) for step, call in self.done if any(step is source for source in sources)]
        return [step.intent.line(call) for step, call in wanted if step.intent.tell(call)]


def next_parts(turn: Turn, equipment: Equipment) -> list[Part]:
    """The model's next answer."""
    plan = plan_of(turn.sentence, [*(each.agent_name for each in equipment.handoffs), *turn.agents])
    if plan.agent is not None and plan.agent not in turn.agents:
        return _hand_over(equipment, plan.agent)
    state = _state_of(plan, turn)
    for phase in sorted({step.phase for step in state.open}):
        steps = [step for step in state.open if step.phase == phase]
        parts = _calls(steps, state, turn, equipment) or _handed_on(steps, turn, equipment)
        if parts:
            return parts
    topic = _handed_on_by_topic(plan, turn, equipment)
    return topic or [Speech(answer_to(turn, plan, state.done, _undone(state, turn, equipment), _names(equipment)))]


def _state_of(plan: Plan, turn: Turn) -> State:
    """Steps and calls are matched in order, per tool: the person may have edited the arguments, and a rejected call is not repeated."""
    calls = list(turn.calls)
    done, still_open = list[tuple[Step, PastCall]](), list[Step]()
    for step in plan.steps:
        call = next((call for call in calls if call.name == step.tool), None)
        if call is None:
            still_open.append(step)
        else:
            calls.remove(call)
            done.append((step, call))
    return State(plan, tuple(done), tuple(still_open))


def _calls(steps: Sequence[Step], state: State, turn: Turn, equipment: Equipment) -> list[Part]:
    """The calls of these steps that the agent can make itself, all at once."""
    calls = list[Part]()
    made = list[Step]()
    for step in steps:
        tool, filled = equipment.tool(step.tool), _filled(step, state, turn)
        if tool is not None and filled is not None:
            calls.append(NewCall(step.tool, arguments_for(tool, filled.arguments)))
            made.append(step)
    return [Thought(_reason_to_call(made, turn)), *calls] if calls else []


def _filled(step: Step, state: State, turn: Turn) -> Step | None:
    """The step with its content; None when what it should write was never found out."""
    if step.sources is None:
        return step
    lines = state.lines(step.sources) if step.sources else [without_footnote(turn.said_before)]
    text = "\n".join(lines).rstrip("\n")
    return replace(step, arguments={**step.arguments, "content": text + "\n"}) if text else None


def _reason_to_call(steps: Sequence[Step], turn: Turn) -> str:
    nouns = _and(list(dict.fromkeys(step.intent.noun for step in steps)))
    tools = _and(list(dict.fromkeys(f"`{step.tool}`" for step in steps)))
    if turn.calls:
        return f"What is left is {nouns}; for that I have {tools}."
    return f"This asks for {nouns}; I have {tools}."


def _hand_over(equipment: Equipment, agent: str) -> list[Part]:
    taken = next(each for each in equipment.handoffs if each.agent_name == agent)
    return [Thought(f"The person asks for {agent}, and I can hand over to them."), NewCall(taken.tool_name)]


def _handed_on(steps: Sequence[Step], turn: Turn, equipment: Equipment) -> list[Part]:
    """A handoff to an agent whose description fits a step that this one has no tool for."""
    for step in steps:
        if equipment.tool(step.tool) is not None:
            continue
        taken = fitting_handoff(equipment.handoffs, step.intent.fits or frozenset(step.tool.split("_")), turn.agents)
        if taken is not None:
            lack = f"I have no `{step.tool}` for {step.intent.noun}; by its description {taken.agent_name} can do it."
            return [Thought(lack), NewCall(taken.tool_name)]
    return []


def _handed_on_by_topic(plan: Plan, turn: Turn, equipment: Equipment) -> list[Part]:
    """A handoff for words that no rule knows, to an agent whose description has them."""
    for words in plan.unknown:
        taken = fitting_handoff(equipment.handoffs, _topics(words), turn.agents)
        if taken is not None:
            why = f"No rule of mine is about this, but {taken.agent_name} is described with the same words."
            return [Thought(why), NewCall(taken.tool_name)]
    return []


def _topics(words: str) -> frozenset[str]:
    """The stems of the longer words, which are more likely to say what it is about."""
    letters = "".join(char if char.isalpha() else " " for char in words.lower())
    return frozenset(word.removesuffix("s") for word in letters.split() if len(word) >= 5)


def _undone(state: State, turn: Turn, equipment: Equipment) -> list[str]:
    """Why the steps that are still open stay so."""
    return list(_reasons(state, turn, equipment))


def _reasons(state: State, turn: Turn, equipment: Equipment) -> Iterator[str]:
    for step in state.open:
        if equipment.tool(step.tool) is None:
            yield f"I have no tool `{step.tool}` for {step.intent.noun}, and no other agent here that fits."
        elif _filled(step, state, turn) is None:
            yield f"I did not write `{step.arguments.get('path')}`, because there is nothing to put in it."


def _names(equipment: Equipment) -> tuple[list[str], list[str]]:
    return [tool.name for tool in equipment.tools], [each.agent_name for each in equipment.handoffs]


def _and(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
