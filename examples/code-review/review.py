"""What the review's agents have of their own: a tool that reads Python as Python, and the shape of what they report."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from agentchat import function_tool, working_folder

RISKY = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.load", "pickle.loads", "yaml.load"}


class Finding(BaseModel):
    """One thing to change."""

    file: str
    line: int
    severity: Literal["high", "medium", "low"]
    problem: str
    instead: str


class Review(BaseModel):
    """What a review comes to: `output` in agents.toml names it, and every answer of the reviewer has this shape."""

    verdict: Literal["accept", "change"]
    findings: list[Finding]


# effects="reads": without it the tool would count as one that changes things, which mode read-only refuses.
@function_tool(effects="reads")
def risky_calls(path: str) -> str:
    """Lists calls that run text as code or as a command, one a line, with file and line.

    Args:
        path: A Python file or a folder of the working folder.
    """
    folder = working_folder()  # of the conversation, wherever the program was started
    place = folder.joinpath(path).resolve()
    if not place.is_relative_to(folder):
        raise ValueError(f"{path} is outside of the working folder.")
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    found = [f"{file.relative_to(folder)}:{line}: {code}" for file in files for line, code in _risky_in(file)]
    return "\n".join(found) or "none"


def _risky_in(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and (ast.unparse(node.func) in RISKY or _uses_a_shell(node)):
            yield node.lineno, ast.unparse(node)


def _uses_a_shell(call: ast.Call) -> bool:
    return any(word.arg == "shell" and ast.unparse(word.value) != "False" for word in call.keywords)
