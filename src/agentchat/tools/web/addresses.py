"""Which addresses of the network a page may be fetched from: those of the public internet, and nothing else.

A model can be talked into fetching anything. What listens on this machine, in its network, or at the address where a cloud tells a machine
its keys takes a request for a sign that it comes from inside; so none of these gets one, in whatever form the address is written.
"""

import ipaddress
from typing import TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_REFUSED_4 = tuple(
    (ipaddress.IPv4Network(network), why)
    for network, why in {
        "0.0.0.0/8": "this machine",
        "10.0.0.0/8": "a private network",
        "100.64.0.0/10": "a provider's own network, or a cloud's own service",
        "127.0.0.0/8": "this machine",
        "168.63.129.16/32": "a cloud's own service",
        "169.254.0.0/16": "the local link, or a cloud's own service",
        "172.16.0.0/12": "a private network",
        "192.0.0.0/24": "a network for special purposes",
        "192.0.2.0/24": "the examples of books",
        "192.31.196.0/24": "a network for special purposes",
        "192.52.193.0/24": "a network for special purposes",
        "192.88.99.0/24": "a relay into other networks",
        "192.168.0.0/16": "a private network",
        "192.175.48.0/24": "a network for special purposes",
        "198.18.0.0/15": "a network for tests",
        "198.51.100.0/24": "the examples of books",
        "203.0.113.0/24": "the examples of books",
        "224.0.0.0/4": "a group of machines",
        "240.0.0.0/4": "a reserved network",
    }.items()
)

_REFUSED_6 = tuple(
    (ipaddress.IPv6Network(network), why)
    for network, why in {
        "::1/128": "this machine",
        "::/8": "a reserved network",
        "64:ff9b:1::/48": "a local translation into other networks",
        "100::/64": "no machine",
        "2001::/23": "a network for special purposes",
        "2001:db8::/32": "the examples of books",
        "2002::/16": "a tunnel into other networks",
        "2620:4f:8000::/48": "a network for special purposes",
        "3fff::/20": "the examples of books",
        "5f00::/16": "a network for special purposes",
        "fc00::/7": "a private network",
        "fe80::/10": "the local link",
        "fec0::/10": "a private network",
        "ff00::/8": "a group of machines",
    }.items()
)

_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that was ever given out for the public."""
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""How a network without IPv4 reaches the rest of the internet: the last four bytes are the address that is meant."""
_ISATAP = (0x00005EFE, 0x02005EFE)
"""In the middle of an address that carries another one in its last four bytes."""


def refusal(address: str) -> str | None:
    """What an address belongs to ("a private network") that nothing is fetched from; None for one of the public internet."""
    try:
        meant = ipaddress.ip_address(address)
    except ValueError:
        return "no network"
    return _refusal_4(meant) if isinstance(meant, ipaddress.IPv4Address) else _refusal_6(meant)


def _refusal_4(address: ipaddress.IPv4Address) -> str | None:
    return next((why for network, why in _REFUSED_4 if address in network), None)


def _refusal_6(address: ipaddress.IPv6Address) -> str | None:
    if address.scope_id is not None:
        return "the local link"
    inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _MAPPED or address in _TRANSLATED:
        return _refusal_4(inside)
    why = next((why for network, why in _REFUSED_6 if address in network), None)
    if why is not None:
        return why
    if address not in _GLOBAL_6:
        return "a reserved network"
    return _refusal_4(inside) if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP else None
