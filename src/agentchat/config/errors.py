"""What is wrong with an input: one sentence; for a configuration file with the file, the line and the key."""

from pathlib import Path


class Unusable(Exception):  # noqa: N818 - it is the input that is wrong
    """Something that the person gave cannot be used; the message is the whole sentence."""


class ConfigError(Exception):
    """A file that cannot be used as it is. `str()` is the whole sentence, on one line, with its place."""

    def __init__(self, path: Path, message: str, *, line: int | None = None, key: str = "") -> None:
        super().__init__(path, message, line, key)
        self.path = path
        self.message = message
        """The sentence without its place."""
        self.line = line
        """Counted from 1; None when it is the file as a whole."""
        self.key = key
        """Dotted, with indexes ("agents[1].tools[0]"); empty when it is the file as a whole."""

    def __str__(self) -> str:
        place = shown_path(self.path) + (f":{self.line}" if self.line is not None else "")
        return f"{self.message[:-1]} ({place})." if self.message.endswith(".") else f"{self.message} ({place})"


class ConfigErrors(ConfigError):  # noqa: N818 - several of them
    """All that is wrong with a file, a line for each; with one mistake the same as that one. Its own place is that of the first."""

    def __init__(self, errors: "tuple[ConfigError, ...]") -> None:
        first = errors[0]
        super().__init__(first.path, first.message, line=first.line, key=first.key)
        self.errors = errors
        """In the order of the file."""

    def __str__(self) -> str:
        return "\n".join(str(one) for one in self.errors)


def shown_path(path: Path) -> str:
    """The path as a person in the working directory would type it."""
    try:
        below = path.relative_to(Path.cwd())
    except (ValueError, OSError):
        below = path
    return quotable(str(below))


def quoted(text: str) -> str:
    """A text of the file as a sentence names it: on one line, and not without end."""
    return f"'{quotable(text[:80])}…'" if len(text) > 80 else f"'{quotable(text)}'"


def quotable(text: str) -> str:
    """What would break a line, or be invisible in it, as an escape."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
