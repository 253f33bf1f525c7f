"""The `agentchat` command: its commands and their options, and a status for the shell.

Nothing is imported here that `--help` does not need: what a command does is imported when it is called. Whatever is wrong with the
input is one sentence on standard error and the status 2.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from agentchat import __version__
from agentchat.config.errors import ConfigError, Unusable
from agentchat.runtime.values.exceptions_base import AgentsException

USAGE = 2
"""The exit status for input that cannot be used."""
INTERRUPTED = 130
"""The exit status after ctrl+c."""


def run(arguments: Sequence[str]) -> int:
    """Carries a command line out; returns the exit status."""
    command = _SUBCOMMANDS.get(arguments[0]) if arguments else None
    try:
        if command is not None:
            status = command.main([*arguments[1:]], prog_name=f"agentchat {arguments[0]}", standalone_mode=False)
        else:
            status = chat.main([*arguments], prog_name="agentchat", standalone_mode=False)
    except click.ClickException as error:
        message = error.format_message()
        return _complain(f"{message}{'' if message.endswith(('.', '?', '?)')) else '.'} See agentchat --help.")
    except click.Abort:
        return INTERRUPTED
    except (Unusable, ConfigError, AgentsException) as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(f"{error.filename or 'A file'} cannot be used: {error.strerror}; make its folder writable, or set AGENTCHAT_HOME.")
    return status or 0


_EPILOG = """\b
Commands:
  agentchat run PROMPT      Say one thing without the screen, and print the answer; for scripts and pipes.
  agentchat sessions        List the saved conversations.
  agentchat approvals       List the calls that wait for approval, in all conversations.
  agentchat approve ID      Read a call that waits, and let it run once.
  agentchat reject ID       Refuse a call that waits.
Each has a --help of its own.

\b
Examples:
  agentchat                                 a new chat
  agentchat "what changed in this folder?"  a new chat that begins with this
  agentchat -c                              on with the last one of this folder
"""

_CONTEXT: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
_FILE = click.Path(path_type=Path)

# Options that several commands have.
_agent = click.option("--agent", metavar="NAME", help="The agent that gets the first message: a name from agents.toml, or module:object.")
_model = click.option("--model", metavar="NAME", help='The model of all agents; "offline" is the built-in demo model.')
_config = click.option("--config", metavar="FILE", type=_FILE, help="Read this agents.toml.")
_mode = click.option(
    "--mode", type=click.Choice(["ask", "read-only", "auto"]), default="ask", help="What happens to calls that change things."
)
_database = click.option("--db", "database", metavar="FILE", type=_FILE, help="Keep the conversations in this file.")
_trust = click.option("--trust", is_flag=True, help="Trust this project's agents.toml as it is now.")
_resume = click.option("-r", "--resume", metavar="ID", help="Resume a saved conversation: its id, the beginning of its id, or its title.")
_latest = click.option("-c", "--continue", "latest", is_flag=True, help="Resume the conversation that was used last in this folder.")
_on_approval = click.option(
    "--on-approval",
    type=click.Choice(["exit", "reject"]),
    default="exit",
    help="What to do when a call waits for approval: leave it waiting and exit with 3, or refuse it and go on.",
)


@click.command(epilog=_EPILOG, context_settings=_CONTEXT)
@click.argument("prompt", required=False, default="")
@_resume
@_latest
@_agent
@_model
@_config
@_mode
@_database
@_trust
@click.option("--version", is_flag=True, help="Show the version and exit.")
def chat(*, version: bool, **given: Any) -> int:
    """Talk to your agents in the terminal.

    Without options a new chat begins, and PROMPT is its first message.
    """
    if version:
        click.echo(f"agentchat {__version__}")
        return 0
    _must_not_be_a_slip(given["prompt"])
    from agentchat.launch import launch  # what `--help` need not wait for
    from agentchat.wish import Wish

    return launch(Wish(**given))


def _must_not_be_a_slip(prompt: str) -> None:
    """A prompt of one word that is nearly a command was meant as one."""
    from difflib import get_close_matches  # 1 ms, as above

    if near := get_close_matches(prompt, _SUBCOMMANDS, n=1, cutoff=0.8):
        raise Unusable(f"There is no command '{prompt}'; did you mean: agentchat {near[0]}? Say it to the agents in the chat itself.")


@click.command(context_settings=_CONTEXT)
@click.option("--db", "database", metavar="FILE", type=_FILE, help="The file with the conversations.")
def sessions(*, database: Path | None) -> None:
    """List the saved conversations, the one used last first."""
    from agentchat.listing import show_sessions  # as above

    show_sessions(database)


_RUN_EPILOG = """\b
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


