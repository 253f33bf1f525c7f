"""The lines of JSON, and that docs/json-lines.md says exactly what is in them."""

import json
import re
from pathlib import Path

import pytest

from agentchat.chat.status import PendingCall
from agentchat.headless.happenings import Asked, CallBegan, CallEnded, HandedOver, Noticed, Result, Started, TextCame
from agentchat.headless.json_lines import JsonLines, line_of

CALL = PendingCall("run1/1.0", "triage", "refund", "Refund.", "shop", "changes", '{"order":1042}', "digest", reason="it changes things")
ASKED = {
    "key": "run1/1.0", "short_key": "deb699da", "agent": "triage", "tool": "refund", "arguments": '{"order":1042}', "effects": "changes",
    "reason": "it changes things",
}  # fmt: skip
EXAMPLES = [
    (
        Started("3f2a", "triage", "gpt-5", "openai", offline=False),
        {"type": "started", "session": "3f2a", "agent": "triage", "model": "gpt-5", "provider": "openai", "offline": False},
    ),
    (TextCame(2, "triage", "Hi", may_hand_over=True), {"type": "text", "message": 2, "agent": "triage", "text": "Hi", "anew": False}),
    (
        CallBegan(1, "triage", "clock", "{}", ("1.0",)),
        {"type": "call_started", "call": 1, "agent": "triage", "tool": "clock", "arguments": "{}", "path": ["1.0"]},
    ),
    (
        CallEnded(1, "triage", "clock", "{}", "done", "", "12:00", 0.5),
        {
            "type": "call_finished", "call": 1, "agent": "triage", "tool": "clock", "arguments": "{}", "path": [], "status": "done",
            "verdict": "", "output": "12:00", "seconds": 0.5,
        },
    ),
    (HandedOver("triage", "billing"), {"type": "handoff", "from": "triage", "to": "billing", "path": []}),
    (Asked(CALL), {"type": "approval", **ASKED}),
    (Noticed("Stopped."), {"type": "notice", "text": "Stopped."}),
    (Noticed("It failed.", is_error=True), {"type": "error", "text": "It failed."}),
    (
        Result("out of turns", 4, "3f2a", None, (CALL,), 5, 7),
        {
            "type": "result", "status": "out_of_turns", "exit_status": 4, "session": "3f2a", "text": None, "waiting": [ASKED],
            "usage": {"input_tokens": 5, "output_tokens": 7},
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("happening", "line"), EXAMPLES, ids=lambda value: value["type"] if isinstance(value, dict) else "")
def test_a_happening_is_one_line_with_a_type(happening, line):
    written: list[str] = []
    JsonLines(written.append).tell(happening)
    assert [json.loads(one) for one in written] == [line]
    assert written[0].count("\n") == 1


def test_nothing_in_a_line_commands_a_terminal_or_ends_it_early():
    written: list[str] = []
    hostile = "".join(map(chr, range(0xA0))) + "\u2028\u2029\ud800 é 漢"
    JsonLines(written.append).tell(Noticed(hostile))
    assert json.loads(written[0]) == {"type": "notice", "text": hostile}
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", written[0].removesuffix("\n"))
    assert written[0].endswith(' é 漢"}\n')


def test_the_document_names_every_type_and_every_field():
    document = (Path(__file__).parents[2] / "docs" / "json-lines.md").read_text(encoding="utf-8")
    described: dict[str, set[str]] = {}
    for section in document.split("\n### ")[1:]:
        name = section.partition("\n")[0].strip("` ")
        described[name] = set(re.findall(r"^\| `([a-z_.]+)`", section.partition("\n## ")[0], re.MULTILINE))
    lines = {line["type"]: {key for key in line if key != "type"} for _, line in EXAMPLES}
    lines["result"] = lines["result"] - {"usage"} | {"usage.input_tokens", "usage.output_tokens"}
    assert described == lines
    assert [line for happening, line in EXAMPLES] == [line_of(happening) for happening, _ in EXAMPLES]
