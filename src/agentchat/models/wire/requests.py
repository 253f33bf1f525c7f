"""Sends a request through the openai client and reads the answer off the socket.

The client's part is the request: authorisation, retries until the headers are there, errors of status codes. Its typed `create`
methods are passed by, because they walk the whole conversation once more per request; `client.post` sends the body as it is.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterable, Mapping
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, cast

import httpx2
from openai import APIConnectionError, APIError, APITimeoutError, RequestOptions

from agentchat.models.foreign_items import object_in
from agentchat.models.wire.endpoints import ClientSource
from agentchat.models.wire.errors import BROKEN_OFF
from agentchat.models.wire.sse import FrameReader, decoded, shortened
from agentchat.models.wire.watching import tell_of
from agentchat.runtime.values.exceptions import ModelBehaviorError
from agentchat.runtime.values.items import TResponseStreamEvent

_CUT_OFF = (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError)
_BODY_END_SECONDS = 0.2
"""So long the end of the body is waited for after the answer is complete, so that the connection can be used again."""


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One request, as it goes out."""

    path: str
    body: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, object] = field(default_factory=dict[str, object])
    client_retries: int | None = None
    """How often the client may repeat it by itself; None leaves it to the client."""


@dataclass(frozen=True, slots=True)
class WireAnswer:
    """A whole answer."""

    body: dict[str, Any]
    request_id: str | None


class EventParser(Protocol):
    """Makes events of the Responses API out of what one stream of a dialect carries."""

    @property
    def is_complete(self) -> bool:
        """True once nothing more is needed."""
        ...

    def events(self, frame: dict[str, Any]) -> Iterable[TResponseStreamEvent]:
        """The events that follow from one frame."""
        ...

    def done(self) -> Iterable[TResponseStreamEvent]:
        """The events that follow from `[DONE]`."""
        ...

    def ended(self) -> Iterable[TResponseStreamEvent]:
        """The events that follow from the end of the body; ModelBehaviorError when the answer is not complete."""
        ...

    def whole(self, body: dict[str, Any]) -> Iterable[TResponseStreamEvent]:
        """The events of an answer that came in one piece, from a server that does not stream."""
        ...


async def answered(source: ClientSource, request: WireRequest) -> WireAnswer:
    """The whole answer to a request that does not stream."""
    response = await _posted(source, request, stream=False)
    body = decoded_body(response)
    return WireAnswer(body, response.headers.get("x-request-id"))


async def streamed(source: ClientSource, request: WireRequest, parser: EventParser) -> AsyncGenerator[TResponseStreamEvent]:
    """The events of a streamed answer. Closing the generator closes the connection, which stops the server."""
    response = await _posted(source, request, stream=True)
    try:
        if _is_whole(response):
            await _read(response)
            for event in parser.whole(decoded_body(response)):
                yield event
            return
        async with aclosing(_chunks(response)) as chunks:
            async for event in _parsed(chunks, response, parser):
                yield event
            await _finish(chunks)
    finally:
        await response.aclose()


def decoded_body(response: httpx2.Response) -> dict[str, Any]:
    """The JSON object of a whole answer; APIError when it tells of an error, ModelBehaviorError when it is something else."""
    if not response.content.strip():
        raise ModelBehaviorError("The server sent an empty answer; check the base URL, and whether the server's log says why.")
    return _decoded(response.content, response)


async def _posted(source: ClientSource, request: WireRequest, *, stream: bool) -> httpx2.Response:
    try:
        return await _sent(source, request, stream=stream)
    except UnicodeEncodeError:
        return await _posted(source, replace(request, body=_without_surrogates(request.body)), stream=stream)
    except APIConnectionError as error:
        if not _may_be_a_stale_connection(request, error):
            raise
    return await _sent(source, request, stream=stream)


async def _sent(source: ClientSource, request: WireRequest, *, stream: bool) -> httpx2.Response:
    client = await source.client()
    tell_of(request.path, request.body)
    options: RequestOptions = {"headers": dict(request.headers), "params": dict(request.query)}
    if request.client_retries is not None:
        options["max_retries"] = request.client_retries
    return await client.post(request.path, cast_to=httpx2.Response, body=request.body, options=options, stream=stream)


def _may_be_a_stale_connection(request: WireRequest, error: APIConnectionError) -> bool:
    """Whether the server may have closed a kept connection just when the request came.

    The client's own retries get over that; where they are off, one repetition does. Not where the server keeps the conversation, in
    which the request would stand twice if it came through the first time.
    """
    return request.client_retries == 0 and isinstance(error.__cause__, _CUT_OFF) and "conversation" not in request.body


async def _parsed(chunks: AsyncIterator[bytes], response: httpx2.Response, parser: EventParser) -> AsyncIterator[TResponseStreamEvent]:
    reader = FrameReader()
    first = b""
    async for chunk in chunks:
        first = first or chunk
        for data in reader.feed(chunk):
            for event in _events(data, response, parser):
                yield event
            if parser.is_complete:
                return
    for data in reader.finish():
        for event in _events(data, response, parser):
            yield event
    if not parser.is_complete:
        _refuse_foreign_text(first)
        for event in parser.ended():
            yield event


def _events(data: bytes, response: httpx2.Response, parser: EventParser) -> Iterable[TResponseStreamEvent]:
    if data.startswith(b"[DONE]"):
        return parser.done()
    return parser.events(_decoded(data, response))


def _decoded(data: bytes, response: httpx2.Response) -> dict[str, Any]:
    if data.lstrip().startswith(b"<"):
        raise ModelBehaviorError(_no_api(data))
    body = decoded(data)
    error = body.get("error")
    if error and "type" not in body and "output" not in body and "choices" not in body:
        raise APIError(_message_in(error), response.request, body=error)
    return body


def _refuse_foreign_text(first: bytes) -> None:
    """An answer that never was a stream of events, told by its first bytes."""
    text = first.lstrip()
    if text.startswith(b"<"):
        raise ModelBehaviorError(_no_api(text))


def _no_api(text: bytes) -> str:
    return f"The server answered with a web page ({shortened(text, 60)!r}); check the base URL, which often ends in /v1."


def _message_in(error: Any) -> str:
    message = object_in(error).get("message") or error
    return message if isinstance(message, str) and message else "The server reported an error and gave no reason."


def _is_whole(response: httpx2.Response) -> bool:
    kind = response.headers.get("content-type", "")
    return "application/json" in kind or "html" in kind


async def _chunks(response: httpx2.Response) -> AsyncGenerator[bytes, None]:
    with _transport_errors(response.request):
        async for chunk in response.aiter_bytes():
            yield chunk


async def _read(response: httpx2.Response) -> None:
    with _transport_errors(response.request):
        await response.aread()


@contextmanager
def _transport_errors(request: httpx2.Request) -> Generator[None]:
    """The openai package's errors for a body that does not arrive, as its own reader raises them."""
    try:
        yield
    except httpx2.TimeoutException as error:
        raise APITimeoutError(request=request) from error
    except httpx2.RequestError as error:
        raise APIConnectionError(message=BROKEN_OFF, request=request) from error


async def _finish(chunks: AsyncIterator[bytes]) -> None:
    with suppress(APIError, TimeoutError):
        async with asyncio.timeout(_BODY_END_SECONDS):
            async for _ in chunks:
                pass


def _without_surrogates(value: Any) -> Any:
    """Text that came from undecodable bytes, in a form that can be sent."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
        case list():
            return [_without_surrogates(entry) for entry in cast("list[Any]", value)]
        case dict():
            return {key: _without_surrogates(entry) for key, entry in cast("dict[str, Any]", value).items()}
        case _:
            return value
