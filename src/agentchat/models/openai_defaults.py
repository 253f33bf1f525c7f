"""What the OpenAI models use when a program says nothing: key, client, API dialect, model name.

Set once for the whole process with the three published functions; everything is read again whenever a model is looked up, so that
a change counts from the next model call on.
"""

import os
from dataclasses import dataclass
from typing import Literal, TypeAlias

from openai import AsyncOpenAI

ApiName: TypeAlias = Literal["responses", "chat_completions"]


@dataclass
class _Defaults:
    """Mutable; only the functions of this file write it."""

    key: str | None = None
    client: AsyncOpenAI | None = None
    api: ApiName | None = None


_chosen = _Defaults()


def set_default_openai_key(key: str, use_for_tracing: bool = True) -> None:  # noqa: ARG001, FBT001, FBT002 - published signature
    """Uses `key` wherever none is given, before OPENAI_API_KEY. `use_for_tracing` is accepted; nothing is exported anywhere."""
    _chosen.key = key


def set_default_openai_client(client: AsyncOpenAI, use_for_tracing: bool = True) -> None:  # noqa: ARG001, FBT001, FBT002 - published
    """Uses `client` wherever neither client, key nor base URL is given. Its owner closes it, and keeps it to one event loop."""
    _chosen.client = client


def set_default_openai_api(api: ApiName) -> None:
    """Chooses the dialect: "responses" or "chat_completions"."""
    _chosen.api = api


def default_openai_key() -> str | None:
    """The key that was set, else OPENAI_API_KEY; None without either."""
    return _chosen.key or os.environ.get("OPENAI_API_KEY", "").strip() or None


def default_openai_client() -> AsyncOpenAI | None:
    """The client that was set."""
    return _chosen.client


def default_openai_api() -> ApiName | None:
    """The dialect that was set; None leaves it to the provider."""
    return _chosen.api


def forget_defaults() -> None:
    """Undoes the three setters; for tests."""
    _chosen.key = _chosen.client = _chosen.api = None
