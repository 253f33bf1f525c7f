import asyncio
import tracemalloc

from hypothesis import given, settings
from hypothesis import strategies as st

from agentchat.tools.commands import output as output_module
from agentchat.tools.commands.output import BEAT, KEPT, MOST_AT_ONCE, Excerpt, Reporter


def _excerpt(*pieces: bytes) -> str:
    excerpt = Excerpt()
    for piece in pieces:
        excerpt.take(piece)
    return excerpt.text()


def test_what_is_short_is_kept_whole() -> None:
    assert _excerpt() == ""
    assert _excerpt(b"one\n", b"t\xff", b"o") == "one\nt\ufffdo"
    assert _excerpt(b"\xc3", b"\xbc") == "ü"
    assert _excerpt(b"x" * KEPT, b"y" * KEPT) == "x" * KEPT + "y" * KEPT


def test_of_many_lines_those_of_the_beginning_and_the_end_are_kept_and_the_others_counted() -> None:
    lines = [f"{number:06}\n" for number in range(10_000)]
    kept = KEPT // 7
    first, last = "".join(lines[:kept]), "".join(lines[-kept:])
    left = 10_000 - 2 * kept
    assert _excerpt("".join(lines).encode()) == f"{first}… {left:,} lines (36.4 KB) left out …\n{last}"
    assert left == 5_320


def test_a_line_without_end_is_cut_between_characters() -> None:
    text = _excerpt(b"x", "ü".encode() * 40_000)
    assert text == "x" + "ü" * (KEPT // 2 - 1) + "\n… 46.1 KB left out …\n" + "ü" * (KEPT // 2)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from([b"a", b"\n", b"long line\n", "ü".encode(), b"\xff"]), st.integers(0, KEPT)), max_size=5))
def test_an_excerpt_does_not_depend_on_how_the_bytes_come_and_is_bounded(parts: list[tuple[bytes, int]]) -> None:
    data = b"".join(piece * times for piece, times in parts)
    text = _excerpt(data)
    assert text == _excerpt(*(data[at : at + 10_000] for at in range(0, len(data), 10_000)))
    assert len(text.encode()) <= 3 * 2 * KEPT + 100  # a byte that is no UTF-8 takes three
    if len(data) > 2 * KEPT:
        assert "left out …\n" in text
    else:
        assert text == data.decode("utf-8", "replace")


def test_an_excerpt_of_50_mb_costs_next_to_nothing() -> None:
    excerpt, piece = Excerpt(), b"x" * 99 + b"\n"
    chunk = piece * 655
    tracemalloc.start()
    try:
        for _ in range(800):
            excerpt.take(chunk)
        excerpt.text()
        assert tracemalloc.get_traced_memory()[1] < 1024 * 1024
    finally:
        tracemalloc.stop()


async def test_reports_come_at_once_and_then_once_a_beat() -> None:
    told: list[tuple[float, str]] = []
    loop = asyncio.get_running_loop()
    second = asyncio.Event()

    def tell(text: str) -> None:
        told.append((loop.time(), text))
        if len(told) == 2:
            second.set()

    reporter = Reporter(tell)
    for word in (b"one ", b"two ", b"thr\xc3"):
        reporter.take(word)
    await second.wait()
    reporter.take(b"\xbce")
    reporter.close()
    assert [text for _, text in told] == ["one ", "two thr", "üe"]
    assert told[1][0] - told[0][0] >= BEAT * 0.9


async def test_of_very_much_at_once_the_end_is_reported() -> None:
    told: list[str] = []
    reporter = Reporter(told.append)
    reporter.take(b"x" * 100_000 + b"end")
    reporter.take(b"\xff")
    reporter.close()
    assert told == ["…\n" + "x" * (MOST_AT_ONCE - 3) + "end", "\ufffd"]


async def test_nothing_is_reported_when_nothing_came() -> None:
    told: list[str] = []
    Reporter(told.append).close()
    assert told == []


def test_an_end_is_never_longer_than_what_a_screen_keeps() -> None:
    assert output_module.MOST_AT_ONCE <= 2_000
