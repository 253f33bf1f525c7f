import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from agentchat.chat.status import Status
from agentchat.tui.widgets.header import header_line, short_number

FULL = Status(
    "3f2a9c1e",
    phase="idle",
    title="refund for order 1042",
    trail=("triage", "billing"),
    model="gpt-5",
    provider="openai",
    input_tokens=12_000,
    output_tokens=400,
)


def test_the_whole_line():
    line = header_line(FULL, 120).plain
    parts = ["agentchat", "triage \u203a billing", "gpt-5 · openai", '3f2a "refund for order 1042"', "12.4k tok"]
    assert re.split("   +", line.strip()) == parts
    assert cell_len(line) == 119


@pytest.mark.parametrize("width", [200, 120, 80, 60, 44, 40, 20, 10])
def test_it_never_grows_over_its_width_and_keeps_the_active_agent_longest(width):
    line = header_line(FULL, width).plain
    assert cell_len(line) <= width
    assert "billing" in line or width < 20


def test_the_demo_model_is_named_as_what_it_is_down_to_40_columns():
    status = Status("3f2a", phase="idle", trail=("triage",), model="gpt-5", provider="openai", offline=True)
    for width in (120, 40):
        line = header_line(status, width).plain
        assert "offline demo model" in line
        assert "gpt-5" not in line


def test_foreign_names_are_made_safe():
    status = Status("3f2a", phase="idle", trail=("a\x1b[2J",), model="m\x07", provider="p\n", title="t\x1b")
    assert not set(header_line(status, 120).plain) & set("\x1b\x07\n")


@pytest.mark.parametrize(("mode", "said"), [("ask", ""), ("read-only", "read-only"), ("auto", "auto: only rules ask")])
def test_another_mode_than_asking_stands_there_as_long_as_it_holds(mode, said):
    line = header_line(Status("3f2a", phase="idle", trail=("triage",), mode=mode), 80).plain
    assert said in line


@pytest.mark.parametrize(
    ("number", "short"),
    [(0, "0"), (999, "999"), (1_000, "1.0k"), (12_400, "12.4k"), (999_960, "1.0M"), (3_100_000, "3.1M")],
)
def test_numbers_are_short(number, short):
    assert short_number(number) == short


def test_what_was_spent_stands_beside_the_tokens_where_it_is_known():
    assert header_line(replace(FULL, cost=0.0421), 160).plain.strip().endswith("12.4k tok · 0.0421")
