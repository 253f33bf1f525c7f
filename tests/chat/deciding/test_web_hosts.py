from urllib.parse import urlsplit

import httpcore2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentchat.chat.deciding.web_hosts import web_host


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.com", "example.com"),
        ("https://example.com/", "example.com"),
        ("HTTPS://Example.COM/a?b#c", "example.com"),
        ("http://example.com:80/", "example.com"),
        ("https://example.com:443", "example.com"),
        ("https://example.com:80", "example.com:80"),
        ("http://example.com:8080/x", "example.com:8080"),
        ("https://example.com./", "example.com"),
        ("https://example.com?q=1", "example.com"),
        ("https://xn--mnchen-3ya.de/über", "xn--mnchen-3ya.de"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("http://[::1]/", "[::1]"),
        ("http://[2606:4700::1111]:8080/", "[2606:4700::1111]:8080"),
        ("https://my_host.example/", "my_host.example"),
    ],
)
def test_the_host_of_an_address(url: str, host: str) -> None:
    assert web_host(url) == host


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "//example.com", "ftp://example.com", "file:///etc/passwd", "javascript:alert(1)", "https:/example.com",
        "https:example.com", "https://", "https:///x", "https://user@example.com", "https://user:pw@example.com", "https://@example.com",
        "https://good.com\\@evil.com", "https://good.com\\.evil.com", "https://good.com@evil.com/", "https://good.com%00.evil.com",
        "https://good.com%2eevil.com", "https://good.com\t.evil.com", "https://good.com\n.evil.com", " https://example.com",
        "https://example.com ", "https://exa mple.com", "https://münchen.de", "https://example。com", "https://ⓔxample.com",
        "https://example.com:", "https://example.com:0", "https://example.com:65536", "https://example.com:8a", "https://example.com:+80",
        "https://-example.com", "https://.example.com", "https://example.com..", "https://[::1", "https://[::1%eth0]/",
        "https://[fe80::1%25eth0]/",
        "https://[v1.x]/", "https://a,b/", "https://a;b/", "https://a&b/", "https://example.com/a\\b", "https://example.com/\u200b",
        "https://example.com/a b", "https://example.com/\x00", "httpss://example.com", "blob:https://example.com/x",
    ],
)  # fmt: skip
def test_what_programs_could_read_differently_is_no_address(url: str) -> None:
    assert web_host(url) is None


_PIECES = st.lists(
    st.sampled_from(
        ["https://", "http://", "good.com", "evil.com", "@", ":", "/", "\\", "?", "#", "%2f", ".", "[::1]", "80", "ü", "\t", ";"]
    ),
    max_size=8,
)


@given(pieces=_PIECES)
def test_the_host_is_the_one_that_other_programs_read(pieces: list[str]) -> None:
    url = "".join(pieces)
    host = web_host(url)
    if host is not None:
        bare = host.rpartition(":")[0] if host.count(":") == 1 or "]:" in host else host
        assert (urlsplit(url).hostname or "").removesuffix(".") == bare.strip("[]")
        if url.isascii():
            assert httpcore2.URL(url).host.decode().lower().removesuffix(".") == bare.strip("[]")
