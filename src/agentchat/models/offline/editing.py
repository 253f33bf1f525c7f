"""Sentences that change a part of a file: "replace tea by coffee in list.txt"."""

import re

from agentchat.models.offline.clauses import Clause, has_more_wishes
from agentchat.models.offline.conversation import PastCall
from agentchat.models.offline.intents import Asked, Intent
from agentchat.models.offline.paths import PATH, clean, is_file
from agentchat.models.offline.telling import output_line

_EDIT = re.compile(
    rf"^(?:replace|change|substitute|swap|rename)\s+(?P<all>(?:all|every|each)\s+(?:occurrences?\s+of\s+)?)?(?:the\s+)?"
    rf"(?:words?\s+|texts?\s+|lines?\s+)?(?P<old>.+?)\s+(?:by|with|to|into|for)\s+(?P<new>.+?)\s+(?P<everywhere>everywhere\s+)?"
    rf"(?:in|inside|of)\s+(?:the\s+)?(?:file\s+)?(?P<path>{PATH})$",
    re.IGNORECASE | re.DOTALL,
)
_TAKE_OUT = re.compile(
    rf"^(?:delete|remove|cut)\s+(?P<all>(?:all|every|each)\s+(?:occurrences?\s+of\s+)?)?(?:the\s+)?(?:words?\s+|texts?\s+|lines?\s+)?"
    rf"(?P<old>.+?)\s+(?:from|in|out of)\s+(?:the\s+)?(?:file\s+)?(?P<path>{PATH})$",
    re.IGNORECASE | re.DOTALL,
)


def _edits(clause: Clause) -> list[Asked] | None:
    found = _EDIT.search(clause.text) or _TAKE_OUT.search(clause.text)
    if found is None or not is_file(clean(clause, found["path"])):
        return None
    parts = found.groupdict()
    if has_more_wishes(found["old"]) or has_more_wishes(parts.get("new") or ""):
        return None
    texts = {"old_text": clause.put_back(parts["old"]), "new_text": clause.put_back(parts.get("new") or "")}
    everywhere = {"replace_all": "true"} if parts["all"] or parts.get("everywhere") else {}
    return [Asked({"path": clean(clause, parts["path"]), **texts, **everywhere})]


def _tells_of_editing(call: PastCall) -> str | None:
    output = (call.output or "").strip()
    return output if re.match(r"(?:changed|replaced|edited|updated|ok)\b", output, re.IGNORECASE) else None


EDITING = Intent(
    tool="edit_file",
    noun="a change in a file",
    example="replace tea by coffee in list.txt",
    fits=frozenset({"edit", "chang", "replac", "correct", "writ", "file"}),
    recognise=_edits,
    tell=_tells_of_editing,
    line=output_line,
)
