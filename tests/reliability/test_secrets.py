"""Secrets are looked for wherever they must not be: in the program's own files, in what it prints and exports, and at the commands it runs.

The program runs for real, against a server that repeats in its complaints what it was sent. Every secret is a word of its own.
"""

import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.model_server import Answer, Json, ModelServer, Request
from tests.reliability.living import calls, says

SECRETS = {
    "the key in the environment": "sk-canary-of-the-environment",
    "the key of the provider": "sk-canary-of-the-provider",
    "the password in the address": "canary-of-the-address",
    "a token of the person": "ghp-canary-of-the-person",
    "a password of the person": "canary-of-a-database",
}
ENVIRONMENT = {
    "OPENAI_API_KEY": SECRETS["the key in the environment"],
    "SHOP_KEY": SECRETS["the key of the provider"],
    "GITHUB_TOKEN": SECRETS["a token of the person"],
    "DATABASE_URL": f"postgres://me:{SECRETS['a password of the person']}@db/x",
    "LC_SHOP": SECRETS["a token of the person"],
    "PYTHONPATH": f"/nowhere/{SECRETS['a token of the person']}",
}
TEAM = """
[[agents]]
name = "worker"
instructions = "Work."
tools = ["run_command", "run_shell", "shop:fails"]
"""
PROVIDER = """
[provider]
base_url = "{address}"
api_key_env = "SHOP_KEY"
"""
OWN_TOOL = '''
def fails() -> str:
    """Fails."""
    raise RuntimeError("the till is stuck")
'''
LOOKING = "env; tr '\\\\0' '\\\\n' </proc/$PPID/environ; tr '\\\\0' '\\\\n' </proc/self/environ; ps -eo pid,args; cat /proc/[0-9]*/cmdline"


def _works(request: Request) -> Answer:
    if any(item.get("type") == "function_call_output" for item in request.body["input"]):
        return says("All was looked at.")
    looks = json.dumps({"command": LOOKING})
    return calls(("run_command", '{"argv": ["env"]}'), ("run_shell", looks), ("run_command", '{"argv": ["no-such"]}'), ("fails", "{}"))


def _echo(status: int, request: Request) -> Answer:
    """A complaint with everything in it that was sent."""
    told = f"Incorrect API key provided: {request.headers.get('authorization', '')}"
    return Json({"error": {"message": told, "type": "invalid_request_error", "code": "invalid_api_key"}}, status=status)


class Server(ModelServer):
    """Answers by a function."""

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        super().__init__()
        self._make = answer

    def _answer_to(self, request: Request) -> Answer:
        return self._make(request)


@dataclass(frozen=True)
class Scenario:
    """One run of the program."""

    answer: Callable[[Request], Answer]
    must_show: str
    sends: str
    """The secret that the server is sent, by its name."""
    as_json: bool = False


SCENARIOS = {
    "commands": Scenario(_works, "All was looked at.", "the key in the environment"),
    "commands, as JSON lines": Scenario(_works, "All was looked at.", "the key in the environment", as_json=True),
    "a refused key": Scenario(partial(_echo, 401), "did not accept the API key", "the key of the provider"),
    "a refused password": Scenario(partial(_echo, 400), "did not accept the API key", "the password in the address", as_json=True),
}
PLACES = ("standard output", "standard error", "the database", "other files", "an export", "the environment of commands")


@dataclass(frozen=True)
class Ran:
    """What a run left behind."""

    places: dict[str, bytes]
    sent: str
    """What the server was sent to introduce oneself."""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Ran]:
    """A run by its name; each is made once."""
    made: dict[str, Ran] = {}

    def run(name: str) -> Ran:
        if name not in made:
            made[name] = _run(SCENARIOS[name], tmp_path_factory.mktemp("secrets"))
        return made[name]

    return run


def _run(scenario: Scenario, folder: Path) -> Ran:
    home, work = folder / "home", folder / "shop"
    work.mkdir()
    (work / "shop.py").write_text(OWN_TOOL)
    with Server(scenario.answer) as server:
        login = f"://me:{SECRETS['the password in the address']}@" if scenario.sends == "the password in the address" else "://"
        address = server.base_url.replace("://", login)
        provider = PROVIDER.format(address=address) if scenario.sends == "the key of the provider" else ""
        (work / "agents.toml").write_text(TEAM + provider)
        env = {**os.environ, **ENVIRONMENT, "AGENTCHAT_HOME": str(home), "OPENAI_BASE_URL": address}
        program = [sys.executable, "-m", "agentchat"]
        options = ["run", "--trust", "--mode", "auto", "--model", "test-model", *(["--json"] if scenario.as_json else []), "work"]
        done = subprocess.run([*program, *options], cwd=work, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        export = [*program, "sessions", "export", "work"]
        exported = subprocess.run(export, cwd=work, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        sent = " ".join(request.headers.get("authorization", "") for request in server.requests)
        asked = json.dumps([request.body for request in server.requests])
    assert scenario.must_show.encode() in done.stdout + done.stderr, done.stderr.decode()
    paths = [path for folder in (home, work) for path in folder.rglob("*") if path.is_file() and path.name != "agents.toml"]
    files = {path: path.read_bytes() for path in paths}
    stored = b"".join(data for path, data in files.items() if ".db" in path.name)
    others = b"".join(data for path, data in files.items() if ".db" not in path.name)
    texts = (done.stdout, done.stderr, stored, others, exported.stdout + exported.stderr, asked.encode())
    return Ran(dict(zip(PLACES, texts, strict=True)), sent)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_secret_gets_anywhere(ran: Callable[[str], Ran], scenario: str, place: str) -> None:
    """Each of five secrets in each of six places after each of four runs."""
    assert _found_in(ran(scenario).places[place]) == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_secrets_were_there_to_be_found(ran: Callable[[str], Ran], scenario: str) -> None:
    """Else the test above would find nothing in a program that does nothing."""
    it, secret = ran(scenario), SECRETS[SCENARIOS[scenario].sends]
    assert it.sent.removeprefix("Bearer ").startswith(secret) or it.sent.startswith(f"Basic {_as_sent(secret)}")
    assert b"work" in it.places["an export"]
    if SCENARIOS[scenario].answer is _works:
        assert b"TERM=dumb" in it.places["the environment of commands"]
        assert b"the till is stuck" in it.places["the database"]


def test_what_was_found(ran: Callable[[str], Ran], figure: Callable[..., None]) -> None:
    texts = [text for name in SCENARIOS for text in ran(name).places.values()]
    found = sum(len(_found_in(text)) for text in texts)
    figure(f"secrets outside the program's memory: {found}", n=len(texts) * len(SECRETS))
    assert found == 0


def _found_in(text: bytes) -> list[str]:
    """The names of the secrets that are in it, as they are or as a password is sent."""
    return [name for name, secret in SECRETS.items() if secret.encode() in text or _as_sent(secret).encode() in text]


def _as_sent(secret: str) -> str:
    return b64encode(f"me:{secret}".encode()).decode()
