"""From a sentence to a plan: which calls, in which order, with which content, and what was not understood."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agentchat.models.offline.clauses import Clause, clauses_of, joined_where, without_quotes
from agentchat.models.offline.commanding import RUNNING, SHELL
from agentchat.models.offline.editing import EDITING
from agentchat.models.offline.families import INTENTS, LISTING, READING, SUMS, TIME, WRITING, intent_for
from agentchat.models.offline.intents import Asked, Intent, Step
from agentchat.models.offline.sums import sums_together
from agentchat.models.offline.talk import Talk, piece_named, talk_in

LONGEST = 600
"""Characters of a sentence, quoted content not counted: a longer one is no request that rules could read."""

_RESULTS = re.compile(
    r"(?:it|that|this|them|these|those|both|all|everything|all of (?:it|that|them|this)"
    r"|(?:the|its|their|your|these|those|both)\s+(?:\w+\s+)?(?:answers?|results?|outputs?|sums?|numbers?|totals?|list|listing|contents?|text"
    r"|time|times|date|findings))",
    re.IGNORECASE,
)
_CHANGES = frozenset({WRITING, EDITING, RUNNING, SHELL})
_WITHIN = re.compile(r"^(?:the )?(?:results?|answers?|output|value) (?:of|to|from) ", re.IGNORECASE)
_TO_AN_AGENT = (
    r"(?:please\s+)?(?:@|(?:ask|tell|let|have|get"
    r"|(?:hand (?:me |this |it )?over|transfer(?: me)?|switch(?: me)?|talk|speak|go|connect me)\s+to)\s+(?:the\s+|our\s+)?)"
)
_AND_ITS_TASK = r"(?:\s+agent)?(?:[,:]|\s+(?:to|and|please|for|about))*(?P<rest>\s.*)?"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sentence asks for."""

    steps: tuple[Step, ...] = ()
    talks: tuple[Talk, ...] = ()
    """What can be said without a tool."""
    unknown: tuple[str, ...] = ()
    """The parts that were not understood."""
    agent: str | None = None
    """The agent that the person named, as the handoffs spell it."""


def plan_of(sentence: str, agents: Sequence[str]) -> Plan:
    """The plan for a sentence; `agents` are the names that the person may mean."""
    agent, rest = _agent_named(sentence.strip(), agents)
    text, quotes = without_quotes(rest)
    draft = _Draft()
    if len(text) > LONGEST:
        draft.unknown.append(f"{text[:60]}…")
    else:
        for clause in joined_where(_completed(clauses_of(sums_together(text), quotes)), _is_better):
            _add(draft, clause)
    return Plan(tuple(draft.steps), tuple(draft.talks), tuple(draft.unknown), agent)


@dataclass(slots=True)
class _Draft:
    """A plan in the making; `plan_of` owns it."""

    steps: list[Step] = field(default_factory=list[Step])
    talks: list[Talk] = field(default_factory=list[Talk])
    unknown: list[str] = field(default_factory=list[str])
    path: str | None = None
    """The file that was named last: what "it" is."""

    def phase(self) -> int:
        """The phase of the last step; 0 before there is one."""
        return self.steps[-1].phase if self.steps else 0

    def next_phase(self) -> int:
        """The phase after all steps so far."""
        return self.phase() + 1 if self.steps else 0


def _agent_named(sentence: str, agents: Sequence[str]) -> tuple[str | None, str]:
    spellings = {re.sub(r"[\W_]+", " ", name).strip().lower(): name for name in agents}
    if not spellings:
        return None, sentence
    names = "|".join(re.escape(name).replace(r"\ ", r"[\W_]+") for name in sorted(spellings, key=len, reverse=True))
    found = re.fullmatch(f"{_TO_AN_AGENT}(?P<name>{names}){_AND_ITS_TASK}", sentence.rstrip(" .?!"), re.IGNORECASE | re.DOTALL)
    if found is None:
        return None, sentence
    return spellings[re.sub(r"[\W_]+", " ", found["name"]).lower()], (found["rest"] or "").strip()


def _completed(clauses: list[Clause]) -> list[Clause]:
    """With the verb put in where it was left out: "write x to a.txt and y to b.txt"."""
    result = list[Clause]()
    for clause in clauses:
        completed = replace(clause, text=f"write {clause.text}")
        left_out = result and _recognised(clause) is None and _asks_to_write(result[-1]) and _asks_to_write(completed)
        result.append(completed if left_out else clause)
    return result


def _asks_to_write(clause: Clause) -> bool:
    return any(intent is WRITING for intent, _ in _recognised(clause) or ())


