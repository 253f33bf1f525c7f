"""From what is stored to what is shown: blocks are a pure function of items and facts.

`Replay` takes a conversation in, commit by commit, as it was written. A chat that is lived feeds it the same commits as a chat that is
opened again, so that both show the same. Standard library only: the screen's first frame is drawn with it.

A call's output changes the call's own block; a handoff's two items are one block; a fact about a turn is a notice. Items of agents
that run as tools are no rows of the conversation and are written before the call that they belong to: they are held back until that is
there, and stand under it.
"""

import dataclasses
from collections.abc import Sequence
from typing import TypeAlias

from agentchat.chat.saved import SavedChat, SavedFact, SavedRow
from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, Path
from agentchat.chat.transcript.rows import Item, arguments_of, call_id_of
from agentchat.chat.transcript.sheet import NO_FACT, Sheet
from agentchat.runtime.values.facts import EditedCall, Fact, ItemFact, TurnFact


def replay(saved: SavedChat) -> tuple[Block, ...]:
    """The blocks of a stored conversation, with the answer that broke off at its end, if one did."""
    blocks = replayed(saved).blocks
    if not saved.draft:
        return blocks
    return (*blocks, AnswerBlock(id=len(blocks), agent=saved.agent or "", text=saved.draft, ending="incomplete"))


def replayed(saved: SavedChat) -> "Replay":
    """A stored conversation taken in, and ready to take in what follows."""
    whole = Replay()
    standing: dict[int | None, list[SavedFact]] = {}
    for fact in saved.facts:
        if fact.row is None:
            standing.setdefault(fact.after, []).append(fact)
    whole.take_beside(standing.get(None, ()))
    for commit in _commits(saved):
        whole.begin_commit(())
        for row, fact in commit:
            whole.take_item(row.item, fact)
        whole.end_commit()
        for row, _ in commit:
            whole.take_beside(standing.get(row.id, ()))
    return whole


class Replay:
    """A conversation as far as it was taken in. Mutable: its owner feeds it, in the order of writing."""

    def __init__(self) -> None:
        self._placed = Sheet()
        self._held = Sheet()

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What there is to show."""
        return (*self._placed.blocks, *self._held.shifted(len(self._placed.blocks)))

    def place_of_open_call(self, call_id: str, path: Path) -> int | None:
        """Where the latest call with that id stands that has no output; None when there is none."""
        if places := self._placed.open_calls.get((path, call_id)):
            return places[-1]
        held = self._held.open_calls.get((path, call_id))
        return held[-1] + len(self._placed.blocks) if held else None

    def place_of_caller(self, path: Path) -> int | None:
        """Where the call stands under which a nested run does; None when it is not here."""
        if (place := self._placed.caller_of(path)) is not None:
            return place
        held = self._held.caller_of(path)
        return None if held is None else held + len(self._placed.blocks)

    def mark_call(self, call_id: str, path: Path, **fields: str) -> None:
        """Shows a call that has no output otherwise, as a journal knows it."""
        for sheet in (self._placed, self._held):
            if places := sheet.open_calls.get((path, call_id)):
                call = sheet.blocks[places[-1]]
                assert isinstance(call, CallBlock)
                sheet.blocks[places[-1]] = dataclasses.replace(call, **fields)
                return

    def copy(self) -> "Replay":
        """One that goes on from here without touching this one."""
        twin = Replay()
        twin._placed, twin._held = self._placed.copy(), self._held.copy()
        return twin

    def take(self, items: Sequence[Item], facts: Sequence[Fact], edits: Sequence[EditedCall] = ()) -> None:
        """One commit: its items, what is known of them, and of the turn; and the calls of earlier ones that a person has changed."""
        for edit in edits:
            self.mark_call(call_id_of(edit.ran), edit.path, arguments=arguments_of(edit.ran))
        about = {fact.item: fact for fact in facts if isinstance(fact, ItemFact)}
        self.begin_commit(next((fact.path for fact in facts), ()))
        for place, item in enumerate(items):
            self.take_item(item, about.get(place))
        if not any(fact.path for fact in facts):
            self.end_commit()
        for fact in facts:
            if isinstance(fact, TurnFact):
                self.take_turn(fact)

    def take_item(self, item: Item, fact: ItemFact | None) -> None:
        """One item of a commit; without a fact when another program wrote it."""
        known = fact or NO_FACT
        is_placed = not known.path or self._placed.has_open_call(item, known.path)
        (self._placed if is_placed else self._sheet_of(known.path)).add_item(item, known)

    def take_turn(self, fact: TurnFact) -> None:
        """What is known of a turn."""
        self._sheet_of(fact.path).add_notice(fact)

    def take_beside(self, saved: Sequence[SavedFact]) -> None:
        """Stored facts that are about no row: about a turn, or about an item of an agent that ran as a tool."""
        for entry in saved:
            if isinstance(entry.fact, TurnFact):
                self.take_turn(entry.fact)
            elif entry.item is not None:
                if entry.fact.item == 0:
                    self.begin_commit(entry.fact.path)
                self.take_item(entry.item, entry.fact)

    def begin_commit(self, path: Path) -> None:
        """What follows is one commit of the run at the path."""
        (self._sheet_of(path) if path else self._placed).begin_commit(path)

    def end_commit(self) -> None:
        """The conversation's items of one commit are in: what was held back follows them."""
        if self._held.blocks:
            self._placed.append(self._held)
            self._held = Sheet()

    def _sheet_of(self, path: Path) -> Sheet:
        """Where the next of a run comes; a nested one is held back as long as its call is not there."""
        return self._placed if not path or self._placed.caller_of(path[:1]) is not None else self._held


_Commit: TypeAlias = list[tuple[SavedRow, ItemFact | None]]


def _commits(saved: SavedChat) -> list[_Commit]:
    """The rows as they were written together: a fact's `item` counts in its commit, and begins with 0."""
    about = {fact.row: fact.fact for fact in saved.facts if fact.row is not None}
    commits: list[_Commit] = []
    for row in saved.rows:
        known = about.get(row.id)
        fact = known if isinstance(known, ItemFact) else None
        if not commits or fact is None or fact.item == 0:
            commits.append([])
        commits[-1].append((row, fact))
    return commits
