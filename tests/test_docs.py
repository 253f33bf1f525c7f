"""The examples of the documents are programs: they run, and they print what stands behind them."""

import ast
import io
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from inspect import isawaitable
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[1] / "docs"
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SAID = re.compile(r"# -> (.*)$", re.MULTILINE)


def blocks(document: Path) -> Iterator[str]:
    """The Python of a document, each block at its own lines, so that an error names the line of the document."""
    text = document.read_text(encoding="utf-8")
    for match in _BLOCK.finditer(text):
        yield "\n" * text.count("\n", 0, match.start(1)) + match[1]


async def printed(source: str, document: Path, names: dict[str, Any]) -> list[str]:
    code = compile(source, str(document), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    with redirect_stdout(io.StringIO()) as out:
        answer = eval(code, names)
        if isawaitable(answer):
            await answer
    return out.getvalue().splitlines()


@pytest.mark.parametrize("name", sorted(path.name for path in DOCS.glob("*.md") if "```python" in path.read_text(encoding="utf-8")))
async def test_the_examples_of_a_document_run_and_print_what_it_says(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "document"}
    for source in blocks(DOCS / name):
        assert sorted(await printed(source, DOCS / name, names)) == sorted(_SAID.findall(source))


def test_there_is_such_a_document() -> None:
    assert len(list(blocks(DOCS / "library.md"))) > 8
