"""`agentchat check`: whether an agents.toml can be used."""

from pathlib import Path

import click

from agentchat.commands import options

_EPILOG = """\b
Exit status:
  0  the file can be used    2  it cannot; every mistake is a line

\b
Examples:
  agentchat check
  agentchat check teams/shop.toml --trust   imports its own code as well
"""


@click.command(epilog=_EPILOG, context_settings=options.CONTEXT)
@click.argument("file", required=False, type=options.FILE)
@options.trust
def check(*, file: Path | None, trust: bool) -> int:
    """Say whether an agents.toml can be used, and everything that is wrong with it.

    Without FILE it is the agents.toml that a chat in this folder would use. No model is called. Code that the file names is imported
    only when you trust the file.
    """
    from agentchat.actions.checking import check_team  # what `--help` need not wait for

    return check_team(file, trust=trust)
