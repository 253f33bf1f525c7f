"""What names a run and a call in it, for ever: scopes and keys.

Providers reuse and lose their call ids, so nothing that must happen once hangs on them. A run has an id of its own, a nested run
(an agent used as a tool) is told apart by the path of outer calls, and a call is its response's number and its place in it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """One run, or a nested run inside it."""

    run_id: str
    path: tuple[str, ...] = ()
    """The outer calls, outermost first, each as "response.index"; empty for the run itself."""


@dataclass(frozen=True, slots=True)
class CallKey:
    """One tool call of one accepted response; never given twice."""

    scope: Scope
    response: int
    """The number of the response in its scope, from 1, over all resumes."""
    index: int
    """The call's place among the calls of its response, from 0."""

    @property
    def inside(self) -> Scope:
        """The scope of the run that the call leads to, where it calls an agent."""
        return Scope(run_id=self.scope.run_id, path=(*self.scope.path, f"{self.response}.{self.index}"))

    def __str__(self) -> str:
        """The key as one word, which `parse` reads back."""
        return "/".join((self.scope.run_id, *self.scope.path, f"{self.response}.{self.index}"))

    @classmethod
    def parse(cls, text: str) -> "CallKey":
        """The key that `str` wrote; a ValueError for anything else."""
        run_id, *path, last = text.split("/")
        response, _, index = last.partition(".")
        if not run_id or not response.isdecimal() or not index.isdecimal():
            raise ValueError(f"{text!r} is not the key of a call; a key looks like '3f2a/1.0'.")
        return cls(scope=Scope(run_id=run_id, path=tuple(path)), response=int(response), index=int(index))
