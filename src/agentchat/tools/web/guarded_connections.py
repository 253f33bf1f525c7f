"""Connections to the public internet and to nothing else.

A name is resolved once, every address that it leads to is looked at, and the connection goes to one of these very addresses. Looking
first and connecting by name afterwards would ask twice, and whoever answers for the name can say something else the second time. Because
this sits where connections are made, it holds for every request, after a redirect too.
"""

import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import TypeAlias, cast

import httpcore2

from agentchat.runtime.declarations.sync_calls import call_in_thread
from agentchat.tools.failures import ToolFailed, reason
from agentchat.tools.web.addresses import refusal
from agentchat.tools.wording import quoted

Resolve: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
"""Gives the addresses of a host, as text; raises OSError when it has none."""

Judge: TypeAlias = Callable[[str], str | None]
"""Says what an address belongs to that nothing may be fetched from; None when it may."""

MOST_TRIED = 4
"""Addresses of one host that are tried."""

_PATIENCE = 6.0
"""Seconds to connect to one of several addresses: the next one may answer."""


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, as the operating system knows them. In a thread that can be abandoned: some resolvers never answer."""
    with suppress(ValueError):
        return [str(ipaddress.ip_address(host))]
    found = await call_in_thread(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """What an httpcore2 pool makes its connections with."""

    def __init__(self, resolve: Resolve = resolve, judge: Judge = refusal) -> None:
        """Other than the defaults only in tests, which have no public internet."""
        self._resolve = resolve
        self._judge = judge
        self._network = cast("httpcore2.AsyncNetworkBackend", httpcore2.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the published signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A connection to an address of the host that was looked at; a ToolFailed when one of them is not public."""
        addresses = await self._addresses(host, port)
        limit = timeout if len(addresses) == 1 or timeout is None else min(timeout, _PATIENCE)
        failure: Exception = httpcore2.ConnectError("no address")
        for address in addresses[:MOST_TRIED]:
            try:
                return await self._network.connect_tcp(address, port, limit, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the published signature
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,  # noqa: ARG002 - the published signature
    ) -> httpcore2.AsyncNetworkStream:
        """There is none: nothing on this machine is fetched from."""
        raise ToolFailed(f"{quoted(path)} is on this machine; only pages of the public internet can be fetched.")

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            addresses = await self._resolve(host, port)
        except OSError as error:
            why = error.strerror if isinstance(error, socket.gaierror) else reason(error)
            raise ToolFailed(f"There is no host {quoted(host)} ({why}); check its name.") from error
        except UnicodeError:
            raise ToolFailed(f"{quoted(host)} is no name of a host; check it.") from None
        for address in addresses:
            why = self._judge(address)
            if why is not None:
                what = f"{quoted(host)}: {address} belongs to {why}"
                raise ToolFailed(f"Nothing is fetched from {what}. Only pages of the public internet can be fetched.")
        if not addresses:
            raise ToolFailed(f"There is no host {quoted(host)}; check its name.")
        return addresses
