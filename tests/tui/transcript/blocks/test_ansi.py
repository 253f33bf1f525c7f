"""The colours of commands: hues of the theme, and nothing that hides."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style

from agentchat.chat.safe_text import safe_text
from agentchat.tui.transcript.blocks.ansi import ansi_runs, has_colours
from agentchat.typesetting.theme import Theme

THEME = Theme(
    muted=Style(color="bright_black"), deleted=Style(color="red"), inserted=Style(color="green"), number=Style(color="yellow"),
    function=Style(color="blue"), keyword=Style(color="magenta"), builtin=Style(color="cyan"),
)


def shown(text: str) -> list[tuple[str, str]]:
    return [(run.text, str(run.style)) for run in ansi_runs(text, THEME)]


@pytest.mark.parametrize(
    ("code", "style"),
    [
        ("31", "red"), ("92", "green"), ("38;5;1", "red"), ("38;5;196", "red"), ("38;5;51", "cyan"), ("38;5;240", "bright_black"),
        ("38;2;250;240;10", "yellow"), ("38:2:0:0:255", "blue"), ("1;35", "bold magenta"), ("3;4", "italic underline"), ("9", "strike"),
        ("2;31", "bright_black"), ("37", "none"), ("38;5;255", "none"), ("48;5;1", "none"), ("41", "none"), ("8", "none"), ("5;7", "none"),
        ("38", "none"), ("38;5", "none"), ("999999999999", "none"), (";;;", "none"), ("31;39", "none"), ("1;22", "none"), ("31;0", "none"),
    ],
)
def test_a_code_becomes_a_style_of_the_theme(code: str, style: str) -> None:
    assert shown(f"\x1b[{code}mx") == [("x", style)]


def test_a_style_holds_until_it_ends() -> None:
    assert shown("a\x1b[31mb\n\x1b[1mc\x1b[md") == [("a", "none"), ("b\n", "red"), ("c", "bold red"), ("d", "none")]


def test_every_other_escape_is_shown() -> None:
    assert shown("\x1b[31m\x1b[2Jx\x1b]8;;http://x\x07y") == [("␛[2Jx␛]8;;http://x␇y", "red")]
    assert not has_colours("\x1b[2J")


@settings(max_examples=25)
@given(st.text(st.sampled_from("\x1b[0123456789;:mKJ]ax\n"), max_size=60))
def test_no_text_is_lost_and_none_hides(text: str) -> None:
    runs = ansi_runs(text, THEME)
    assert all(safe_text(run.text) == run.text for run in runs)
    assert all(run.style.bgcolor is None and not run.style.conceal and not run.style.link for run in runs)
    assert "".join(run.text for run in runs).count("a") == text.count("a")