def _is_better(joined: Clause, before: Clause) -> bool:
    """True when two clauses are one wish: only together they ask for something, or for more than the first one does."""
    following = replace(joined, text=joined.text[len(before.text) :].removeprefix(","))
    alone = replace(following, text=re.sub(r"^\W*(?:and\s+)?", "", following.text.strip(), flags=re.IGNORECASE))
    if _recognised(alone) is not None or talk_in(alone) is not None:
        return False
    together, first = _recognised(joined), _recognised(before)
    if together is None:
        return first is None and talk_in(before) is None
    return first is None or [asked for _, asked in together] != [asked for _, asked in first]


def _recognised(clause: Clause) -> list[tuple[Intent, Asked]] | None:
    for intent in INTENTS:
        asked = intent.recognise(clause)
        if asked is not None:
            return [(intent_for(each.tool) if each.tool else intent, each) for each in asked]
    return None


def _add(draft: _Draft, clause: Clause) -> None:
    recognised = _recognised(clause)
    if recognised is None:
        talk = talk_in(clause)
        if talk is None:
            draft.unknown.append(clause.words())
        else:
            draft.talks.append(talk)
        return
    phase = draft.next_phase() if clause.then else draft.phase()
    for intent, asked in recognised:
        if asked.content is None:
            _add_call(draft, intent, asked, phase)
        elif not _add_writing(draft, clause, asked, phase):
            draft.unknown.append(clause.words())


def _add_call(draft: _Draft, intent: Intent, asked: Asked, phase: int) -> None:
    arguments = dict(asked.arguments)
    if arguments.get("path") == "it":
        if draft.path is None:
            draft.unknown.append("which file “it” is")
            return
        arguments["path"] = draft.path
    if intent in {READING, EDITING}:
        draft.path = arguments["path"]
    if any(_waits_for(intent, step.intent) and step.phase == phase for step in draft.steps):
        phase += 1
    draft.steps.append(Step(intent, asked.tool or intent.tool, arguments, phase))


def _waits_for(intent: Intent, before: Intent) -> bool:
    """Whether what one step does is to be seen by the other: what looks or runs comes after what changes."""
    return before in _CHANGES and (intent in {READING, LISTING, RUNNING, SHELL} or (intent is EDITING and before is not EDITING))


def _add_writing(draft: _Draft, clause: Clause, asked: Asked, phase: int) -> bool:
    """Adds a write; False when what is to be written is nothing that rules can make."""
    assert asked.content is not None
    path = asked.arguments["path"]
    content = _literal(clause, asked.content, path)
    if content is None and _RESULTS.fullmatch(asked.content) and not draft.steps and draft.talks:
        content = draft.talks[-1].text or None
    if content is not None:
        draft.steps.append(Step(WRITING, WRITING.tool, {"path": path, "content": content}, phase))
        draft.path = path
        return True
    sources = _sources(draft, clause, asked.content, phase)
    if sources is None:
        return False
    draft.steps.append(Step(WRITING, WRITING.tool, {"path": path}, draft.next_phase(), sources))
    draft.path = path
    return True


def _literal(clause: Clause, phrase: str, path: str) -> str | None:
    """The content itself: what is quoted, a piece that is known by heart, or plain words that are no wish; else None."""
    quoted = clause.quoted(phrase)
    if quoted is not None:
        return quoted
    piece = piece_named(phrase, path)
    if piece is not None:
        return piece
    is_wish = _RESULTS.fullmatch(phrase) or _recognised(_within(clause, phrase)) is not None
    is_description = re.match(r"(?:an?|some|the|your|another)\s", phrase, re.IGNORECASE)
    return None if is_wish or is_description else clause.put_back(phrase)


def _sources(draft: _Draft, clause: Clause, phrase: str, phase: int) -> tuple[Step, ...] | None:
    """The steps whose results the phrase means, those that it asks for itself added to the draft; None when it means nothing."""
    if _RESULTS.fullmatch(phrase) and (draft.steps or not re.search(r"\btime|\bdate", phrase)):
        return tuple(step for step in draft.steps if step.intent is not WRITING)
    first = len(draft.steps)
    for intent, asked in _recognised(_within(clause, phrase)) or []:
        if intent in {TIME, SUMS, LISTING, READING}:
            _add_call(draft, intent, asked, phase)
    return tuple(draft.steps[first:]) or None


def _within(clause: Clause, phrase: str) -> Clause:
    text = _WITHIN.sub("", phrase)
    text = re.sub(r"^(?:the|a) (?:list|listing) of\b", "list", text)
    return replace(clause, text=re.sub(r"^the (?:texts?|contents?) of\b", "read", text))
