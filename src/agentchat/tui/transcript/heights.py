"""How many lines every block has, summed so that a line finds its block fast.

A Fenwick tree: the block of a line, the first line of a block and a changed height each cost O(log n), so that a chat of ten
thousand messages scrolls like one of ten. The heights of blocks that were never drawn are estimates; whoever draws one sets it.
"""

from collections.abc import Callable, Iterable
from itertools import accumulate

_ESTIMATED = 512
"""So many blocks at the end are estimated one by one."""
_SAMPLE = 64
"""Before them one block in so many is, and the others are taken to be like it, so that a long chat opens as fast as a short one."""


class Heights:
    """The line counts of blocks in order. Mutable: only the page that draws the blocks changes it."""

    def __init__(self, values: Iterable[int] = ()) -> None:
        self._values = list(values)
        before = list(accumulate(self._values, initial=0))
        self._sums = [lines - before[place & (place - 1)] for place, lines in enumerate(before[1:], start=1)]
        self._sums.insert(0, 0)

    @classmethod
    def estimated(cls, count: int, estimate: Callable[[int], int]) -> "Heights":
        """The heights of so many blocks that nobody has drawn yet."""
        far = max(0, count - _ESTIMATED) // _SAMPLE * _SAMPLE
        sampled = [height for place in range(0, far, _SAMPLE) for height in [estimate(place + place // _SAMPLE % _SAMPLE)] * _SAMPLE]
        return cls([*sampled, *map(estimate, range(far, count))])

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, block: int) -> int:
        return self._values[block]

    @property
    def total(self) -> int:
        """Lines of all blocks together."""
        return self.before(len(self._values))

    def append(self, value: int) -> None:
        """Adds a block at the end."""
        self._values.append(value)
        place = len(self._values)
        below = place - (place & -place)
        self._sums.append(self.before(place - 1) - self.before(below) + value)

    def set(self, block: int, value: int) -> None:
        """Gives a block another height."""
        change = value - self._values[block]
        self._values[block] = value
        place = block + 1
        while change and place < len(self._sums):
            self._sums[place] += change
            place += place & -place

    def before(self, block: int) -> int:
        """The first line of a block: how many lines all blocks before it have."""
        lines = 0
        while block:
            lines += self._sums[block]
            block -= block & -block
        return lines

    def find(self, line: int) -> tuple[int, int]:
        """The block of a line, and the line inside it; a line past the end belongs to the last block."""
        place, step = 0, 1 << len(self._values).bit_length()
        while step:
            if place + step < len(self._sums) and self._sums[place + step] <= line:
                place += step
                line -= self._sums[place]
            step >>= 1
        if place < len(self._values):
            return place, line
        last = len(self._values) - 1
        return last, line + self._values[last]
