"""The whole program in a real terminal, with a home, a working folder and a model server of its own.

    with ModelServer(says("Hello")) as server, Place(folder).running(server=server) as app:
        app.say("hi")
        app.wait_for("Hello")

The team of the place has one agent with every built-in tool, and tools of its own that leave a line in a file for each call.
"""

import os
import re
import signal
import sqlite3
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.model_server import ModelServer, Stream
from tests.models.frames import call, call_frames, hello_stream, message, message_frames, whole_stream
from tests.pty_terminal import PtyTerminal

TEAM = """
default_agent = "worker"

[[agents]]
name = "worker"
instructions = "Work."
tools = ["read_file", "list_files", "write_file", "own_tools:deed", "own_tools:raises", "own_tools:says"]

[rules]
"own_tools:deed" = "allow"
"own_tools:raises" = "allow"
"own_tools:says" = "allow"
"""

OWN_TOOLS = '''
import time
from pathlib import Path

HERE = Path(__file__).parent


def deed(number: int, seconds: float = 0.0) -> str:
    """Does a deed that must not be done twice."""
    with (HERE / "deeds").open("a") as file:
        file.write(f"{number}\\n")
    time.sleep(seconds)
    return f"deed {number} is done"


def raises() -> str:
    """Fails with what is in a file."""
    raise RuntimeError((HERE / "payload").read_text("utf-8", "surrogatepass"))


def says() -> str:
    """Says what is in a file."""
    return (HERE / "payload").read_text("utf-8", "surrogatepass")
'''

READY = "Ask something"
"""Stands in the empty prompt."""
PROMPT_MARK = "\u203a "
"""Stands before what is typed."""
DIALOG = "wants to run"
NOT_YET = "not yet"
"""Answers a key that does not count."""
LOOKED = 1.2
"""Seconds that a deliberate decision takes, at least."""
QUIT, ESCAPE, ENTER, PAGE_DOWN = b"\x11", b"\x1b", b"\r", b"\x1b[6~"


def says(*deltas: str, **options: Any) -> Stream:
    """A server's answer that is a text."""
    return Stream(hello_stream(*deltas), **options)


def calls(*wanted: tuple[str, str], text: str = "") -> Stream:
    """A server's answer that calls tools by name with these arguments (JSON), perhaps after a text."""
    frames, output = (message_frames(text), [message(text)]) if text else ([], list[Any]())
    for number, (name, arguments) in enumerate(wanted, len(output)):
        ids = {"call_id": f"call_{number}_{os.urandom(4).hex()}", "item_id": f"fc_{number}"}
        frames = [*frames, *call_frames(name, arguments, **ids, index=number)]
        output.append(call(name, arguments, **ids))
    return Stream(whole_stream(*frames, output=output))


class App(PtyTerminal):
    """The program on its terminal."""

    def say(self, text: str) -> None:
        """Types a message and sends it."""
        self.send(text.encode("utf-8", "surrogatepass") + ENTER)

    def wait_until_open(self) -> None:
        """The chat stands: what was stored is there, and messages are taken at once."""
        self.wait_until(lambda: READY in self.text and "opening" not in self.text)

    def wait_until_idle(self) -> None:
        """Nothing runs, nothing is asked, nothing waits to be sent."""
        self.wait_until(lambda: not any(word in self.text for word in ("esc stop", "stopping", "queued", "opening", DIALOG)))

    def decide(self, key: bytes) -> int:
        """Presses the key as one does who has looked, until it counts; how often it was taken for an early one.

        A machine that was held up rightly does so. The dialog closes with the decision, so the key cannot fall into the prompt.
        """
        for refused in range(8):
            self.read_for(LOOKED)
            if DIALOG not in self.text:
                return refused  # the key before this one counted, and was drawn late
            self.send(key)
            self.read_for(0.1)
            self.wait_until(lambda: DIALOG not in self.text or NOT_YET in self.text)
            if DIALOG not in self.text:
                return refused
        raise AssertionError(f"{key!r} never counts; the screen:\n{self.text}")

    def turn_the_page(self) -> None:
        """In the dialog: one page down, until it stands there and the terminal has said so, without which it counts as not shown.

        The last one may have been shown before, by a jump; who decides looks at it for longer than that takes.
        """
        before, asked = self.position, self.asked
        self.send(PAGE_DOWN)
        self.wait_until(lambda: self.position != before and (self.asked > asked or self.is_at_the_end))

    def type_without_reading(self, key: bytes, *, after: float) -> None:
        """Types while the terminal itself stands still: it draws nothing and answers nothing for so long."""
        time.sleep(after)
        os.write(self._master, key)

    def die(self) -> None:
        """kill -9, and what it wrote before."""
        self.kill(signal.SIGKILL)
        assert self.wait_for_exit() == -signal.SIGKILL

    def quit(self) -> str:
        """Leaves by key; the id to resume by, if one was told."""
        self.send(QUIT)
        assert self.wait_for_exit(deadline=5.0) == 0
        return self.told_id

    @property
    def flat(self) -> str:
        """What stands between the frame's sides, as running text. For terminals of less than 100 columns, which show one pane."""
        return " ".join(" ".join(line.strip("│ ").split()) for line in self.lines)

    @property
    def position(self) -> tuple[int, int, int]:
        """In the dialog: the first and the last line of the call that are shown, and how many there are."""
        found = re.search(r"lines (\d+)-(\d+) of (\d+) *┃", self.text)
        return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 1)

    @property
    def is_at_the_end(self) -> bool:
        """In the dialog: whether the last line of the call is shown."""
        _, last, count = self.position
        return last == count

    @property
    def told_id(self) -> str:
        """The id in the line that says how to resume; empty without one."""
        found = re.search(r"agentchat -r (\w+)", self.text)
        return found[1] if found else ""

    @property
    def is_restored(self) -> bool:
        """Whether the terminal is a shell's again: screen, mouse, pastes, keys, line settings."""
        last = {name: max(self.output.rfind(b"\x1b[?%dh" % name), -1) for name in (1049, 1000, 1003, 2004)}
        off = {name: self.output.rfind(b"\x1b[?%dl" % name) for name in last}
        return all(off[name] > last[name] for name in last if last[name] >= 0) and last[1049] >= 0 and self.is_cooked


