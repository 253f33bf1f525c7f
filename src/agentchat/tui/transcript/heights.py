"""How many lines every block has, summed so that a line finds its block fast.

Blocks are summed in chunks, and the chunks in a Fenwick tree: the block of a line, the first line of a block and a changed height each
cost O(log n), so that a chat of ten thousand messages scrolls like one of ten, and there are few sums to make when it is opened. The
heights of blocks that were never drawn are estimates; whoever draws one sets it.
"""

from collections.abc import Callable, Iterable
from itertools import accumulate

_CHUNK = 64
"""So many blocks have one sum."""
_ESTIMATED = 64
"""So many blocks at the end are estimated one by one."""
_SAMPLES = 64
"""Of those before them at most so many are, and the others are taken to be like them, so that a long chat opens as fast as a short one."""


class Heights:
    """The line counts of blocks in order. Mutable: only the page that draws the blocks changes it."""

    def __init__(self, values: Iterable[int] = ()) -> None:
        self._values = list(values)
        chunks = [sum(self._values[first:first + _CHUNK]) for first in range(0, len(self._values), _CHUNK)]
        before = list(accumulate(chunks, initial=0))
        self._sums = [0, *[lines - before[chunk & (chunk - 1)] for chunk, lines in enumerate(before[1:], start=1)]]

    @classmethod
    def estimated(cls, count: int, estimate: Callable[[int], int]) -> "Heights":
        """The heights of so many blocks that nobody has drawn yet."""
        far = max(0, count - _ESTIMATED)
        alike = 2 * -(-far // (2 * _SAMPLES)) or 1  # even, and every other time one further: questions and answers take turns
        sampled = [lines for nth, place in enumerate(range(0, far, alike)) for lines in [estimate(place + nth % 2)] * alike]
        return cls([*sampled[:far], *map(estimate, range(far, count))])

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
        block = len(self._values)
        self._values.append(0)
        if block % _CHUNK == 0:
            chunk = block // _CHUNK
            self._sums.append(self._before_chunk(chunk) - self._before_chunk((chunk + 1) & chunk))
        self.set(block, value)

    def set(self, block: int, value: int) -> None:
        """Gives a block another height."""
        change = value - self._values[block]
        self._values[block] = value
        chunk = block // _CHUNK + 1
        while change and chunk < len(self._sums):
            self._sums[chunk] += change
            chunk += chunk & -chunk

    def before(self, block: int) -> int:
        """The first line of a block: how many lines all blocks before it have."""
        chunk = block // _CHUNK
        return self._before_chunk(chunk) + sum(self._values[chunk * _CHUNK:block])

    def find(self, line: int) -> tuple[int, int]:
        """The block of a line, and the line inside it; a line past the end belongs to the last block."""
        chunk, step = 0, 1 << len(self._sums).bit_length()
        while step:
            if chunk + step < len(self._sums) and self._sums[chunk + step] <= line:
                chunk += step
                line -= self._sums[chunk]
            step >>= 1
        first = chunk * _CHUNK
        for block, height in enumerate(self._values[first:first + _CHUNK], start=first):
            if line < height:
                return block, line
            line -= height
        last = len(self._values) - 1
        return last, line + self._values[last]

    def _before_chunk(self, chunk: int) -> int:
        lines = 0
        while chunk:
            lines += self._sums[chunk]
            chunk &= chunk - 1
        return lines
