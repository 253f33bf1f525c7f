"""A saved conversation on the terminal, or written down in a file to be read elsewhere."""

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias, cast

import click

from agentchat.actions.wish import database_of, find_session
from agentchat.chat.safe_text import safe_line
from agentchat.chat.saved import SavedChat
from agentchat.chat.transcript.export import as_markdown
from agentchat.chat.transcript.replay import replay
from agentchat.config.errors import Unusable
from agentchat.config.paths import find_paths
from agentchat.headless.reading import as_text
from agentchat.storage.portable import to_json
from agentchat.storage.reader import read_chat

Form: TypeAlias = Literal["markdown", "html", "json"]

_ENDINGS: dict[str, Form] = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".json": "json"}


def show(database: Path | None, session: str, *, whole: bool) -> None:
    """The conversation as text: through a pager on a terminal, else plain."""
    saved = _saved(database, session)
    blocks = replay(saved)
    about = safe_line(f"{saved.session_id}  {saved.title}".rstrip())
    if not sys.stdout.isatty():
        click.echo("\n".join([about, "", *as_text(blocks, whole=whole)]).rstrip())
        return
    os.environ.setdefault("LESS", "FRX")  # as git has it: what fits on the screen is only printed, and letters may be bold
    lines = [click.style(about, bold=True), "", *as_text(blocks, whole=whole, heading=partial(click.style, bold=True))]
    click.echo_via_pager("\n".join(lines).rstrip() + "\n")


def export(database: Path | None, session: str, *, form: str | None, output: Path | None, force: bool) -> None:
    """The conversation in a form, on standard output or in a new file that only its owner can read."""
    target = None if output is None or str(output) == "-" else output.expanduser()
    chosen = cast("Form | None", form) or _by_ending(target, or_else=", or give --format")
    text = _FORMS[chosen](_saved(database, session))
    if target is None:
        click.echo(text, nl=False)
        return
    _write(target, text, force=force, or_else=", or replace it with --force")
    click.echo(f"Wrote {safe_line(str(target))}", err=True)


def save(path: Path, session_id: str, target: Path) -> None:
    """Writes a conversation of that file down, in the form that the target's ending names; what is there already stays."""
    _write(target, _FORMS[_by_ending(target)](read_chat(path, session_id)))


def _saved(database: Path | None, session: str) -> SavedChat:
    path = database_of(database, find_paths())
    return read_chat(path, find_session(session, path))


def _by_ending(target: Path | None, *, or_else: str = "") -> Form:
    if target is None:
        return "markdown"
    if (form := _ENDINGS.get(target.suffix.lower())) is None:
        raise Unusable(f"The ending of {target.name} names no format; use .md, .html or .json{or_else}.")
    return form


def _markdown(saved: SavedChat) -> str:
    return as_markdown(replay(saved), title=saved.title)


def _html(saved: SavedChat) -> str:
    from agentchat.headless.page import About, as_page  # markdown-it, which no other form needs

    return as_page(replay(saved), About(saved.session_id, saved.title, saved.created))


_FORMS: dict[Form, Callable[[SavedChat], str]] = {"markdown": _markdown, "html": _html, "json": to_json}


def _write(target: Path, text: str, *, force: bool = False, or_else: str = "") -> None:
    """Writes the file whole or not at all. What is there already stays, unless by force; `or_else` is how one could use it."""
    taken = Unusable(f"{target} is there already; choose another name{or_else}.")
    if not force and os.path.lexists(target):
        raise taken
    try:
        _write_beside(target, text, force=force)
    except FileExistsError:
        raise taken from None
    except OSError as error:
        raise Unusable(f"{target} cannot be written: {error.strerror}; choose another name or folder.") from error


def _write_beside(target: Path, text: str, *, force: bool) -> None:
    """Under another name first."""
    part = target.with_name(f".{target.name}-{os.getpid()}")
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
        _put(part, target, force=force)
    finally:
        part.unlink(missing_ok=True)


def _put(part: Path, target: Path, *, force: bool) -> None:
    if force:
        part.replace(target)
        return
    try:
        os.link(part, target)  # other than a renaming, it never replaces what somebody else has put there meanwhile
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        part.replace(target)
