"""What is said in the benchmarks: one long Markdown answer, and the messages of a saved conversation. Standard library only."""

from collections.abc import Iterator

PARTS = 300
DELTAS = 4800
LAST_WORD = "FINIS"
"""Ends the long answer, and stands nowhere else."""
LAST_SAVED = "ULTIMA"
"""Stands in the last message of the saved conversation, and nowhere else."""

_PART = """\
## Part {n}: what was found

The *store* keeps every row of part {n} **once**, and `commit` says when; nothing is lost on the way.

- first the rows are read
- then they are checked
- and at last written

```python
def part_{n}(rows):
    return [row for row in rows if row.ok]
```

"""


def answer(parts: int = PARTS) -> str:
    """Markdown in so many parts, each with a heading, a paragraph, a list and a code fence; 300 of them are 85 KB."""
    return "".join(_PART.format(n=n) for n in range(parts)) + f"That was all. {LAST_WORD}\n"


def deltas(text: str, count: int = DELTAS) -> Iterator[str]:
    """The text in so many pieces of equal length."""
    for place in range(count):
        yield text[len(text) * place // count : len(text) * (place + 1) // count]


def messages(count: int) -> list[dict[str, object]]:
    """A conversation of so many messages, a person's and an agent's in turn."""
    return [_message(n, is_last=n == count - 1) for n in range(count)]


def _message(number: int, *, is_last: bool) -> dict[str, object]:
    if number % 2 == 0:
        return {"role": "user", "content": f"What is in part {number}?"}
    text = _PART.format(n=number) + (LAST_SAVED if is_last else "")
    part = {"type": "output_text", "text": text, "annotations": []}
    return {"type": "message", "id": f"msg_{number}", "role": "assistant", "status": "completed", "content": [part]}
