"""Finding what a `module:object` leads to: a person's own tools, guardrails, filters, types and agents.

Importing runs the module's code: whoever calls this has asked before whether the file that names it is trusted.
"""

import importlib
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from agentchat.building.problems import CannotBeHad
from agentchat.config.errors import quoted, shown_path


@dataclass(frozen=True, slots=True)
class OwnCode:
    """Code beside a file, and what is installed."""

    folder: Path
    """Absolute."""
    names: frozenset[str] | None = None
    """What may be loaded: that of which a person was told. None where the person said the name."""

    def load(self, name: str) -> object:
        """The object of that `module:object`; CannotBeHad, with the file and the line where it went wrong."""
        if self.names is not None and name not in self.names:
            raise CannotBeHad(f"{quoted(name)} is not among the code that the file was trusted with")
        module_name, _, path = name.partition(":")
        found: object = self._module(module_name)
        for attribute in path.split("."):
            if attribute not in dir(found):
                raise CannotBeHad(f"{quoted(module_name)} has no {quoted(path)}")
            found = getattr(found, attribute)
        return found

    def _module(self, name: str) -> ModuleType:
        if str(self.folder) not in sys.path:
            sys.path.append(str(self.folder))  # last, so that a file there cannot stand in for a module of the program
        importlib.invalidate_caches()  # it may have been written just now
        try:
            module = importlib.import_module(name)
        except (Exception, SystemExit) as error:  # foreign code; whatever it raises is the person's answer
            raise CannotBeHad(_said(error, name)) from error
        self._must_be_meant(module, name)
        return module

    def _must_be_meant(self, module: ModuleType, name: str) -> None:
        """A module of another place with the same name was loaded before; another one than the person sees must not run."""
        beside = self.folder.joinpath(*name.split("."))
        mine = next((one for one in (beside.with_suffix(".py"), beside / "__init__.py") if one.is_file()), None)
        loaded = Path(module.__file__) if module.__file__ else None
        if mine is not None and (loaded is None or not loaded.exists() or not mine.samefile(loaded)):
            where = "a part of Python" if loaded is None else shown_path(loaded)
            raise CannotBeHad(f"there are two modules {quoted(name)}, and {where} comes first; rename {shown_path(mine)}")


def _said(error: BaseException, name: str) -> str:
    """What went wrong, and where in the person's code."""
    if isinstance(error, ModuleNotFoundError) and error.name and (name == error.name or name.startswith(f"{error.name}.")):
        return f"there is no module {quoted(name)}"
    text = " ".join(f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"[:200].split())
    where = _place(error)
    return f"{where} says {quoted(text.rstrip(': '))}" if where else f"importing it failed with {quoted(text.rstrip(': '))}"


def _place(error: BaseException) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return f"{shown_path(Path(error.filename))}:{error.lineno}"
    frames = [one for one in traceback.extract_tb(error.__traceback__) if "importlib" not in one.filename]
    own = [one for one in frames if Path(one.filename).suffix == ".py" and one.filename != __file__]
    return f"{shown_path(Path(own[-1].filename))}:{own[-1].lineno}" if own else ""
