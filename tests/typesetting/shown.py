"""What tests look at: lines as text, with the parts that a selection copies."""

from collections.abc import Iterable

from agentchat.typesetting.doc import Line


def texts(lines: Iterable[Line]) -> list[str]:
    """The lines as they stand on the screen, without blanks at their ends."""
    return ["".join(run.text for run in line.runs).rstrip(" ") for line in lines]


def check_places(lines: Iterable[Line], plain: str) -> None:
    """Every line knows the place of what it shows in the plain text."""
    for line in lines:
        kept = "".join(run.text for run in line.runs if run.kept)
        assert plain[line.start:line.start + len(kept)] == kept
