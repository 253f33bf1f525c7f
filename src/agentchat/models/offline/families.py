"""The tools that the offline model knows how to ask for, one `Intent` each. A new family is one more entry of `INTENTS`."""

import re

from agentchat.models.offline.asking import ASKING
from agentchat.models.offline.clauses import Clause
from agentchat.models.offline.commanding import RUNNING, SHELL
from agentchat.models.offline.conversation import PastCall
from agentchat.models.offline.editing import EDITING
from agentchat.models.offline.intents import Asked, Intent
from agentchat.models.offline.paths import PATH, clean, files_in, is_file
from agentchat.models.offline.sums import expression_in
from agentchat.models.offline.telling import fenced, listed, output_line, tool_said

_I = re.IGNORECASE

_WRITE_THERE = re.compile(
    rf"\b(?:write|save|put|store|dump|export|note)\b(?: down)?\s+(?P<content>.+?)\s+(?:in)?(?:to|in|as|under)\s+(?:an?\s+|the\s+)?"
    rf"(?:new\s+)?(?:text\s+)?(?:file\s+)?(?:called\s+|named\s+)?(?P<path>{PATH})(?:\s+file)?$",
    _I | re.DOTALL,
)
_WRITE_WITH = re.compile(
    rf"\b(?:create|make|write|add)\b\s+(?:me\s+)?(?:an?\s+|the\s+)?(?:new\s+)?(?:text\s+)?(?:file\s+)?(?:called\s+|named\s+)?(?P<path>{PATH})"
    r"(?:\s+file)?\s*(?:\s(?:with|containing|that says|saying|that contains)\b|:)\s*(?:the\s+)?(?:(?:text|contents?|words?)\b)?:?\s*"
    r"(?P<content>.+)$",
    _I | re.DOTALL,
)
_MAKE_EMPTY = re.compile(
    rf"\b(?:(?:create|make)\s+(?:an?\s+|the\s+)?(?:new\s+)?(?:empty\s+)?(?:file\s+)?(?:called\s+|named\s+)?|touch\s+)(?P<path>{PATH})$", _I
)
_COPY = re.compile(rf"\bcopy\s+(?:the\s+)?(?:file\s+)?(?P<source>{PATH})\s+to\s+(?P<path>{PATH})$", _I)
_READ = re.compile(
    r"^(?:read|show|open|display|print|cat|view|see|look (?:at|into)|what(?:'s| is| does)\b.*\b(?:in|inside|say|says|contain)"
    r"|(?:tell me )?what .*\bsays?|what .*\bcontains?|(?:give|get) me)\b",
    _I,
)
_READ_IT = re.compile(r"^(?:read|show|open|display|print|view)(?: me)?\s+(?:it|that file|the file)(?: back| again)?(?: to me)?$", _I)
_LIST = re.compile(
    r"^(?:ls\b|(?:list|show|display|give|tell|find|see|which|what|what's|look)\b.*\b(?:files?|folders?|director(?:y|ies))\b"
    r"|what(?:'s| is) (?:in|inside|here)\b|list\b)",
    _I,
)
_WHICH_FOLDERS = (
    re.compile(r"\b(?:in|of|under|inside|from|below)\s+(?P<names>.+)$", _I),
    re.compile(r"\b(?:folder|directory)\s+(?P<names>(?!here\b).+)$", _I),
    re.compile(r"\b(?P<names>(?!(?:the|this|an?|my|our|current|working|list|show|me|which|what)\b)[\w./-]+)\s+(?:folder|directory)\b", _I),
    re.compile(r"^(?:ls|list)\s+(?P<names>(?!.*\b(?:files?|folders?|directory|directories)\b).+)$", _I),
)
_HERE = frozenset({"here", "this", "it", "current", "working", "current working", "", "this project", "project", "."})
_OF_A_KIND = {"python": "*.py", "markdown": "*.md", "text": "*.txt", "toml": "*.toml", "json": "*.json", "yaml": "*.yaml"}
_SEARCH = re.compile(
    rf"^(?:(?:search|look)\b(?:(?!\b(?:web|internet|online)\b).)*?\bfor|grep(?: for)?)\s+(?P<text>.+?)"
    rf"(?:\s+in\s+(?:the\s+)?(?:files?|folder|directory)?\s*(?P<where>{PATH}))?$",
    _I,
)
_MOVE = re.compile(
    rf"^(?:move|rename)\s+(?:the\s+)?(?:file\s+|folder\s+)?(?P<path>{PATH})\s+(?:in)?to\s+(?:the\s+folder\s+)?(?P<target>{PATH})$", _I
)
_FETCH = re.compile(r"^(?:fetch|get|open|read|show|load|download|visit|what)\b.*?(?P<url>https?://\S+)", _I)
_TIME = re.compile(
    r"\b(?:what(?:'s| is)? (?:the )?(?:current |local )?(?:time|date|day)\b|(?:current|local) (?:time|date)\b|time is it\b|what day\b"
    r"|(?:which|what) (?:day|date)\b|today's date\b|how late\b|tell (?:me )?(?:what )?(?:the )?(?:current )?time\b"
    r"|^(?:the )?(?:time|date)\b)",
    _I,
)
_ZONES = re.compile(r"\bin\s+(?P<names>[A-Za-z][\w/ ,+-]*)$", _I)
_NAMED = re.compile(
    r"^(?:call|use|invoke|run)\s+(?:the\s+)?(?:tool\s+)?"
    r"(?P<tool>[a-z][a-z0-9]*(?:_[a-z0-9]+)+|[a-z]\w*(?=\(|\s+with\s+[a-z_]\w*\s*=))(?P<rest>.*)$",
    _I | re.DOTALL,
)
_PAIR = re.compile(r"([A-Za-z_]\w*)\s*[=:]\s*(\ue000\d+\ue001|[^\s,()]+)")


