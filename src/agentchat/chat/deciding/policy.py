"""Who decides about a call: the rules of a chat, in one order (architecture.md, "The path of an approval").

    any deny > the person's decision on this call > a rule kept for this session > needs_approval=True asks
    > an ask rule > an allow rule > the mode > the tool's effects (changes asks, and so does fetching; reads and none do not)

The person's decision is the run's own affair: it comes after a `Deny` of this policy and before everything else. Read-only mode is a
deny for every tool that changes things, whatever allows it: a mode with that name must not write.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from agentchat.chat.deciding.argument_patterns import ArgumentPatterns
from agentchat.chat.deciding.argv_patterns import ArgvPattern
from agentchat.chat.deciding.queries import asks_the_person
from agentchat.chat.deciding.session_rules import (
    always_asks,
    canonical_text,
    definition_of,
    fact_of,
    fetches,
    kept_in,
    part_of,
    withdrawal_of,
    words_of,
)
from agentchat.chat.saved import SavedFact
from agentchat.chat.status import KeptRule, Mode, SessionRule
from agentchat.chat.store import ChatStore
from agentchat.runtime.declarations.run_context import canonical_json
from agentchat.runtime.ports.policy import Allow, Ask, CallInQuestion, Deny, Verdict
from agentchat.runtime.values.facts import TurnFact

Verb: TypeAlias = Literal["ask", "allow", "deny"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What shall happen to the calls of one tool."""

    tool: str
    """Its name, as the model calls it; "*" for every tool."""
    verb: Verb
    words: str
    """The rule in words, as a person reads it: "agents.toml allows clock"."""
    arguments: str | None = None
    """Canonical JSON: the rule holds for exactly these arguments; None for all."""
    origin: str | None = None
    """The rule holds only for the tool that comes from there (`FunctionTool.origin`); None for every tool of the name."""
    only: tuple[str, ...] = ()
    """The names of the arguments that `arguments` holds, where the others may be any; empty when it holds all."""
    definition: str | None = None
    """The rule holds only for the tool that is defined so (`definition_of`); None for every tool of the name."""
    argv: ArgvPattern | None = None
    """The rule holds only for commands of this pattern, of a tool that runs commands; None for all."""
    when: ArgumentPatterns | None = None
    """The rule holds only for calls with such arguments; None for all."""

    @property
    def is_about_arguments(self) -> bool:
        """Whether it holds for some calls of the tool only."""
        return self.arguments is not None or self.argv is not None or self.when is not None

    def matches(self, call: CallInQuestion) -> bool:
        """True when the rule is about this call."""
        if self.tool not in {"*", call.tool.name, call.name} or self.origin not in {None, call.tool.origin}:
            return False
        if self.definition not in {None, definition_of(call.tool)}:
            return False
        if self.argv is not None and not self._is_about_the_command(self.argv, call):
            return False
        if self.when is not None and not (self.when.allow(call) if self.verb == "allow" else self.when.forbid(call)):
            return False
        return self.arguments is None or self.arguments == (part_of(call, self.only) if self.only else canonical_text(call))

    def _is_about_the_command(self, pattern: ArgvPattern, call: CallInQuestion) -> bool:
        if self.verb != "allow":
            return pattern.reaches(call.arguments)
        return canonical_text(call) == canonical_json(call.arguments) and pattern.lets_in(call.arguments)  # else not all read it alike


def kept_rule(rule: SessionRule, *, at: float) -> Rule:
    """What a person keeps for the session, as a rule of the policy; `at` in seconds since the epoch."""
    return Rule(rule.tool, "allow", words_of(at), rule.arguments, only=rule.only, definition=rule.definition)


