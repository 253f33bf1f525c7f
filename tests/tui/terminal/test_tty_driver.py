import signal
import stat
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from textual.events import Paste

from agentchat.tui.key_guard import GRACE
from agentchat.tui.terminal.choice import missing_names
from agentchat.tui.terminal.input_bytes import Pasted
from agentchat.tui.terminal.tty_driver import KeyParser
from tests.pty_terminal import PtyTerminal

ROOT = Path(__file__).parents[3]
F2, F3, F4 = b"\x1bOQ", b"\x1bOR", b"\x1bOS"
LEFT_ALTERNATE_SCREEN, MOUSE_OFF = b"\x1b[?1049l", b"\x1b[?1000l"


class Program:
    def __init__(self, terminal: PtyTerminal, folder: Path) -> None:
        self.terminal = terminal
        self._folder = folder

    @property
    def events(self) -> list[str]:
        path = self._folder / "events"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def stray(self) -> str:
        return (self._folder / "out").read_text()

    def wait_for_event(self, event: str) -> None:
        self.terminal.wait_until(lambda: event in self.events)

    def press_as_one_who_has_looked(self, key: bytes, event: str) -> None:
        """Once, or again: on a busy machine the program may have been held up, and rightly takes the key for an early one."""
        for _ in range(5):
            self.terminal.read_for(GRACE + 0.3)
            self.terminal.send(key)
            with suppress(AssertionError):
                self.terminal.wait_until(lambda: event in self.events, deadline=0.3)
                return
        raise AssertionError(f"no {event} in {self.events}; the screen:\n{self.terminal.text}")

    def ask(self) -> None:
        self.terminal.send(F2)
        self.terminal.wait_for("wants to run issue_refund")


@contextmanager
def running(folder: Path, **options):
    argv = [sys.executable, "-m", "tests.tui.terminal.dialog_app", str(folder)]
    with PtyTerminal(argv, cwd=ROOT, **options) as terminal:
        program = Program(terminal, folder)
        program.wait_for_event("UP")
        yield program


def is_restored(terminal: PtyTerminal) -> bool:
    return LEFT_ALTERNATE_SCREEN in terminal.output and MOUSE_OFF in terminal.output and terminal.is_cooked


def test_the_installed_textual_has_every_name_that_the_driver_needs():
    assert missing_names() == frozenset()


def test_a_key_typed_before_the_dialog_is_on_the_screen_does_not_approve_and_a_deliberate_one_does(tmp_path):
    with running(tmp_path) as program:
        program.terminal.send(F2)
        program.wait_for_event("SLOW")
        program.terminal.send(b"a")
        program.terminal.wait_for("wants to run issue_refund")
        program.terminal.wait_for("not yet")
        assert "DECIDED Approve" not in program.events
        program.press_as_one_who_has_looked(b"a", "DECIDED Approve")


def test_no_key_approves_while_the_terminal_does_not_answer_after_it_has_answered_before(tmp_path):
    with running(tmp_path) as program:
        program.terminal.read_for(0.2)
        program.terminal.answers = False
        program.ask()
        program.terminal.read_for(GRACE + 0.3)
        program.terminal.send(b"a")
        program.terminal.wait_for("not yet")
        assert "DECIDED Approve" not in program.events
        program.terminal.answers = True
        program.terminal.send(b"a")  # too early again; but the frame that says so asks the terminal once more
        program.terminal.read_for(0.3)
        assert "DECIDED Approve" not in program.events
        program.press_as_one_who_has_looked(b"a", "DECIDED Approve")


def test_sigterm_leaves_in_order_and_restores_the_terminal(tmp_path):
    with running(tmp_path) as program:
        assert not program.terminal.is_cooked
        program.terminal.kill(signal.SIGTERM)
        assert program.terminal.wait_for_exit() == 128 + signal.SIGTERM
        assert is_restored(program.terminal)
        assert "resume with: agentchat -r 3f2a" in program.terminal.text
        assert program.events[-1] == f"LEAVES {int(signal.SIGTERM)}"


def test_sigterm_restores_the_terminal_by_force_when_the_loop_hangs(tmp_path):
    with running(tmp_path) as program:
        program.terminal.send(F3)
        program.wait_for_event("HANGS")
        program.terminal.kill(signal.SIGTERM)
        assert program.terminal.wait_for_exit(deadline=5.0) == 128 + signal.SIGTERM
        assert is_restored(program.terminal)


def test_a_closed_terminal_ends_the_program(tmp_path):
    with running(tmp_path) as program:
        program.terminal.hang_up()
        program.terminal.wait_for_exit(deadline=5.0)
        assert any(event.startswith("LEAVES") for event in program.events)


@pytest.mark.parametrize(
    ("garbage", "left"),
    [(b"\xff\xfe", "\ufffd\ufffdy"), (b"\x1b[1114112u", "y"), (b"\x1b[99999999999999999999u", "y"), (b"\x1b[55296u", "y")],
    ids=["no UTF-8", "no character", "no number", "half a character"],
)
def test_input_that_makes_no_sense_kills_nothing(tmp_path, garbage, left):
    with running(tmp_path) as program:
        program.terminal.send(garbage)
        program.terminal.read_for(0.05)
        program.terminal.send(b"y")
        program.wait_for_event(f"TEXT {left!r}")


def test_a_paste_of_a_megabyte_arrives_as_one_event_whatever_is_in_it(tmp_path):
    body = (b"lorem \x1b[A \x1b]0;x\x07 ipsum\n" * 60_000)[:1_000_000]
    with running(tmp_path) as program:
        program.terminal.send(b"\x1b[200~" + body + b"\x1b[201~z")
        program.wait_for_event("TEXT 'z'")
        assert program.events == ["UP", f"PASTE 1000000 {body.count(0x1B)}", "TEXT 'z'"]


def test_line_breaks_in_a_paste_are_ours_whatever_the_terminal_makes_of_them():
    parsed = KeyParser(debug=False).parse([Pasted(b"one\rtwo\r\nthree\nfour\r\r")])
    assert [event.text for event in parsed if isinstance(event, Paste)] == ["one\ntwo\nthree\nfour\n\n"]


@pytest.mark.parametrize("number", [signal.SIGTSTP, signal.SIGSTOP], ids=["ctrl+z", "unasked"])
def test_a_program_that_goes_on_after_a_stop_draws_all_of_its_screen(tmp_path, number):
    with running(tmp_path) as program:
        program.terminal.send(b"something written")
        program.terminal.wait_for("something written")
        program.terminal.kill(number)
        program.terminal.wait_until(program.terminal.is_stopped)
        program.terminal.wipe()
        program.terminal.kill(signal.SIGCONT)
        program.terminal.wait_for("something written")
        program.terminal.send(b"!")
        program.terminal.wait_for("something written!")


def test_what_the_program_and_its_children_print_goes_to_the_log_and_not_over_the_screen(tmp_path):
    with running(tmp_path) as program:
        program.terminal.read_for(0.2)
        assert b"STRAY" not in program.terminal.output
        assert program.stray == "STRAYSTRAY CHILD\n"
        assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600


def test_the_message_of_a_foreign_exception_commands_nothing(tmp_path):
    with running(tmp_path) as program:
        program.terminal.send(F4)
        program.terminal.wait_for_exit()
        assert b"foreign" in program.terminal.output
        assert b"\x1b]52" not in program.terminal.output
        assert is_restored(program.terminal)
