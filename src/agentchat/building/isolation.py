"""`isolate = true`: a tool of one's own whose function runs in a process of its own, once for each call.

Python runs one thread at a time, and a function that computes in C without letting go holds the whole program, keys included; one that
crashes takes it along. In a process of its own neither can. It gets the arguments as JSON and gives its result as JSON; it is contained
like a command (`tools/commands/processes.py`): it ends with all that it started when the call is stopped, when its time is over, and when
the program ends or is killed. What it prints is not shown.
"""

import hashlib
import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, assert_never

from agentchat.building import isolated_call
from agentchat.building.isolated_call import Request
from agentchat.building.problems import CannotBeHad
from agentchat.runtime.declarations.function_tool import Invocation, or_failure_text, standard_failure
from agentchat.runtime.declarations.run_context import ToolContext
from agentchat.runtime.declarations.tool import FunctionTool
from agentchat.runtime.declarations.tool_output import ToolFailureText
from agentchat.runtime.values.exceptions import UserError
from agentchat.tools.commands.output import Excerpt
from agentchat.tools.commands.processes import Ending, Exited, Lost, NotStarted, TimedOut, run_contained
from agentchat.tools.setting import ToolSetting


@dataclass(frozen=True, slots=True)
class Isolation:
    """Where the processes of a chat's isolated tools run."""

    folder: Path
    """Of the file, where its own code is looked for."""
    setting: ToolSetting

    def isolated(self, name: str, tool: FunctionTool) -> FunctionTool:
        """The same tool in processes of its own; CannotBeHad for one that cannot be."""
        made = tool.on_invoke_tool
        if not isinstance(made, Invocation):
            raise CannotBeHad(f"Tool {name!r} cannot be isolated: it is not made of a function; take 'isolate' out.")
        if made.schema.context_parameter is not None:
            parameter = made.schema.context_parameter.name
            raise CannotBeHad(
                f"Tool {name!r} cannot be isolated: its parameter {parameter!r} is the run's context, which stays in this process; "
                "take the parameter or 'isolate' out."
            )
        code = _code_of(name)
        return replace(tool, on_invoke_tool=_IsolatedCall(name, self, code, tells_errors=made.on_failure is not None))


@dataclass(frozen=True, slots=True)
class _IsolatedCall:
    """The `on_invoke_tool` of an isolated tool."""

    name: str
    isolation: Isolation
    code: bytes | None
    """Of its module, as it was when the file with its name was trusted; None where the module has no file."""
    tells_errors: bool
    """Whether the model is told of an error, and not the run ended by it."""

    async def __call__(self, context: ToolContext[Any], arguments: str) -> Any:
        """What the function returned, as JSON knows it; a `ToolFailureText` for an error of it."""
        answer = self._answer(context, arguments)
        return await or_failure_text(answer, context, standard_failure if self.tells_errors else None)

    async def _answer(self, context: ToolContext[Any], arguments: str) -> Any:
        if _code_of(self.name) != self.code:
            raise UserError(f"The file of {self.name!r} has changed since the chat was opened; open it again to use the tool as it is now.")
        setting, output = self.isolation.setting, Excerpt()
        request = Request(self.name, str(self.isolation.folder), context.tool_call_id, arguments)
        with tempfile.TemporaryDirectory(prefix="agentchat-call-") as place:  # 0700
            files = Path(place, "request.json"), Path(place, "answer.json")
            files[0].write_text(json.dumps(asdict(request)), "utf-8")
            ending = await run_contained(
                [sys.executable, "-P", isolated_call.__file__, *map(str, files)],
                folder=setting.root,
                environment={**os.environ, "PWD": str(setting.root)},
                seconds=None,
                on_output=output.take,
                note=setting.kill_notes.place_for(context.tool_call_id, context.tool_arguments),
            )
            answer = files[1].read_bytes() if files[1].exists() else b""
        return _given(answer, ending, output)


def _code_of(name: str) -> bytes | None:
    """A hash of the file of the tool's module, which every call imports anew; what that imports itself is not looked at."""
    file = sys.modules[name.partition(":")[0]].__file__
    return None if file is None else hashlib.sha256(Path(file).read_bytes()).digest()


def _given(answer: bytes, ending: Ending, output: Excerpt) -> Any:
    match _parsed(answer):
        case {"value": value}:
            return value
        case {"told": str() as text}:
            return ToolFailureText(text)
        case {"error": str() as text}:
            raise UserError(text)
        case _:
            lines = output.text().strip().splitlines()
            raise UserError(f"Its process {_ended(ending)}" + (f": {lines[-1][:200]}" if lines else "."))


def _parsed(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except ValueError:  # it was ended while it wrote, or before
        return None


def _ended(ending: Ending) -> str:
    match ending:
        case Exited(status):
            return f"was ended by signal {-status}" if status < 0 else f"ended with status {status} and gave nothing"
        case TimedOut() | Lost():
            return "was ended"
        case NotStarted(number):
            return f"could not be started ({os.strerror(number).lower()})"
        case _:
            assert_never(ending)
