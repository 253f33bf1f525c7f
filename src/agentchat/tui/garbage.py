"""When Python looks for garbage: not while something is read or typed.

A full collection stops every thread for as long as it takes to visit every object there is: 40 ms and more with what a chat has
imported, which is a key that is not echoed. So what stays anyway is taken out of its sight, full collections come when nothing
happens, and only in a run of hours in between. (Small ones, of what is young, go on as ever: they take a millisecond or two.)
"""

import gc

_FULL_AFTER = 1_000
"""So many collections of the middle generation, of about 7,000 new objects each, come before a full one."""


class Garbage:
    """Decides for the process, if the command line has left the decision to the screen by disabling collections at the start."""

    def __init__(self) -> None:
        self._decides = not gc.isenabled()

    def after_start(self) -> None:
        """All is imported and read: it stays."""
        if self._decides:
            gc.freeze()
            young, middle, _ = gc.get_threshold()
            gc.set_threshold(young, middle, _FULL_AFTER)
            gc.enable()

    def at_rest(self) -> None:
        """An answer is whole and nobody types."""
        if self._decides:
            gc.collect()
            gc.freeze()
