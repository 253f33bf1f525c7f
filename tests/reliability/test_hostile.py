"""Hostile text from every source: none of its bytes reaches the terminal as a command, and all of it is seen for what it is."""

import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.model_server import Answer, Json, ModelServer, Stream
from tests.models.frames import hello_stream, message, message_frames, whole_stream
from tests.reliability.hostile import HALF, PAYLOADS, Payload, foreign_bytes, hostile_texts
from tests.reliability.living import DIALOG, ENTER, ESCAPE, PROMPT_MARK, TEAM, App, Place, calls, says

SIZE = (90, 70)
TEXT = "\n\n".join(payload.marked for payload in PAYLOADS)
WITH_HALF = f"{TEXT}\n\n{HALF.marked}"
NAMED = tuple(payload for payload in PAYLOADS if "/" not in payload.text and "\x00" not in payload.text)
"""What a file can be called."""
BLOCK_ABOVE, BLOCK_BELOW, BACK_TAB, TO_THE_END = b"\x1b[1;5A", b"\x1b[1;5B", b"\x1b[Z", b"\x1b[1;5F"
MANY = 40
"""More blocks than there are."""
OPENED = "▼"
IN_THE_PROMPT = "⏎ send"
"""Stands in the footer when typing goes into the prompt."""
ENDS = ("All right.", "✗ error:")
"""How an answer ends, in the transcript."""
OK = says("All right.")


@dataclass(frozen=True)
class Source:
    """Where hostile text comes from."""

    answers: Callable[[], Sequence[Answer]]
    shown: Sequence[Payload] = PAYLOADS
    """What has to be seen."""
    opened: bool = False
    """Whether a block has to be opened to see it."""
    asks: bool = False
    """Whether it is seen in the dialog."""
    coloured: bool = False
    """Whether a colour that it asks for is shown as one, and not as the words that ask for it."""


def thinks(text: str) -> Stream:
    item: dict[str, Any] = {"type": "reasoning", "id": "rs_1", "summary": []}
    part = {"type": "summary_text", "text": text}
    at = {"item_id": "rs_1", "output_index": 0, "summary_index": 0}
    whole = item | {"summary": [part]}
    frames = [
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.reasoning_summary_part.added", **at, "part": part | {"text": ""}},
        {"type": "response.reasoning_summary_text.delta", **at, "delta": text},
        {"type": "response.reasoning_summary_text.done", **at, "text": text},
        {"type": "response.reasoning_summary_part.done", **at, "part": part},
        {"type": "response.output_item.done", "output_index": 0, "item": whole},
        *message_frames("All right.", index=1),
    ]
    return Stream(whole_stream(*frames, output=[whole, message("All right.")]))


def half_a_character() -> Stream:
    """As a server sends it that cuts between the halves: as an escape in the JSON."""
    frames = hello_stream("before ", HALF.marked, " All right.")
    return Stream([f"data: {json.dumps(frame)}\n\n" for frame in frames])


SOURCES = {
    "model text": Source(lambda: [says(TEXT, "\n\nAll right.")]),
    "half a character": Source(lambda: [half_a_character()], shown=[HALF]),
    "reasoning": Source(lambda: [thinks(TEXT)], opened=True),
    "tool output": Source(lambda: [calls(("says", "{}")), OK], opened=True, shown=[*PAYLOADS, HALF], coloured=True),
    "tool error": Source(lambda: [calls(("raises", "{}")), OK], opened=True, shown=[*PAYLOADS, HALF], coloured=True),
    "file names": Source(lambda: [calls(("list_files", '{"path": "names"}')), OK], opened=True, shown=NAMED),
    "server error": Source(lambda: [Json({"error": {"message": TEXT[:290]}}, status=400)], shown=PAYLOADS[:8]),
    "tool arguments": Source(lambda: [calls(("write_file", json.dumps({"path": "x", "content": TEXT})))], asks=True),
}


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path)
    (place.work / "payload").write_text(WITH_HALF, "utf-8", "surrogatepass")
    (place.work / "names").mkdir()
    for payload in NAMED:
        (place.work / "names" / payload.marked).touch()
    (place.work / "names" / os.fsdecode(b"no\xffutf8")).touch()
    return place


