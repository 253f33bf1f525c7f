"""`agentchat approvals`, `approve` and `reject`: what waits for a person, decided without opening the chat's screen.

A decision is written into the conversation and bound to the exact call that was shown. Nothing runs by it here: that is for the process
that has the conversation open, for whoever opens it next, or for `--run`.
"""

import asyncio
import shutil
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import wrap

import click

from agentchat.actions.private_process import make_process_private
from agentchat.actions.unattended import Errand, go_on
from agentchat.actions.wish import Understood, Wish, database_of, understood
from agentchat.chat.deciding.short_keys import short_key
from agentchat.chat.safe_text import safe_line
from agentchat.chat.status import Answer, Approve, Decision, PendingCall, Reject
from agentchat.chat.transcript.call_line import call_line
from agentchat.config.paths import find_paths
from agentchat.headless.answering import answer_in, question_rows
from agentchat.headless.confirming import WORD, ControllingTerminal
from agentchat.headless.desk import Desk
from agentchat.storage.waiting import WaitingCall, waiting_calls
from agentchat.tui.approval.call_text import call_text
from agentchat.tui.approval.folding import Row, folded

UNDECIDED = 1
"""The exit status when nothing was decided."""

_QUESTION = f'Type "{WORD}" to let this call run once; anything else leaves it waiting: '
_ANSWER = "Type your answer, or the number of a choice; nothing leaves it waiting: "
_CHOICE = "Type the number of a choice; anything else leaves it waiting: "
_FOLDED = "↪ "
"""Before a row that goes on with the line above it, which would otherwise look like a line of its own."""
_BLANK = "␠"
"""As in the dialog: the last blank of a row that is nothing else."""


@dataclass(frozen=True, slots=True)
class _Left:
    """How a decision was left."""

    status: int
    """The exit status."""
    to_run: bool = False
    """Whether the run can go on in this process."""


def show_approvals(database: Path | None) -> None:
    """One line for each call that waits, the one that has waited longest first."""
    calls = waiting_calls(database_of(database, find_paths()))
    if not calls:
        click.echo("No call waits for approval.")
        return
    agents = max(len("AGENT"), *(len(safe_line(call.agent)) for call in calls))
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 4_000
    click.echo(f"{'SESSION':<10}{'CALL':<10}{'SINCE':<18}{'AGENT':<{agents}}  TOOL")
    for call in calls:
        click.echo(_row(call, agents, width))
    click.echo("Read and decide with: agentchat approve SESSION CALL, or: agentchat reject SESSION CALL --reason TEXT", err=True)


def approve(wish: Wish, call: str, *, run: bool) -> int:
    """Shows the call and asks for a yes on the terminal; returns the exit status."""
    make_process_private()
    meant = understood(wish)
    with ControllingTerminal() as terminal:
        return _after(asyncio.run(_approved(meant, call, terminal, run=run)), wish, run=run)


def reject(wish: Wish, call: str, *, reason: str, run: bool) -> int:
    """Writes a no down; returns the exit status."""
    return _after(asyncio.run(_rejected(understood(wish), call, reason, run=run)), wish, run=run)


async def _approved(meant: Understood, text: str, terminal: ControllingTerminal, *, run: bool) -> _Left:
    desk = await _desk(meant)
    try:
        call = desk.call(text)
        decision = _said(call, terminal)
        if decision is None:
            return _Left(_say("Nothing was decided; the call still waits.", UNDECIDED))
        refused = await desk.decide(call, decision)
        return _told(refused, f"{'Approved' if call.query is None else 'Answered'} {_named(call)}", desk, meant, run=run)
    finally:
        await desk.close()


def _said(call: PendingCall, terminal: ControllingTerminal) -> Decision | None:
    """What the person says of the call, once they have read it; None when they leave it waiting."""
    if call.query is None:
        return Approve(call.digest) if terminal.confirms(_rows(call, terminal.columns), _QUESTION) else None
    typed = terminal.answer_to(question_rows(call.query, terminal.columns), _ANSWER if call.query.takes_text else _CHOICE)
    answer = answer_in(call.query, typed)
    return Answer(call.digest, answer) if answer else None


async def _rejected(meant: Understood, text: str, reason: str, *, run: bool) -> _Left:
    desk = await _desk(meant)
    try:
        call = desk.call(text)
        refused = await desk.decide(call, Reject(call.digest, reason))
        return _told(refused, f"Rejected {_named(call)}", desk, meant, run=run)
    finally:
        await desk.close()


async def _desk(meant: Understood) -> Desk:
    from agentchat.assembly import assemble  # openai and pydantic, 0.5 s, which no complaint needs

    desk = Desk(await assemble(meant.options, decides_only=True))
    try:
        await desk.open()
    except BaseException:
        await desk.close()
        raise
    return desk


def _told(refused: str, done: str, desk: Desk, meant: Understood, *, run: bool) -> _Left:
    """Says what was decided, and what is left to do."""
    if refused:
        return _Left(_say(refused, UNDECIDED))
    session_id = meant.options.session_id or ""
    goes_on = f"The conversation is open in another process ({desk.owner}), which goes on with it." if desk.owner else ""
    if left := len(desk.waiting):
        more = "One more call waits" if left == 1 else f"{left} more calls wait"
        return _Left(_say(f"{done}. {more}: {meant.command('approve', session_id)}", 0), to_run=not desk.owner)
    if goes_on:
        return _Left(_say(f"{done}. {goes_on}", 0))
    return _Left(_say(f"{done}." if run else f"{done}. It goes on with: {meant.command('run', '-r', session_id)}", 0), to_run=True)


def _after(left: _Left, wish: Wish, *, run: bool) -> int:
    return go_on(Errand(replace(wish, trust=False))) if run and left.to_run else left.status


def _rows(call: PendingCall, columns: int) -> list[str]:
    """The call as the dialog shows it, in rows of a terminal."""
    text = call_text(call)
    rows = folded(text.text, columns - len(_FOLDED) - 1, prose=text.prose)
    lines = [f"{_FOLDED if row.goes_on else '  '}{_drawn(text.text, row)}" for row in rows]
    hidden = ", ".join(text.made_visible)
    return [*wrap(f"Made visible, because one would not see it: {hidden}" if hidden else "", columns - 1), *lines, ""]


def _drawn(text: str, row: Row) -> str:
    """A row. One that ends in a blank and is gone on with is nothing but blanks; the sign says how many."""
    rest = text[row.start : row.end]
    return f"{rest[:-1]}{_BLANK}" if rest.endswith(" ") and text[row.end : row.end + 1] not in {"", "\n"} else rest


def _named(call: PendingCall) -> str:
    return f"{short_key(call.key)} {call_line(call.tool, call.arguments, width=80)}"


def _row(call: WaitingCall, agents: int, width: int) -> str:
    since = time.strftime("%Y-%m-%d %H:%M", time.localtime(call.since))
    head = f"{safe_line(call.session_id):<10}{short_key(call.key):<10}{since:<18}{safe_line(call.agent):<{agents}}  "
    return head + call_line(call.tool, call.arguments, width=max(20, width - len(head)))


def _say(sentence: str, status: int) -> int:
    click.echo(f"agentchat: {safe_line(sentence)}", err=True)
    return status
