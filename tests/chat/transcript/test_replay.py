"""Rows and facts in, blocks out."""

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from agentchat.chat.saved import SavedChat, SavedFact, SavedRow
from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, HandoffBlock, NoticeBlock, ReasoningBlock, UserBlock
from agentchat.chat.transcript.replay import Replay, replay
from agentchat.chat.transcript.verdicts import STANDARD_REJECTION
from agentchat.runtime.running.judging import NOT_APPROVED
from agentchat.runtime.values.facts import ItemFact, TurnFact

Item = dict[str, Any]


def said(text: str) -> Item:
    return {"role": "user", "content": text}


def answer(text: str, **more: Any) -> Item:
    return {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}], **more}


def called(tool: str = "refund", call_id: str = "c1", arguments: str = '{"order": 1}') -> Item:
    return {"type": "function_call", "call_id": call_id, "name": tool, "arguments": arguments}


def output(text: Any, call_id: str = "c1") -> Item:
    return {"type": "function_call_output", "call_id": call_id, "output": text}


def shown(*items: Item, facts: Any = ()) -> tuple[Block, ...]:
    one = Replay()
    one.take(items, facts)
    return one.blocks


ROWS_OF_ANOTHER_PROGRAM: list[tuple[str, list[Item], tuple[Block, ...]]] = [
    ("a question", [said("Hi")], (UserBlock(0, "Hi"),)),
    (
        "parts of a question",
        [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "See "}, {"type": "input_image"}]}],
        (UserBlock(0, "See [image]"),),
    ),
    ("an answer", [answer("Hello")], (AnswerBlock(0, "", "Hello"),)),
    ("an answer as a text", [{"role": "assistant", "content": "Hello"}], (AnswerBlock(0, "", "Hello"),)),
    ("an answer that was cut off", [answer("Hel", status="incomplete")], (AnswerBlock(0, "", "Hel", "incomplete"),)),
    (
        "a refusal",
        [{"type": "message", "role": "assistant", "content": [{"type": "refusal", "refusal": "I may not"}]}],
        (AnswerBlock(0, "", "I may not", "refused"),),
    ),
    ("an empty answer", [answer("")], ()),
    (
        "reasoning",
        [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "one"}, {"type": "summary_text", "text": "two"}]}],
        (ReasoningBlock(0, "", "one\n\ntwo"),),
    ),
    ("encrypted reasoning", [{"type": "reasoning", "summary": [], "encrypted_content": "x"}], ()),
    ("a call without an output", [called()], (CallBlock(0, "", "refund", '{"order": 1}', "proposed"),)),
    ("a call and its output", [called(), output("ok")], (CallBlock(0, "", "refund", '{"order": 1}', "done", "ok"),)),
    (
        "an output of parts",
        [called(), output([{"type": "input_text", "text": "see "}, {"type": "input_file", "filename": "a.pdf"}])],
        (CallBlock(0, "", "refund", '{"order": 1}', "done", "see [file a.pdf]"),),
    ),
    (
        "an id that comes twice: the latest call that has no output",
        [called(), output("one"), called(arguments="{}"), output("two")],
        (CallBlock(0, "", "refund", '{"order": 1}', "done", "one"), CallBlock(1, "", "refund", "{}", "done", "two")),
    ),
    (
        "one output for two open calls with the same id: the latest",
        [called(), called(arguments="{}"), output("two")],
        (CallBlock(0, "", "refund", '{"order": 1}', "proposed"), CallBlock(1, "", "refund", "{}", "done", "two")),
    ),
    (
        "outputs in another order",
        [called(call_id="a"), called(call_id="b"), output("B", "b"), output("A", "a")],
        (CallBlock(0, "", "refund", '{"order": 1}', "done", "A"), CallBlock(1, "", "refund", '{"order": 1}', "done", "B")),
    ),
    ("an output whose call is gone", [output("ok"), said("Hi")], (UserBlock(0, "Hi"),)),
    (
        "a handoff",
        [called("transfer_to_billing", arguments="{}"), output('{"assistant": "billing"}')],
        (HandoffBlock(0, "", "billing"),),
    ),
    (
        "a hosted call",
        [{"type": "web_search_call", "id": "ws", "status": "completed", "action": {"query": "x"}}],
        (CallBlock(0, "", "web_search", '{"action": {"query": "x"}}', "done"),),
    ),
    ("kinds that nobody shows", [{"type": "item_reference", "id": "x"}, {"role": "developer", "content": "Be brief"}, {}], ()),
    ("damaged items", [{"type": 7}, {"type": "message", "role": "assistant", "content": 3}, called(arguments=7)], (
        CallBlock(0, "", "refund", '{"arguments": 7}', "proposed"),
    )),
]


