"""`agentchat sessions`: the saved conversations."""

from pathlib import Path

import click

from agentchat.commands import options


@click.command(context_settings=options.CONTEXT)
@options.database
def sessions(*, database: Path | None) -> None:
    """List the saved conversations, the one used last first."""
    from agentchat.actions.listing import show_sessions  # what `--help` need not wait for

    show_sessions(database)
