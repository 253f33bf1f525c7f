"""The `agentchat` command: options in, a screen or a listing out, and a status for the shell.

Nothing heavy is imported here: the screen is drawn first, and what makes the chat is imported in the chat's own thread afterwards
(`_ChatMaker`). Whatever is wrong with the input is one sentence on standard error and the status 2.
"""

import os
import shlex
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agentchat import __version__
from agentchat.chat.options import Options
from agentchat.chat.safe_text import safe_line, safe_text
from agentchat.chat.status import Mode, Status
from agentchat.config.errors import ConfigError
from agentchat.config.paths import Paths, find_paths
from agentchat.config.settings import Settings, read_settings
from agentchat.runtime.ports.clock import Clock, SystemClock
from agentchat.runtime.values.exceptions_base import AgentsException
from agentchat.tui.start import Outcome, Start

if TYPE_CHECKING:
    from agentchat.config.trust import TrustRequired
    from agentchat.tui.bridge import Connected, Untrusted

USAGE = 2
"""The exit status for input that cannot be used."""
_FIRST_ROWS = 80
"""So many items of a resumed conversation are read before the first frame: more than a screen shows."""


class Unusable(Exception):  # noqa: N818 - it is the input that is wrong
    """Something that the person gave cannot be used; the message is the whole sentence."""


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
    except (Unusable, ConfigError, AgentsException) as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(f"{error.filename or 'A file'} cannot be used: {error.strerror}; make its folder writable, or set AGENTCHAT_HOME.")
    return status or 0


# The screen


@dataclass(frozen=True, slots=True)
class _Wish:
    """The options of the chat command as they were given."""

    prompt: str
    resume: str | None
    latest: bool
    agent: str | None
    model: str | None
    config: Path | None
    mode: Mode
    database: Path | None
    trust: bool


_EPILOG = """\b
Commands:
  agentchat sessions   List the saved conversations.
"""


