"""The calls that a person can decide about: what is shown of each, and which exact call a decision is about.

A decision is bound to a digest of everything that the person was shown. The digest is made anew when the decision comes, so that a file
that changed since its diff was shown, or a tool that is described otherwise, is asked about again. The run makes it once more before it
starts the call. Other arguments that the person puts in the place of the model's are shown as the call that would run then, and decided
about like any other.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from agentchat.chat.deciding.cut_off import EndedAt, nothing_known, why_unknown
from agentchat.chat.deciding.policy import ChatPolicy
from agentchat.chat.deciding.queries import answered, asks_the_person, query_in
from agentchat.chat.deciding.questions import Question
from agentchat.chat.deciding.session_rules import session_rule
from agentchat.chat.deciding.settling import ApprovedAnew, Happened, LeftUnknown, Said, Withdrawn
from agentchat.chat.status import (
    BUILT_IN,
    Answer,
    Approve,
    Decision,
    Edit,
    ItHappened,
    Pending,
    PendingCall,
    Preview,
    Reject,
    RunAgain,
    SessionRule,
    Skip,
    Withdraw,
)
from agentchat.chat.transcript.call_line import call_line
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.declarations.arguments import canonical_arguments, parsed_arguments
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.declarations.shown_call import shown_call
from agentchat.runtime.declarations.tool import AnsweredTool, FunctionTool
from agentchat.runtime.ports.journal import Approved, Rejected
from agentchat.runtime.ports.policy import Ask, CallInQuestion
from agentchat.runtime.running.response_items import answering_tool
from agentchat.runtime.values.items import ToolApprovalItem

Standing = Literal["waits", "changed", "gone"]
"""Of a call that was decided: it waits as it was shown; it waits, but is not what was shown; it does not wait any more."""

HAPPENED = "The user says it happened"
"""What the model is told of a call of unknown outcome that the person vouches for; what came of it may follow."""

_ITS_OWN = "its own rule asks"
"""Why a person is asked about a call of a tool whose author decides call by call."""
_LINE = 120
"""Characters of a call in a line about it."""
_IN_A_FOLDER = frozenset(
    {
        "read_file", "list_files", "find_files", "search_files", "write_file", "edit_file", "patch_files", "move_file",
        "run_command", "run_shell",
    }
)  # fmt: skip
"""Built-in tools that work in the chat's folder."""


@dataclass(frozen=True, slots=True)
class _Asked:
    question: Question
    shown: PendingCall
    digest: str
    """Of the call itself."""
    edited: str | None = None
    """The arguments that the person put in the place of the model's."""

    def approved(self, by: str = "you") -> Approved:
        """The yes to the call as it is shown."""
        return Approved(arguments=self.edited, by=by, digest=self.digest)