@click.command("run", epilog=_RUN_EPILOG, context_settings=_CONTEXT)
@click.argument("prompt", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="Print what happens as JSON lines; docs/json-lines.md describes them.")
@_resume
@_latest
@_agent
@_model
@_config
@_mode
@_on_approval
@click.option("--max-turns", metavar="N", type=click.IntRange(min=1), help="At most so many model calls.")
@_database
@_trust
def run_prompt(*, as_json: bool, on_approval: Any, **given: Any) -> int:
    """Say one thing to your agents without the screen.

    The answer goes to standard output as it comes; tool calls, handoffs, approvals and errors go to standard error, one short line
    each. What is piped in is said as well, behind PROMPT; with "-", or without PROMPT, it is all that is said.

    It never waits for a person: a call that needs approval ends it (--on-approval). A project's agents.toml that needs trust is refused
    without --trust.
    """
    from agentchat.unattended import Errand, run_errand  # as above
    from agentchat.wish import Wish

    return run_errand(Errand(Wish(**given), as_json=as_json, on_approval=on_approval))


@click.command(context_settings=_CONTEXT)
@click.option("--db", "database", metavar="FILE", type=_FILE, help="The file with the conversations.")
def approvals(*, database: Path | None) -> None:
    """List the calls that wait for approval, in all conversations.

    A call is shortened to one line here. "agentchat approve SESSION CALL" shows all of it; CALL is its name in this list, or the
    beginning of that.
    """
    from agentchat.deciding import show_approvals  # as above

    show_approvals(database)


_run_on = click.option("--run", "run_on", is_flag=True, help="Go on with the run afterwards, as agentchat run -r SESSION would.")

_APPROVE_EPILOG = """\b
Exit status:
  0  decided (with --run: that of agentchat run)    1  not decided    2  no such call, or no terminal

\b
Examples:
  agentchat approvals
  agentchat approve 3f2a                    the only call that waits there
  agentchat approve 3f2a 7c1e --run         one of several, and on with the run
"""


@click.command(epilog=_APPROVE_EPILOG, context_settings=_CONTEXT)
@click.argument("session")
@click.argument("call", required=False, default="")
@_run_on
@_agent
@_model
@_config
@_database
@_trust
def approve(*, session: str, call: str, run_on: bool, **given: Any) -> int:
    """Read a call that waits for approval, and let it run once.

    The whole call is shown on the terminal, as in the chat's dialog, and "approve" has to be typed out; no option replaces that. The
    yes is bound to exactly what was shown: when the call would do something else by the time that it runs, it does not run.

    Nothing runs yet: the conversation goes on when it is opened the next time, or at once with --run.
    """
    from agentchat.deciding import approve as decide  # as above
    from agentchat.wish import Wish

    return decide(Wish(resume=session, **given), call, run=run_on)


_REJECT_EPILOG = """\b
Examples:
  agentchat reject 3f2a --reason "use the staging database"
  agentchat reject 3f2a 7c1e --run
"""


@click.command(epilog=_REJECT_EPILOG, context_settings=_CONTEXT)
@click.argument("session")
@click.argument("call", required=False, default="")
@click.option("--reason", metavar="TEXT", default="", help="What the model is told.")
@_run_on
@_agent
@_model
@_config
@_database
@_trust
def reject(*, session: str, call: str, reason: str, run_on: bool, **given: Any) -> int:
    """Refuse a call that waits for approval. The model is told so, with the reason, when the run goes on."""
    from agentchat.deciding import reject as decide  # as above
    from agentchat.wish import Wish

    return decide(Wish(resume=session, **given), call, reason=reason, run=run_on)


_SUBCOMMANDS: dict[str, click.Command] = {
    "run": run_prompt, "sessions": sessions, "approvals": approvals, "approve": approve, "reject": reject,
}  # fmt: skip


def _complain(sentence: str) -> int:
    from agentchat.chat.safe_text import safe_text  # as above

    click.echo(f"agentchat: {safe_text(sentence)}", err=True)
    return USAGE