@pytest.mark.parametrize(("items", "blocks"), [row[1:] for row in ROWS_OF_ANOTHER_PROGRAM], ids=[row[0] for row in ROWS_OF_ANOTHER_PROGRAM])
def test_rows_without_facts_give_blocks(items: list[Item], blocks: tuple[Block, ...]) -> None:
    rows = tuple(SavedRow(number, item) for number, item in enumerate(items))
    assert replay(SavedChat("s", rows=rows)) == blocks
    assert shown(*items) == blocks


def test_facts_say_by_whom_and_when() -> None:
    facts = [
        ItemFact(0, "input", "triage", started=1.0),
        ItemFact(1, "reasoning", "triage", started=2.0, ending="incomplete"),
        ItemFact(2, "message", "triage", started=3.0, ending="incomplete"),
        TurnFact("stopped", "Stopped by you.", at=4.0),
    ]
    items = [said("Hi"), {"type": "reasoning", "summary": [{"text": "hm"}]}, answer("Hel")]
    assert shown(*items, facts=facts) == (
        UserBlock(0, "Hi", "triage", 1.0),
        ReasoningBlock(1, "triage", "hm", "incomplete", 2.0),
        AnswerBlock(2, "triage", "Hel", "incomplete", 3.0),
        NoticeBlock(3, "info", "Stopped by you.", 4.0, "stopped"),
    )


@pytest.mark.parametrize(
    ("fact", "state", "verdict", "seconds"),
    [
        ({}, "done", "", None),
        ({"started": 2.0, "ended": 2.5}, "done", "", 0.5),
        ({"ending": "failed", "started": 2.0, "ended": 3.0}, "failed", "", 1.0),
        ({"verdict": "approved", "by": "you"}, "done", "approved by you", None),
        ({"verdict": "approved", "by": "you", "edited": True}, "done", "approved by you, edited", None),
        ({"verdict": "allowed", "by": "agents.toml allows refund"}, "done", "allowed: agents.toml allows refund", None),
        ({"verdict": "allowed"}, "done", "", None),
        ({"ending": "rejected", "verdict": "rejected", "by": "you"}, "rejected", "rejected by you: told", None),
        ({"ending": "denied", "verdict": "denied", "by": "no bash"}, "denied", "denied: no bash", None),
        ({"ending": "stopped"}, "stopped", "", None),
        ({"ending": "unknown"}, "unknown", "", None),
    ],
)
def test_the_fact_of_an_output_says_how_the_call_ended(
    fact: dict[str, Any], state: Any, verdict: str, seconds: float | None
) -> None:
    facts = [ItemFact(0, "call", "billing", started=1.0), ItemFact(1, "output", "billing", **fact)]
    block = CallBlock(0, "billing", "refund", '{"order": 1}', state, "told", verdict, at=1.0, seconds=seconds)
    assert shown(called(), output("told"), facts=facts) == (block,)


def test_a_rejection_without_a_reason_has_none() -> None:
    assert STANDARD_REJECTION == NOT_APPROVED
    facts = [ItemFact(1, "output", "billing", ending="rejected", verdict="rejected", by="you")]
    (block,) = shown(called(), output(STANDARD_REJECTION), facts=facts)
    assert isinstance(block, CallBlock)
    assert block.verdict == "rejected by you"


def test_a_call_that_waits_says_so_until_its_output_comes_in_a_later_commit() -> None:
    one = Replay()
    one.take([called()], [ItemFact(0, "call", "billing", ending="waiting", started=1.0)])
    waiting = CallBlock(0, "billing", "refund", '{"order": 1}', "waiting", at=1.0)
    assert one.blocks == (waiting,)
    twin = one.copy()
    one.take([output("ok")], [ItemFact(0, "output", "billing", started=5.0, ended=6.0, verdict="approved", by="you")])
    done = CallBlock(0, "billing", "refund", '{"order": 1}', "done", "ok", "approved by you", 1.0, 1.0)
    assert (one.blocks, twin.blocks) == ((done,), (waiting,))


