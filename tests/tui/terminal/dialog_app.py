"""A small program on a real terminal: an editor, and the approval dialog over it. Run by `test_tty_driver`.

What happens is written to the folder that it is given: `events`, one line each, and `out`, where stray output goes.
"""

import asyncio
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.widgets import TextArea

from agentchat.chat.status import Pending
from agentchat.runtime.ports.clock import SystemClock
from agentchat.tui.approval.screen import ApprovalScreen
from agentchat.tui.key_guard import KeyGuard
from agentchat.tui.output_filter import ControlFilter, plain_console
from agentchat.tui.terminal.choice import driver_for
from agentchat.tui.terminal.fds import Terminal
from agentchat.tui.terminal.signals import Signals
from tests.tui.approval.calls import REFUND


class Editor(TextArea):
    def on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.app.note(f"PASTE {len(event.text)} {event.text.count(chr(27))}")


class DialogApp(KeyGuard[None]):
    BINDINGS: ClassVar = [("f2", "ask_slowly", ""), ("f3", "hang", ""), ("f4", "fail", "")]

    def __init__(self, folder: Path, terminal: Terminal) -> None:
        super().__init__(driver_class=driver_for(terminal, clock=SystemClock(), hung_up=self.hung_up))
        self.error_console = plain_console(terminal.out)
        self._folder = folder

    def note(self, line: str) -> None:
        with (self._folder / "events").open("a") as file:
            file.write(line + "\n")

    def get_line_filters(self):
        return [*super().get_line_filters(), ControlFilter()]

    def compose(self):
        yield Editor()

    def on_mount(self) -> None:
        os.write(1, b"STRAY")
        os.system("echo STRAY CHILD >&2")
        self.call_after_refresh(self.note, "UP")

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        self.note(f"TEXT {event.text_area.text!r}")

    def on_approval_screen_decided(self, message: ApprovalScreen.Decided) -> None:
        self.note(f"DECIDED {type(message.decision).__name__}")
        self.screen.show(Pending())

    def action_ask_slowly(self) -> None:
        self.note("SLOW")
        time.sleep(0.4)
        self.push_screen(ApprovalScreen(Pending((REFUND,))))

    def action_hang(self) -> None:
        self.note("HANGS")
        time.sleep(60)

    def action_fail(self) -> None:
        raise RuntimeError("foreign \x1b]52;c;aGk=\x07 text")

    def hung_up(self) -> None:
        self.note("HUNG UP")
        self.leave(1)

    def leave(self, number: int) -> None:
        self.note(f"LEAVES {number}")
        self.exit(return_code=128 + number)


async def main() -> int:
    folder = Path(sys.argv[1])
    with Terminal(folder / "out") as terminal:
        app = DialogApp(folder, terminal)
        with Signals(leave=app.leave, by_force=terminal.restore_by_force):
            await app.run_async()
    with suppress(OSError):  # the terminal may be closed
        sys.stdout.write("resume with: agentchat -r 3f2a\n")
        sys.stdout.flush()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
