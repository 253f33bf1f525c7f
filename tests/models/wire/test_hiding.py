"""No key stands in a sentence about a server's complaint, however the server repeats it."""

import base64

import pytest

from agentchat.models.wire import hiding
from agentchat.models.wire.endpoints import resolved_endpoint
from agentchat.models.wire.hiding import keep_secret, without_secrets


@pytest.fixture(autouse=True)
def _no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hiding, "_secrets", set[str]())


def test_a_key_and_a_password_are_hidden_in_every_form_in_which_they_are_sent() -> None:
    keep_secret("sk-0123456789", "https://me:pass%20word@host/v1")
    sent = base64.b64encode(b"me:pass word").decode()
    told = f"Bearer sk-0123456789, Basic {sent}, https://me:pass%20word@host/v1, 'pass word'"
    assert without_secrets(told) == "Bearer [hidden], Basic [hidden], https://me:[hidden]@host/v1, '[hidden]'"


def test_one_that_holds_another_is_hidden_whole() -> None:
    keep_secret("secret", "http://host")
    keep_secret("secret-and-more", "http://host")
    assert without_secrets("secret-and-more, secret") == "[hidden], [hidden]"


def test_what_is_too_short_to_be_a_key_takes_nothing_out_of_sentences() -> None:
    keep_secret("none", "http://me:x@host")
    keep_secret("", "http://host")
    assert without_secrets("none of it: x") == "none of it: x"


def test_every_endpoint_keeps_its_key_secret() -> None:
    resolved_endpoint(base_url="http://host/v1", api_key="sk-of-this-endpoint")
    assert without_secrets("You sent sk-of-this-endpoint.") == "You sent [hidden]."