def _writes(clause: Clause) -> list[Asked] | None:
    if copy := _COPY.search(clause.text):
        return [Asked({"path": clean(clause, copy["path"])}, content=f"the text of {copy['source']}")]
    found = _WRITE_WITH.search(clause.text) or _WRITE_THERE.search(clause.text)
    if found and is_file(clean(clause, found["path"])):
        return [Asked({"path": clean(clause, found["path"])}, content=found["content"].strip())]
    empty = _MAKE_EMPTY.search(clause.text)
    return [Asked({"path": clean(clause, empty["path"])}, content="")] if empty and is_file(clean(clause, empty["path"])) else None


def _reads(clause: Clause) -> list[Asked] | None:
    if _READ_IT.search(clause.text):
        return [Asked({"path": "it"})]
    if not _READ.search(clause.text):
        return None
    return [Asked({"path": path}) for path in files_in(clause, clause.text)] or None


def _lists(clause: Clause) -> list[Asked] | None:
    if not _LIST.search(clause.text):
        return None
    pattern = _pattern_in(clause)
    folders = _folders_in(clause)
    if folders is None:
        return None
    return [Asked({"path": folder, **pattern}, tool=FINDING.tool if pattern else None) for folder in folders]


def _pattern_in(clause: Clause) -> dict[str, str]:
    words = re.findall(r"[\w*?.]+", clause.put_back(clause.text))
    wild = next((word for word in words if "*" in word), None)
    kind = next((_OF_A_KIND[word.lower()] for word in words if word.lower() in _OF_A_KIND), None)
    found = wild or kind
    return {"pattern": found} if found else {}


def _folders_in(clause: Clause) -> list[str] | None:
    """The folders; the working directory when none is named; None when what is named cannot be one."""
    found = next((found for pattern in _WHICH_FOLDERS if (found := pattern.search(clause.text))), None)
    if found is None:
        return ["."]
    names = re.sub(r"^(?:.*\s)?(?:files?|folders?|directories)(?:\s+(?:in|of|under|inside)\s+|$)", "", found["names"], flags=_I)
    folders = [_folder(clause, name) for name in re.split(r",|\band\b", names)]
    return None if any(" " in folder for folder in folders) else folders


