"""Whatever the model's server does: one line that says what to do, no text and no call twice, and the next message works."""

import json
import socket
from dataclasses import dataclass

from tests.model_server import Answer, Body, Hang, Json, ModelServer, Stream
from tests.models.frames import hello_stream
from tests.reliability.living import ENTER, ESCAPE, PROMPT_MARK, READY, App, Place, calls, says

WORDS = [f"word{number} " for number in range(20)]
FRAMES = hello_stream(*WORDS)
ERROR = "✗ error:"


def refusal(message: str, status: int, code: str | None = None, **headers: str) -> Json:
    return Json({"error": {"message": message, "type": "error", "code": code}}, status=status, headers=headers)


@dataclass(frozen=True)
class Fault:
    """What the server answers, and what becomes of it."""

    answers: tuple[Answer, ...]
    """Three where the client tries three times."""
    told: str
    """What the line says."""
    given_back: bool = True
    """Whether the text stands in the prompt again: where nothing was answered."""
    kept: str = ""
    """What was answered before, which stays."""


FAULTS = {
    "wrong key": Fault((refusal("Incorrect API key provided.", 401, "invalid_api_key"),), "check OPENAI_API_KEY"),
    "unknown model": Fault((refusal("The model 'test-model' does not exist.", 404, "model_not_found"),), "does not know the model"),
    "too many requests": Fault((refusal("Slow down.", 429, **{"retry-after": "0"}),) * 3, "try again in 0 seconds"),
    "server failure": Fault((refusal("Boom.", 500, **{"retry-after-ms": "1"}),) * 3, "try again in a moment"),
    "web page": Fault((Body(b"<html>A portal</html>"),), "check the base URL"),
    "cut stream": Fault((Stream(FRAMES, cut_at=3000, ending="breaks"),), "send the message again", given_back=False, kept="word9"),
    "no end": Fault((Stream(FRAMES[:-1]),), "send the message again", given_back=False, kept="word19"),
    "malformed frame": Fault(
        (Stream([*FRAMES[:8], "data: {nonsense\n\n", *FRAMES[8:]]),), "try again, or another server", given_back=False, kept="word3"
    ),
}


def test_every_fault_is_one_line_and_the_next_message_works(tmp_path, figure):
    with ModelServer() as server, Place(tmp_path).running(server=server, size=(80, 50)) as app:
        app.wait_until_open()
        for name, fault in FAULTS.items():
            _fails(app, server, name, fault)
            _works(app, server, f"fine after {name}")
    figure("server faults in one conversation: crashes 0, doubled text 0, lost prompts 0, silent 0", n=len(FAULTS))


def test_a_stopped_wait_for_a_server_that_hangs_gives_the_prompt_back(tmp_path, figure):
    with ModelServer(Hang()) as server, Place(tmp_path).running(server=server) as app:
        app.wait_until_open()
        app.say("are you there")
        app.wait_until(lambda: len(server.requests) == 1)
        app.send(ESCAPE)
        app.wait_for("Stopped by you")
        assert "esc stop" not in app.text
        _works(app, server, "fine after the wait")
    figure("a server that hangs: Esc ends the wait, the next message works", n=1)


def test_a_server_that_is_not_there_is_said_and_the_prompt_kept(tmp_path, figure):
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    env = {"OPENAI_BASE_URL": address, "OPENAI_API_KEY": "sk-test"}
    with Place(tmp_path).running("--model", "test-model", size=(80, 24), env=env) as app:
        app.wait_until_open()
        app.say("is anybody there")
        app.wait_until(lambda: "check that the server runs" in app.flat)
        app.wait_for(f"{PROMPT_MARK}is anybody there")
        app.quit()
        assert app.is_restored
    figure("an unreachable server: one line, the prompt is kept", n=1)


def test_a_fault_after_a_tool_does_not_run_the_tool_again(tmp_path, figure):
    place = Place(tmp_path)
    fault = FAULTS["server failure"]
    with ModelServer() as server, place.running(server=server, size=(80, 40)) as app:
        server.answer(calls(("deed", '{"number": 1}')), *fault.answers, says("It was done."))
        app.wait_until_open()
        app.say("do it")
        app.wait_until(lambda: fault.told in app.flat)
        app.wait_until_idle()
        assert place.deeds == ["1"]
        app.send(b"and now\r")
        app.wait_for("It was done.")
        assert place.deeds == ["1"]
        assert "deed 1 is done" in json.dumps(server.requests[-1].body)
    figure("a fault after a tool: 0 calls run again", n=1)


def _fails(app: App, server: ModelServer, name: str, fault: Fault) -> None:
    server.answer(*fault.answers)
    asked, text = len(server.requests), f"try {name}"
    app.say(text)
    app.wait_until(lambda: ERROR in _since(app, text))
    app.wait_until_idle()
    assert len(server.requests) == asked + len(fault.answers)
    if fault.given_back:
        app.wait_for(f"{PROMPT_MARK}{text}")
    said = _since(app, text)
    assert (said.count(ERROR), fault.told in said) == (1, True), app.text
    assert said.count(fault.kept or ERROR) == 1, app.text
    assert said.count("■ cut off here") == bool(fault.kept)


def _works(app: App, server: ModelServer, answer: str) -> None:
    """Sends what stands in the prompt, or something else where nothing does."""
    server.answer(says(answer))
    app.send(ENTER if READY not in app.text else b"next\r")
    app.wait_for(answer)
    app.wait_until_idle()
    app.wait_for(READY)


def _since(app: App, text: str) -> str:
    """What the transcript says behind this message."""
    _, found, since = app.flat.rpartition(f"┃ {text} ")
    return since if found else ""
