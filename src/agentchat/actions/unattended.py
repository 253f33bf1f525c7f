"""What `agentchat run` does: makes the chat, follows it without a screen, and says how to go on."""

import asyncio
import os
import sys
import threading
from dataclasses import dataclass, field, replace

import click

from agentchat.actions.private_process import make_process_private
from agentchat.actions.wish import Understood, Wish, understood
from agentchat.chat.deciding.short_keys import short_key
from agentchat.chat.safe_text import safe_line
from agentchat.chat.shown_cost import shown_cost
from agentchat.chat.transcript.call_line import call_line
from agentchat.config.errors import Unusable
from agentchat.headless.prompt import read_prompt
from agentchat.headless.run import HeadlessRun, Outcome, Terms, Told
from agentchat.headless.signals import Signals
from agentchat.headless.streams import Streams, kept_streams


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done without a screen."""

    wish: Wish
    as_json: bool = False
    terms: Terms = field(default_factory=Terms)


def run_errand(errand: Errand) -> int:
    """Says the prompt of the wish, and what is piped in, to the agents; returns the exit status."""
    with Signals() as signals:
        prompt = read_prompt(errand.wish.prompt, _say)
        return _followed(replace(errand, wish=replace(errand.wish, prompt=prompt)), signals)


def go_on(errand: Errand) -> int:
    """Goes on with a conversation whose calls were decided. Reads nothing from standard input."""
    with Signals() as signals:
        return _followed(errand, signals)


def _followed(errand: Errand, signals: Signals) -> int:
    make_process_private()
    meant = understood(errand.wish)
    if errand.terms.take_over is not None and meant.options.session_id is None:
        raise Unusable("--take-over takes a saved conversation over; say which with -r ID or -c.")
    if not errand.wish.prompt:
        _must_be_unfinished(meant)
    with kept_streams() as streams:
        outcome = asyncio.run(_run(errand, meant, streams, signals))
    _say_goodbye(outcome, meant)
    return outcome.result.exit_status


def _must_be_unfinished(meant: Understood) -> None:
    from agentchat.storage.reader import find_sessions  # SQLite, 10 ms, which a new chat does not need here

    session_id = meant.options.session_id
    if session_id is None:
        raise Unusable('There is nothing to say; give a prompt: agentchat run "PROMPT", or pipe one in.')
    if not any(entry.unfinished for entry in find_sessions(meant.options.database, session_id) if entry.session_id == session_id):
        raise Unusable(f'{session_id} has nothing to go on with; say something: agentchat run -r {session_id} "PROMPT"')


async def _run(errand: Errand, meant: Understood, streams: Streams, signals: Signals) -> Outcome:
    from agentchat.assembly import assemble  # openai and pydantic, 0.5 s, which no complaint needs

    def farewell(session_id: str) -> str:
        return f"\nResume with: {safe_line(meant.resume_command(session_id))}\n"

    terms = replace(errand.terms, farewell=farewell)
    run = HeadlessRun(await assemble(meant.options), _told(streams, errand), streams, signals, terms=terms)
    outcome = await run.follow(meant.wish.prompt)
    if outcome.is_abandoned:
        _say_goodbye(outcome, meant)
        os._exit(outcome.result.exit_status)  # to leave the event loop would be to wait for what does not end
    return outcome


def _told(streams: Streams, errand: Errand) -> Told:
    if errand.as_json:
        from agentchat.headless.json_lines import JsonLines  # one of the two

        return JsonLines(streams.answer)
    from agentchat.headless.text import Text

    return Text(streams)


def _say_goodbye(outcome: Outcome, meant: Understood) -> None:
    """Why it ended before its end, what can be done about it, and how to resume: the last line."""
    result, session_id = outcome.result, outcome.result.session
    match result.status:
        case "waiting" if outcome.is_kept:
            _say_what_waits(outcome, meant)
        case "out of turns":
            _say("The agents asked the model as often as they may and were not done; resume it, or give more with --max-turns.")
        case "out of tokens":
            used = result.input_tokens + result.output_tokens
            _say(f"Stopped after {used} tokens; what was said so far is kept. Resume it, or give more with --max-tokens.")
        case "out of budget":
            cost = shown_cost(result.cost or 0.0)
            _say(f"Stopped at a cost of {cost}; what was said so far is kept. Resume it, or give more with --max-cost.")
        case "out of time":
            _say("Stopped because its time is over; what was said so far is kept. Resume it, or give more with --max-seconds.")
        case "interrupted" | "terminated":
            _say("Stopped; what was said so far is kept.")
        case "done" | "failed" | "waiting":
            pass
    if outcome.has_unsent and outcome.is_kept and result.status != "done":
        _say("The message was not answered; it stands in the prompt when the conversation is opened.")
    if outcome.is_kept:
        click.echo(f"Resume with: {safe_line(meant.resume_command(session_id))}", err=True)
    _leave_if_a_thread_is_busy(result.exit_status)


def _say_what_waits(outcome: Outcome, meant: Understood) -> None:
    session_id, waiting = outcome.result.session, outcome.result.waiting
    for_what = "an answer" if all(call.query is not None for call in waiting) else "approval"
    _say(f"A call waits for {for_what}:" if len(waiting) == 1 else f"{len(waiting)} calls wait for {for_what}:")
    for call in waiting:
        one = (session_id, short_key(call.key))
        click.echo(f"  {call_line(call.tool, call.arguments, width=100)}", err=True)
        deed = "read and approve" if call.query is None else "read and answer"
        click.echo(f"    {deed:<16}  {safe_line(meant.command('approve', *one))}", err=True)
        click.echo(f"    refuse            {safe_line(meant.command('reject', *one, '--reason', 'TEXT'))}", err=True)
    click.echo(f"  then go on          {safe_line(meant.command('run', '-r', session_id))}", err=True)


def _leave_if_a_thread_is_busy(status: int) -> None:
    """A tool's thread that does not return does not keep the program."""
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        sys.stdout.flush()
        os._exit(status)


def _say(sentence: str) -> None:
    click.echo(f"agentchat: {safe_line(sentence)}", err=True)
