"""`agentchat init`: writes an agents.toml to begin with, and never over one that is there without being told."""

import sys
from pathlib import Path

import click

from agentchat.chat.safe_text import safe_line
from agentchat.config.errors import Unusable, shown_path
from agentchat.config.first_team import first_team


def write_first_team(file: Path, *, force: bool) -> int:
    """Returns the exit status."""
    path = file.expanduser().absolute()
    shown = safe_line(shown_path(path))
    if path.is_dir():
        raise Unusable(f"{shown} is a folder; name a file in it.")
    try:
        with path.open("w" if force else "x", encoding="utf-8") as target:
            target.write(first_team())
    except FileExistsError:
        if not _may_be_replaced(shown):
            raise Unusable(f"{shown} is there already, and stays as it is; name another file, or replace it with --force.") from None
        return write_first_team(file, force=True)
    except OSError as error:
        raise Unusable(f"{shown} cannot be written: {error.strerror}; name another file.") from error
    click.echo(f"Wrote {shown}. Its comments say what can stand in it; agentchat check reads it, and agentchat talks with its agents.")
    return 0


def _may_be_replaced(shown: str) -> bool:
    return sys.stdin.isatty() and click.confirm(f"{shown} is there already. Replace it?", default=False, err=True)
