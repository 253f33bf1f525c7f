"""The root of everything that the runtime raises; the whole tree is in `exceptions`."""

from typing import Any


class AgentsException(Exception):  # noqa: N818 - the published API's name
    """Everything that the runtime itself raises."""

    run_data: Any = None
    """Where the run stood, as RunErrorDetails; None when the error did not end a run."""
