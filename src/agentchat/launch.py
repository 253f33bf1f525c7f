"""What `agentchat` does when it is to talk: finds the conversation, opens the screen, and says how to come back.

Nothing heavy is imported here: the screen is drawn first, and what makes the chat is imported in the chat's own thread afterwards
(`_ChatMaker`).
"""

import os
import shlex
import sys
import threading
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agentchat import __version__
from agentchat.chat.options import Options
from agentchat.chat.safe_text import safe_line, safe_text
from agentchat.chat.status import Mode, Status
from agentchat.config.errors import Unusable
from agentchat.config.paths import Paths, find_paths
from agentchat.config.settings import Settings, read_settings
from agentchat.runtime.ports.clock import Clock, SystemClock
from agentchat.tui.start import Outcome, Start

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentchat.config.trust import TrustRequired
    from agentchat.tui.bridge import Connected, Untrusted

_FRAME_RATE = "TEXTUAL_FPS"
_FIRST_ROWS = 80
"""So many items of a resumed conversation are read before the first frame: more than a screen shows."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The options of the command as they were given."""

    prompt: str
    resume: str | None
    latest: bool
    agent: str | None
    model: str | None
    config: Path | None
    mode: Mode
    database: Path | None
    trust: bool


def launch(wish: Wish) -> int:
    """Opens the screen; returns the exit status when the person has left."""
    paths = find_paths()
    settings = read_settings(paths.settings)
    paths.make()
    database = (wish.database or paths.database).expanduser().absolute()
    session_id = _session(wish, database)
    _must_be_a_terminal()
    clock = SystemClock()
    maker = _ChatMaker(_options(wish, paths, settings, database, session_id), clock)
    run_screen = _screen()
    outcome = run_screen(_start(wish, database, session_id), maker, clock=clock, settings=settings, log=paths.log)
    return _say_goodbye(outcome, wish)


def _screen() -> "Callable[..., Outcome]":
    """Textual, 0.1 s, which no listing and no complaint needs; told that a frame may follow another after 4 ms instead of 17.

    What changes often is painted at a rate of our own (`tui/bridge.py`), so hardly more is painted. But a key that is typed meanwhile is
    echoed at once instead of at the next tick: a third of the time that it had waited.
    """
    before = os.environ.get(_FRAME_RATE)
    os.environ[_FRAME_RATE] = before or "250"
    try:
        from agentchat.tui.run import run_screen
    finally:
        if before is None:
            del os.environ[_FRAME_RATE]  # it is not for the commands that agents run
    return run_screen


def _must_be_a_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Unusable("The screen needs a terminal to draw on; run it without redirecting its input or output.")


def _session(wish: Wish, database: Path) -> str | None:
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


def _options(wish: Wish, paths: Paths, settings: Settings, database: Path, session_id: str | None) -> Options:
    return Options(
        database=database,
        folder=folder_of(session_id, database),
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


def folder_of(session_id: str | None, database: Path) -> Path:
    """Where file tools work: a resumed conversation goes on in the folder that it began in, while that is there."""
    if session_id is None:
        return Path.cwd()
    from agentchat.storage.reader import find_sessions  # as above

    began = [Path(entry.folder) for entry in find_sessions(database, session_id) if entry.session_id == session_id and entry.folder]
    return began[0] if began and began[0].is_dir() else Path.cwd()


def _start(wish: Wish, database: Path, session_id: str | None) -> Start:
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


def _say_goodbye(outcome: Outcome, wish: Wish) -> int:
    """The last words on the restored terminal; a thread that is still busy does not keep the program."""
    try:
        if outcome.last_words:
            click.echo(f"agentchat: {safe_text(outcome.last_words)}", err=True)
        if outcome.session_id and outcome.is_kept:
            click.echo(f"Resume with: {safe_line(_resume_command(outcome.session_id, wish))}")
        sys.stdout.flush()
    except OSError:
        pass  # the terminal was closed
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        os._exit(outcome.status)
    return outcome.status


def _resume_command(session_id: str, wish: Wish) -> str:
    """With every option that says where the conversation is, and who answers in it."""
    words = ["agentchat", "-r", session_id]
    words += ["--db", str(wish.database)] if wish.database else []
    words += ["--config", str(wish.config)] if wish.config else []
    words += ["--model", wish.model] if wish.model else []
    return shlex.join(words)
