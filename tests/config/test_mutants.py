"""Spoilt files are told right: the file, the line, the key, the nearest name; and nothing is ignored in silence."""

from collections import Counter
from pathlib import Path

import pytest

from agentchat.config.agents_file import read_team
from agentchat.config.errors import ConfigError, ConfigErrors
from agentchat.config.vocabulary import Vocabulary
from agentchat.guardrails.registry import BUILT_IN
from tests import figures
from tests.config.mutants import FILES, TOOLS, WHOLE, Expected, Mutant, mutants

NAMES = Vocabulary(TOOLS, BUILT_IN)


def told(mutant: Mutant, folder: Path) -> tuple[ConfigError, ...]:
    """The errors for a spoilt file; whatever else it raises is not caught."""
    for name, content in {**FILES, **mutant.files}.items():
        (folder / name).unlink(missing_ok=True)
        if content is not None:
            (folder / name).write_text(content)
    file = folder / "agents.toml"
    file.write_bytes(mutant.bytes)
    try:
        read_team(file, origin="option", vocabulary=NAMES)
    except ConfigErrors as error:
        return error.errors
    except ConfigError as error:
        return (error,)
    return ()


def is_right(errors: tuple[ConfigError, ...], expected: list[Expected], folder: Path) -> bool:
    """Exactly the mistakes that are there, each a line with its place."""
    left = list(errors)
    for one in expected:
        found = next((error for error in left if _fits(error, one)), None)
        if found is None:
            return False
        left.remove(found)
    return not left and all(error.path == folder / "agents.toml" and str(error).isprintable() for error in errors)


def _fits(error: ConfigError, expected: Expected) -> bool:
    return (error.line, error.key) == (expected.line, expected.key) and expected.says in error.message


def tally(count: int, seed: int, folder: Path) -> tuple[int, list[str]]:
    wrong: list[str] = []
    kinds: Counter[str] = Counter()
    for mutant in mutants(count, seed):
        kinds.update(mutant.what)
        errors = told(mutant, folder)
        if not is_right(errors, mutant.expected, folder):
            wrong.append(f"{mutant.what}: expected {mutant.expected}, told {[(e.line, e.key, e.message) for e in errors]}")
    figures.lines.append(
        f"spoilt agents.toml: {count - len(wrong):,} of {count:,} told right (file, line, key, nearest name), {len(kinds)} kinds of "
        f"mistakes, 0 tracebacks, seed {seed}"
    )
    return count - len(wrong), wrong


def test_the_file_itself_is_right(tmp_path: Path) -> None:
    assert told(Mutant(), tmp_path) == ()
    assert WHOLE.count("[[agents]]") == 4


def test_a_spoilt_file_is_told_right(tmp_path: Path) -> None:
    right, wrong = tally(150, 7, tmp_path)
    assert right >= 149, "\n".join(wrong)


@pytest.mark.torture
def test_thousands_of_spoilt_files_are_told_right(tmp_path: Path) -> None:
    right, wrong = tally(2_000, 20_250, tmp_path)
    assert right >= 1_980, "\n".join(wrong)
