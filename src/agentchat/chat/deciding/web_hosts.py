"""The host that a request goes to: what a person is asked about, and what a rule for the session holds for.

Programs read addresses differently where they are odd, and a rule must never hold for a host other than the one that is connected to. So
this is the one reading of an address here, and it takes only what all programs read alike; the tool that fetches refuses everything else.
"""

import re

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?(?:[/?#](?P<rest>.*))?",
    re.IGNORECASE | re.ASCII,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def web_host(url: str) -> str | None:
    """The host in lower case, with its port where that is not the usual one; None for what is no plain http or https address.

    The same host by http and by https is the same.
    """
    found = _ADDRESS.fullmatch(url)
    if found is None or any(one.isspace() or not one.isprintable() or one == "\\" for one in url):
        return None
    host, scheme = found["host"].lower().removesuffix("."), found["scheme"].lower()
    port = int(found["port"]) if found["port"] else _DEFAULT_PORTS[scheme]
    if not 0 < port < 65_536:
        return None
    return host if port == _DEFAULT_PORTS[scheme] else f"{host}:{port}"
