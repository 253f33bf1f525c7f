"""A person's decisions of one chat: about calls, from the dialog's word to the journal, and about the rules that are kept.

A decision is written down with its line in one transaction, before anything comes of it: a crash behind it loses neither.
"""

import os
from typing import Literal, TypeAlias

from agentchat.chat.conversation import Conversation
from agentchat.chat.deciding.waiting import WaitingCalls
from agentchat.chat.notes import Notes
from agentchat.chat.setup import ChatSetup
from agentchat.chat.status import Approve, Decision, KeptRule
from agentchat.chat.store import ChatStore
from agentchat.runtime.values.exceptions import AgentsException
from agentchat.runtime.values.facts import TurnFact
from agentchat.runtime.values.keys import CallKey

Taken: TypeAlias = Literal["by us", "by another", "nothing"]
"""What became of a decision: the journal has it; it has one of before; or it decides nothing."""

_GONE = "This call does not wait for a decision any more; nothing was changed."
_CHANGED = "This call is not what was shown any more; look at it again."
_NOT_STORED = (
    "The rule does not hold any more here, but that could not be stored: when the conversation is opened again it holds again; "
    "withdraw it once more then."
)
_TAKEN = "This call was decided already; the first decision stands."


class Decisions:
    """Takes decisions. Holds nothing itself; when what it changes is shown, is its chat's affair."""

    def __init__(self, store: ChatStore, setup: ChatSetup, waiting: WaitingCalls, shown: Conversation, notes: Notes) -> None:
        self._store = store
        self._setup = setup
        self._waiting = waiting
        self._shown = shown
        self._notes = notes

    async def take(self, key: str, decision: Decision) -> Taken:
        """Writes it down, where it is about what was shown; else says why not, and shows the call as it is."""
        found = await self._waiting.check(key, decision.digest) if self._shown.phase in {"waiting", "interrupted"} else "gone"
        if found != "waits":
            self._shown.ask(self._waiting.pending)
            await self._notes.add("notice", _CHANGED if found == "changed" else _GONE)
            return "nothing"
        said = await self._waiting.said(key, decision)
        if said is None:
            self._shown.ask(self._waiting.pending)
            return "nothing"
        line = self._line(self._from_outside(key, decision) or self._waiting.line_about(key, decision))
        if not await self._store.decide(CallKey.parse(key), said, line):
            await self._notes.add("notice", _TAKEN)
            return "by another"
        if line is not None and not self._store.access.decides:
            self._shown.note(line)
        self._waiting.was_taken(key, said)
        await self._keep_the_rule_in(key, decision)  # of a yes that did not count no rule stays
        return "by us"

    async def withdraw(self, kept: KeptRule) -> bool:
        """Ends a rule that is kept, at once, also where that cannot be stored. True when its line has to wait: a run goes on."""
        try:
            line = await self._setup.policy.withdraw(kept, self._store, at=self._setup.clock.now())
        except AgentsException as error:
            line = None
            self._notes.in_passing("error", f"{_NOT_STORED} {self._setup.explain(error)}")
        finally:
            self._shown.change(rules=self._setup.policy.kept)
        if self._shown.phase in {"running", "stopping"}:
            return True
        if line is not None:
            self._shown.note(line)
        return False

    async def _keep_the_rule_in(self, key: str, decision: Decision) -> None:
        if (rule := self._waiting.rule_in(key, decision)) is not None:
            self._shown.note(await self._setup.policy.keep_for_session(rule, self._store, at=self._setup.clock.now()))
            self._shown.change(rules=self._setup.policy.kept)

    def _from_outside(self, key: str, decision: Decision) -> str:
        """What is told in the conversation of a decision that was not taken on its screen."""
        word = "Approved" if isinstance(decision, Approve) else "Rejected"
        about = self._waiting.shown_in_a_line(key)
        return f"{word} from outside, by another process (pid {os.getpid()}): {about}" if self._store.access.decides else ""

    def _line(self, text: str) -> TurnFact | None:
        return TurnFact(kind="notice", text=text, at=self._setup.clock.now()) if text else None
