"""A call as it is shown to the person who decides about it, and the digest that the decision is bound to.

The digest is of everything that was shown: the tool and its definition, the arguments, who calls it, the folder that tools work in, and
the preview, which for a write is the difference to the file as it was. It is made three times: when the call is shown, when the decision
comes, and directly before the call is started. Files change meanwhile, other calls of the same turn change them, and a program is started
again with other tools.
"""

import hashlib
from dataclasses import dataclass

from agentchat.runtime.declarations.arguments import canonical_arguments, parsed_arguments
from agentchat.runtime.declarations.run_context import canonical_json
from agentchat.runtime.declarations.sync_calls import call_in_thread
from agentchat.runtime.declarations.tool import AnsweredTool, CallPreview
from agentchat.runtime.values.keys import CallKey


@dataclass(frozen=True, slots=True)
class ShownCall:
    """What a person is shown beyond the call's own words."""

    preview: CallPreview | None
    digest: str


async def shown_call(
    tool: AnsweredTool | None, *, name: str, arguments: str, agent: str, session_id: str, key: CallKey, folder: str = ""
) -> ShownCall:
    """The call as it is now; `tool` is None when there is none of that name, `folder` is where tools work."""
    preview = None if tool is None else await _preview(tool, arguments)
    call = {
        "tool": name,
        "definition": None if tool is None else [tool.description, tool.params_json_schema, tool.effects, tool.origin],
        "arguments": canonical_arguments(arguments),
        "agent": agent,
        "session": session_id,
        "run": key.scope.run_id,
        "key": str(key),
        "folder": folder,
        "preview": None if preview is None else [preview.kind, preview.text],
    }
    return ShownCall(preview, hashlib.sha256(canonical_json(call).encode("utf-8", "surrogatepass")).hexdigest())


async def _preview(tool: AnsweredTool, arguments: str) -> CallPreview | None:
    if tool.preview is None:
        return None
    try:
        return await call_in_thread(tool.preview, parsed_arguments(arguments) or {})
    except Exception:  # noqa: BLE001 - foreign code at the border to a tool; without a preview the arguments are shown
        return None
