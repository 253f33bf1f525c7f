"""Attaches the files that a person names to what they say.

The files are read through a port, which reaches nothing outside of the working folder; reading is bounded, and done in a thread. What was
named and cannot be attached is told, and the text goes without it.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Protocol

from agentchat.chat.attachments import Enclosed, data_url, message_with, names_in

MOST_FILES = 10
"""Files that go with one message."""
MOST_NAMED = 200
"""Names that are looked for."""
NEAR = 32_000
"""Characters at both ends of a text in which files are named: what is pasted between them names none."""
LONGEST_TEXT = 200_000
"""Bytes of a text that are attached; what follows is left out, and the message says so."""
LARGEST_IMAGE = 4 * 1024 * 1024
_IMAGES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp"}
_BEGINNINGS = {"image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8", "image/webp": b"RIFF"}


class WorkFiles(Protocol):
    """The files that can be attached. Both methods may block."""

    def names_like(self, typed: str) -> tuple[str, ...]:
        """Paths that fit to what was typed, the best first; a few."""
        ...

    def read(self, name: str) -> "bytes | str | None":
        """The content of a file; a sentence where it cannot be read; None where the name is none of a file."""
        ...


@dataclass(frozen=True, slots=True)
class Attached:
    """What is sent in the place of a text."""

    given: str | list[dict[str, Any]]
    complaints: tuple[str, ...] = ()
    """What the person is told: sentences."""


async def attached(text: str, files: WorkFiles | None) -> Attached:
    """The text with the files that it names; the text alone where it names none."""
    if files is None or "@" not in text:
        return Attached(text)
    return await asyncio.to_thread(_attached, text, files)


def _attached(text: str, files: WorkFiles) -> Attached:
    enclosed: list[Enclosed] = []
    complaints: list[str] = []
    for name, data in _found(text, files):
        made = f"{name} was not attached: one message takes {MOST_FILES} files." if len(enclosed) == MOST_FILES else _enclosed(name, data)
        (complaints if isinstance(made, str) else enclosed).append(made)  # pyright: ignore[reportArgumentType] - each to its own
    given = [message_with(text, enclosed)] if enclosed else text
    return Attached(given, tuple(complaints))


def _found(text: str, files: WorkFiles) -> Iterator[tuple[str, bytes | str]]:
    """Each file that is named, once, with its content or what is wrong with it."""
    seen: set[str] = set()
    near = text if len(text) <= 2 * NEAR else f"{text[:NEAR]}\n{text[-NEAR:]}"
    for spellings in names_in(near)[:MOST_NAMED]:
        for name in spellings:
            data = None if name in seen else files.read(name)
            seen.add(name)
            if data is not None:
                yield name, data
                break


def _enclosed(name: str, data: bytes | str) -> Enclosed | str:
    """The file as it is attached; a sentence where it cannot be."""
    if isinstance(data, str):
        return f"{name} was not attached: {data}"
    if (kind := _IMAGES.get(PurePath(name).suffix.lower())) is not None:
        return _image(name, kind, data)
    if b"\0" in data[:8192]:
        return f"{name} was not attached: it is no text, and no image (png, jpg, gif, webp)."
    size = size_of(len(data))
    about = size if len(data) <= LONGEST_TEXT else f"the first {size_of(LONGEST_TEXT)} of {size}"
    return Enclosed(name, about, data[:LONGEST_TEXT].decode("utf-8-sig", "replace"))


def _image(name: str, kind: str, data: bytes) -> Enclosed | str:
    if not data.startswith(_BEGINNINGS[kind]):
        return f"{name} was not attached: what is in it is no {kind.removeprefix('image/')}."
    if len(data) > LARGEST_IMAGE:
        return f"{name} was not attached: it is {size_of(len(data))}; images of at most {size_of(LARGEST_IMAGE)} can be attached."
    return Enclosed(name, f"image, {size_of(len(data))}", data_url(kind, data), "image")


def size_of(count: int) -> str:
    """A number of bytes as one reads it."""
    if count < 1024:
        return f"{count} B"
    return f"{count / 1024:.1f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"
