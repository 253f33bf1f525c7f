"""Lists the saved conversations, and what was found in them, on standard output."""

import os
import shlex
import sys
import time
from collections import Counter
from pathlib import Path

import click

from agentchat.actions.wish import database_of
from agentchat.chat.safe_text import safe_line
from agentchat.chat.saved import SessionEntry
from agentchat.config.errors import Unusable
from agentchat.config.paths import find_paths
from agentchat.storage.reader import list_sessions
from agentchat.storage.search import Hit, search
from agentchat.storage.waiting import waiting_calls

NOTHING_FOUND = 1
"""The exit status of a search without a hit."""

_NONE = "There are no conversations yet; start one with: agentchat"
_NONE_HERE = "No conversation was begun in this folder yet; agentchat sessions lists all of them."


def show_sessions(database: Path | None, *, here: bool, limit: int | None) -> None:
    """One line for each conversation in the file, the one used last first."""
    path = database_of(database, find_paths())
    entries = list_sessions(path)
    shown = [entry for entry in entries if not here or entry.folder == str(Path.cwd())][:limit]
    if not shown:
        click.echo(_NONE_HERE if entries else f"{_NONE}{f' --db {shlex.quote(safe_line(str(database)))}' if database else ''}")
        return
    waiting = Counter(call.session_id for call in waiting_calls(path))
    width = max(8, *(len(safe_line(entry.session_id)) for entry in shown))
    click.echo(f"{'ID':<{width}}  {'LAST USED':<18}{'ITEMS':>5}  TITLE")
    for entry in shown:
        used = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.updated))
        title = safe_line(entry.title) if entry.title or entry.rows else "(nothing said yet)"
        standing = _standing(entry, waiting[entry.session_id])
        click.echo(f"{safe_line(entry.session_id):<{width}}  {used:<18}{entry.rows:>5}  {title}{standing}")


def show_hits(database: Path | None, words: str, *, limit: int) -> int:
    """The places where the words stand, under their conversations; returns the exit status."""
    path = database_of(database, find_paths())
    if not any(letter.isalnum() for letter in words):
        raise Unusable(f"There is no word in '{words}' that could be searched for.")
    hits = search(path, words, most=limit)
    if not hits:
        click.echo(f"Nothing that was said has {_quoted(words)}, in {_counted(len(list_sessions(path)), 'conversation')}.")
        return NOTHING_FOUND
    for session_id in dict.fromkeys(hit.session_id for hit in hits):
        found = [hit for hit in hits if hit.session_id == session_id]
        click.echo(f"{safe_line(session_id)}  {click.style(safe_line(found[0].title), bold=True)}")
        for hit in found:
            click.echo(f"    {_marked(hit)}")
    if len(hits) == limit:
        click.echo(f"These are the latest {limit}; --limit shows more.", err=True)
    return 0


def _standing(entry: SessionEntry, waiting: int) -> str:
    """What else is to be known of it, in brackets."""
    told = [f"{_counted(waiting, 'call')} wait{'s' if waiting == 1 else ''}"] if waiting else ["unfinished"] if entry.unfinished else []
    told += [f"fork of {safe_line(entry.parent)}"] if entry.parent else []
    return f"  ({', '.join(told)})" if told else ""


def _marked(hit: Hit) -> str:
    """The line; what was found in it stands out where that can be drawn, and between marks elsewhere."""
    is_drawn = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    parts, end = list[str](), 0
    for first, last in hit.marks:
        word = safe_line(hit.snippet[first:last])
        parts += [safe_line(hit.snippet[end:first]), click.style(word, bold=True, fg="yellow") if is_drawn else f"«{word}»"]
        end = last
    return "".join([*parts, safe_line(hit.snippet[end:])])


def _quoted(words: str) -> str:
    return " and ".join(f"'{safe_line(word)}'" for word in words.split())


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
