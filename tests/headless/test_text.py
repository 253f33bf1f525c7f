"""What is written for people and pipes. The streams are real pipes, and a real terminal."""

import os
import pty
from collections.abc import Iterator

import pytest

from agentchat.chat.status import PendingCall
from agentchat.headless.happenings import Asked, CallBegan, CallEnded, HandedOver, Noticed, Result, Started, TextCame
from agentchat.headless.streams import Streams
from agentchat.headless.text import Text

DONE = Result("done", 0, "3f2a", None, (), 1, 2)
CALL = PendingCall("run1/1.0", "triage", "refund", "", "", "changes", '{"order":1042}', "digest", reason="it changes things")


class Pipes:
    """Both streams, and what was written to them."""

    def __init__(self) -> None:
        self._reading, self._out = os.pipe()
        self._reading_err, self._err = os.pipe()
        self.text = Text(Streams(self._out, self._err))

    def tell(self, *happenings):
        for happening in happenings:
            self.text.tell(happening)

    def taken(self) -> tuple[str, str]:
        """What came since the last time."""
        return _available(self._reading), _available(self._reading_err)

    def close(self) -> None:
        for fd in (self._reading, self._out, self._reading_err, self._err):
            os.close(fd)


def _available(fd: int) -> str:
    os.set_blocking(fd, False)
    try:
        return os.read(fd, 1 << 16).decode()
    except BlockingIOError:
        return ""


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    pipes = Pipes()
    yield pipes
    pipes.close()


def spoken(text: str, message: int = 0, *, agent: str = "triage", may_hand_over: bool = True) -> TextCame:
    return TextCame(message, agent, text, may_hand_over=may_hand_over)


def test_what_an_agent_says_that_cannot_hand_over_is_written_at_once(pipes):
    pipes.tell(spoken("It ", may_hand_over=False))
    assert pipes.taken() == ("It ", "")
    pipes.tell(spoken("costs.", may_hand_over=False), spoken("More.", 3, may_hand_over=False), DONE)
    assert pipes.taken() == ("costs.\n\nMore.\n", "")


def test_an_announcement_is_held_back_and_told_on_standard_error_when_the_conversation_is_handed_over(pipes):
    pipes.tell(spoken("Let me "), spoken("see."), spoken("Billing knows.", 2))
    assert pipes.taken() == ("", "")
    pipes.tell(HandedOver("triage", "billing"), spoken("5 €", 4, agent="billing"), DONE)
    assert pipes.taken() == ("5 €\n", "triage: Let me see.\ntriage: Billing knows.\n→ billing  (from triage)\n")


def test_what_is_held_back_is_written_when_it_is_more_than_an_announcement(pipes):
    pipes.tell(spoken("word " * 48))
    assert pipes.taken() == ("", "")
    pipes.tell(spoken("and"))
    assert pipes.taken() == ("word " * 48 + "and", "")
    pipes.tell(spoken(" so on"))
    assert pipes.taken() == (" so on", "")


def test_what_was_said_when_the_run_fails_is_written_too(pipes):
    pipes.tell(spoken("Half an"), Noticed("It failed.", is_error=True), Result("failed", 1, "3f2a", None, (), 1, 2))
    assert pipes.taken() == ("Half an\n", "error: It failed.\n")


def test_a_tools_output_that_is_the_answer_is_written(pipes):
    pipes.tell(Result("done", 0, "3f2a", "12:00", (), 1, 2))
    assert pipes.taken() == ("12:00\n", "")


def test_everything_else_is_a_short_line_each(pipes):
    pipes.tell(
        Started("3f2a", "triage", "gpt-5", "openai", offline=False),
        Started("3f2a", "triage", "offline demo model", "offline demo model", offline=True),
        CallBegan(1, "triage", "lookup", '{"order":1042}'),
        CallEnded(1, "triage", "lookup", '{"order":1042}', "done", "allowed: mode auto", "It is fine.", 0.42),
        CallEnded(2, "triage", "lookup", "{}", "failed", "", "No order.\nReally none.", 0.1, ("1.0",)),
        CallEnded(3, "triage", "refund", "{}", "rejected", "rejected by you: too\x1b much", "too much", None),
        Asked(CALL),
        Noticed("one\ntwo"),
    )
    out, err = pipes.taken()
    assert out == ""
    assert err.splitlines() == [
        "agentchat 3f2a: triage, gpt-5 (openai)",
        "agentchat 3f2a: triage, offline demo model",
        "⚙ lookup(order=1042)",
        "✓ lookup(order=1042)  0.4 s",
        "  ✗ lookup()  0.1 s  failed: No order.",
        "✗ refund()  rejected by you: too␛ much",
        "⏸ refund(order=1042) waits for approval as deb699da: it changes things",
        "note: one␊two",
    ]


def test_on_a_terminal_everything_streams_and_other_lines_stand_below_it():
    master, slave = pty.openpty()
    try:
        text = Text(Streams(slave, slave))
        for happening in (spoken("One \x1b[2J"), HandedOver("triage", "billing"), spoken("two\t|", 2), DONE):
            text.tell(happening)
        shown = b""
        while not shown.endswith(b"|\r\n"):
            shown += os.read(master, 1 << 12)
        assert shown.decode() == "One ␛[2J\r\n→ billing  (from triage)\r\n\r\ntwo |\r\n"
    finally:
        os.close(master)
        os.close(slave)


def test_a_reader_that_goes_away_breaks_nothing(pipes):
    reading, out = os.pipe()
    os.close(reading)
    streams = Streams(out, out)
    Text(streams).tell(spoken("lost", may_hand_over=False))
    streams.say("lost as well")
    assert isinstance(streams.failure, BrokenPipeError)
    os.close(out)
