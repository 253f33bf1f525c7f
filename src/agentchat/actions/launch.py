"""What `agentchat` does when it is to talk: opens the screen on the conversation that is meant, and says how to come back.

Nothing heavy is imported here: the screen is drawn first, and what makes the chat is imported in the chat's own thread afterwards
(`_ChatMaker`).
"""

import os
import sys
import threading
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import click

from agentchat import __version__
from agentchat.actions.wish import Understood, Wish, understood
from agentchat.chat.options import Options
from agentchat.chat.safe_text import safe_line, safe_text
from agentchat.chat.status import Status
from agentchat.config.errors import Unusable
from agentchat.runtime.ports.clock import Clock, SystemClock
from agentchat.tui.start import Outcome, Start

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentchat.config.trust import TrustRequired
    from agentchat.tui.bridge import Connected, Untrusted

_FRAME_RATE = "TEXTUAL_FPS"
_FIRST_ROWS = 80
"""So many items of a resumed conversation are read before the first frame: more than a screen shows."""


def launch(wish: Wish) -> int:
    """Opens the screen; returns the exit status when the person has left."""
    meant = understood(wish)
    _must_be_a_terminal()
    clock = SystemClock()
    maker = _ChatMaker(meant.options, clock)
    run_screen = _screen()
    outcome = run_screen(_start(meant), maker, clock=clock, settings=meant.settings, log=meant.paths.log)
    return _say_goodbye(outcome, meant)


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


def _start(meant: Understood) -> Start:
    """What the first frame is drawn from."""
    session_id, prompt = meant.options.session_id, meant.wish.prompt
    status = Status(session_id or "", mode=meant.options.mode)
    if session_id is None:
        return Start(status, __version__, message=prompt)
    from agentchat.chat.replay import replay  # only a conversation that is resumed needs it
    from agentchat.storage.reader import read_chat

    saved = read_chat(meant.options.database, session_id, last=_FIRST_ROWS)
    return Start(replace(status, title=saved.title), __version__, blocks=replay(saved), message=prompt)


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


def _say_goodbye(outcome: Outcome, meant: Understood) -> int:
    """The last words on the restored terminal; a thread that is still busy does not keep the program."""
    try:
        if outcome.last_words:
            click.echo(f"agentchat: {safe_text(outcome.last_words)}", err=True)
        if outcome.session_id and outcome.is_kept:
            click.echo(f"Resume with: {safe_line(meant.resume_command(outcome.session_id))}")
        sys.stdout.flush()
    except OSError:
        pass  # the terminal was closed
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        os._exit(outcome.status)
    return outcome.status
