import pytest

from agentchat.tui.keys import Hint
from agentchat.tui.screens.help_screen import help_text

SECTIONS = (("Chat", (Hint("tab", "next pane; in a command, complete it"), Hint("esc", "stop"))),)


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (57, ["  tab             next pane; in a command, complete it"]),
        (37, ["  tab             next pane; in a", "                  command, complete", "                  it"]),
    ],
)
def test_what_a_key_does_is_kept_beside_it(width: int, lines: list[str]) -> None:
    text = help_text(SECTIONS, width=width).plain.split("\n")

    assert text == ["Chat", *lines, "  esc             stop"]