class WaitingCalls:
    """The calls of one conversation that a person can decide about. Mutable: its chat says which they are."""

    def __init__(self, session_id: str, policy: ChatPolicy, *, folder: str = "", ended_at: EndedAt = nothing_known) -> None:
        self._session_id = session_id
        self._policy = policy
        self._folder = folder
        self._ended_at = ended_at
        self._calls: dict[str, _Asked] = {}
        self._asked: Counter[str] = Counter()
        """How often a decision about a call was not kept."""
        self._ours: set[str] = set()
        """The calls that were approved here. They run when the run goes on, without another question."""

    @property
    def pending(self) -> Pending:
        """As a front end is told."""
        shown = [asked.shown for asked in self._calls.values()]
        waiting = tuple(call for call in shown if call.asks == "may it run")
        return Pending(waiting, tuple(call for call in shown if call.asks != "may it run"))

    def forget(self) -> None:
        """What was approved before the conversation was opened (again) is asked about."""
        self._ours.clear()

    async def ask(self, questions: Sequence[Question], *, again: str = "") -> None:
        """These are asked about, and no others; the call with the key `again` anew, because a decision was not kept.

        What the person has put in the place of arguments stays.
        """
        self._asked[again] += 1
        calls: dict[str, _Asked] = {}
        for question in questions:
            key = str(question.item.key)
            is_ours = key in self._ours or asks_the_person(_tool_of(question.item))
            if question.asks == "approved, not run" and is_ours:
                continue  # a question that was answered is not asked about again
            before = self._calls.get(key)
            calls[key] = await self._look_at(question, question.edited if before is None else before.edited)
        self._calls = calls

    async def outdated(self, questions: Sequence[Question]) -> tuple[Question, ...]:
        """Those about calls that were approved and would do something else by now than what was approved."""
        approved = [question for question in questions if question.asks == "approved, not run" and question.digest]
        return tuple([one for one in approved if (await self._look_at(one, one.edited)).digest != one.digest])

    async def check(self, key: str, digest: str) -> Standing:
        """How the call stands that a person decided about; one that changed is shown as it is now from here on."""
        asked = self._calls.get(key)
        if asked is None:
            return "gone"
        now = await self._look_at(asked.question, asked.edited)
        if key not in self._calls:
            return "gone"
        self._calls[key] = now
        return "waits" if now.shown.digest == digest else "changed"

    async def said(self, key: str, decision: Decision) -> Said | None:
        """What a person says of a call, for the journal.

        None when that is no decision: an edit, which is asked about from here on; the word of a rule that does not hold any more; or an
        answer to another question than was asked.
        """
        asked = self._calls[key]
        match asked.shown.asks, decision:
            case "may it run", Reject(_, reason):
                return Rejected(reason=reason)
            case "may it run", Answer(_, text) if asked.shown.query is not None:
                return await self._answered(asked, text)
            case "may it run", _ if asked.shown.query is not None:
                return None
            case "may it run", Approve(_, by):
                who = await self._rule_for(asked) if by == "kept rule" else "you"
                return asked.approved(who) if who else None
            case "may it run", Edit(_, arguments):
                await self._edit(key, asked, arguments)
                return None
            case ("approved, not run", Approve()) | ("outcome unknown", RunAgain()):
                return ApprovedAnew(asked.approved())
            case "approved, not run", Withdraw():
                return Withdrawn()
            case "outcome unknown", ItHappened(_, output):
                return Happened(f"{HAPPENED}: {output}" if output else f"{HAPPENED}.")
            case "outcome unknown", Skip():
                return LeftUnknown()
            case _:
                return None

    def line_about(self, key: str, decision: Decision) -> str:
        """What is told of the decision in the conversation; empty where the call's own block says it."""
        call = self.shown_in_a_line(key)
        match decision:
            case Withdraw():
                return f"You withdrew your approval of {call}."
            case ItHappened(_, output):
                return f"You said that {call} happened" + (f": {output}" if output else ".")
            case RunAgain():
                return f"You let {call} run again; what came of it the first time is not known."
            case Skip():
                return f"You left open what came of {call}; it is not run again."
            case Approve() | Reject() | Edit() | Answer():
                return ""

    def shown_in_a_line(self, key: str) -> str:
        """The call, as it would run."""
        return call_line(self._calls[key].shown.tool, self._calls[key].shown.arguments, width=_LINE)

    def was_taken(self, key: str, said: Said) -> None:
        """The journal has what was said of the call."""
        self._ours.discard(key)
        if isinstance(said, Approved | ApprovedAnew):
            self._ours.add(key)

    def rule_in(self, key: str, decision: Decision) -> SessionRule | None:
        """The rule that is to be kept from here on, where the decision says so."""
        return self._calls[key].shown.rule if isinstance(decision, Approve) and decision.by == "new rule" else None

    async def _answered(self, asked: _Asked, answer: str) -> Approved:
        """The yes to the call with this answer in it."""
        return (await self._look_at(asked.question, answered(asked.question.item.arguments or "", answer))).approved()

    async def _edit(self, key: str, asked: _Asked, arguments: str) -> None:
        """The model's own arguments take an edit back."""
        canonical = canonical_arguments(arguments)
        edited = None if canonical == canonical_arguments(asked.question.item.arguments or "") else canonical
        if asked.shown.schema:
            self._calls[key] = await self._look_at(asked.question, edited)

    async def _rule_for(self, asked: _Asked) -> str:
        item = asked.question.item
        tool = _tool_of(item)
        return "" if tool is None else self._policy.kept_for(await _question(item, tool, asked.shown.arguments))

    async def _look_at(self, question: Question, edited: str | None) -> _Asked:
        """The call as it is now."""
        item = question.item
        name, given = item.qualified_name or "", item.arguments or ""
        arguments = given if edited is None else edited
        tool = _tool_of(item)
        assert item.key is not None
        now = await shown_call(
            tool, name=name, arguments=arguments, agent=item.agent.name, session_id=self._session_id, key=item.key, folder=self._folder
        )
        waits, is_query = question.asks == "may it run", asks_the_person(tool)
        asked = None if tool is None else await _question(item, tool, arguments)
        shown = PendingCall(
            key=str(item.key),
            agent=item.agent.name,
            tool=name,
            description="" if tool is None else tool.description,
            origin="" if tool is None else tool.origin,
            effects="changes" if tool is None else tool.effects,
            arguments=canonical_arguments(arguments),
            digest=now.digest if waits else f"{now.digest}, {question.asks}",
            asked=1 + self._asked[str(item.key)],
            preview=None if now.preview is None else Preview(kind=now.preview.kind, text=now.preview.text),
            reason=(item.reason or self._reason(asked)) if waits else why_unknown(question, self._ended_at),
            rule=session_rule(asked, self._folder) if waits and asked is not None else None,
            schema=json.dumps(tool.params_json_schema) if waits and isinstance(tool, FunctionTool) and not is_query else "",
            original="" if edited is None else canonical_arguments(given),
            folder=self._folder if tool is not None and tool.origin == BUILT_IN and name in _IN_A_FOLDER else "",
            asks=question.asks,
            query=query_in(arguments) if waits and is_query else None,
            started=question.started,
        )
        return _Asked(question, shown, now.digest, edited)

    def _reason(self, asked: CallInQuestion | None) -> str:
        """Why a person is asked, of a call that another process had asked about; of a rule of the tool's own only that it is one."""
        verdict = None if asked is None else self._policy.verdict(asked)
        if isinstance(verdict, Ask):
            return verdict.reason
        return _ITS_OWN if asked is not None and callable(asked.tool.needs_approval) else ""


async def _question(item: ToolApprovalItem, tool: AnsweredTool, arguments: str) -> CallInQuestion:
    """The call as the policy is asked about it."""
    assert item.key is not None
    parsed = parsed_arguments(arguments) or {}
    return CallInQuestion(
        item.key,
        item.agent.name,
        tool,
        parsed,
        needs_approval=await _is_marked(tool, parsed, item.call_id or ""),
        name=item.qualified_name or "",
        canonical=canonical_arguments(arguments),
    )


async def _is_marked(tool: AnsweredTool, arguments: dict[str, Any], call_id: str) -> bool:
    """Whether the tool's author wants to be asked about the call. Without the run, only the program's own tools can say so of each."""
    asks: object = tool.needs_approval
    if tool.origin == BUILT_IN and isinstance(tool, FunctionTool) and callable(tool.needs_approval):
        asks = await tool.needs_approval(RunContextWrapper(None), arguments, call_id)
    return asks is True


def _tool_of(item: ToolApprovalItem) -> AnsweredTool | None:
    """The tool that the call means."""
    return answering_tool(item.raw_item, cast("Agent[Any]", item.agent).tools)
