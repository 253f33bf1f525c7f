"""Sentences that run something: "run `pytest -q`", "run ls -la in docs". What only a shell understands goes to one."""

import re

from agentchat.models.offline.clauses import Clause, has_more_wishes
from agentchat.models.offline.conversation import PastCall
from agentchat.models.offline.intents import Asked, Intent
from agentchat.models.offline.paths import PATH, clean
from agentchat.models.offline.telling import command_line, fenced, output_line

_I = re.IGNORECASE

_RUN = re.compile(
    r"^(?:\$\s*|(?:run|execute|start|launch)\s+(?:(?:the\s+)?(?:shell\s+)?(?:command|program)\b:?\s*)?)(?P<line>.+)$", _I | re.DOTALL
)
_IN_BACKGROUND = re.compile(r"\s+in (?:the )?background$", _I)
_IN_FOLDER = re.compile(rf"\s+(?:in|inside)\s+(?:the\s+)?(?:folder\s+|directory\s+)?(?P<path>{PATH})(?:\s+(?:folder|directory))?$", _I)
_A_PROGRAM = re.compile(r"(?!(?:an?|the|my|your|our|some|all|it|that|this|them|these|those|away|out|over|into|for)\b)[\w./~-]+(?:\s|$)", _I)
_FOR_A_SHELL = re.compile(r"[|;&<>*?$`]|^(?:cd|export|source|\.)\s")
_ENDED = re.compile(r"(?P<text>.*?)\n?\[(?:no output; )?(?P<ending>(?:job \d+: )?(?:exit status|ended by) [^\]]*)\]", re.DOTALL)


def _runs(clause: Clause) -> list[Asked] | None:
    asked = _command_in(clause)
    return None if asked is None or _FOR_A_SHELL.search(asked["argv"]) else [Asked(asked)]


def _runs_in_a_shell(clause: Clause) -> list[Asked] | None:
    asked = _command_in(clause)
    if asked is None or not _FOR_A_SHELL.search(asked["argv"]):
        return None
    return [Asked({"command": asked["argv"], **{name: value for name, value in asked.items() if name != "argv"}})]


def _command_in(clause: Clause) -> dict[str, str] | None:
    """The command line that a clause asks to run, where, and whether in the background; None when it asks for no command."""
    found = _RUN.search(clause.text)
    if found is None:
        return None
    line = found["line"].strip()
    more = dict[str, str]()
    if _IN_BACKGROUND.search(line):
        line, more["background"] = _IN_BACKGROUND.sub("", line), "true"
    if folder := _IN_FOLDER.search(line):
        line, more["cwd"] = line[: folder.start()], clean(clause, folder["path"])
    quoted = clause.quoted(line)
    if quoted is None and has_more_wishes(line):
        return None
    line = clause.put_back(line).strip() if quoted is None else quoted.strip()
    return {"argv": line, **more} if line and (quoted is not None or _A_PROGRAM.match(line)) else None


def _tells_of_running(call: PastCall) -> str | None:
    output = (call.output or "").strip("\n")
    if output.startswith("Job "):
        return output
    found = _ENDED.fullmatch(output)
    if found is None:
        return None
    command = command_line(call.arguments)
    if not found["text"].strip():
        return f"`{command}` printed nothing: {found['ending']}."
    return f"`{command}`: {found['ending']}.\n\n{fenced('', found['text'])}"


RUNNING = Intent(
    tool="run_command",
    noun="running a program",
    example="run `git status`",
    fits=frozenset({"run", "command", "program", "execut"}),
    recognise=_runs,
    tell=_tells_of_running,
    line=output_line,
)
SHELL = Intent(
    tool="run_shell",
    noun="running a line of the shell",
    example="run `ls | wc -l`",
    fits=frozenset({"run", "command", "shell", "execut"}),
    recognise=_runs_in_a_shell,
    tell=_tells_of_running,
    line=output_line,
)