def test_no_source_commands_the_terminal_and_all_is_seen(place, figure):
    with ModelServer() as server, place.running(server=server, size=SIZE) as app:
        app.wait_until_open()
        for name, source in SOURCES.items():
            _seen(app, server, name, source)
        app.quit()
        assert foreign_bytes(bytes(app.output)) == []
        assert app.is_restored
    figure(f"hostile corpus of {len(PAYLOADS) + 1} from each source: foreign escape bytes at the pty 0, unseen 0", n=len(SOURCES))


EMPTIED = b"\x05\x15"
"""Keys that empty the prompt."""
MANY_TEXTS, AT_ONCE = 2_000, 25
"""At once: so many that all stand on the screen."""


@pytest.mark.torture
@pytest.mark.parametrize("name", ["model text", "reasoning", "tool output", "tool error", "server error", "tool arguments"])
def test_thousands_of_hostile_texts_from_each_source_command_nothing(name, place, figure, chance):
    """Live, opened, in the dialog, and once more when the conversation is resumed, shown in short and exported on a terminal."""
    texts = hostile_texts(MANY_TEXTS, chance)
    with ModelServer() as server:
        with place.running(server=server, size=SIZE) as app:
            app.wait_until_open()
            for at in range(0, len(texts), AT_ONCE):
                _told(app, server, place, name, "\n\n".join(texts[at : at + AT_ONCE]))
            app.quit()
            outputs = [bytes(app.output)]
        with place.running("-r", app.told_id, server=server, size=SIZE) as again:
            again.wait_until_open()
            again.quit()
            outputs.append(bytes(again.output))
    assert [foreign_bytes(output) for output in outputs] == [[], []]
    figure(f"hostile texts as {name}, live and resumed: foreign escape bytes at the pty 0", n=len(texts))


def _told(app: App, server: ModelServer, place: Place, name: str, text: str) -> None:
    """One message whose answer brings the text in."""
    (place.work / "payload").write_text(text, "utf-8", "surrogatepass")
    match name:
        case "model text":
            server.answer(says(text, "\n\nAll right."))
        case "reasoning":
            server.answer(thinks(text))
        case "server error":
            server.answer(Json({"error": {"message": text}}, status=400))
        case "tool arguments":
            server.answer(calls(("write_file", json.dumps({"path": "x", "content": text}))), OK)
        case _:
            server.answer(calls(("says" if name == "tool output" else "raises", "{}")), OK)
    asked = len(server.requests)
    app.send(EMPTIED)  # what the server has refused stands in the prompt again
    app.say("go on")
    if name == "tool arguments":
        app.wait_for(DIALOG)
        app.send(TO_THE_END)
        app.read_for(0.2)
        app.decide(b"r")
    app.wait_until(lambda: len(server.requests) >= asked + (2 if name.startswith("tool") else 1))
    if name == "server error":
        app.wait_for(f"{PROMPT_MARK}go on")  # what was refused is given back
    app.wait_until_idle()
    if name in {"reasoning", "tool output", "tool error"}:
        app.send(BACK_TAB)
        app.wait_until(lambda: IN_THE_PROMPT not in app.text)
        app.send(BLOCK_BELOW * MANY + BLOCK_ABOVE + ENTER)
        app.read_for(0.3)
        app.send(BACK_TAB)
        app.wait_for(IN_THE_PROMPT)


def test_a_hostile_name_of_a_tool_is_only_a_name(place, figure):
    names = [payload.text for payload in PAYLOADS]
    with ModelServer() as server, place.running(server=server, size=(160, 40)) as app:
        app.wait_until_open()
        for number, name in enumerate(names):
            server.answer(calls((name, "{}")), says(f"Answer {number}."))
            app.say("go")
            app.wait_for(f"Answer {number}.")
        app.quit()
        assert foreign_bytes(bytes(app.output)) == []
    figure("hostile tool names: foreign escape bytes at the pty 0", n=len(names))


