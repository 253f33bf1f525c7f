"""The tool that changes a part of a file: one text in it takes the place of another.

The text to be replaced must be there exactly once, so that what is meant cannot be mistaken; everything around it stays as it is, byte
for byte. What the model is told when it cannot be done says how to ask better.
"""

import re
from dataclasses import dataclass
from typing import Any

from agentchat.runtime.declarations.tool import CallPreview
from agentchat.tools.failures import ToolFailed
from agentchat.tools.files.differences import edit_difference
from agentchat.tools.files.texts import encoded, is_binary
from agentchat.tools.files.workspace import LARGEST_FILE, Workspace, one_writer
from agentchat.tools.wording import counted, quoted, size_text, some_of

MOST_PLACES = 1_000
"""Places of a text in a file that are counted before it is just said that there are more."""


@dataclass(frozen=True, slots=True)
class EditTool:
    """The function behind the tool; its docstring is what the model reads."""

    workspace: Workspace

    def edit_file(self, path: str, old_text: str, new_text: str, *, replace_all: bool = False) -> str:
        """Changes a part of a text file in the working directory: replaces one text in it by another.

        Read the file first. Everything else in it stays as it is. The user may be shown the difference and asked first.

        Args:
            path: The file, relative to the working directory, such as "notes.txt" or "src/main.py".
            old_text: The text to replace, exactly as it stands in the file, blanks and line breaks too. It must be there once: give
                enough of the lines around it.
            new_text: What takes its place; empty to take the text out.
            replace_all: True to replace the text wherever it stands in the file.
        """
        edit = _Edit(path, old_text, new_text, everywhere=replace_all)
        with one_writer():
            edited = edit.of(self.workspace.read(path))
            self.workspace.write(path, edited.data)
        return f"Changed {quoted(path)} in {edited.where}."

    def preview_edit(self, arguments: dict[str, Any]) -> CallPreview | None:
        """The difference that an edit would make now; None when the arguments are not those of an edit."""
        edit = _edit_of(arguments)
        if edit is None:
            return None
        try:
            data = self.workspace.read(edit.path)
            edited = edit.of(data)
        except ToolFailed as failure:
            return CallPreview("text", f"This would fail: {failure}")
        return edit_difference("/".join(self.workspace.parts(edit.path)), data, edited.text)


@dataclass(frozen=True, slots=True)
class _Edited:
    """The file as it is afterwards."""

    text: str
    """Bytes that are no UTF-8 are lone surrogates in it."""
    where: str
    """How many texts were replaced, and where they stood."""

    @property
    def data(self) -> bytes:
        return self.text.encode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class _Edit:
    """What is to be done."""

    path: str
    old: str
    new: str
    everywhere: bool

    def of(self, data: bytes) -> _Edited:
        """The file with the edit made; a ToolFailed where it cannot be."""
        self._must_mean_something()
        if is_binary(data):
            raise ToolFailed(f"{quoted(self.path)} is a binary file ({size_text(len(data))}); only text files can be edited.")
        text = data.decode("utf-8", "surrogateescape")
        old, new = (_with_crlf(self.old), _with_crlf(self.new)) if _is_all_crlf(text) else (self.old, self.new)
        places = _places(text, old, apart=len(old) if self.everywhere else 1)
        if not places:
            raise self._missing(text)
        if len(places) > 1 and not self.everywhere:
            raise self._ambiguous(_line_numbers(text, places))
        count = text.count(old)
        if len(data) + count * (len(new.encode()) - len(old.encode())) > LARGEST_FILE:
            raise ToolFailed(f"{quoted(self.path)} would be larger than {size_text(LARGEST_FILE)} then; make a smaller change.")
        return _Edited(text.replace(old, new), f"{counted(count, 'place')}{_at_lines(_line_numbers(text, places))}")

    def _must_mean_something(self) -> None:
        if not self.old:
            raise ToolFailed("old_text is empty; give the text to replace, or use write_file to write a whole file.")
        if self.old == self.new:
            raise ToolFailed("old_text and new_text are the same; nothing would change.")
        encoded(self.old)
        encoded(self.new)

    def _missing(self, text: str) -> ToolFailed:
        line = _line_of_what_is_alike(text, self.old)
        hint = f"; from line {line} on it is the same but for blanks" if line else ""
        return ToolFailed(f"{quoted(self.path)} does not contain old_text{hint}. Read the file and copy the text exactly.")

    def _ambiguous(self, lines: tuple[int, ...]) -> ToolFailed:
        often = f"more than {MOST_PLACES:,}" if len(lines) > MOST_PLACES else f"{len(lines)}"
        where = f"{quoted(self.path)} contains old_text {often} times{_at_lines(lines)}"
        return ToolFailed(f"{where}; give more of the text around the place that you mean, or set replace_all to change all of them.")


def _edit_of(arguments: dict[str, Any]) -> _Edit | None:
    match arguments:
        case {"path": str(path), "old_text": str(old), "new_text": str(new)}:
            return _Edit(path, old, new, everywhere=arguments.get("replace_all") is True)
        case _:
            return None


def _is_all_crlf(text: str) -> bool:
    return 0 < text.count("\n") == text.count("\r\n")


def _with_crlf(text: str) -> str:
    """Models write line breaks in one way; in a file that has the other one throughout, they mean that."""
    return re.sub(r"(?<!\r)\n", "\r\n", text)


def _places(text: str, wanted: str, *, apart: int) -> list[int]:
    """Where a text begins, in places that are at least so far apart; one more than MOST_PLACES at most."""
    places, start = list[int](), 0
    while (at := text.find(wanted, start)) >= 0 and len(places) <= MOST_PLACES:
        places.append(at)
        start = at + apart
    return places


def _line_numbers(text: str, places: list[int]) -> tuple[int, ...]:
    numbers, line, before = list[int](), 1, 0
    for at in places:
        line += text.count("\n", before, at)
        numbers.append(line)
        before = at
    return tuple(numbers)


def _at_lines(lines: tuple[int, ...]) -> str:
    """Where, in brackets; nothing where that would be too much to say."""
    if len(lines) > MOST_PLACES:
        return ""
    different = [str(line) for line in dict.fromkeys(lines)]
    return f" ({'line' if len(different) == 1 else 'lines'} {some_of(different, at_most=8)})"


def _line_of_what_is_alike(text: str, wanted: str) -> int | None:
    """Where the text would stand if blanks did not count."""
    meant = _without_blanks(wanted.strip("\r\n"))
    tight = _without_blanks(text)
    at = tight.find(meant) if meant else -1
    return tight.count("\n", 0, at) + 1 if at >= 0 else None


def _without_blanks(text: str) -> str:
    return "\n".join("".join(line.split()) for line in text.split("\n"))
