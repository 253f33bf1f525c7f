"""`agentchat run`: one thing said without the screen."""

from typing import Any

import click

from agentchat.commands import options
from agentchat.commands.prompt import prompt

_EPILOG = """\b
Exit status:
  0    the answer is complete
  1    the run failed: the model, a tool or a guardrail ended it
  2    the input cannot be used; nothing was run
  3    a call waits for approval; standard error says which, how to decide,
       and how to go on
  4    the agents used up their turns, their tokens, their money or
       their time (--max-...)
  130  stopped with ctrl+c; a second ctrl+c does not wait for an orderly end
  143  ended by SIGTERM; 129: by SIGHUP; 141: nobody read the answer

Whatever the status, what was said is kept as an ordinary conversation. The last line on standard error resumes it.

\b
Examples:
  agentchat run "what is 12 * 12?"
  git diff | agentchat run "review this change" > review.md
  agentchat run --json "list the files" | jq -r 'select(.type=="result").text'
  agentchat run -c "and shorter, please"
  agentchat run --mode read-only "where is the version set?"
  agentchat run --max-seconds 60 --max-tokens 20000 "summarise NOTES.md"
  agentchat run -r 3f2a              on with a run that was interrupted, or
                                     whose calls were decided
  agentchat run -r 3f2a --take-over  on with one that is open elsewhere; what
                                     is being written there ends half-way
"""

_PATIENCE = 10.0
"""Seconds for which a living process is asked for its conversation."""


@click.command(epilog=_EPILOG, context_settings=options.CONTEXT)
@prompt()
@click.option("--json", "as_json", is_flag=True, help="Print what happens as JSON lines; docs/json-lines.md describes them.")
@click.option(
    "--on-approval",
    type=click.Choice(["exit", "reject"]),
    default="exit",
    help="What to do when a call waits for approval: leave it waiting and exit with 3, or refuse it and go on.",
)
@click.option("--max-turns", metavar="N", type=click.IntRange(min=1), help="At most so many model calls.")
@click.option("--max-tokens", metavar="N", type=click.IntRange(min=1), help="Stop behind the model call that has used so many tokens up.")
@click.option(
    "--max-cost",
    metavar="C",
    type=click.FloatRange(min=0, min_open=True),
    help="Stop behind the model call that has cost so much, in the currency of the prices in agents.toml.",
)
@click.option("--max-seconds", metavar="S", type=click.FloatRange(min=0, min_open=True), help="Stop after so many seconds.")
@click.option(
    "--take-over",
    "taking",
    is_flag=True,
    help="With -r or -c: ask another process that has the conversation open for it, and take it when it is not given within 10 seconds.",
)
@options.talking
def run(
    *,
    as_json: bool,
    on_approval: Any,
    max_tokens: int | None,
    max_cost: float | None,
    max_seconds: float | None,
    taking: bool,
    **given: Any,
) -> int:
    """Say one thing to your agents without the screen.

    The answer goes to standard output as it comes; tool calls, handoffs, approvals and errors go to standard error, one short line
    each. What is piped in is said as well, behind PROMPT; with "-", or without PROMPT, it is all that is said.

    It never waits for a person: a call that needs approval ends it (--on-approval). A project's agents.toml that needs trust is refused
    without --trust.
    """
    from agentchat.actions.unattended import Errand, run_errand  # what `--help` need not wait for
    from agentchat.actions.wish import Wish
    from agentchat.headless.run import Terms

    patience = _PATIENCE if taking else None
    terms = Terms(on_approval, tokens=max_tokens, cost=max_cost, seconds=max_seconds, take_over=patience)
    return run_errand(Errand(Wish(**given), as_json=as_json, terms=terms))