def test_a_hostile_title_is_shown_safely_wherever_it_is_listed(place, figure):
    title = "".join(payload.text for payload in PAYLOADS[3:5])
    with ModelServer(says("All right.")) as server:
        with place.running(server=server, size=(160, 40)) as app:
            app.wait_until_open()
            app.send(b"\x1b[200~" + title.encode() + b"\x1b[201~")
            app.send(b"\r")
            app.wait_for("All right.")
            app.quit()
            outputs = [bytes(app.output)]
        with place.listing("sessions") as listing:
            listing.wait_for_exit()
            assert "␛[31m␛[2J" in listing.text
            outputs.append(bytes(listing.output))
        with place.running("-r", app.told_id, server=server, size=(160, 40)) as app:
            app.wait_until_open()
            outputs.append(bytes(app.output))
    assert [foreign_bytes(output) for output in outputs] == [[], [], []]
    figure("hostile title (screen, listing, resumed): foreign escape bytes at the pty 0", n=len(outputs))


def test_a_hostile_name_of_a_model_is_only_a_name(tmp_path, figure):
    name = "m\x1b[31m\x1b]52;c;aGk=\x07[red]\u202e"
    with ModelServer(OK) as server, Place(tmp_path).running("--model", name, server=server, size=(160, 40)) as app:
        app.wait_until_open()
        app.say("go")
        app.wait_for("All right.")
        assert "m␛[31m␛]52;c;aGk=␇[red]\\u{202E}" in app.text
        app.quit()
        assert foreign_bytes(bytes(app.output)) == []
    figure("hostile name of a model: foreign escape bytes at the pty 0", n=1)


@pytest.mark.parametrize("place_of_it", ['"worker"', *(pytest.param(one, marks=pytest.mark.torture) for one in ('"read_file"', '"Work."'))])
def test_hostile_text_in_agents_toml_is_told_safely(tmp_path, figure, place_of_it):
    hostile = json.dumps("w\x1b[31m\x1b]52;c;aGk=\x07[red]\u202e")
    team = TEAM.replace(place_of_it, hostile, 2)
    place = Place(tmp_path, team if place_of_it != '"Work."' else team.replace("instructions", hostile))
    with place.running(size=(120, 40)) as app:
        assert app.wait_for_exit() == 2
        assert re.search(r"\(agents\.toml:\d+\)", app.flat)
        assert foreign_bytes(bytes(app.output)) == []
        assert app.is_restored
    figure(f"hostile text in agents.toml for {place_of_it}: one sentence, foreign escape bytes at the pty 0", n=1)


def _seen(app: App, server: ModelServer, name: str, source: Source) -> None:
    server.answer(*source.answers())
    said = f"{name} please"
    app.say(said)
    app.wait_until(lambda: any(end in _since(app, said) for end in ENDS) if not source.asks else DIALOG in app.text)
    if not source.asks:
        app.wait_until_idle()
    if source.opened:
        _open_the_block_above_the_last(app, said)
    for payload in source.shown:
        app.wait_until(lambda payload=payload: _stands(payload, app.flat if source.asks else _since(app, said), source), deadline=3.0)
    if source.asks:
        app.send(ESCAPE)


def _since(app: App, said: str) -> str:
    """What the transcript says behind this message: the same payloads stand above it, from the sources before."""
    return app.flat.rpartition(f"┃ {said} ")[2] if f"┃ {said} " in app.flat else ""


def _open_the_block_above_the_last(app: App, said: str) -> None:
    """What the answer came from."""
    app.send(BACK_TAB)
    app.wait_until(lambda: IN_THE_PROMPT not in app.text)
    app.send(BLOCK_BELOW * MANY + BLOCK_ABOVE + ENTER)
    app.wait_until(lambda: OPENED in _since(app, said))
    app.send(BACK_TAB)
    app.wait_for(IN_THE_PROMPT)
    app.send(TO_THE_END)


def _stands(payload: Payload, text: str, source: Source) -> bool:
    """Whether it is there made visible; Markdown has a sign of its own for NUL and for half a character, a list of files for all."""
    wanted = payload.mark_shown.replace("␛[31m", "") if source.coloured else payload.mark_shown
    in_markdown = wanted.replace("␀", "\ufffd").replace("\\u{D83D}", "\ufffd")
    return any(form in text for form in (wanted, in_markdown, payload.mark_escaped))
