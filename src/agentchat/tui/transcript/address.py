"""What a link leads to, as a person may be shown it and a browser be given it: one and the same text, in plain ASCII.

A link is foreign text. Only http and https are opened; a host with letters that look like others is written as it goes over the
wire (punycode), and everything that is not printable ASCII is escaped.
"""

import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

_KEPT = "%/:=&?~#+!$,;'@()*[]"
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Address:
    """Where a link leads."""

    text: str
    """All of it; exactly this is opened."""
    host: str
    """With the port where one is given; for a person to look at first."""
    warning: str = ""
    """What a person may overlook."""


@dataclass(frozen=True, slots=True)
class NoAddress:
    """Why a link is not opened, in a sentence."""

    why: str


def address_of(href: str) -> Address | NoAddress:
    """The address that a link stands for. Nothing is looked up."""
    if len(href) > _LONGEST:
        return NoAddress(f"The address has {len(href):,} characters; more than {_LONGEST:,} are not opened.")
    try:
        parts = urlsplit(href.strip())
        scheme, name, port = parts.scheme.lower(), parts.hostname or "", parts.port
        host = name if ":" in name else name.encode("idna").decode("ascii")
    except ValueError:  # of the address, of the port, or of the host's letters
        return NoAddress("This is no address of a page.")
    if scheme not in {"http", "https"}:
        return NoAddress("Only http and https addresses are opened.")
    if not host or not all(char.isascii() and (char.isalnum() or char in "-._:") for char in host):
        return NoAddress("This is no address of a page.")
    place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    rest = [quote(part, safe=_KEPT) for part in (parts.path, parts.query, parts.fragment)]
    return Address(urlunsplit((scheme, place, *rest)), place, _warning(host, has_user=parts.username is not None))


def _warning(host: str, *, has_user: bool) -> str:
    if any(label.startswith("xn--") for label in host.split(".")):
        return "The host has letters that may look like others."
    return "A user name stood before the host; it is left out." if has_user else ""


def has_browser(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a browser with a window of its own can be there. One for the terminal would fight with this program over it."""
    return platform == "darwin" or any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def open_in_browser(address: Address) -> bool:
    """Opens it; may take as long as the browser does. False when there is none after all."""
    try:
        return webbrowser.open(address.text)
    except (webbrowser.Error, OSError):
        return False
