"""Plays the recorded conversation of an example: the program is the real one, only the model's words are recorded.

    python examples/replay.py support-desk [words for agentchat ...]

A server on this machine answers as the Responses API does, from `recording.json` of the example. agentchat runs on a copy of the
example's folder, so that nothing here is changed: tools really run, you are really asked, guardrails really decide. A step of a
recording answers one thing that the model is told last:

    {"message": "Where is order 1042?", "calls": [...]}            what a person, or the agent that asks this one, says
    {"output_of": "track", "holds": "delivered", "says": "..."}    what a call gave; `holds` must stand in it

Anything else is refused with a sentence that says that this is a recording, so that nothing can be taken for what it is not.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from agentchat.models.response_events import new_response, response_events
from agentchat.testing import assistant_message, function_call, reasoning

FOLDER = Path(__file__).resolve().parent
NAMES = ("support-desk", "code-review", "research")
MODEL = "recording"

Item = Mapping[str, Any]
"""Of a request to the Responses API."""


class NotRecordedError(Exception):
    """The conversation went another way than the recorded one."""


class Recording:
    """What a model said in one conversation, by what it was told last. Keeps nothing between its answers."""

    def __init__(self, folder: Path) -> None:
        """Raises what `recording.json` of the folder is not: a file, or JSON."""
        said = json.loads((folder / "recording.json").read_text(encoding="utf-8"))
        self.messages: list[str] = said["messages"]
        """What a person types, in order."""
        self._steps: list[dict[str, Any]] = said["steps"]

    def answer_to(self, items: Sequence[Item]) -> list[Any]:
        """The output items for a request with these items; NotRecordedError when there are none.

        Ids of calls hold the length of the request, so that each is there once.
        """
        step = self._step(items[-1])
        output: list[Any] = [reasoning(step["thinks"])] if "thinks" in step else []
        output += [assistant_message(step["says"])] if "says" in step else []
        calls = step.get("calls", [])
        return output + [function_call(call["name"], call["arguments"], call_id=f"{call['id']}-{len(items)}") for call in calls]

    def _step(self, last: Item) -> dict[str, Any]:
        if last.get("type") == "function_call_output":
            call_id, output = last["call_id"].rpartition("-")[0], _text(last["output"])
            found = [step for step in self._steps if step.get("output_of") == call_id and step.get("holds", "") in output]
            why = f"This is a recording, and the call went another way in it. This time it came to: {output}"
        else:
            found = [step for step in self._steps if step.get("message") == _text(last["content"])]
            why = f"This is a recording, and knows one conversation. Type one of: {' | '.join(self.messages)}"
        if not found:
            raise NotRecordedError(why)
        return found[0]


def _text(content: Any) -> str:
    """A message or an output, which is a text or a list of parts."""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


@contextmanager
def serving(recording: Recording) -> Generator[str]:
    """The address of a server that answers from the recording, for as long as the block runs."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            given = request["input"]
            items = [{"content": given}] if isinstance(given, str) else given
            try:
                output = recording.answer_to(items)
            except NotRecordedError as error:
                self._send(400, "application/json", [json.dumps({"error": {"message": str(error)}})])
            else:
                events = response_events(output, new_response("resp-recorded", model=MODEL))
                lines = (f"data: {event.model_dump_json(exclude_unset=True)}\n\n" for event in events)
                self._send(200, "text/event-stream", lines)

        def _send(self, status: int, kind: str, pieces: Iterable[str]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            for piece in pieces:
                self.wfile.write(piece.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library gives it
            """Says nothing: the screen is the program's."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def copied(name: str, place: Path) -> Path:
    """The folder of an example, as it is before anybody has tried it, copied to that place."""
    return Path(shutil.copytree(FOLDER / name, place / name, ignore=shutil.ignore_patterns("__pycache__", "refunds.jsonl")))


def main(name: str, words: list[str]) -> int:
    """Runs agentchat on the example; the exit status is the program's."""
    with tempfile.TemporaryDirectory(prefix="agentchat-") as home, serving(Recording(FOLDER / name)) as address:
        folder = copied(name, Path(home))
        environment = {key: value for key, value in os.environ.items() if not key.startswith("OPENAI_")}
        environment |= {"OPENAI_BASE_URL": address, "AGENTCHAT_HOME": str(Path(home, "home"))}
        line = [sys.executable, "-m", "agentchat", *words, "--config", "agents.toml", "--model", MODEL]
        done = subprocess.run(line, cwd=folder, env=environment, check=False)  # noqa: S603 - the program itself
    print("That was a recording: the folder that it ran in, and the conversation, are gone now.", file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in NAMES:
        sys.exit(f"Name an example: python examples/replay.py {'|'.join(NAMES)}")
    sys.exit(main(sys.argv[1], sys.argv[2:]))
