"""Patterns for commands, by which a rule is about some calls of a tool that runs commands and not about others.

A pattern is written as one would type the command, and compared with the command's words, never with its text: `git log` is the command of
these two words and no other, however it is spelled, so that there is nothing to be glued on behind it. In a word `*` stands for any
characters but `/`; a last word `...` for any further words. A `&` behind all that, as in a shell, is about running it in the background.

What a rule lets run is read narrowly: the program is exactly the one that is named, an option counts only when it is spelled out, and
through a program that runs others (`env`, `sh`, `xargs`) nothing is let in by a wildcard. What a rule asks about or forbids is read
widely: by the program's name wherever it lies, with options between the words, and also where such a program would run it.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

REST = "..."
"""The last word of a pattern: whatever else there is."""
BACKGROUND = "&"
"""Behind the last word: a command that goes on in the background."""

_RUN_OTHERS = frozenset(
    (
        "arch", "ash", "bash", "busybox", "chroot", "chrt", "command", "csh", "dash", "dbus-run-session", "doas", "entr", "env", "eval",
        "exec", "fakeroot", "find", "fish", "flock", "ionice", "ksh", "linux32", "linux64", "ltrace", "mksh", "nice", "nohup",
        "parallel", "pkexec", "prlimit", "proot", "run0", "runuser", "script", "setarch", "setpriv", "setsid", "sh", "ssh", "stdbuf",
        "strace", "su", "sudo", "systemd-run", "taskset", "tcsh", "time", "timeout", "tmux", "unshare", "watch", "xargs", "xvfb-run",
        "zsh",
    )
)  # fmt: skip
"""Programs, and words of the shell, whose arguments are commands."""
_INTERPRETERS = re.compile(r"(?:python|perl|ruby|node|deno|bun|php|lua|awk|gawk|sed)[\d.]*")
"""Programs whose arguments are programs in a language of their own."""
_WORDS_OF_THE_SHELL = frozenset(("!", "{", "}", "then", "else", "elif", "do", "if", "while", "until", "time"))
_ASSIGNMENT = re.compile(r"\w+\+?=.*", re.DOTALL)
_BORDERS = re.compile(r"\$\(|[;&|()`\n<>]+")
_TEXT = re.compile(r"[\s;&|()`<>]")
_DEEPEST = 4
"""Commands within commands that are looked at."""


@dataclass(frozen=True, slots=True)
class ArgvPattern:
    """Which commands a rule is about."""

    words: tuple[str, ...]
    in_background: bool = False
    """Whether it is about commands in the background, and about no others; what lets a command run does not let it go on there."""

    @classmethod
    def parse(cls, text: str) -> "ArgvPattern":
        """The pattern that a person wrote; a ValueError, one sentence, when it is none."""
        try:
            words = tuple(shlex.split(text))
        except ValueError as error:
            raise ValueError(f"The pattern cannot be read ({str(error).lower()}); write it as you would type the command.") from None
        words, in_background = (words[:-1], True) if words[-1:] == (BACKGROUND,) else (words, False)
        if not words or words[0] == REST:
            raise ValueError("The pattern names no program; write the command as you would type it, such as 'git log ...'.")
        if REST in words[:-1]:
            raise ValueError(f"In a pattern {REST} can only be the last word; use * for a single word before it.")
        return cls(words, in_background)

    def lets_in(self, arguments: Mapping[str, Any]) -> bool:
        """Whether a rule that allows is about the call with these arguments: exactly such a command, in the working directory itself."""
        argv = _strings(arguments.get("argv"))
        if not argv or arguments.get("cwd") not in (None, "", ".") or _goes_on(arguments) != self.in_background:
            return False
        if _runs_anything(self.words[0]) and self.words != tuple(argv):
            return False
        return argv[0] == self.words[0] and _fits(self.words[1:], argv[1:])

    def reaches(self, arguments: Mapping[str, Any]) -> bool:
        """Whether a rule that asks or denies is about it: such a command, or one that would run such a command."""
        argv, text = _strings(arguments.get("argv")), arguments.get("command")
        if self.in_background and argv and not _goes_on(arguments):
            return False
        found = _commands_in(argv) if argv else _commands_in_text(text) if isinstance(text, str) else iter(())
        return any(self._begins_in(words, starts) for words, starts in found)

    def _begins_in(self, words: Sequence[str], starts: range) -> bool:
        """Whether the command begins at one of these places in the words."""
        fits = _fits_somehow(self.words[1:], words)
        return any(fits[at + 1] and _matches(_name(self.words[0]), _name(words[at])) for at in starts)


def _goes_on(arguments: Mapping[str, Any]) -> bool:
    """Whether the command is to run in the background."""
    return arguments.get("background") not in (None, False)


def _fits(wanted: Sequence[str], given: Sequence[str]) -> bool:
    """Word for word; no wildcard stands for an option."""
    if wanted and wanted[-1] == REST:
        fixed, rest = wanted[:-1], given[len(wanted) - 1 :]
        return len(given) >= len(fixed) and not any(map(_is_option, rest)) and _fits(fixed, given[: len(fixed)])
    return len(wanted) == len(given) and all(map(_is_word, wanted, given))


def _is_word(wanted: str, given: str) -> bool:
    return _matches(wanted, given) and (wanted == given or wanted.startswith("-") or not _is_option(given))


def _fits_somehow(wanted: Sequence[str], given: Sequence[str]) -> list[bool]:
    """From which places on the words stand there in their order, with options between them, each perhaps with a value behind it.

    All places at once, from the end: a command can be long, and any word of it may be where another command begins.
    """
    end = len(wanted)
    is_rest = [place < end and wanted[place] == REST for place in range(end + 1)]
    rows = [[False] * (end + 1), [*is_rest[:end], True]]  # behind the end, and at it
    for word in reversed(given):
        after, later = rows[-1], rows[-2]
        skips = [one or other for one, other in zip(after, later, strict=True)] if _is_option(word) else rows[0]
        fits = [skips[place] or is_rest[place] for place in range(end + 1)]
        for place in range(end):
            fits[place] = fits[place] or (after[place + 1] and _matches(wanted[place], word))
        rows.append(fits)
    return [row[0] for row in reversed(rows[1:])]


def _matches(wanted: str, given: str) -> bool:
    return _pattern(wanted).fullmatch(given) is not None


@cache
def _pattern(wanted: str) -> re.Pattern[str]:
    return re.compile("".join(r"[^/\x00-\x1f]*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", wanted)))


def _is_option(word: str) -> bool:
    return word.startswith("-")


def _name(program: str) -> str:
    """A program's name, wherever it lies; file systems may not tell cases apart."""
    return program.rstrip("/").rpartition("/")[2].casefold()


