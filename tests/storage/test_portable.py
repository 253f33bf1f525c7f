"""A conversation that was exported and taken in again shows what it showed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agentchat.chat.saved import SavedChat, SavedFact, SavedRow
from agentchat.chat.transcript.replay import replay
from agentchat.runtime.values.facts import ItemFact, TurnFact
from agentchat.storage.errors import StoreError
from agentchat.storage.keeping import add
from agentchat.storage.portable import from_json, to_json
from agentchat.storage.reader import list_sessions, read_chat
from tests.storage.samples import said

CHAT = SavedChat(
    "3f2a",
    title="Refunds",
    created=1_700_000_000.0,
    updated=1_700_000_100.5,
    folder="/home/me/shop",
    agent="triage",
    rows=(SavedRow(3, said("hello \ud800\x9b")), SavedRow(7, {"role": "assistant", "content": "Hi."})),
    facts=(
        SavedFact(5, ItemFact(item=0, kind="input", agent="triage", started=1.5), run_id="run1", row=3),
        SavedFact(6, ItemFact(item=0, kind="message", agent="clerk", path=("1.0",)), run_id="run1", after=3, item={"role": "x"}),
        SavedFact(9, TurnFact(kind="rule", text="It runs.", at=2.5, rule='{"tool": "refund"}'), after=7),
    ),
    prompt="unsent",
)


def test_what_was_written_is_read_but_for_the_folder() -> None:
    assert from_json(to_json(CHAT)) == replace(CHAT, folder="")


def test_the_text_is_safe_on_a_terminal() -> None:
    text = to_json(CHAT)
    assert "\\ud800\\u009b" in text
    assert "\x9b" not in text


def test_it_becomes_a_conversation_of_its_own_and_brings_no_permission(tmp_path: Path) -> None:
    for _ in range(2):
        add(tmp_path / "new" / "chats.db", from_json(to_json(CHAT)))
    first, second = list_sessions(tmp_path / "new" / "chats.db")
    assert first.session_id != second.session_id
    saved = read_chat(tmp_path / "new" / "chats.db", first.session_id)
    assert replay(saved) == replay(CHAT)
    assert (saved.title, saved.agent, saved.prompt, saved.folder) == ("Refunds", "triage", "unsent", "")
    assert [fact.fact for fact in saved.facts] == [*(fact.fact for fact in CHAT.facts[:2]), TurnFact(kind="rule", text="It runs.", at=2.5)]
    assert (tmp_path / "new" / "chats.db").stat().st_mode & 0o777 == 0o600


def told(**changes: Any) -> str:
    return json.dumps({**json.loads(to_json(CHAT)), **changes})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "This is no JSON; give a file that"),
        ("[]", "This is no conversation; give a file that"),
        ("{}", "This is no conversation; give a file that"),
        (told(version=2), "This conversation was exported in form 2, and this agentchat reads form 1; export it with this one."),
        (told(version="x" * 99), 'This conversation was exported in form "xxxxxxxxxxxxxxxxxxx, and'),
        (told(items=[{"id": "x", "item": {}}]), "This conversation cannot be taken in: rows.0.id: "),
        (told(items=[{"id": 1, "item": "x"}]), "This conversation cannot be taken in: rows.0.item: "),
        (told(items=[{"id": 2, "item": {}}, {"id": 1, "item": {}}]), "cannot be taken in: its items are not in order."),
        (told(facts=[{"seq": 1, "fact": {"about": "turn"}}]), "This conversation cannot be taken in: facts.0.fact"),
        (told(created=1e300), "cannot be taken in: it names a time that is none."),
        (told(facts=[{"seq": 1, "fact": {"kind": "notice", "text": "", "at": float("nan")}}]), "it names a time that is none"),
        (told(prompt={}), "This conversation cannot be taken in: prompt: "),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "cannot be taken in: it is nested too deeply."),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(StoreError) as refused:
        from_json(text)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_fact_about_an_item_that_is_not_there_is_left_out() -> None:
    facts = [{"seq": 1, "fact": {"item": 0, "kind": "input", "agent": "x"}, "row": 4}]
    assert from_json(told(facts=facts)).facts == ()
