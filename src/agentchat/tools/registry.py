"""Every tool that can be named in agents.toml by a name of its own: the built-in ones, and those of installed packages.

To add a built-in tool: a function in a file of this folder, a line in `BUILT_IN`. To add one from a package of its own: an entry
point in the group `agentchat.tools`, named as the tool, that leads to a factory of the same shape as those below. A built-in name
always means the built-in tool.
"""

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeAlias

from agentchat.runtime.declarations.function_tool import NeedsApproval, ToolFunction, function_tool
from agentchat.runtime.declarations.tool import CallPreview, Effects, FunctionTool
from agentchat.tools.asking import ask_user as ask_user_function
from agentchat.tools.asking import without_the_answer
from agentchat.tools.calculate import calculator as calculator_function
from agentchat.tools.clock import ClockTool
from agentchat.tools.commands.jobs import JobTools
from agentchat.tools.commands.kept_output import WorkspaceWithOutputs
from agentchat.tools.commands.running import CommandTools
from agentchat.tools.failures import tell_the_model
from agentchat.tools.files.contents import FileTools
from agentchat.tools.files.edits import EditTool
from agentchat.tools.files.finding import FindingTools
from agentchat.tools.files.patches import PatchTool
from agentchat.tools.files.renaming import MoveTool
from agentchat.tools.files.workspace import Workspace
from agentchat.tools.notes import NoteTools
from agentchat.tools.own_paths import asks_about_own
from agentchat.tools.setting import ToolSetting
from agentchat.tools.web.fetching import WebTool
from agentchat.tools.wording import nearest, one_line, quoted

ToolFactory: TypeAlias = Callable[[ToolSetting], FunctionTool]

BUILT_IN_ORIGIN = "built in"
"""Where the tools of this package come from, as a person reads it."""

ENTRY_POINTS = "agentchat.tools"
"""The group that other packages register tools in."""


class ToolNotFound(Exception):  # noqa: N818 - said of a name, not of a fault
    """A name leads to no tool; the text is one sentence for the person who wrote the name."""


def read_file(setting: ToolSetting) -> FunctionTool:
    """Reads a text file, or the whole of a command's output."""
    files = FileTools(WorkspaceWithOutputs(setting.root, setting.outputs))
    return _built_in(files.read_file, effects="reads", needs_approval=asks_about_own(setting))


def list_files(setting: ToolSetting) -> FunctionTool:
    """Lists a folder."""
    return _built_in(_files(setting).list_files, effects="reads", needs_approval=asks_about_own(setting))


def find_files(setting: ToolSetting) -> FunctionTool:
    """Finds files by name."""
    finding = FindingTools(Workspace(setting.root))
    return _built_in(finding.find_files, effects="reads", needs_approval=asks_about_own(setting))


def search_files(setting: ToolSetting) -> FunctionTool:
    """Finds text in files."""
    finding = FindingTools(Workspace(setting.root))
    return _built_in(finding.search_files, effects="reads", needs_approval=asks_about_own(setting))


def write_file(setting: ToolSetting) -> FunctionTool:
    """Writes a text file; shown as a diff to the person who is asked."""
    files = _files(setting)
    return _built_in(files.write_file, effects="changes", preview=files.preview_write, needs_approval=asks_about_own(setting))


def edit_file(setting: ToolSetting) -> FunctionTool:
    """Changes a part of a text file; shown as a diff to the person who is asked."""
    edits = EditTool(Workspace(setting.root))
    return _built_in(edits.edit_file, effects="changes", preview=edits.preview_edit, needs_approval=asks_about_own(setting))


def patch_files(setting: ToolSetting) -> FunctionTool:
    """Applies a unified diff to several files; shown as what it really changes to the person who is asked."""
    patches = PatchTool(Workspace(setting.root))
    return _built_in(patches.patch_files, effects="changes", preview=patches.preview_patch, needs_approval=asks_about_own(setting))