def _folder(clause: Clause, name: str) -> str:
    name = re.sub(r"^\s*(?:in|of|the|my|your)\s+|^\s*the\s+", "", name, flags=_I)
    name = re.sub(r"\b(?:folder|directory|dir|project)\b", "", name, flags=_I).strip()
    return "." if name.lower() in _HERE else clean(clause, name).rstrip("/") or "/"


def _searches(clause: Clause) -> list[Asked] | None:
    found = _SEARCH.search(clause.text)
    if found is None:
        return None
    where = clean(clause, found["where"]) if found["where"] else "."
    return [Asked({"text": clause.put_back(found["text"]).strip(), "path": "." if where.lower() in _HERE else where})]


def _moves(clause: Clause) -> list[Asked] | None:
    found = _MOVE.search(clause.text)
    if found is None:
        return None
    path, target = clean(clause, found["path"]), clean(clause, found["target"])
    return [Asked({"path": path, "new_path": f"{target}{path.rpartition('/')[2]}" if target.endswith("/") else target})]


def _fetches(clause: Clause) -> list[Asked] | None:
    found = _FETCH.search(clause.put_back(clause.text))
    return [Asked({"url": found["url"]})] if found else None


def _finds_by_name(_clause: Clause) -> list[Asked] | None:
    """What a listing with a pattern in it asks for is recognised there."""
    return None


def _tells_time(clause: Clause) -> list[Asked] | None:
    if not _TIME.search(clause.text):
        return None
    found = _ZONES.search(re.sub(r"\b(?:right now|now|at the moment|today)\b", "", clause.text).strip())
    if found is None:
        return [Asked()]
    names = [name.strip() for name in re.split(r",|\band\b", found["names"])]
    good = [name.removeprefix("in ").strip() for at, name in enumerate(names) if at == 0 or name[:1].isupper() or name[:3] == "in "]
    return [Asked({"timezone": name}) for name in good if name]


def _calculates(clause: Clause) -> list[Asked] | None:
    expression = expression_in(clause.put_back(clause.text))
    return [Asked({"expression": expression})] if expression else None


def _names_a_tool(clause: Clause) -> list[Asked] | None:
    found = _NAMED.search(clause.text)
    if found is None:
        return None
    pairs = {name: clause.put_back(value) for name, value in _PAIR.findall(found["rest"])}
    return [Asked(pairs, tool=found["tool"])]


def _tells_of_reading(call: PastCall) -> str | None:
    path, output = str(call.arguments.get("path", "")), call.output or ""
    if output.strip() == f"'{path}' is empty.":
        return f"`{path}` is empty."
    complaint = rf"(?:'{re.escape(path)}' |The (?:path|working directory) )[^\n]*"
    return fenced(path, output) if tool_said(call, failure=complaint) else None


def _tells_of_listing(call: PastCall) -> str | None:
    output = call.output or ""
    entries = r"(?:.+(?:/|\)|\])\n?)+"
    empty = r"The folder .* is empty\.|No file below .*"
    if not tool_said(call) or not re.fullmatch(f"{entries}|{empty}", output.strip()):
        return None
    return listed(str(call.arguments.get("path") or "."), output)


def _tells_of_writing(call: PastCall) -> str | None:
    done = re.match(r"(?:created|replaced|wrote|written|saved|updated|ok\b)", call.output or "", _I)
    return (call.output or "").strip() if done else None


def _tells_of_moving(call: PastCall) -> str | None:
    output = (call.output or "").strip()
    return output if output.startswith("Moved ") else None


def _tells_of_searching(call: PastCall) -> str | None:
    output = (call.output or "").strip()
    if not tool_said(call) or not re.search(r"^.+:\d+: |^No line .*\.$", output):
        return None
    return output if output.startswith("No line ") else fenced("", output)


def _tells_of_a_page(call: PastCall) -> str | None:
    complaint = r"(?:'|The (?:address|text) |Nothing is fetched |There is no host |Reading HTML needs )[^\n]*\."
    return fenced("", call.output or "") if tool_said(call, failure=complaint) else None


