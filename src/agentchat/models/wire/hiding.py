"""Keys do not stand in sentences: a server may repeat in its complaint what it was sent, and complaints are shown, stored and exported.

An error comes without the endpoint that it is from, and there is one process for all of them, so that what is secret is kept here for all.
"""

from base64 import b64encode
from urllib.parse import unquote, urlsplit

_SHORTEST = 6
"""Characters; a shorter secret would take ordinary words out of sentences."""
_HIDDEN = "[hidden]"

_secrets: set[str] = set()


def keep_secret(key: str, base_url: str) -> None:
    """From now on neither the key nor a password in the address stands in a sentence, nor the form in which a password is sent."""
    address = urlsplit(base_url)
    name, password = unquote(address.username or ""), unquote(address.password or "")
    sent = b64encode(f"{name}:{password}".encode()).decode() if password else ""
    _secrets.update(secret for secret in (key, address.password or "", password, sent) if len(secret) >= _SHORTEST)


def without_secrets(sentence: str) -> str:
    """The sentence without any of them."""
    for secret in sorted(_secrets, key=len, reverse=True):
        sentence = sentence.replace(secret, _HIDDEN)
    return sentence
