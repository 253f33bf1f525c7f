import pytest

from agentchat.tools.failures import ToolFailed
from agentchat.tools.web import pages as pages_module
from agentchat.tools.web.pages import markdown_of

PAGE = """<html><head><title>Shop</title><style>p { color: red }</style></head><body><nav><a href="/x">Home</a></nav>
<h1>Prices</h1><p>All in <b>euros</b>, see <a href="/terms">terms</a>.</p><ul><li>one<li>two</ul>
<table><tr><th>what<th>price<tr><td>tea<td>2</table><pre><code>a  b</code></pre><img src="a.png" alt="tea"><script>alert(1)</script>"""


def test_a_page_becomes_markdown() -> None:
    assert markdown_of(PAGE, "https://shop.test/a/b") == (
        "# Prices\n\nAll in **euros**, see [terms](https://shop.test/terms).\n\n- one\n- two\n\n"
        "| what | price |\n| --- | --- |\n| tea | 2 |\n\n```\na  b\n```"
    )


@pytest.mark.parametrize(
    "page",
    ["<div>" * 50_000 + "x", "<blockquote>" * 3_000 + "x", "<table><tr><td>" * 2_000, "\0<p>\ud800", "<" * 100_000],
    ids=["deep", "indented", "tables", "no characters", "no tags"],
)
def test_a_page_that_is_meant_badly_is_a_text_or_a_sentence(page: str) -> None:
    try:
        assert len(markdown_of(page, "https://x.test/")) <= 8_000_000
    except ToolFailed as failure:
        assert str(failure).startswith("'https://x.test/' ")  # noqa: PT017 - either is right


def test_a_conversion_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_module, "PATIENCE", 0.001)
    with pytest.raises(ToolFailed, match=r"^'https://x\.test/' takes too long to be turned into text; fetch another page\.$"):
        markdown_of("<p>x", "https://x.test/")


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_module, "LIBRARY", "no_such_library")
    with pytest.raises(ToolFailed) as failure:
        markdown_of("<p>x", "https://x.test/")
    assert str(failure.value) == "Reading HTML needs a package that is not installed; ask the user to run: pip install 'agentchat[web]'."