def _runs_anything(program: str) -> bool:
    return _name(program) in _RUN_OTHERS or _INTERPRETERS.fullmatch(_name(program)) is not None


def _commands_in(argv: Sequence[str], depth: int = 0) -> Iterator[tuple[Sequence[str], range]]:
    """The command, with the places where one can begin: behind a program that runs others at any word. And those in texts for a shell."""
    runs_others = bool(argv) and _name(argv[0]) in _RUN_OTHERS
    yield argv, range(len(argv) if runs_others else min(1, len(argv)))
    for word in argv[1:] if runs_others and depth < _DEEPEST else ():
        if _TEXT.search(word):
            yield from _commands_in_text(word.removeprefix("-S"), depth + 1)


def _commands_in_text(text: str, depth: int = 0) -> Iterator[tuple[Sequence[str], range]]:
    """The commands of a text for a shell, as far as they can be read: also those in substitutions, without what is before the program."""
    for line in _BORDERS.split(text.replace("\\\n", "")):
        try:
            words = shlex.split(line)
        except ValueError:  # a quote that encloses a border
            words = line.replace('"', " ").replace("'", " ").split()
        while words and (words[0] in _WORDS_OF_THE_SHELL or _ASSIGNMENT.fullmatch(words[0])):
            del words[0]
        yield from _commands_in(words, depth)


def _strings(value: object) -> list[str]:
    """The strings of a list that came from a model; empty for anything else."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    words = [item for item in items if isinstance(item, str)]
    return words if len(words) == len(items) else []