def _tells_the_time(call: PastCall) -> str | None:
    found = re.search(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d", call.output or "")
    zone = call.arguments.get("timezone")
    return f"{f'In {zone} it' if zone else 'It'} is **{(call.output or '').strip()}**." if found else None


def _tells_the_sum(call: PastCall) -> str | None:
    number = (call.output or "").strip()
    found = re.fullmatch(r"-?[\d.]+(?:e[+-]?\d+)?", number, _I)
    return f"`{call.arguments.get('expression')}` is **{number}**." if found else None


def _tells_an_answer(call: PastCall) -> str | None:
    return f"`{call.name}` answered:\n\n{fenced('', call.output or '')}" if tool_said(call) else None


def _sum_line(call: PastCall) -> str:
    return f"{call.arguments.get('expression')} = {output_line(call)}"


WRITING = Intent(
    tool="write_file",
    noun="writing a file",
    example="write a haiku to haiku.txt",
    fits=frozenset({"writ", "file", "save", "edit", "document", "draft"}),
    recognise=_writes,
    tell=_tells_of_writing,
    line=output_line,
)
READING = Intent(
    tool="read_file",
    noun="reading a file",
    example="read README.md",
    fits=frozenset({"read", "file", "document", "look"}),
    recognise=_reads,
    tell=_tells_of_reading,
    line=output_line,
)
LISTING = Intent(
    tool="list_files",
    noun="a list of files",
    example="list the files in docs",
    fits=frozenset({"list", "file", "folder", "director", "find"}),
    recognise=_lists,
    tell=_tells_of_listing,
    line=output_line,
)
FINDING = Intent(
    tool="find_files",
    noun="files of a kind",
    example="list the python files",
    fits=frozenset({"list", "file", "folder", "director", "find"}),
    recognise=_finds_by_name,
    tell=_tells_of_listing,
    line=output_line,
)
SEARCHING = Intent(
    tool="search_files",
    noun="a search in files",
    example="search for TODO in src",
    fits=frozenset({"search", "find", "file", "look", "read"}),
    recognise=_searches,
    tell=_tells_of_searching,
    line=output_line,
)
MOVING = Intent(
    tool="move_file",
    noun="moving a file",
    example="move haiku.txt to poems/haiku.txt",
    fits=frozenset({"mov", "renam", "writ", "file", "edit"}),
    recognise=_moves,
    tell=_tells_of_moving,
    line=output_line,
)
FETCHING = Intent(
    tool="fetch_page",
    noun="a page of the internet",
    example="fetch https://example.com",
    fits=frozenset({"fetch", "page", "internet", "web", "site"}),
    recognise=_fetches,
    tell=_tells_of_a_page,
    line=output_line,
)
TIME = Intent(
    tool="clock",
    noun="the time",
    example="what time is it in Tokyo",
    fits=frozenset({"time", "clock", "date", "day"}),
    recognise=_tells_time,
    tell=_tells_the_time,
    line=output_line,
)
SUMS = Intent(
    tool="calculator",
    noun="a sum",
    example="what is 17 * 23 plus 4",
    fits=frozenset({"calculat", "math", "arithmetic", "sum", "number", "comput"}),
    recognise=_calculates,
    tell=_tells_the_sum,
    line=_sum_line,
)
NAMED = Intent(
    tool="",
    noun="a tool by its name",
    example="call lookup_order with order_id=1042",
    fits=frozenset(),
    recognise=_names_a_tool,
    tell=_tells_an_answer,
    line=output_line,
)

INTENTS: tuple[Intent, ...] = (
    NAMED, ASKING, FETCHING, RUNNING, SHELL, EDITING, MOVING, SEARCHING, WRITING, READING, FINDING, LISTING, TIME, SUMS,
)  # fmt: skip
"""In the order in which they are tried."""


def intent_for(tool: str) -> Intent:
    """The family of a tool; `NAMED` for one that has none of its own."""
    return next((intent for intent in INTENTS if intent.tool == tool), NAMED)
