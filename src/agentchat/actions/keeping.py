"""What a person does to saved conversations without opening them: another name, another copy, taking one in, taking one away."""

import sys
import time
from dataclasses import replace
from pathlib import Path

import click

from agentchat.actions import whole_conversations
from agentchat.actions.wish import Wish, database_of, find_session, understood
from agentchat.chat.safe_text import safe_line
from agentchat.config.errors import Unusable
from agentchat.config.paths import find_paths
from agentchat.storage import keeping
from agentchat.storage.portable import from_json
from agentchat.storage.reader import find_sessions

UNDONE = 1
"""The exit status when the person said no."""

_LARGEST = 512 * 1024 * 1024
"""Bytes; a file that is larger is none of ours."""


def rename(database: Path | None, session: str, title: str) -> None:
    """Gives it another name."""
    path, session_id = _found(database, session)
    keeping.rename(path, session_id, " ".join(title.split()), at=time.time())
    click.echo(f"{safe_line(session_id)} is now: {_title(path, session_id)}")


def delete(database: Path | None, session: str, *, yes: bool) -> int:
    """Takes it away, after a typed yes; returns the exit status."""
    path, session_id = _found(database, session)
    (entry,) = [one for one in find_sessions(path, session_id) if one.session_id == session_id]
    name = f"{safe_line(session_id)}  {safe_line(entry.title)}"
    if not yes and not _confirmed(f"{name}  ({entry.rows} items)"):
        click.echo("Nothing was deleted.", err=True)
        return UNDONE
    whole_conversations.delete(path, session_id, at=time.time())
    click.echo(f"Deleted {name}")
    return 0


def fork(database: Path | None, session: str, *, before: int | None) -> None:
    """Copies it, and says how to open the copy."""
    path, session_id = _found(database, session)
    made = whole_conversations.fork(path, session_id, at=time.time(), before=before)
    click.echo(f"Forked {safe_line(session_id)} as {made.session_id}; open it with: {_open_command(database, made.session_id)}")


def take_in(database: Path | None, file: Path) -> None:
    """Writes what was exported elsewhere into the person's own file. Its file tools work here, whatever folder it names."""
    saved = from_json(_read(file))
    meant = understood(Wish(database=database))  # makes the folders
    session_id = keeping.add(meant.options.database, replace(saved, folder=str(Path.cwd()), updated=time.time()))
    title = _title(meant.options.database, session_id)
    click.echo(f"Took in {title} as {session_id}; open it with: {_open_command(database, session_id)}")


def _found(database: Path | None, session: str) -> tuple[Path, str]:
    path = database_of(database, find_paths())
    return path, find_session(session, path)


def _title(path: Path, session_id: str) -> str:
    (entry,) = [one for one in find_sessions(path, session_id) if one.session_id == session_id]
    return safe_line(entry.title) or "(nothing said yet)"


def _open_command(database: Path | None, session_id: str) -> str:
    return safe_line(understood(Wish(database=database)).resume_command(session_id))


def _confirmed(what: str) -> bool:
    if not sys.stdin.isatty():
        raise Unusable("Deleting asks on the terminal, and there is none; say --yes.")
    click.echo(what)
    try:
        return input('Type "yes" to delete it for good: ').strip() == "yes"
    except EOFError:
        return False


def _read(file: Path) -> str:
    if str(file) == "-":
        data = sys.stdin.buffer.read(_LARGEST + 1)
    else:
        try:
            with file.expanduser().open("rb") as source:
                data = source.read(_LARGEST + 1)
        except OSError as error:
            raise Unusable(f"{file} cannot be read: {error.strerror}; give a file that agentchat sessions export has written.") from error
    if len(data) > _LARGEST:
        raise Unusable(f"{file} is larger than any conversation; give a file that agentchat sessions export has written.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unusable(f"{file} is no UTF-8 text; give a file that agentchat sessions export --format json has written.") from None
