"""Calls whose arguments a person changed before they ran.

With a journal the conversation shows such a call as it ran: what the model sees next and the run's items at once, its row with the next
commit, which writes the call's output too. A crash in between leaves the decision in the journal, and the row is replaced when the run
goes on. The rows of a session, and what a provider keeps, cannot be changed: there the call stays as the model made it, and its output
begins with what was changed.
"""

from dataclasses import replace

from agentchat.runtime.running.progress import CallSlot, OpenTurn, Progress
from agentchat.runtime.running.run import Run
from agentchat.runtime.values.facts import EditedCall
from agentchat.runtime.values.items import ToolCallItem, edited_call
from agentchat.runtime.values.raw_calls import with_arguments


def edit_of(run: Run, slot: CallSlot) -> EditedCall | None:
    """What takes the place of the call; None when nobody edited it, and where its output says so instead."""
    return edited_call(slot.raw, slot.edited) if run.shows_edits and slot.edited is not None else None


def note_of(run: Run, slot: CallSlot) -> str:
    """What the call's output begins with; empty where the call itself shows what ran."""
    if slot.edited is None or edit_of(run, slot) is not None:
        return ""
    return f"The user changed the arguments to {slot.edited}."


def show_edits(run: Run, turn: OpenTurn) -> list[EditedCall]:
    """Puts the turn's edited calls in the place of the model's, as far as no output of theirs is a row. Gives those that are rows."""
    edits = [(slot, edit) for slot in turn.slots if not slot.output_written and (edit := edit_of(run, slot)) is not None]
    for slot, edit in edits:
        _replace_items(run.progress, turn, slot, edit)
        if turn.rows_written:
            _replace_input(run.progress, edit)
    return [edit for _, edit in edits] if turn.rows_written else []


def _replace_items(progress: Progress, turn: OpenTurn, slot: CallSlot, edit: EditedCall) -> None:
    """Wherever the run has the call's item, which states share that were taken before: it becomes another item."""
    assert slot.edited is not None
    raw, ran = with_arguments(slot.raw, slot.edited), dict[int, ToolCallItem]()
    for items in (turn.items, progress.new_items, [] if progress.sight is None else progress.sight.items):
        for place, item in enumerate(items):
            if isinstance(item, ToolCallItem) and item.call_id == slot.call_id and item.to_input_item() == edit.made:
                items[place] = ran.setdefault(id(item), replace(item, raw_item=raw))


def _replace_input(progress: Progress, edit: EditedCall) -> None:
    """In what the model sees; and in the run's input, where that holds the rows of a run that was recalled."""
    edit.put(progress.input_items)
    is_new = any(isinstance(item, ToolCallItem) and item.call_id == edit.made["call_id"] for item in progress.new_items)
    if not is_new and not isinstance(progress.original_input, str):
        progress.original_input = list(progress.original_input)
        edit.put(progress.original_input)
