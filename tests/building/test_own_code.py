import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentchat.building.own_code import OwnCode
from agentchat.building.problems import CannotBeHad


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_a_module_is_found_beside_the_file_also_in_a_package(folder: Path) -> None:
    (folder / "shop_code").mkdir()
    (folder / "shop_code" / "desk.py").write_text("class Desk:\n    limit = 5\n")
    assert OwnCode(folder).load("shop_code.desk:Desk.limit") == 5


def test_code_that_nobody_was_told_of_is_not_imported(folder: Path) -> None:
    (folder / "own_z.py").write_text("raise SystemExit\n")
    with pytest.raises(CannotBeHad, match="'own_z:x' is not among the code that the file was trusted with"):
        OwnCode(folder, frozenset({"own_z:y"})).load("own_z:x")


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("x = 1", "own_a:missing", "'own_a' has no 'missing'"),
        ("x = 1", "own_b.inner:x", "there is no module 'own_b.inner'"),
        ("x = (", "own_c:x", "own_c.py:1 says 'SyntaxError: '(' was never closed'"),
        ("def f():\n    raise KeyError('shop')\nf()\n", "own_d:x", "own_d.py:2 says 'KeyError: 'shop''"),
        ("\nimport no_such_module_here\n", "own_e:x", "own_e.py:2 says 'ModuleNotFoundError: No module named 'no_such_module_here''"),
        ("raise SystemExit('bye\\nnow')", "own_f:x", "own_f.py:1 says 'SystemExit: bye now'"),
        (None, "own_g:x", "there is no module 'own_g'"),
    ],
)
def test_what_cannot_be_had_is_named_with_file_and_line(folder: Path, text: str | None, name: str, sentence: str) -> None:
    if text is not None:
        (folder / f"{name.partition(':')[0].partition('.')[0]}.py").write_text(text)
    with pytest.raises(CannotBeHad) as error:
        OwnCode(folder).load(name)
    assert str(error.value) == sentence


def test_a_module_that_another_one_of_its_name_comes_before_is_not_taken_for_it(folder: Path) -> None:
    (folder / "wave.py").write_text("def tool():\n    ...\n")
    with pytest.raises(CannotBeHad, match=r"there are two modules 'wave', and .*wave\.py comes first; rename wave\.py"):
        OwnCode(folder).load("wave:tool")
