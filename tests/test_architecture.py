"""The sizes that keep the code readable. Which package may import which is import-linter's affair (pyproject.toml)."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "agentchat"
FILES = sorted(SOURCE.rglob("*.py"))

FILE_LINES, CLASS_LINES, FUNCTION_LINES = 400, 250, 50
RUNTIME_LINES, TUI_LINES, TYPESETTING_LINES = 7_970, 8_000, 1_500


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@cache
def _nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def _code_lines(path: Path) -> int:
    """Lines with code: a budget must not be paid with documentation (docs/decisions/0002-sizes.md)."""
    text = path.read_text(encoding="utf-8")
    free: set[int] = set()
    for node in _nodes(path):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            free.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(text.splitlines(), start=1)
    return sum(1 for number, line in lines if number not in free and line.strip() and not line.strip().startswith("#"))


def _definitions(path: Path, *kinds: type[ast.AST]) -> Iterator[tuple[str, int]]:
    for node in _nodes(path):
        if isinstance(node, kinds):
            yield f"{path.relative_to(SOURCE)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_the_sources_were_found() -> None:
    assert len(FILES) > 50


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_file_is_longer_than_400_lines(path: Path) -> None:
    assert _lines(path) <= FILE_LINES


def test_no_class_is_longer_than_250_lines() -> None:
    long = [(name, lines) for path in FILES for name, lines in _definitions(path, ast.ClassDef) if lines > CLASS_LINES]
    assert long == []


def test_no_function_is_longer_than_50_lines() -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    long = [(name, lines) for path in FILES for name, lines in _definitions(path, *kinds) if lines > FUNCTION_LINES]
    assert long == []


def test_the_median_function_is_seen_at_a_glance() -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    sizes = sorted(lines for path in FILES for _, lines in _definitions(path, *kinds))
    assert sizes[len(sizes) // 2] <= 10


@pytest.mark.parametrize(("package", "limit"), [("runtime", RUNTIME_LINES), ("tui", TUI_LINES), ("typesetting", TYPESETTING_LINES)])
def test_the_runtime_and_the_screen_stay_small_enough_to_be_read(package: str, limit: int) -> None:
    assert sum(_code_lines(path) for path in (SOURCE / package).rglob("*.py")) <= limit


def test_package_files_are_empty() -> None:
    filled = [str(path.relative_to(SOURCE)) for path in FILES if path.name == "__init__.py" and path.read_text(encoding="utf-8").strip()]
    # The package itself hands its names out lazily; so does `agentchat.memory`, which is a published path as well.
    assert filled == ["__init__.py", "memory/__init__.py"]


RUNTIME_MAY_IMPORT = {"pydantic", "pydantic_core", "typing_extensions", "griffe", "openai", "agentchat"}


def _imports(path: Path) -> Iterator[str]:
    for node in _nodes(path):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_the_runtime_imports_only_what_it_is_allowed() -> None:
    found = {name for path in (SOURCE / "runtime").rglob("*.py") for name in _imports(path)}
    foreign = {name for name in found if name.partition(".")[0] not in RUNTIME_MAY_IMPORT | set(sys.stdlib_module_names)}
    assert foreign == set()
    assert {name for name in found if name.startswith("openai") and not name.startswith("openai.types")} == set()
