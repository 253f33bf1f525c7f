"""The examples do what their folders say: the team is built whole, and its recorded conversation comes out as it stands there."""

import json
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from examples.replay import FOLDER, NAMES, NotRecordedError, Recording, serving

from agentchat.actions.checking import FINE, check_team
from tests.examples.playing import TITLES, as_if_alone, played


def test_every_folder_is_an_example_that_can_be_replayed() -> None:
    folders = {file.parent.name for file in FOLDER.glob("*/agents.toml")}
    assert folders == set(NAMES) == set(TITLES)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wrong_with_the_team(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AGENTCHAT_HOME", str(tmp_path))
    with as_if_alone(FOLDER / name):
        assert check_team(FOLDER / name / "agents.toml", trust=True) == FINE
    assert "is fine" in capsys.readouterr().out


@pytest.mark.parametrize("name", NAMES)
async def test_the_recorded_conversation_comes_out_as_it_is_written_down(name: str, tmp_path: Path) -> None:
    told = (await played(name, tmp_path)).markdown(name)
    assert told == (FOLDER / name / "conversation.md").read_text(encoding="utf-8")


async def test_only_the_large_refund_is_asked_about_and_both_are_paid(tmp_path: Path) -> None:
    done = await played("support-desk", tmp_path)
    paid = [json.loads(line) for line in (done.folder / "refunds.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(call.tool, call.arguments) for call in done.asked] == [("refund", '{"amount":230.0,"order_id":1043,"reason":"never came"}')]
    assert paid == [
        {"order": 1042, "amount": 39.0, "reason": "damaged"},
        {"order": 1043, "amount": 230.0, "reason": "never came"},
    ]


async def test_a_refund_that_a_person_rejects_is_not_paid(tmp_path: Path) -> None:
    done = await played("support-desk", tmp_path, approves=False)
    paid = (done.folder / "refunds.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(paid) == 1
    assert "A colleague has said no to this refund" in done.markdown("support-desk")


def test_what_was_not_recorded_is_refused_with_what_to_type() -> None:
    recording = Recording(FOLDER / "research")
    with pytest.raises(NotRecordedError, match=r"Type one of: Should the harbour run a later ferry\?"):
        recording.answer_to([{"role": "user", "content": "Who are you?"}])
    with serving(recording) as address:
        with pytest.raises(HTTPError) as refused:
            urlopen(Request(f"{address}/responses", b'{"input": "Who are you?"}'))
        with refused.value as answer:
            assert (answer.code, b"This is a recording" in answer.read()) == (400, True)
