"""A program of its own: HTML on its input, Markdown on its output. `pages.py` starts and ends it.

The library that converts is fast, but holds the interpreter's lock while it works, and it reads what a stranger wrote: here it can freeze
nothing, and when it falls over it falls alone. Arguments: the folder that the library is imported from, and the address of the page, which
relative links are completed by.
"""

import resource
import sys

CPU_SECONDS = 20
"""Where the program that started this one was killed, nobody else ends it."""

LONGEST = 4_000_000
"""Characters that are given: what is nested deeply is indented, and grows with the square of its depth."""

MEMORY = 2 * 1024**3
"""Bytes of address space."""


def main() -> None:
    """Converts one page."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    folder, address = sys.argv[1:]
    sys.path.append(folder)
    from html_to_markdown import ConversionOptions, convert  # found by the line above

    html = sys.stdin.buffer.read().decode("utf-8", "replace")
    options = ConversionOptions(base_url=address, compact_tables=True, skip_images=True, extract_metadata=False)
    text = convert(html, options).content or ""
    sys.stdout.buffer.write(text[:LONGEST].encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
