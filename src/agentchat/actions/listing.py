"""Lists the saved conversations on standard output."""

import time
from pathlib import Path

import click

from agentchat.chat.safe_text import safe_line
from agentchat.config.paths import find_paths
from agentchat.storage.reader import list_sessions


def show_sessions(database: Path | None) -> None:
    """One line for each conversation in the file, the one used last first."""
    entries = list_sessions((database or find_paths().database).expanduser().absolute())
    if not entries:
        click.echo("There are no conversations yet; start one with: agentchat")
        return
    click.echo(f"{'ID':<10}{'LAST USED':<18}{'ITEMS':>5}  TITLE")
    for entry in entries:
        used = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.updated))
        mark = "  (unfinished)" if entry.unfinished else ""
        title = safe_line(entry.title) if entry.title or entry.rows else "(nothing said yet)"
        click.echo(f"{safe_line(entry.session_id):<10}{used:<18}{entry.rows:>5}  {title}{mark}")
