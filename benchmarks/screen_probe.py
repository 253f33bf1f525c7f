"""Measures one way of showing a conversation, in a process of its own: `python -m benchmarks.screen_probe transcript prose 1000`.

A text grows on a screen of 120x40 that no terminal is behind, but for which everything is written that a terminal would get. An
update is one hand-over of 20 characters, about what a fast model says in a frame; it counts from the hand-over to the frame that
shows it, in processor time. Prints JSON: seconds by how many tokens were there before; or, for `resume` instead of a kind of text, the
seconds to the first frame by how many messages there are.
"""

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import Callable
from itertools import count

os.environ["TEXTUAL_FPS"] = "1000"  # read when textual is imported; the wait for the next frame costs no processor time

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Markdown

from agentchat.chat.transcript.blocks import AnswerBlock, Block, UserBlock
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended
from agentchat.tui.transcript.widget import TranscriptView
from benchmarks.floors.lines_app import Lines, LinesApp

SIZE = (120, 40)
CHARACTERS = 4
"""Of a token, on average."""
STEP = 20
UPDATES = 40
_REHEARSED = 10
"""So many updates before them fill the caches, and do not count."""
LENGTHS = (0, 1_000, 5_000, 20_000)
"""Tokens that are there before the updates that are measured."""

_SENTENCE = "the store keeps **every** row once and `commit` says when it is safe so that *nothing* is lost on its way to the disk"
_WORDS = _SENTENCE.split(" ")


def _words(first: int, number: int) -> str:
    return " ".join(_WORDS[(first + place) % len(_WORDS)] for place in range(number))


def _item(number: int) -> str:
    numbered = f"     1. {_words(number, 5)}\n     2. {_words(number, 8)}\n"
    return f"   - {_words(number, 12)}\n{numbered}\n     {_words(number, 9)}\n"


_UNITS: dict[str, tuple[str, Callable[[int], str]]] = {
    "prose": ("", lambda n: f"## Part {n}\n\n{_words(n, 60)}.\n\n- {_words(n, 9)}\n- {_words(n + 3, 7)}\n\n"),
    "list": ("", lambda n: f"- {_words(n, 12)}\n"),
    "list in one item": ("1. All of it:\n", _item),
    "table": ("| part | what | rows |\n|---|:---:|---:|\n", lambda n: f"| {n} | {_words(n, 7)} | {n * 7919 % 1000} |\n"),
    "fence": ("```python\n", lambda n: f'def part_{n}(rows: list[int]) -> str:  # {n}\n    return "".join(str(row) for row in rows)\n\n'),
    "paragraph": ("", lambda n: f"{_words(n, 23)} and so on; "),
}
"""What an answer begins with, and its endless parts."""
KINDS = tuple(_UNITS)


def text_of(kind: str, characters: int) -> str:
    """So much of an endless text."""
    first, unit = _UNITS[kind]
    parts = [first]
    length = len(first)
    for number in count():
        if length >= characters:
            return "".join(parts)[:characters]
        parts.append(unit(number))
        length += len(parts[-1])
    raise AssertionError


def earlier(messages: int) -> list[Block]:
    """A conversation of so many messages."""
    return [
        UserBlock(n, f"What is in part {n}?") if n % 2 == 0 else AnswerBlock(n, "agent", text_of("prose", 700)) for n in range(messages)
    ]


def _texts(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks if isinstance(block, UserBlock | AnswerBlock)]


class _Painted:
    """Waits for the frame after a change. Mixed into each app."""

    def __init__(self) -> None:
        super().__init__()
        self.painted = asyncio.Event()

    def post_display_hook(self) -> None:
        self.painted.set()


class _Transcript(_Painted, App[None]):
    def compose(self) -> ComposeResult:
        yield TranscriptView()

    def load(self, blocks: list[Block]) -> None:
        self._id = len(blocks)
        view = self.query_one(TranscriptView)
        view.load(blocks)
        view.apply([BlockAdded(AnswerBlock(self._id, "agent", "", "open"))])

    async def append(self, text: str) -> None:
        self.query_one(TranscriptView).apply([BlockExtended(self._id, text)])


class _Floor(_Painted, LinesApp):
    def load(self, blocks: list[Block]) -> None:
        self.query_one(Lines).load(_texts(blocks))

    async def append(self, text: str) -> None:
        self.query_one(Lines).append(text)


class _Peer(_Painted, App[None]):
    """Textual's own: a widget for each message and each block of its Markdown."""

    def compose(self) -> ComposeResult:
        yield VerticalScroll()

    def load(self, blocks: list[Block]) -> None:
        self._markdown = Markdown()
        scroll = self.query_one(VerticalScroll)
        scroll.mount(*[Markdown(text) for text in _texts(blocks)], self._markdown)
        scroll.anchor()

    async def append(self, text: str) -> None:
        await self._markdown.append(text)


APPS: dict[str, type[_Transcript | _Floor | _Peer]] = {"transcript": _Transcript, "lines": _Floor, "textual": _Peer}


async def grow(program: str, kind: str, messages: int, lengths: tuple[int, ...]) -> dict[int, float]:
    """Seconds for one update, for each length that the text had before."""
    app = APPS[program]()
    measured = STEP * (UPDATES + _REHEARSED)
    text, found, at = text_of(kind, CHARACTERS * lengths[-1] + measured * len(lengths)), dict[int, float](), 0
    async with app.run_test(size=SIZE) as pilot:
        app.load(earlier(messages))
        await pilot.pause()
        for length in lengths:
            before = max(at, CHARACTERS * length)
            if before > at:
                await app.append(text[at:before])
                await pilot.pause()
            gc.collect()
            gc.freeze()
            at = before + measured
            updates = [text[place:place + STEP] for place in range(before, at, STEP)]
            await _measured(app, updates[:_REHEARSED])
            found[length] = await _measured(app, updates[_REHEARSED:])
    return found


async def _measured(app: _Transcript | _Floor | _Peer, updates: list[str]) -> float:
    began = time.process_time()
    for update in updates:
        app.painted.clear()
        await app.append(update)
        await asyncio.wait_for(app.painted.wait(), 60)
    return (time.process_time() - began) / len(updates)


async def resume(program: str, messages: int) -> float:
    """Seconds from the start of an app to the frame that shows the end of a conversation."""
    blocks = earlier(messages)
    gc.collect()
    gc.freeze()
    began = time.process_time()
    app = APPS[program]()
    async with app.run_test(size=SIZE):
        app.painted.clear()
        app.load(blocks)
        await asyncio.wait_for(app.painted.wait(), 300)
        return time.process_time() - began


async def _resumed(program: str, messages: int) -> dict[int, float]:
    await resume(program, 4)  # everything is imported and compiled then
    return {messages: min([await resume(program, messages) for _ in range(5)])}


def main() -> None:
    program, kind, messages = sys.argv[1], sys.argv[2], int(sys.argv[3])
    lengths = tuple(map(int, sys.argv[4].split(","))) if len(sys.argv) > 4 else LENGTHS
    found = asyncio.run(_resumed(program, messages) if kind == "resume" else grow(program, kind, messages, lengths))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
