"""The first words as a name."""

import pytest

from agentchat.chat.titles import title_of


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Where is my refund?", "Where is my refund?"),
        ("\n\n  Where   is\tit? \nOrder 1042", "Where is it?"),
        ("", ""),
        (" \n ", ""),
        ("word " * 20, "word word word word word word word word word word word word…"),
        ("x" * 70, "x" * 59 + "…"),
        ("y" * 60, "y" * 60),
    ],
)
def test_title(text: str, title: str) -> None:
    assert title_of(text) == title
