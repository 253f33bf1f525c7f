"""Talk to your agents in the terminal; and the agent runtime underneath.

Every public name is here and loads when it is first used, so that `import agentchat` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from agentchat.public import *  # noqa: F403 - the same names, for type checkers and editors

_PUBLIC = "agentchat.public"
_COMING = "agentchat.coming"


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module 'agentchat' has no attribute {name!r}")
    public = import_module(_PUBLIC)
    if name not in public.__all__:
        raise import_module(_COMING).missing(__name__, name)
    return getattr(public, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *import_module(_PUBLIC).__all__})
