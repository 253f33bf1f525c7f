"""The types of agents.toml beside those of Python: what a text names, and which numbers a key takes.

They are written as the types of fields (`specs.py` and others), and `shapes.py` reads them there. Standard library only.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Naming:
    """What a text names."""

    what: Literal["agent", "code", "file", "variable", "address"]


AgentName: TypeAlias = Annotated[str, Naming("agent")]
"""An agent of the same file."""
CodeName: TypeAlias = Annotated[str, Naming("code")]
"""`module:object`, imported from the folder of the file or from what is installed."""
FileName: TypeAlias = Annotated[str, Naming("file")]
"""A path, from the folder of the file."""
Variable: TypeAlias = Annotated[str, Naming("variable")]
"""The name of an environment variable."""
Address: TypeAlias = Annotated[str, Naming("address")]
"""An http or https address."""


@dataclass(frozen=True, slots=True)
class Within:
    """`Annotated[float, Within(0, 2)]`: the least and the largest number; without it a whole number is at least 1, any other above 0."""

    low: float
    high: float | None = None
    """None for no limit."""


@dataclass(frozen=True, slots=True)
class OneKind:
    """`Annotated[Mapping[str, object], OneKind("guardrails")]`: tables of several kinds, told apart by their key `kind`.

    Which kinds there are is for the reader to know (`Vocabulary`); other packages can add some.
    """

    group: str
