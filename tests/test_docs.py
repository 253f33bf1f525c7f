"""The examples of the documents are programs: they run, and they print what stands behind them."""

import ast
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from inspect import isawaitable
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[1] / "docs"
_FILE = re.compile(r"^```\w+\n# (\S+\.(?:py|toml))\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CONSOLE = re.compile(r"^````console\n(.*?)^````", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ agentchat (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
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


def test_what_own_tools_tells_to_do_in_five_minutes_does_what_it_says(tmp_path: Path) -> None:
    text = (DOCS / "own-tools.md").read_text(encoding="utf-8")
    for name, content in _FILE.findall(text):
        (tmp_path / name).write_text(content, encoding="utf-8")
    told = _COMMAND.findall("".join(_CONSOLE.findall(text)))
    assert len(told) == 3
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    for command, expected in told:
        line = [sys.executable, "-m", "agentchat", *shlex.split(command)]
        home = {"AGENTCHAT_HOME": str(tmp_path / "home")}
        done = subprocess.run(line, cwd=tmp_path, env={**kept, **home}, text=True, capture_output=True, check=False)
        assert (done.returncode, done.stdout.partition("\n\n*I am the offline demo model")[0].strip()) == (0, expected.strip()), done.stderr
