"""The lines of JSON, and that docs/json-lines.md says exactly what is in them."""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
from jsonschema import Draft202012Validator

from agentchat.chat.status import PendingCall
from agentchat.headless.happenings import (
    Asked,
    CallBegan,
    CallEnded,
    CallEnding,
    HandedOver,
    Noticed,
    Result,
    ResultStatus,
    Started,
    TextCame,
    ThoughtCame,
)
from agentchat.headless.json_lines import JsonLines, line_of

CALL = PendingCall("run1/1.0", "triage", "refund", "Refund.", "shop", "changes", '{"order":1042}', "digest", reason="it changes things")
ASKED = {
    "key": "run1/1.0", "short_key": "deb699da", "agent": "triage", "tool": "refund", "arguments": '{"order":1042}', "effects": "changes",
    "reason": "it changes things",
}  # fmt: skip
EXAMPLES = [
    (
        Started("3f2a", "triage", "gpt-5", "openai", offline=False),
        {"type": "started", "version": 1, "session": "3f2a", "agent": "triage", "model": "gpt-5", "provider": "openai", "offline": False},
    ),
    (TextCame(2, "triage", "Hi", may_hand_over=True), {"type": "text", "message": 2, "agent": "triage", "text": "Hi", "anew": False}),
    (ThoughtCame(1, "triage", "Let me see"), {"type": "reasoning", "message": 1, "agent": "triage", "text": "Let me see", "anew": False}),
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
        Result("out of turns", 4, "3f2a", None, (CALL,), 5, 7, 0.25),
        {
            "type": "result", "status": "out_of_turns", "exit_status": 4, "session": "3f2a", "text": None, "waiting": [ASKED],
            "usage": {"input_tokens": 5, "output_tokens": 7, "cost": 0.25},
        },
    ),
]  # fmt: skip


SCHEMA = json.loads(files("agentchat.headless").joinpath("json-lines.schema.json").read_text(encoding="utf-8"))


def test_the_schema_fits_every_kind_of_line_and_names_its_fields_and_no_others():
    Draft202012Validator.check_schema(SCHEMA)
    kinds = {line["type"]: set(line) for _, line in EXAMPLES}
    assert {name: set(kind["properties"]) for name, kind in SCHEMA["$defs"].items()} == kinds
    assert {name: set(kind["required"]) for name, kind in SCHEMA["$defs"].items()} == kinds
    for _, line in EXAMPLES:
        Draft202012Validator(SCHEMA).validate(line)


def test_the_schema_knows_every_status_and_refuses_what_is_none():
    ended, result = SCHEMA["$defs"]["call_finished"]["properties"]["status"], SCHEMA["$defs"]["result"]["properties"]["status"]
    assert set(ended["enum"]) == set(get_args(CallEnding))
    assert {word.replace("_", " ") for word in result["enum"]} == set(get_args(ResultStatus))
    for wrong in ({}, {"type": "talk"}, {"type": "notice"}, {"type": "notice", "text": 1}):
        assert not Draft202012Validator(SCHEMA).is_valid(wrong)


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
    lines["result"] = lines["result"] - {"usage"} | {"usage.input_tokens", "usage.output_tokens", "usage.cost"}
    assert described == lines
    assert [line for happening, line in EXAMPLES] == [line_of(happening) for happening, _ in EXAMPLES]
