"""Where a link leads."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentchat.tui.transcript.address import Address, NoAddress, address_of, has_browser


@pytest.mark.parametrize(
    ("href", "text", "host"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d", "example.com"),
        ("HTTP://Example.COM:8080", "http://example.com:8080", "example.com:8080"),
        ("https://example.com/ä b\x1b[2J", "https://example.com/%C3%A4%20b%1B[2J", "example.com"),
        ("http://[::1]/x", "http://[::1]/x", "[::1]"),
        ("https://example.com/%20%zz", "https://example.com/%20%zz", "example.com"),
    ],
)
def test_it_is_written_in_plain_ascii(href: str, text: str, host: str) -> None:
    assert address_of(href) == Address(text, host)


def test_a_host_that_looks_like_another_one_is_shown_as_it_is() -> None:
    found = address_of("https://\u0430pple.com/")
    assert found == Address("https://xn--pple-43d.com/", "xn--pple-43d.com", "The host has letters that may look like others.")


def test_a_name_before_the_host_does_not_pass_for_the_host() -> None:
    assert address_of("https://bank.example@evil.example/") == Address(
        "https://evil.example/", "evil.example", "A user name stood before the host; it is left out."
    )


@pytest.mark.parametrize(
    "href",
    [
        "", "javascript:alert(1)", "file:///etc/passwd", "--renderer-cmd-prefix=x", "mailto:a@b.example", "example.com", "http://", "http://[",
        "http://a:99999/", "http:///path", "https://a b/", "ftp://x.example", "data:text/html,x", "http://" + "a" * 70 + ".example",
        "https://x.example/" + "a" * 3000,
    ],
)
def test_anything_else_is_not_opened(href: str) -> None:
    assert isinstance(address_of(href), NoAddress)


@settings(max_examples=25)
@given(st.text(max_size=30))
def test_what_would_be_opened_is_a_line_of_printable_ascii(rest: str) -> None:
    found = address_of("https://" + rest)
    if isinstance(found, Address):
        assert found.text.isascii()
        assert found.text.isprintable()
        assert found.text.startswith(f"https://{found.host}")
        assert " " not in found.text


def test_a_browser_needs_a_desk() -> None:
    assert [has_browser({}, "linux"), has_browser({"DISPLAY": ":0"}, "linux"), has_browser({}, "darwin")] == [False, True, True]
