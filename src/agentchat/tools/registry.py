"""Every tool that can be named in agents.toml: the built-in ones, those of installed packages, and functions of one's own.

To add a built-in tool: a function in a file of this folder, a line in `BUILT_IN`. To add one from a package of its own: an entry
point in the group `agentchat.tools`, named as the tool, that leads to a factory of the same shape as those below. A built-in name
always means the built-in tool.
"""

import importlib
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeAlias

from agentchat.runtime.declarations.function_tool import NeedsApproval, ToolFunction, function_tool
from agentchat.runtime.declarations.tool import CallPreview, Effects, FunctionTool
from agentchat.tools.calculate import calculator as calculator_function
from agentchat.tools.clock import ClockTool
from agentchat.tools.commands import CommandTools
from agentchat.tools.edits import EditTool
from agentchat.tools.failures import tell_the_model
from agentchat.tools.files import FileTools
from agentchat.tools.setting import ToolSetting
from agentchat.tools.wording import nearest, one_line, quoted
from agentchat.tools.workspace import Workspace

ToolFactory: TypeAlias = Callable[[ToolSetting], FunctionTool]

BUILT_IN_ORIGIN = "built in"
"""Where the tools of this package come from, as a person reads it."""

ENTRY_POINTS = "agentchat.tools"
"""The group that other packages register tools in."""


class ToolNotFound(Exception):  # noqa: N818 - said of a name, not of a fault
    """A name leads to no tool; the text is one sentence for the person who wrote the name."""


def read_file(setting: ToolSetting) -> FunctionTool:
    """Reads a text file."""
    return _built_in(_files(setting).read_file, effects="reads")


def list_files(setting: ToolSetting) -> FunctionTool:
    """Lists a folder, or searches for files by name."""
    return _built_in(_files(setting).list_files, effects="reads")


def write_file(setting: ToolSetting) -> FunctionTool:
    """Writes a text file; shown as a diff to the person who is asked."""
    files = _files(setting)
    return _built_in(files.write_file, effects="changes", preview=files.preview_write)


def edit_file(setting: ToolSetting) -> FunctionTool:
    """Changes a part of a text file; shown as a diff to the person who is asked."""
    edits = EditTool(Workspace(setting.root))
    return _built_in(edits.edit_file, effects="changes", preview=edits.preview_edit)


def run_command(setting: ToolSetting) -> FunctionTool:
    """Runs a program without a shell."""
    commands = CommandTools(setting.root, setting.own)
    return _built_in(
        commands.run_command, effects="changes", preview=commands.preview_command, needs_approval=commands.must_be_asked
    )


def run_shell(setting: ToolSetting) -> FunctionTool:
    """Runs a line of the shell; no rule of a file opens it."""
    commands = CommandTools(setting.root, setting.own)
    return _built_in(commands.run_shell, effects="changes", preview=commands.preview_shell, needs_approval=True)


def calculator(_setting: ToolSetting) -> FunctionTool:
    """Works out arithmetic."""
    return _built_in(calculator_function, effects="none")


def clock(setting: ToolSetting) -> FunctionTool:
    """Tells the time."""
    return _built_in(ClockTool(setting.clock).clock, effects="none")


BUILT_IN: dict[str, ToolFactory] = {
    "read_file": read_file,
    "list_files": list_files,
    "write_file": write_file,
    "edit_file": edit_file,
    "run_command": run_command,
    "run_shell": run_shell,
    "calculator": calculator,
    "clock": clock,
}


def tool_names() -> tuple[str, ...]:
    """The names of all tools that can be had without importing a project's own code; nothing is imported for this."""
    return (*BUILT_IN, *sorted(_installed().keys() - BUILT_IN.keys()))


def resolve_tool(name: str, setting: ToolSetting) -> FunctionTool:
    """The tool of that name, or of that `module:function`; a ToolNotFound when there is none.

    A `module:function` is imported and so runs its code: whoever calls this has asked before whether the file that names it is
    trusted.
    """
    if ":" in name:
        return own_tool(name, setting)
    if name in BUILT_IN:
        return BUILT_IN[name](setting)
    point = _installed().get(name)
    if point is None:
        close = nearest(name, tool_names())
        hint = f"did you mean '{close}'?" if close else f"there are {', '.join(tool_names())}."
        raise ToolNotFound(f"There is no tool {quoted(name)}; {hint}")
    return _from_package(point, setting)


def own_tool(name: str, setting: ToolSetting) -> FunctionTool:
    """The tool that `module:function` leads to: a FunctionTool as it is, any other function made into one."""
    module_name, _, path = name.partition(":")
    found = _imported(name, module_name, setting)
    for attribute in path.split("."):
        if not attribute or attribute not in dir(found):
            raise ToolNotFound(f"Tool {quoted(name)} cannot be had: {quoted(module_name)} has no {quoted(path)}.")
        found = getattr(found, attribute)
    return _as_tool(found, name)


def _as_tool(found: object, name: str) -> FunctionTool:
    match found:
        case FunctionTool():
            return found
        case type():
            raise ToolNotFound(f"Tool {quoted(name)} is a class; name a function, or an instance that can be called.")
        case _ if callable(found):
            return function_tool(found, origin=name)
        case _:
            raise ToolNotFound(f"Tool {quoted(name)} is a {type(found).__name__}; name a function.")


def _imported(name: str, module_name: str, setting: ToolSetting) -> object:
    if setting.code is not None and str(setting.code) not in sys.path:
        sys.path.append(str(setting.code))  # last, so that a file in a project cannot stand in for a module of the program
    try:
        return importlib.import_module(module_name)
    except (Exception, SystemExit) as error:  # foreign code; whatever it raises is the person's answer
        raise ToolNotFound(f"Tool {quoted(name)} cannot be had: importing it failed ({_said(error)}).") from error


def _from_package(point: EntryPoint, setting: ToolSetting) -> FunctionTool:
    try:
        tool = point.load()(setting)
    except (Exception, SystemExit) as error:  # foreign code; whatever it raises is the person's answer
        raise ToolNotFound(f"Tool {quoted(point.name)} cannot be had: {quoted(point.value)} failed ({_said(error)}).") from error
    return _as_tool(tool, point.name)


def _said(error: BaseException) -> str:
    """What an error says, on one line."""
    return one_line(f"{type(error).__name__}: {error}"[:200]).rstrip(": ")


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=ENTRY_POINTS)}


def _files(setting: ToolSetting) -> FileTools:
    return FileTools(Workspace(setting.root))


def _built_in(
    function: ToolFunction,
    *,
    effects: Effects,
    preview: Callable[[dict[str, Any]], CallPreview | None] | None = None,
    needs_approval: NeedsApproval = False,
) -> FunctionTool:
    return function_tool(
        function,
        effects=effects,
        preview=preview,
        needs_approval=needs_approval,
        origin=BUILT_IN_ORIGIN,
        failure_error_function=tell_the_model,
    )