class ChatPolicy:
    """The rules of one chat. Mutable in one thing: rules are kept for the session, and withdrawn, by the chat that owns it."""

    def __init__(self, rules: Sequence[Rule] = (), *, mode: Mode = "ask", mode_opens_marked: bool = False) -> None:
        """`mode_opens_marked`: mode auto also lets run what its author marked `needs_approval`; only a flag or a key may say so."""
        self._rules = tuple(rules)
        self._kept: tuple[Rule, ...] = ()
        self._of_the_person: dict[KeptRule, Rule] = {}
        self._mode: Mode = mode
        self._opens_marked = mode == "auto" and mode_opens_marked

    @property
    def mode(self) -> Mode:
        """What decides where no rule does."""
        return self._mode

    def change_mode(self, mode: Mode) -> None:
        """A person chooses it, for what is judged from here on."""
        self._mode, self._opens_marked = mode, mode == "auto"

    def usual(self, call: CallInQuestion) -> tuple[Verdict, bool]:
        """What happens to a call of this tool whatever its arguments are, and whether a rule says otherwise for some of them."""
        rules = (*self._rules, *self._kept, *self._of_the_person.values())
        differs = any(rule.tool in {"*", call.tool.name} and rule.is_about_arguments for rule in rules)
        whole = [rule for rule in self._rules if not rule.is_about_arguments]
        return ChatPolicy(whole, mode=self._mode, mode_opens_marked=self._opens_marked).verdict(call), differs

    def keep(self, rule: Rule) -> None:
        """A rule for the rest of this session."""
        if rule not in self._kept:
            self._kept = (*self._kept, rule)

    @property
    def kept(self) -> tuple[KeptRule, ...]:
        """What a person keeps for the session, the oldest first."""
        return tuple(self._of_the_person)

    def remember(self, facts: Iterable[SavedFact], folder: str = "") -> None:
        """Keeps the rules again that stand among the facts of a conversation and hold in this folder, and no others."""
        self._of_the_person = {kept: kept_rule(kept.rule, at=kept.at) for kept in kept_in(facts, folder)}

    async def keep_for_session(self, rule: SessionRule, store: ChatStore, *, at: float) -> TurnFact:
        """Keeps what a person allowed for the session, and gives the line that tells of it. Stored first: what is told holds."""
        fact = fact_of(rule, at=at)
        await store.note(fact)
        if all(kept.rule != rule for kept in self._of_the_person):
            self._of_the_person[KeptRule(rule, at)] = kept_rule(rule, at=at)
        return fact

    async def withdraw(self, kept: KeptRule, store: ChatStore, *, at: float) -> TurnFact | None:
        """Ends a rule, and gives the line that tells of it; None when it did not hold."""
        if self._of_the_person.pop(kept, None) is None:
            return None
        fact = withdrawal_of(kept, at=at)  # the rule is gone already: a question too many does no harm
        await store.note(fact)
        return fact

    def kept_for(self, call: CallInQuestion) -> str:
        """The words of the kept rule that lets this call run, if nothing forbids it; empty when none does."""
        verdict = None if self._denied(call) else self._kept_for_session(call)
        return verdict.rule if isinstance(verdict, Allow) else ""

    def verdict(self, call: CallInQuestion) -> Verdict:
        """Judges one call."""
        return self._denied(call) or self._kept_for_session(call) or self._asked(call) or self._allowed(call) or self._by_mode(call)

    def _denied(self, call: CallInQuestion) -> Deny | None:
        rule = _first((*self._rules, *self._kept), "deny", call)
        if rule is not None:
            return Deny(rule.words)
        if self._mode == "read-only" and call.tool.effects == "changes":
            return Deny(f"This chat is read-only, and {call.tool.name} changes things.")
        return None

    def _kept_for_session(self, call: CallInQuestion) -> Verdict | None:
        kept = (*self._kept, *self._of_the_person.values())
        rule = next((rule for rule in kept if rule.verb != "deny" and rule.matches(call)), None)
        if rule is None or (rule.verb == "allow" and always_asks(call)):
            return None
        return Allow(rule.words) if rule.verb == "allow" else Ask(rule.words)

    def _asked(self, call: CallInQuestion) -> Verdict | None:
        if asks_the_person(call.tool):
            return Ask("it asks you")  # whatever the mode: nobody else can answer
        if call.needs_approval and not self._opens_marked:
            return Ask("its author wants to be asked")
        rule = _first(self._rules, "ask", call)
        return None if rule is None else Ask(rule.words)

    def _allowed(self, call: CallInQuestion) -> Verdict | None:
        rule = _first(self._rules, "allow", call)
        return None if rule is None else Allow(rule.words)

    def _by_mode(self, call: CallInQuestion) -> Verdict:
        match self._mode:
            case "auto":
                changes = call.tool.effects == "changes" or call.needs_approval or fetches(call)
                return Allow("mode auto") if changes else Allow("")
            case "ask" | "read-only":
                # Nobody had to decide about what changes nothing: no rule's words.
                if call.tool.effects == "changes":
                    return Ask("it changes things")
                return Ask("it sends a request to a host") if fetches(call) else Allow("")
            case _:
                assert_never(self._mode)


def _first(rules: Sequence[Rule], verb: Verb, call: CallInQuestion) -> Rule | None:
    return next((rule for rule in rules if rule.verb == verb and rule.matches(call)), None)
