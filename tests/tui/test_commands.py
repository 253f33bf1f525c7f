"""Commands behind a slash: what they are understood as, and what is offered while one types."""

from typing import get_args

import pytest

from agentchat.chat.status import Status
from agentchat.tui.commands import COMMANDS, Name, Said, completed, offered, understood

STATUS = Status("s", agents=("triage", "billing", "tri\x1bck"))
BY_NAME = {command.name: command for command in COMMANDS}


def test_every_name_has_one_command() -> None:
    assert sorted(get_args(Name)) == sorted(BY_NAME)
    assert len(COMMANDS) == len(BY_NAME)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/help", Said(BY_NAME["help"])),
        ("/agent  billing ", Said(BY_NAME["agent"], "billing")),
        ("/mode read-only", Said(BY_NAME["mode"], "read-only")),
        ("/export", Said(BY_NAME["export"])),
        ("/export my talk.md", Said(BY_NAME["export"], "my talk.md")),
    ],
)
def test_a_command_is_understood(text: str, said: Said) -> None:
    assert understood(text, STATUS) == said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("/inspekt", "There is no command /inspekt; did you mean /inspect? A blank before the slash sends it as a message."),
        (
            "/etc/x",
            "There is no command /etc/x; /help lists the keys, and / alone the commands. A blank before the slash sends it as a message.",
        ),
        ("/mode", "Say which: /mode ask, read-only, auto"),
        ("/agent nobody", "/agent takes one of: triage, billing, tri␛ck"),
        ("/quit now", "/quit takes nothing behind it."),
    ],
)
def test_what_is_no_command_is_told_why(text: str, why: str) -> None:
    assert understood(text, STATUS) == why


def test_names_are_offered_and_completed_as_far_as_they_agree() -> None:
    assert [text for text, _ in offered("/se", STATUS)] == ["/sessions", "/search"]
    assert [text for text, _ in offered("/agent b", STATUS)] == ["/agent billing"]
    assert (offered("/etc", STATUS), offered("se", STATUS), offered("/quit ", STATUS)) == ((), (), ())
    assert [completed(text, STATUS) for text in ("/s", "/ses", "/mo", "/agent t", "/agent b", "/xyz")] == [
        "/se", "/sessions", "/mode ", "/agent tri", "/agent billing", "/xyz",
    ]  # fmt: skip
