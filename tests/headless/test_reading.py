"""A conversation as text, and as a page."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from agentchat.chat.transcript.blocks import AnswerBlock, Block, CallBlock, HandoffBlock, NoticeBlock, ReasoningBlock, UserBlock
from agentchat.headless import page
from agentchat.headless.page import About, as_page
from agentchat.headless.reading import as_text
from agentchat.tui.themes import DARK, LIGHT

BLOCKS: list[Block] = [
    UserBlock(0, "Where is <b>it</b>?\n\nSay.", "triage", 1_700_000_000.0),
    ReasoningBlock(1, "triage", "Let me\nsee"),
    HandoffBlock(2, "triage", "billing"),
    CallBlock(3, "billing", "lookup", '{"order": 1}', "done", "\n".join(map(str, range(12))), "approved by you", seconds=0.4),
    CallBlock(4, "clerk", "inner", "{}", "rejected", "no", "rejected by you: no", path=("1.0",)),
    AnswerBlock(5, "billing", "**On** its", "incomplete"),
    UserBlock(6, "Thanks"),
    NoticeBlock(7, "warning", "Cut\noff."),
]
HOSTILE = "\x1b[2J\x9b\u202e</pre></style><script>alert(1)</script>\" onload='x' & [x](javascript:alert(1)) ![i](http://e.example/i.png)"


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")


def test_a_conversation_is_text_with_its_messages_numbered() -> None:
    lines = [re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "WHEN", line) for line in as_text(BLOCKS)]
    assert lines == [
        "You to triage  (message 1, WHEN)", "    Where is <b>it</b>?", "", "    Say.", "",
        "triage", "    · Let me", "    · see", "",
        "    → billing  (from triage)", "",
        "billing", "    ⚙ lookup(order=1)  ✓ 0.4 s, approved by you",
        *[f"      │ {number}" for number in range(8)], "      │ … 4 more lines", "",
        "clerk", "        ⚙ inner()  ✗ rejected", "          │ no", "",
        "billing", "    **On** its", "    (incomplete)", "",
        "You  (message 2)", "    Thanks", "",
        "⚠ Cut␊off.", "",
    ]  # fmt: skip


def test_all_of_an_output_is_shown_when_it_is_asked_for() -> None:
    assert "      │ 11" in list(as_text(BLOCKS, whole=True))


def hostile(block: Block) -> Block:
    """The block with every text of it hostile."""
    match block:
        case UserBlock():
            return UserBlock(0, HOSTILE, HOSTILE)
        case ReasoningBlock():
            return ReasoningBlock(0, HOSTILE, HOSTILE)
        case HandoffBlock():
            return HandoffBlock(0, HOSTILE, HOSTILE)
        case CallBlock():
            return CallBlock(0, HOSTILE, HOSTILE, HOSTILE, "failed", HOSTILE, HOSTILE)
        case AnswerBlock():
            return AnswerBlock(0, HOSTILE, HOSTILE)
        case NoticeBlock():
            return NoticeBlock(0, "error", HOSTILE)


class Page(HTMLParser):
    """What a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]


def test_nothing_in_a_text_commands_a_terminal() -> None:
    shown = "\n".join(as_text(map(hostile, BLOCKS), whole=True))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)


def test_nothing_in_a_page_is_obeyed_by_a_browser() -> None:
    seen, text = Page(), as_page(map(hostile, BLOCKS), About(HOSTILE, HOSTILE, 1.0))
    seen.feed(text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert seen.tags <= {
        "html", "head", "meta", "title", "style", "body", "header", "h1", "p", "main", "footer", "article", "h2", "div", "span", "a",
        "details", "summary", "pre",
    }  # fmt: skip
    assert seen.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class", "href"}
    assert set(seen.links) == {"http://e.example/i.png"}
    assert text.count("</style>") == 1
    assert "default-src 'none'" in text


def test_a_page_has_every_block_and_fetches_nothing() -> None:
    more = AnswerBlock(8, "billing", "A [link](https://x.example) and `code`\n\n| a |\n|---|\n| 1 |")
    text = as_page([*BLOCKS, more], About("3f2a", "Refund"))
    seen = Page()
    seen.feed(text)
    assert text.count("<article") == len(BLOCKS) + 1
    for part in ("Where is &lt;b&gt;it&lt;/b&gt;?", "<strong>On</strong> its", "(incomplete)", "✓ 0.4 s, approved by you", "<td>1</td>"):
        assert part in text
    assert seen.links == ["https://x.example"]
    assert "url(" not in text
    assert "@import" not in text


def test_a_page_has_the_colours_of_the_program() -> None:
    style = Path(page.__file__).with_name("page.css").read_text(encoding="utf-8")
    _, light, dark = re.split(r"--ground", style)[:3]
    names = {"text": "foreground", "quiet": "secondary", "you": "accent", "good": "success", "warn": "warning", "bad": "error"}
    names |= {"ground": "background", "raised": "surface", "panel": "panel"}
    for rules, theme in ((light, LIGHT), (dark, DARK)):
        colours = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", f"--ground{rules}"))
        expected = {name: getattr(theme, of) for name, of in names.items()}
        assert {name: colours[name] for name in expected} == expected
        assert {name: value for name, value in theme.variables.items() if name.startswith("agent-")}.items() <= colours.items()
