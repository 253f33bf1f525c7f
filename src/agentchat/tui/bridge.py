"""The only crossing between the screen's event loop and the chat's.

The chat and its agents run on a second event loop in a daemon thread of their own, so that nothing they do can freeze the keys. What
the chat publishes is collected here under a lock and handed to the screen once per frame; what the screen asks for goes over with
`run_coroutine_threadsafe`, and a request that fails is told to the screen. With `own_thread=False` both live on one loop, for scenes
and snapshots; nothing else differs.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, TypeVar, assert_never

from agentchat.chat.front import ChatPort, Opened, Unsent, Update
from agentchat.chat.shelf import Shelf
from agentchat.chat.status import Decision, KeptRule, Pending, Status
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended, BlockInserted, BlockReplaced, Change
from agentchat.runtime.ports.clock import Clock

T = TypeVar("T")
Request: TypeAlias = Callable[[ChatPort], Coroutine[Any, Any, object]]


@dataclass(frozen=True, slots=True)
class Untrusted:
    """A project's file that was not loaded, because it needs the person's trust. Its texts are foreign."""

    path: str
    digest: str
    """Of its content. Trust is for exactly this."""
    needs: tuple[tuple[int | None, str], ...]
    """What it would do, and on which line it says so."""
    trust: "Connect"
    """Remembers that the content is trusted, and makes a chat with what is in it; with content that has changed, asks again."""
    is_team: bool = True
    """Whether it is a team's file; else it is an AGENTS.md, which only tells the agents something."""


@dataclass(frozen=True, slots=True)
class Connected:
    """A chat that was made and is not opened yet."""

    chat: ChatPort
    untrusted: Untrusted | None = None
    """The file whose place the built-in team takes in this chat."""
    warm_up: Callable[[], object] | None = None
    """Pays in a thread for what the first call of a real model would otherwise pay."""
    fork: "Fork | None" = None
    """Copies the conversation; None where it is not kept."""
    names_like: Callable[[str], Awaitable[tuple[str, ...]]] | None = None
    """Finds the files that one may mean with a few letters; None where none can be attached."""
    shelf: Shelf | None = None
    """All saved conversations; None where none is."""
    another: "Callable[[str | None], Connect] | None" = None
    """Makes what makes the chat of another one, by its id; of a new one for None."""


Connect: TypeAlias = Callable[[], Awaitable[Connected]]
"""Makes the chat. Called on the chat's loop, after the first frame, because it imports everything that is heavy."""


class Fork(Protocol):
    """Makes a conversation of its own of what was said before the person's message number `before`, counted from 1."""

    async def __call__(self, *, before: int, with_prompt: bool) -> Connect:
        """Makes its chat; `with_prompt`, the message itself stands in its prompt."""
        ...


FRAME = 1 / 30
"""Seconds between two deliveries, at least."""
CLOSING_LIMIT = 1.2
"""Seconds that the chat has for stopping and saving; what is still running then is left to end with the process."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came from the chat since the last one. `opened` stands before everything else; None is no news."""

    opened: Opened | None = None
    changes: tuple[Change, ...] = ()
    status: Status | None = None
    pending: Pending | None = None
    unsent: tuple[str, ...] = ()


class Front(Protocol):
    """What the bridge tells, on the screen's loop."""

    def take(self, delivery: Delivery) -> None:
        """Shows what came."""
        ...

    def chat_stands(self, untrusted: Untrusted | None) -> None:
        """The chat was made and opened; without the team of this file."""
        ...

    def chat_failed(self, error: BaseException) -> None:
        """The chat could not be made or opened: there is none."""
        ...

    def request_failed(self, error: BaseException) -> None:
        """Something that was asked for went wrong."""
        ...


@dataclass(slots=True)
class Collector:
    """Gathers updates from the chat's thread until the screen takes them. Whoever touches it holds the bridge's lock."""

    opened: Opened | None = None
    changes: list[Change] = field(default_factory=list[Change])
    status: Status | None = None
    pending: Pending | None = None
    unsent: list[str] = field(default_factory=list[str])

    def add(self, update: Update) -> None:
        """Takes one update in; of snapshots the last one counts."""
        match update:
            case Opened():
                self.opened, self.status, self.pending = update, update.status, update.pending
                self.changes.clear()
            case BlockAdded() | BlockInserted() | BlockExtended() | BlockReplaced():
                self.changes.append(update)
            case Status():
                self.status = update
            case Pending():
                self.pending = update
            case Unsent(text):
                self.unsent.append(text)
            case _:
                assert_never(update)

    def taken(self) -> Delivery:
        """All of it, with pieces of one text joined."""
        return Delivery(self.opened, joined(self.changes), self.status, self.pending, tuple(self.unsent))


