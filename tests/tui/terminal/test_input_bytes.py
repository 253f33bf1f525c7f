import os

from hypothesis import given
from hypothesis import strategies as st

from agentchat.tui.terminal.input_bytes import PASTE_IDLE_LIMIT, Pasted, PasteSplitter, Read, TtyReader, Typed, is_cut_short

START, END = b"\x1b[200~", b"\x1b[201~"


def joined(pieces):
    """Neighbouring typed pieces as one: how reads fall is nobody's affair."""
    whole: list[Typed | Pasted] = []
    for piece in pieces:
        if whole and isinstance(piece, Typed) and isinstance(whole[-1], Typed):
            whole[-1] = Typed(whole[-1].data + piece.data)
        else:
            whole.append(piece)
    return whole


def test_a_paste_is_taken_out_of_what_was_typed():
    assert PasteSplitter().feed(b"a" + START + b"p\x1b[Aq" + END + b"b", 0.0) == [Typed(b"a"), Pasted(b"p\x1b[Aq"), Typed(b"b")]


@given(
    st.lists(st.tuples(st.booleans(), st.binary(max_size=20).map(lambda data: data.replace(b"\x1b", b"")), st.booleans()), max_size=5),
    st.lists(st.integers(1, 9)),
)
def test_where_reads_end_makes_no_difference(parts, lengths):
    expected: list[Typed | Pasted] = []
    stream = b""
    for is_paste, data, with_escape in parts:
        body = data + b"\x1b[A" if with_escape else data
        stream += START + body + END if is_paste else body
        if is_paste or body:
            expected.append(Pasted(body) if is_paste else Typed(body))
    splitter, pieces, reads = PasteSplitter(), [], iter(lengths)
    while stream:
        cut = next(reads, len(stream))
        data, stream = stream[:cut], stream[cut:]
        while is_cut_short(data) and stream:
            data, stream = data + stream[:1], stream[1:]
        pieces += splitter.feed(data, 0.0)
    assert joined(pieces) == joined(expected)


def test_a_paste_whose_end_never_comes_is_closed_and_its_rest_is_dropped_and_then_keys_are_keys_again():
    splitter = PasteSplitter()
    assert splitter.feed(START + b"begun", 0.0) == []
    assert splitter.idle(PASTE_IDLE_LIMIT - 0.1) == []
    assert splitter.idle(PASTE_IDLE_LIMIT) == [Pasted(b"begun")]
    assert [splitter.feed(b"a\r", at) for at in (9.0, 9.1, 9.2)] == [[], [], []]
    assert splitter.feed(b"x", 10.0) == [Typed(b"x")]


def test_the_late_end_of_a_paste_ends_the_dropping():
    splitter = PasteSplitter()
    splitter.feed(START + b"begun", 0.0)
    splitter.idle(PASTE_IDLE_LIMIT)
    assert splitter.feed(b"rest" + END + b"x", 5.0) == [Typed(b"x")]
    assert splitter.feed(b"y", 5.0) == [Typed(b"y")]


def test_bytes_that_waited_through_a_stall_are_dated_before_it():
    reading, writing = os.pipe()
    times = iter([0.0, 1.0, 60.0, 61.0])
    reader = TtyReader(reading, lambda: next(times))
    assert reader.read() is None
    os.write(writing, b"a")
    assert reader.read() == Read(b"a", 1.0)
    os.close(writing)
    assert reader.read() == Read(b"", 1.0)
    os.close(reading)