def test_handoffs_by_their_facts_whatever_their_name() -> None:
    facts = [
        ItemFact(0, "handoff_call", "triage", started=1.0),
        ItemFact(1, "handoff_call", "triage", started=1.0),
        ItemFact(2, "output", "triage", ending="denied"),
        ItemFact(3, "handoff_output", "triage", target="billing"),
    ]
    calls = [called("ask_billing", "a", "{}"), called("transfer_to_sales", "b", "{}")]
    blocks = shown(*calls, output("ignored", "b"), output('{"assistant": "billing"}', "a"), facts=facts)
    assert blocks == (
        HandoffBlock(0, "triage", "billing", 1.0),
        CallBlock(1, "triage", "transfer_to_sales", "{}", "denied", "ignored", at=1.0),
    )


@pytest.mark.parametrize(
    ("kind", "level"),
    [("retry", "warning"), ("guardrail", "warning"), ("cut off", "warning"), ("error", "error"), ("notice", "info"), ("rule", "info")],
)
def test_facts_of_turns_are_notices(kind: Any, level: Any) -> None:
    assert shown(facts=[TurnFact(kind, "So it is.", 1.0)]) == (NoticeBlock(0, level, "So it is.", 1.0, kind),)


NESTED = [
    ((), [said("Q")], [ItemFact(0, "input", "outer", started=1.0)]),
    (("1.0",), [said("sub"), called("lookup", "n1")], [ItemFact(0, "input", "inner"), ItemFact(1, "call", "inner")]),
    (("1.0",), [output("found", "n1"), answer("sub answer")], [ItemFact(0, "output", "inner"), ItemFact(1, "message", "inner")]),
    ((), [called("ask_inner", "o1"), output("sub answer", "o1")], [ItemFact(0, "call", "outer"), ItemFact(1, "output", "outer")]),
    ((), [answer("A")], [ItemFact(0, "message", "outer"), TurnFact("notice", "n", 9.0)]),
]


def test_what_a_nested_agent_did_stands_after_its_call_lived_and_stored() -> None:
    lived, rows, facts = Replay(), [], []
    for path, items, known in NESTED:
        placed = [_at(fact, path) for fact in known]
        lived.take(items, placed)
        after = rows[-1].id if rows else None
        for fact in placed:
            seq = len(facts)
            if isinstance(fact, TurnFact):
                facts.append(SavedFact(seq, fact, after=len(rows)))
            elif path:
                facts.append(SavedFact(seq, fact, after=after, item=items[fact.item]))
            else:
                rows.append(SavedRow(len(rows) + 1, items[fact.item]))
                facts.append(SavedFact(seq, fact, row=len(rows)))
    call = '{"order": 1}'
    expected = (
        UserBlock(0, "Q", "outer", 1.0),
        CallBlock(1, "outer", "ask_inner", call, "done", "sub answer"),
        CallBlock(2, "inner", "lookup", call, "done", "found", path=("1.0",)),
        AnswerBlock(3, "inner", "sub answer", path=("1.0",)),
        AnswerBlock(4, "outer", "A"),
        NoticeBlock(5, "info", "n", 9.0),
    )
    assert lived.blocks == expected
    assert replay(SavedChat("s", rows=tuple(rows), facts=tuple(facts))) == expected


def _at(fact: Any, path: tuple[str, ...]) -> Any:
    return replace(fact, path=path)


def test_the_draft_of_a_run_that_broke_off_stands_at_the_end() -> None:
    saved = SavedChat("s", agent="triage", rows=(SavedRow(1, said("Hi")),), open_run="r", draft="Hel")
    assert replay(saved) == (UserBlock(0, "Hi"), AnswerBlock(1, "triage", "Hel", "incomplete"))


def test_the_first_frame_needs_the_standard_library_only() -> None:
    code = (
        "import sys, agentchat.chat.transcript.replay, agentchat.chat.options, agentchat.chat.titles, agentchat.chat.front\n"
        "heavy = {'openai', 'pydantic', 'griffe', 'textual', 'httpx', 'asyncio'} & set(sys.modules)\n"
        "print(sorted(heavy))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