def joined(changes: list[Change]) -> tuple[Change, ...]:
    """The same changes, where pieces of one text that follow each other are one piece."""
    result: list[Change] = []
    texts: list[str] = []
    for change in changes:
        last = result[-1] if result else None
        if isinstance(change, BlockExtended) and isinstance(last, BlockExtended) and last.id == change.id:
            texts.append(change.text)
            continue
        _close(result, texts)
        result.append(change)
        if isinstance(change, BlockExtended):
            texts = [change.text]
    _close(result, texts)
    return tuple(result)


def _close(result: list[Change], texts: list[str]) -> None:
    last = result[-1] if result else None
    if len(texts) > 1 and isinstance(last, BlockExtended):
        result[-1] = BlockExtended(last.id, "".join(texts))
    texts.clear()


class Bridge:
    """Begins and ends the chat. Constructed, started and asked on the screen's loop only."""

    def __init__(self, connect: Connect, front: Front, *, clock: Clock, own_thread: bool = True) -> None:
        self._connect = connect
        self._front = front
        self._clock = clock
        self._own_thread = own_thread
        self._lock = threading.Lock()
        self._collected = Collector()
        self._is_told = False
        """Whether the screen's loop was told that something is there; under the lock."""
        self._news = asyncio.Event()
        self._opened = asyncio.Event()
        """The chat stands, or could not be made."""
        self._closed = asyncio.Event()
        self._side: _ChatSide | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._look: asyncio.Task[None] | None = None
        self._deliveries: asyncio.Task[None] | None = None
        self._is_closing = False

    def start(self) -> None:
        """Begins to make the chat. Call it once, on the screen's loop, when the first frame was written."""
        self._loop, self._context = asyncio.get_running_loop(), copy_context()
        self._deliveries = asyncio.create_task(self._deliver())
        if self._own_thread:
            threading.Thread(target=lambda: asyncio.run(self._live()), name="chat", daemon=True).start()
        else:
            self._life = asyncio.create_task(self._live())

    # What the screen asks for. Nothing here waits; what is asked before the chat stands is done, in order, when it does.

    def send(self, text: str) -> None:
        """Says something."""
        self._ask(lambda chat: chat.send(text))

    def decide(self, key: str, decision: Decision, *, then: Callable[[], None] | None = None) -> None:
        """Decides one waiting call; `then` is called when the chat has answered, and the screen has what came of it."""
        self._ask(lambda chat: chat.decide(key, decision), then)

    def withdraw_rule(self, kept: KeptRule) -> None:
        """Ends a rule that is kept for the session."""
        self._ask(lambda chat: chat.withdraw_rule(kept))

    def stop(self) -> None:
        """Stops the run."""
        self._ask(lambda chat: chat.stop())

    def proceed(self) -> None:
        """Goes on with an interrupted run."""
        self._ask(lambda chat: chat.proceed())

    def take_over(self) -> None:
        """Makes the conversation this process's."""
        self._ask(lambda chat: chat.take_over())

    def refresh(self) -> None:
        """Looks for what another process has written; a look that is not over yet is enough."""
        if self._opened.is_set() and (self._look is None or self._look.done()):
            self._look = self._ask(lambda chat: chat.refresh())

    def warm_up(self) -> None:
        """Prepares for a real model, in a thread."""
        warm_up = self._side.connected.warm_up if self._side is not None else None
        if warm_up is not None:
            self._ask(lambda _: asyncio.to_thread(warm_up))

    @property
    def connected(self) -> Connected | None:
        """What stands on the other side; None while nothing does. What is in it is called on its loop, or in a thread (`shelf`)."""
        return None if self._side is None else self._side.connected

    def fetch(self, question: Callable[[Connected], Awaitable[T]], then: Callable[[T], object]) -> None:
        """Has something found out, or made, on the chat's loop; `then` is given the answer, unless that failed."""
        found: list[T] = []

        async def work() -> None:
            if self._side is not None:
                found.append(await question(self._side.connected))

        def pass_on() -> None:
            for answer in found:
                then(answer)

        self._ask(lambda _: work(), pass_on)

    def renew(self, connect: Connect, *, prompt: str) -> None:
        """Ends the chat, and makes another one in its place; what is asked for until that stands waits for it."""
        side, self._side = self._side, None
        if side is not None:
            self._opened.clear()
            side.end(_Ending(prompt, connect))

    async def close(self, prompt: str = "") -> bool:
        """Ends the chat, which stops and saves, also what stands in the prompt.

        False when that takes longer than `CLOSING_LIMIT`; a second call only says so.
        """
        if self._deliveries is None or self._is_closing:
            return self._closed.is_set()
        self._is_closing = True
        try:
            await asyncio.wait_for(self._end(prompt), CLOSING_LIMIT)
        except TimeoutError:
            return False
        finally:
            for task in (*self._tasks, self._deliveries):
                task.cancel()
        return True

    async def drained(self) -> None:
        """Returns when everything that was asked for is done, the chat has settled, and the screen has taken all of it."""
        await self._opened.wait()
        while self._tasks:
            await asyncio.gather(*self._tasks)
        await self._over(lambda chat: chat.settled())
        self.hand_over()

    def hand_over(self) -> None:
        """Tells the screen all that is there, without waiting for the frame."""
        with self._lock:
            collected, self._collected = self._collected, Collector()
            self._is_told = False
        self._news.clear()
        delivery = collected.taken()
        if delivery != Delivery():
            self._front.take(delivery)

    # On the screen's loop

    def _ask(self, request: Request, then: Callable[[], None] | None = None) -> asyncio.Task[None]:
        task = asyncio.create_task(self._carry_out(request, then))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _carry_out(self, request: Request, then: Callable[[], None] | None) -> None:
        await self._opened.wait()
        try:
            await self._over(request)
        except Exception as error:  # noqa: BLE001 - the border of the chat: no failure is lost, and none ends the screen
            self._front.request_failed(error)
        if then is not None:
            self.hand_over()
            then()

    async def _over(self, request: Request) -> None:
        if self._side is not None:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(request(self._side.connected.chat), self._side.loop))

    async def _end(self, prompt: str) -> None:
        await self._opened.wait()
        if self._side is not None:
            self._side.end(_Ending(prompt))
            await self._closed.wait()

    def _stands(self, side: "_ChatSide") -> None:
        self._side = side
        self._opened.set()
        self._front.chat_stands(side.connected.untrusted)

    def _failed(self, error: BaseException) -> None:
        self._opened.set()
        self._front.chat_failed(error)

    async def _deliver(self) -> None:
        while True:
            await self._news.wait()
            began = self._clock.monotonic()
            self.hand_over()
            await self._clock.sleep(max(FRAME, 2 * (self._clock.monotonic() - began)))

    # On the chat's loop

    async def _live(self) -> None:
        """One chat after the other; almost always there is one."""
        connect: Connect | None = self._connect
        while connect is not None:
            connect = await self._live_one(connect)
        self._tell(self._closed.set)

    async def _live_one(self, connect: Connect) -> Connect | None:
        """A chat's whole life; what makes the one that takes its place, if one shall."""
        try:
            connected = await connect()
            await connected.chat.open(self._publish)
        except BaseException as error:  # noqa: BLE001 - a person's own module may even leave the program; the screen says so
            self._tell(self._failed, error)
            return None
        side = _ChatSide(connected, asyncio.get_running_loop())
        self._tell(self._stands, side)
        ending = await side.ending
        try:
            await connected.chat.close(ending.prompt)
        except Exception as error:  # noqa: BLE001 - the border of the chat: what could not be saved is told
            self._tell(self._failed, error)
            return None
        return ending.then

    def _publish(self, update: Update) -> None:
        with self._lock:
            self._collected.add(update)
            is_told, self._is_told = self._is_told, True
        if not is_told:
            self._tell(self._news.set)

    def _tell(self, what: Callable[..., object], *given: object) -> None:
        """Calls something on the screen's loop, as the screen."""
        with suppress(RuntimeError):  # that loop is closed: nobody looks any more
            self._loop.call_soon_threadsafe(what, *given, context=self._context)


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a chat shall end."""

    prompt: str
    """What stands unsent in the prompt."""
    then: Connect | None = None
    """Makes the chat that takes its place."""


class _ChatSide:
    """What stands on the other side. Made there."""

    def __init__(self, connected: Connected, loop: asyncio.AbstractEventLoop) -> None:
        self.connected = connected
        self.loop = loop
        self.ending: asyncio.Future[_Ending] = loop.create_future()

    def end(self, ending: _Ending) -> None:
        """Called once, on the screen's loop."""
        self.loop.call_soon_threadsafe(self.ending.set_result, ending)