def move_file(setting: ToolSetting) -> FunctionTool:
    """Moves or renames a file or a folder, and replaces nothing."""
    moves = MoveTool(Workspace(setting.root))
    return _built_in(moves.move_file, effects="changes", preview=moves.preview_move, needs_approval=asks_about_own(setting))


def fetch_page(_setting: ToolSetting) -> FunctionTool:
    """Fetches a page of the public internet. It changes nothing, and is asked about once for each host all the same."""
    return _built_in(WebTool().fetch_page, effects="reads")


def remember(setting: ToolSetting) -> FunctionTool:
    """Keeps a note of the conversation. It changes nothing outside of it, so it does not ask."""
    return _built_in(_notes(setting).remember, effects="none")


def recall_notes(setting: ToolSetting) -> FunctionTool:
    """Gives the notes of the conversation."""
    return _built_in(_notes(setting).recall_notes, effects="none")


def forget_note(setting: ToolSetting) -> FunctionTool:
    """Takes a note of the conversation away."""
    return _built_in(_notes(setting).forget_note, effects="none")


def run_command(setting: ToolSetting) -> FunctionTool:
    """Runs a program without a shell."""
    commands = CommandTools(setting)
    return _built_in(
        commands.run_command, effects="changes", preview=commands.preview_command, needs_approval=commands.must_be_asked
    )


def run_shell(setting: ToolSetting) -> FunctionTool:
    """Runs a line of the shell; no rule of a file opens it."""
    commands = CommandTools(setting)
    return _built_in(commands.run_shell, effects="changes", preview=commands.preview_shell, needs_approval=True)


def job_output(setting: ToolSetting) -> FunctionTool:
    """Gives what a command in the background prints."""
    return _built_in(JobTools(setting.jobs).job_output, effects="reads")


def stop_job(setting: ToolSetting) -> FunctionTool:
    """Ends a command in the background. It only takes back what run_command was allowed to start, so it does not ask, in any mode."""
    return _built_in(JobTools(setting.jobs).stop_job, effects="none")


def ask_user(_setting: ToolSetting) -> FunctionTool:
    """Asks the person; nothing but an answer lets a call of it run."""
    return without_the_answer(_built_in(ask_user_function, effects="none", needs_approval=True))


def calculator(_setting: ToolSetting) -> FunctionTool:
    """Works out arithmetic."""
    return _built_in(calculator_function, effects="none")


def clock(setting: ToolSetting) -> FunctionTool:
    """Tells the time."""
    return _built_in(ClockTool(setting.clock).clock, effects="none")


BUILT_IN: dict[str, ToolFactory] = {
    "read_file": read_file,
    "list_files": list_files,
    "find_files": find_files,
    "search_files": search_files,
    "write_file": write_file,
    "edit_file": edit_file,
    "patch_files": patch_files,
    "move_file": move_file,
    "fetch_page": fetch_page,
    "run_command": run_command,
    "run_shell": run_shell,
    "job_output": job_output,
    "stop_job": stop_job,
    "remember": remember,
    "recall_notes": recall_notes,
    "forget_note": forget_note,
    "ask_user": ask_user,
    "calculator": calculator,
    "clock": clock,
}


def tool_names() -> tuple[str, ...]:
    """The names of all tools that can be had without importing a project's own code; nothing is imported for this."""
    return (*BUILT_IN, *sorted(_installed().keys() - BUILT_IN.keys()))


def resolve_tool(name: str, setting: ToolSetting) -> FunctionTool:
    """The tool of that name; a ToolNotFound when there is none."""
    if name in BUILT_IN:
        return BUILT_IN[name](setting)
    point = _installed().get(name)
    if point is None:
        close = nearest(name, tool_names())
        hint = f"did you mean '{close}'?" if close else f"there are {', '.join(tool_names())}."
        raise ToolNotFound(f"There is no tool {quoted(name)}; {hint}")
    return _from_package(point, setting)


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


def _notes(setting: ToolSetting) -> NoteTools:
    return NoteTools(setting.notes, setting.clock)


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