@click.command(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("prompt", required=False, default="")
@click.option("-r", "--resume", metavar="ID", help="Resume a saved conversation: its id, the beginning of its id, or its title.")
@click.option("-c", "--continue", "latest", is_flag=True, help="Resume the conversation that was used last in this folder.")
@click.option("--agent", metavar="NAME", help="The agent that gets the first message: a name from agents.toml, or module:object.")
@click.option("--model", metavar="NAME", help='The model of all agents; "offline" is the built-in demo model.')
@click.option("--config", metavar="FILE", type=click.Path(path_type=Path), help="Read this agents.toml.")
@click.option("--mode", type=click.Choice(["ask", "read-only", "auto"]), default="ask", help="What happens to calls that change things.")
@click.option("--db", "database", metavar="FILE", type=click.Path(path_type=Path), help="Keep the conversations in this file.")
@click.option("--trust", is_flag=True, help="Trust this project's agents.toml as it is now.")
@click.option("--version", is_flag=True, help="Show the version and exit.")
def chat(*, version: bool, **given: Any) -> int:
    """Talk to your agents in the terminal.

    Without options a new chat begins, and PROMPT is its first message.
    """
    if version:
        click.echo(f"agentchat {__version__}")
        return 0
    wish = _Wish(**given)
    paths = find_paths()
    settings = read_settings(paths.settings)
    paths.make()
    database = (wish.database or paths.database).expanduser().absolute()
    session_id = _session(wish, database)
    _must_be_a_terminal()
    clock = SystemClock()
    maker = _ChatMaker(_options(wish, paths, settings, database, session_id), clock)
    # Textual, 0.1 s, which no listing and no complaint needs.
    from agentchat.tui.run import run_screen

    outcome = run_screen(_start(wish, database, session_id), maker, clock=clock, settings=settings, log=paths.log)
    return _say_goodbye(outcome, wish)


def _must_be_a_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Unusable("The screen needs a terminal to draw on; run it without redirecting its input or output.")


def _session(wish: _Wish, database: Path) -> str | None:
    """The id of the conversation that is to be resumed; None for a new one."""
    if wish.resume is not None:
        return _found(wish.resume, database)
    if not wish.latest:
        return None
    from agentchat.storage.reader import latest  # SQLite, 10 ms, which a new chat does not need here

    session_id = latest(database, str(Path.cwd()))
    if session_id is None:
        raise Unusable("No conversation was begun in this folder yet; start one with: agentchat")
    return session_id


def _found(text: str, database: Path) -> str:
    from agentchat.storage.reader import find_sessions, nearest  # as above

    entries = find_sessions(database, text)
    if len(entries) == 1:
        return entries[0].session_id
    if entries:
        ids = ", ".join(entry.session_id for entry in entries[:5]) + (", …" if len(entries) > 5 else "")
        raise Unusable(f"'{text}' may mean {len(entries)} conversations ({ids}); give more of the id.")
    near = ", ".join(f"'{name}'" for name in nearest(database, text))
    hint = f"did you mean {near}?" if near else "agentchat sessions lists those that there are."
    raise Unusable(f"There is no conversation '{text}'; {hint}")


def _options(wish: _Wish, paths: Paths, settings: Settings, database: Path, session_id: str | None) -> Options:
    return Options(
        database=database,
        folder=_folder(session_id, database),
        own_team=paths.team,
        trust_file=paths.trust,
        session_id=session_id,
        config=wish.config,
        agent=wish.agent,
        model=wish.model,
        default_model=settings.model,
        mode=wish.mode,
        max_turns=settings.max_turns,
        untrusted="trust" if wish.trust else "refuse",
    )


def _folder(session_id: str | None, database: Path) -> Path:
    """Where file tools work: a resumed conversation goes on in the folder that it began in, while that is there."""
    if session_id is None:
        return Path.cwd()
    from agentchat.storage.reader import find_sessions  # as above

    began = [Path(entry.folder) for entry in find_sessions(database, session_id) if entry.session_id == session_id and entry.folder]
    return began[0] if began and began[0].is_dir() else Path.cwd()


def _start(wish: _Wish, database: Path, session_id: str | None) -> Start:
    """What the first frame is drawn from."""
    status = Status(session_id or "", mode=wish.mode)
    if session_id is None:
        return Start(status, __version__, message=wish.prompt)
    from agentchat.chat.replay import replay  # only a conversation that is resumed needs it
    from agentchat.storage.reader import read_chat

    saved = read_chat(database, session_id, last=_FIRST_ROWS)
    return Start(replace(status, title=saved.title), __version__, blocks=replay(saved), message=wish.prompt)


@dataclass(frozen=True, slots=True)
class _ChatMaker:
    """Makes the chat, in its own thread. A project's file that is not trusted does not stop it: then the built-in team answers."""

    options: Options
    clock: Clock

    async def __call__(self) -> "Connected":
        # openai and pydantic, 0.5 s: the first frame is on the screen when this runs.
        from agentchat.assembly import assemble
        from agentchat.config.trust import TrustRequired
        from agentchat.models.warm_up import warm_up
        from agentchat.tui.bridge import Connected

        options = self._with_an_id()
        try:
            return Connected(await assemble(options, clock=self.clock), warm_up=warm_up)
        except TrustRequired as refused:
            restricted = await assemble(replace(options, untrusted="restrict"), clock=self.clock)
            return Connected(restricted, untrusted=self._about(refused, options), warm_up=warm_up)

    def _with_an_id(self) -> Options:
        """The options of one conversation, also when its chat has to be made twice."""
        from agentchat.storage.reader import new_session_id  # SQLite, as above

        return replace(self.options, session_id=self.options.session_id or new_session_id(self.options.database))

    def _about(self, refused: "TrustRequired", options: Options) -> "Untrusted":
        from agentchat.tui.bridge import Untrusted  # Textual, as above

        team, needs = refused.team, tuple((need.line, need.sentence) for need in refused.needs)
        return Untrusted(str(team.source), team.digest, needs, trust=partial(self._trusting, refused, options))

    async def _trusting(self, refused: "TrustRequired", options: Options) -> "Connected":
        """The content that was listed is trusted; what the file holds by now is read anew."""
        from agentchat.config.trust import TrustStore  # this is rare

        try:
            TrustStore(options.trust_file).remember(refused.team)
        except OSError as error:
            hint = "make its folder writable, or set AGENTCHAT_HOME."
            raise Unusable(f"The trust cannot be kept in {options.trust_file}: {error.strerror}; {hint}") from error
        return await replace(self, options=options)()


def _say_goodbye(outcome: Outcome, wish: _Wish) -> int:
    """The last words on the restored terminal; a thread that is still busy does not keep the program."""
    try:
        if outcome.last_words:
            _complain(outcome.last_words)
        if outcome.session_id and outcome.is_kept:
            click.echo(f"Resume with: {safe_line(_resume_command(outcome.session_id, wish))}")
        sys.stdout.flush()
    except OSError:
        pass  # the terminal was closed
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        os._exit(outcome.status)
    return outcome.status


def _resume_command(session_id: str, wish: _Wish) -> str:
    """With every option that says where the conversation is, and who answers in it."""
    words = ["agentchat", "-r", session_id]
    words += ["--db", str(wish.database)] if wish.database else []
    words += ["--config", str(wish.config)] if wish.config else []
    words += ["--model", wish.model] if wish.model else []
    return shlex.join(words)


# Listings


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--db", "database", metavar="FILE", type=click.Path(path_type=Path), help="The file with the conversations.")
def sessions(*, database: Path | None) -> None:
    """List the saved conversations, the one used last first."""
    from agentchat.storage.reader import list_sessions  # SQLite, which a new chat does not need here

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


_SUBCOMMANDS: dict[str, click.Command] = {"sessions": sessions}


def _complain(sentence: str) -> int:
    click.echo(f"agentchat: {safe_text(sentence)}", err=True)
    return USAGE
