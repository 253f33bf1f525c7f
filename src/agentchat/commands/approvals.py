"""`agentchat approvals`, `approve` and `reject`: decisions from outside."""

from pathlib import Path
from typing import Any

import click

from agentchat.commands import options
from agentchat.commands.completing import conversations


@click.command(context_settings=options.CONTEXT)
@options.database
def approvals(*, database: Path | None) -> None:
    """List the calls that wait for approval, in all conversations.

    A call is shortened to one line here. "agentchat approve SESSION CALL" shows all of it; CALL is its name in this list, or the
    beginning of that.
    """
    from agentchat.actions.deciding import show_approvals  # what `--help` need not wait for

    show_approvals(database)


_run_on = click.option("--run", "run_on", is_flag=True, help="Go on with the run afterwards, as agentchat run -r SESSION would.")

_APPROVE_EPILOG = """\b
Exit status:
  0  decided; with --run, that of agentchat run
  1  not decided
  2  no such call, or no terminal

\b
Examples:
  agentchat approvals
  agentchat approve 3f2a              the only call that waits there
  agentchat approve 3f2a 7c1e --run   one of several, and on with the run
"""


@click.command(epilog=_APPROVE_EPILOG, context_settings=options.CONTEXT)
@click.argument("session", shell_complete=conversations)
@click.argument("call", required=False, default="")
@_run_on
@options.deciding
def approve(*, session: str, call: str, run_on: bool, **given: Any) -> int:
    """Read a call that waits for approval, and let it run once.

    The whole call is shown on the terminal, as in the chat's dialog, and "approve" has to be typed out; no option replaces that. The
    yes is bound to exactly what was shown: when the call would do something else by the time that it runs, it does not run.

    Nothing runs yet: the conversation goes on when it is opened the next time, or at once with --run.
    """
    from agentchat.actions.deciding import approve as decide  # what `--help` need not wait for
    from agentchat.actions.wish import Wish

    return decide(Wish(resume=session, **given), call, run=run_on)


_REJECT_EPILOG = """\b
Examples:
  agentchat reject 3f2a --reason "use the staging database"
  agentchat reject 3f2a 7c1e --run
"""


@click.command(epilog=_REJECT_EPILOG, context_settings=options.CONTEXT)
@click.argument("session", shell_complete=conversations)
@click.argument("call", required=False, default="")
@click.option("--reason", metavar="TEXT", default="", help="What the model is told.")
@_run_on
@options.deciding
def reject(*, session: str, call: str, reason: str, run_on: bool, **given: Any) -> int:
    """Refuse a call that waits for approval. The model is told so, with the reason, when the run goes on."""
    from agentchat.actions.deciding import reject as decide  # what `--help` need not wait for
    from agentchat.actions.wish import Wish

    return decide(Wish(resume=session, **given), call, reason=reason, run=run_on)
