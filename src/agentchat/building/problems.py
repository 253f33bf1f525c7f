"""What of a file could not be had, though nothing is wrong with the file itself: a module that is broken, a tool that is not there.

An agent that such a thing was for is left out, because it would not be what the file says: without a guardrail it would do more, without
a tool less. The others run.
"""

from dataclasses import dataclass, field

from agentchat.config.errors import ConfigError
from agentchat.config.specs import TeamSpec
from agentchat.config.toml_places import KeyPath, dotted


class CannotBeHad(Exception):  # noqa: N818 - said of a thing
    """Something that a file names; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One such thing."""

    path: KeyPath
    """The key that names it."""
    sentence: str


@dataclass(slots=True)
class Problems:
    """Those of one file. Mutable: whoever builds a part of the team adds what was missing."""

    spec: TeamSpec
    found: list[Problem] = field(default_factory=list[Problem])

    def add(self, path: KeyPath, sentence: str) -> None:
        """Something could not be had; of a table of its own it is said only where nobody who uses it has said it."""
        if path[0] != "tools" or all(one.sentence != sentence for one in self.found):
            self.found.append(Problem(path, sentence))

    def errors(self, *, of: str = "") -> list[ConfigError]:
        """With file, line and key; those below one key at the top of the file, or all."""
        return [
            ConfigError(self.spec.source, one.sentence, line=self.spec.line(*one.path), key=dotted(one.path))
            for one in self.found
            if of in {"", one.path[0]}
        ]
