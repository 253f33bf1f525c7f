"""`agentchat init`: an agents.toml to begin with."""

from pathlib import Path

import click

from agentchat.commands import options


@click.command(context_settings=options.CONTEXT)
@click.argument("file", required=False, type=options.FILE, default=Path("agents.toml"))
@click.option("--force", is_flag=True, help="Replace a file that is there, without a question.")
def init(*, file: Path, force: bool) -> int:
    """Write a commented agents.toml to begin with; FILE is agents.toml in this folder.

    A file that is there is replaced only when you say so: on a terminal you are asked, elsewhere --force says it.
    """
    from agentchat.actions.beginning import write_first_team  # what `--help` need not wait for

    return write_first_team(file, force=force)