@dataclass(frozen=True)
class Place:
    """A folder with a home of the program, a working folder and a team."""

    folder: Path
    team: str = TEAM

    def __post_init__(self) -> None:
        self.work.mkdir(exist_ok=True)
        (self.work / "agents.toml").write_text(self.team)
        (self.work / "own_tools.py").write_text(OWN_TOOLS)

    @property
    def work(self) -> Path:
        """The working folder."""
        return self.folder / "work"

    @property
    def database(self) -> Path:
        """The program's own."""
        return self.folder / "home" / "data" / "agentchat.db"

    @property
    def deeds(self) -> list[str]:
        """What the tool has done, one line a call."""
        path = self.work / "deeds"
        return path.read_text().splitlines() if path.exists() else []

    @contextmanager
    def running(
        self, *options: str, server: ModelServer | None = None, size: tuple[int, int] = (100, 30), env: Mapping[str, str] | None = None
    ) -> Generator[App]:
        """The program, until the end of the block."""
        address, key = (server.base_url, "sk-test") if server else ("", "")
        argv = [sys.executable, "-m", "agentchat", "--trust", *(["--model", "test-model"] if server else []), *options]
        every = {"AGENTCHAT_HOME": str(self.folder / "home"), "OPENAI_BASE_URL": address, "OPENAI_API_KEY": key, **(env or {})}
        with App(argv, columns=size[0], rows=size[1], cwd=self.work, env=every) as app:
            yield app

    @contextmanager
    def listing(self, *words: str) -> Generator[App]:
        """A command that draws no screen, on a terminal."""
        env = {"AGENTCHAT_HOME": str(self.folder / "home")}
        with App([sys.executable, "-m", "agentchat", *words], columns=160, rows=24, cwd=self.work, env=env) as app:
            yield app

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """What a person must not lose: items, responses and calls, without what about them may change. Asserts that the file is whole."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            return {name: db.execute(query).fetchall() for name, query in _KEPT.items()}

    def session_ids(self) -> list[str]:
        """The conversations, oldest first."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as db:
            return [row[0] for row in db.execute("SELECT session_id FROM agentchat_chats ORDER BY created")]

    def call_states(self) -> list[tuple[str, str]]:
        """Tool and status of each call, in order."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as db:
            return db.execute("SELECT tool, status FROM agentchat_calls ORDER BY rowid").fetchall()


_KEPT = {
    "items": "SELECT id, session_id, message_data FROM agent_messages ORDER BY id",
    "responses": "SELECT session_id, run_id, path, response, data FROM agentchat_responses ORDER BY rowid",
    "calls": "SELECT session_id, run_id, path, response, place, tool, arguments FROM agentchat_calls ORDER BY rowid",
}


def only_grew(before: Mapping[str, Sequence[Any]], after: Mapping[str, Sequence[Any]]) -> bool:
    """Whether everything that was there is there still, unchanged and in order."""
    return all(list(after[name][: len(rows)]) == list(rows) for name, rows in before.items())
