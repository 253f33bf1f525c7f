"""`agentchat run`: one thing said without the screen."""

from typing import Any

import click

from agentchat.commands import options

_EPILOG = """\b
Exit status:
  0    the answer is complete
  1    the run failed: the model, a tool or a guardrail ended it
  2    the input cannot be used; nothing was run
  3    a call waits for approval: what it is, and how to decide and go on, stands on standard error
  4    the agents used up their turns (--max-turns)
  130  stopped with ctrl+c; 143 and 129: ended by SIGTERM, SIGHUP; 141: nobody read the answer
Whatever the status, what was said is kept as an ordinary conversation. The last line on standard error resumes it.

\b
Examples:
  agentchat run "what is 12 * 12?"
  git diff | agentchat run "review this change" > review.md
  agentchat run --json "list the files here" | jq -r 'select(.type == "result").text'
  agentchat run -c "and shorter, please"
  agentchat run --mode read-only "where is the version set?"
  agentchat run -r 3f2a                       on with a run that was interrupted, or whose calls were decided
"""


@click.command(epilog=_EPILOG, context_settings=options.CONTEXT)
@click.argument("prompt", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="Print what happens as JSON lines; docs/json-lines.md describes them.")
@click.option(
    "--on-approval",
    type=click.Choice(["exit", "reject"]),
    default="exit",
    help="What to do when a call waits for approval: leave it waiting and exit with 3, or refuse it and go on.",
)
@click.option("--max-turns", metavar="N", type=click.IntRange(min=1), help="At most so many model calls.")
@options.talking
def run(*, as_json: bool, on_approval: Any, **given: Any) -> int:
    """Say one thing to your agents without the screen.

    The answer goes to standard output as it comes; tool calls, handoffs, approvals and errors go to standard error, one short line
    each. What is piped in is said as well, behind PROMPT; with "-", or without PROMPT, it is all that is said.

    It never waits for a person: a call that needs approval ends it (--on-approval). A project's agents.toml that needs trust is refused
    without --trust.
    """
    from agentchat.actions.unattended import Errand, run_errand  # what `--help` need not wait for
    from agentchat.actions.wish import Wish

    return run_errand(Errand(Wish(**given), as_json=as_json, on_approval=on_approval))
