"""A program of its own: says which lines of a text match an expression, for text after text. `matching.py` starts and ends it.

Input: eight bytes with the length, then the text in UTF-8. Output: the numbers of the lines, with blanks between, on one line. It
imports little, and nothing but the standard library, because every search with an expression waits for its start.
"""

import re
import resource
import sys

CPU_SECONDS = 15
"""Where the program that started this one was killed, nobody else ends it."""


def main() -> None:
    """Answers until the input ends."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    expression = re.compile(bytes.fromhex(sys.argv[1]).decode("utf-8", "surrogateescape"), int(sys.argv[2]))
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(size := source.read(8)) == 8:
        text = source.read(int.from_bytes(size, "big")).decode("utf-8", "surrogatepass")
        lines = enumerate(text.split("\n"), start=1)
        found = [str(number) for number, line in lines if expression.search(line.removesuffix("\r"))]
        answers.write(" ".join(found).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
