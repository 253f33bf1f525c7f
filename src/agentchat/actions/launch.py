"""What `agentchat` does when it is to talk: opens the screen on the conversation that is meant, and says how to come back.

Nothing heavy is imported here: the screen is drawn first, and what makes the chat is imported in the chat's own thread afterwards
(`_ChatMaker`).
"""

import asyncio
import os
import sys
import threading
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from agentchat import __version__
from agentchat.actions.private_process import make_process_private
from agentchat.actions.wish import Understood, Wish, folder_of, understood
from agentchat.chat.options import Options
from agentchat.chat.safe_text import safe_line, safe_text
from agentchat.chat.status import Status
from agentchat.config.errors import Unusable
from agentchat.runtime.ports.clock import Clock, SystemClock
from agentchat.tui.start import Outcome, Start

if TYPE_CHECKING:
    from collections.abc import Callable

    from agentchat.chat.front import ChatPort
    from agentchat.config.trust import TrustRequired
    from agentchat.runtime.agents.agent import Agent
    from agentchat.tui.bridge import Connect, Connected, Untrusted

_FRAME_RATE = "TEXTUAL_FPS"
_FIRST_ROWS = 80
"""So many items of a resumed conversation are read before the first frame: more than a screen shows."""


def launch(wish: Wish) -> int:
    """Opens the screen; returns the exit status when the person has left."""
    meant = understood(wish)
    outcome = show(meant)
    say_goodbye(outcome, meant.resume_command(outcome.session_id))
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        os._exit(outcome.status)  # a thread that is still busy does not keep the program
    return outcome.status


def show(meant: Understood, agent: "Agent[Any] | None" = None) -> Outcome:
    """The screen, until the person leaves it; with this agent in the place of those of agents.toml."""
    _must_be_a_terminal()
    clock = SystemClock()
    maker = _ChatMaker(meant.options, clock, agent)
    run_screen = _screen()
    return run_screen(_start(meant), maker, clock=clock, settings=meant.settings, log=meant.paths.log)


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
    without = 'agentchat run "PROMPT" needs no screen.'
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Unusable(f"The screen needs a terminal to draw on; run it without redirecting its input or output. {without}")
    if os.environ.get("TERM") == "dumb":
        raise Unusable(f'TERM is "dumb", so this terminal cannot place text; where it can, set TERM=xterm-256color. {without}')


def _start(meant: Understood) -> Start:
    """What the first frame is drawn from."""
    session_id, prompt = meant.options.session_id, meant.wish.prompt
    status = Status(session_id or "", mode=meant.options.mode or "ask")
    if session_id is None:
        return Start(status, __version__, message=prompt)
    from agentchat.chat.transcript.replay import replay  # only a conversation that is resumed needs it
    from agentchat.storage.reader import read_chat

    saved = read_chat(meant.options.database, session_id, last=_FIRST_ROWS)
    return Start(replace(status, title=saved.title), __version__, blocks=replay(saved), message=prompt)


@dataclass(frozen=True, slots=True)
class _ChatMaker:
    """Makes the chat, in its own thread. A project's file that is not trusted does not stop it: then the built-in team answers."""

    options: Options
    clock: Clock
    agent: "Agent[Any] | None" = None
    """An agent of the person's own Python, who is talked with instead of those of agents.toml."""

    async def __call__(self) -> "Connected":
        make_process_private()  # before anything that is foreign runs
        # openai and pydantic, 0.5 s: the first frame is on the screen when this runs.
        from agentchat.assembly import assemble, chat_with
        from agentchat.config.trust import TrustRequired

        options = self._with_an_id()
        if self.agent is not None:
            return self._connected(await chat_with(self.agent, options, clock=self.clock), options)
        try:
            return self._connected(await assemble(options, clock=self.clock), options)
        except TrustRequired as refused:
            restricted = await assemble(replace(options, untrusted="restrict"), clock=self.clock)
            return replace(self._connected(restricted, options), untrusted=self._about(refused, options))

    def _connected(self, chat: "ChatPort", options: Options) -> "Connected":
        from agentchat.actions.shelving import FileShelf  # what lies below it is heavy, as above
        from agentchat.models.warm_up import warm_up
        from agentchat.tools.files.work_files import WorkspaceFiles
        from agentchat.tools.files.workspace import Workspace
        from agentchat.tui.bridge import Connected

        shelf = FileShelf(options.database, options.folder, self.clock)
        names = partial(asyncio.to_thread, WorkspaceFiles(Workspace(options.folder)).names_like)
        fork = partial(self._forked, options)
        return Connected(chat, warm_up=warm_up, fork=fork, names_like=names, shelf=shelf, another=self._another)

    def _another(self, session_id: str | None) -> "Connect":
        """What makes the chat of another conversation, in the folder that it began in."""
        folder = folder_of(session_id, self.options.database)
        return replace(self, options=replace(self.options, session_id=session_id, folder=folder))

    def _with_an_id(self) -> Options:
        """The options of one conversation, also when its chat has to be made twice."""
        from agentchat.storage.reader import new_session_id  # SQLite, as above

        return replace(self.options, session_id=self.options.session_id or new_session_id(self.options.database))

    async def _forked(self, options: Options, *, before: int, with_prompt: bool) -> "Connect":
        """What makes a chat with a copy of the conversation, up to a message of the person's."""
        from agentchat.actions.whole_conversations import fork  # this is rare

        assert options.session_id is not None, "It was given one when the chat was made."
        prompt = None if with_prompt else ""
        copy = await asyncio.to_thread(
            fork, options.database, options.session_id, at=self.clock.now(), before=before, prompt=prompt
        )
        return replace(self, options=replace(options, session_id=copy.session_id))

    def _about(self, refused: "TrustRequired", options: Options) -> "Untrusted":
        import hashlib  # 1 ms, which the first frame need not wait for

        from agentchat.tui.bridge import Untrusted  # Textual, as above

        needs = tuple((need.line, need.sentence) for need in (*refused.needs, *refused.note_needs))
        first, *more = refused.things
        digest = hashlib.sha256("".join(one.digest for one in refused.things).encode()).hexdigest() if more else first.digest
        trust = partial(self._trusting, refused, options)
        return Untrusted(str(first.source), digest, needs, trust=trust, is_team=bool(refused.needs))

    async def _trusting(self, refused: "TrustRequired", options: Options) -> "Connected":
        """The content that was listed is trusted; what the file holds by now is read anew."""
        from agentchat.config.trust import TrustStore  # this is rare

        try:
            TrustStore(options.trust_file).remember(*refused.things)
        except OSError as error:
            hint = "make its folder writable, or set AGENTCHAT_HOME."
            raise Unusable(f"The trust cannot be kept in {options.trust_file}: {error.strerror}; {hint}") from error
        return await replace(self, options=options)()


def say_goodbye(outcome: Outcome, resume: str) -> None:
    """The last words on the restored terminal; `resume` is what brings the conversation back."""
    try:
        if outcome.last_words:
            sys.stderr.write(f"agentchat: {safe_text(outcome.last_words)}\n")
        if outcome.session_id and outcome.is_kept:
            sys.stdout.write(f"Resume with: {safe_line(resume)}\n")
        sys.stdout.flush()
    except OSError:
        pass  # the terminal was closed
