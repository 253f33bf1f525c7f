"""How a built-in tool fails: with one sentence that the model can act on.

A tool that raises anything else would give the model nothing to go on, and a person nothing to read. So what is foreseen is a
`ToolFailed` whose text names the thing and the next step, and `tell_the_model` is the failure function of every built-in tool.
"""

import os
from typing import Any

from agentchat.runtime.declarations.run_context import RunContextWrapper


class ToolFailed(Exception):  # noqa: N818 - it is a result that the model reads, not a fault of the program
    """The tool could not do it; the text says why and what to do instead."""

def tell_the_model(_context: RunContextWrapper[Any], error: Exception) -> str:
    """What the model is given for a failed call."""
    match error:
        case ToolFailed():
            return str(error)
        case OSError():
            return f"This failed: {reason(error)}."
        case _:
            return f"This call failed: {error}"


def reason(error: OSError) -> str:
    """What the operating system says, in lower case and without numbers."""
    return os.strerror(error.errno).lower() if error.errno else str(error)
