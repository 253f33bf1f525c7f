"""However a text is cut into pieces, what is shown of it is the same."""

from hypothesis import given
from hypothesis import strategies as st

from agentchat.chat.safe_text import safe_text
from agentchat.headless.answer_text import SafePieces

ATOMS = ["a", " ", "\n", "\t", "7", "#️⃣", "\x1b[2J", "\u202e", "\r\n", "é", "漢字", "👩‍💻", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "\u200d", "🇩🇪", "©"]


def shown(pieces: list[str]) -> str:
    safe = SafePieces()
    return "".join([*(safe.next(piece) for piece in pieces), safe.rest()])


@given(st.lists(st.sampled_from(ATOMS), max_size=12).map("".join), st.data())
def test_the_pieces_show_what_the_whole_would(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)))))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert shown(pieces) == safe_text(text)


def test_letters_are_shown_at_once() -> None:
    assert [SafePieces().next(piece) for piece in ("word", "слово", "漢字")] == ["word", "слово", "漢字"]
