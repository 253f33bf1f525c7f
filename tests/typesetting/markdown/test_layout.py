"""How Markdown looks in lines."""

import pytest
from rich.cells import cell_len
from rich.style import Style

from agentchat.chat.safe_text import safe_text
from agentchat.typesetting.doc import Run
from agentchat.typesetting.markdown.flow import MarkdownFlow
from agentchat.typesetting.theme import Theme
from tests.typesetting.shown import check_places, texts

SHOW = """\
# Head *line*

A [link](https://example.com/x), <https://a.b> and `code` that wraps.

- one
  continued
- two
  1. nested
  2. again

     ```python
     x = 1
     ```

> said
> - in a quote

| left | mid | right |
|:-----|:---:|------:|
| 1 | 2 | 3 |
| 茶 | x | 👨\u200d👩\u200d👧 |

---
last &amp; least
"""


def flow(text: str, width: int = 30, theme: Theme | None = None) -> MarkdownFlow:
    made = MarkdownFlow(width, theme or Theme(), prefix=())
    made.feed(text)
    made.finish()
    return made


def test_every_kind_of_block_has_its_look() -> None:
    assert texts(flow(SHOW).lines) == [
        "Head line",
        "",
        "A link (example.com),",
        "https://a.b and code that",
        "wraps.",
        "",
        "• one continued",
        "• two",
        "  1. nested",
        "  2. again",
        "",
        "     ╭ python",
        "     │ x = 1",
        "",
        "▌ said",
        "▌",
        "▌ • in a quote",
        "",
        "left │ mid │ right",
        "─────┼─────┼──────",
        "1    │  2  │     3",
        "茶   │  x  │    👨\u200d👩\u200d👧",
        "",
        "─" * 30,
        "",
        "last & least",
    ]


@pytest.mark.parametrize("width", [8, 20, 21, 40, 200])
def test_nothing_is_wider_than_the_screen(width: int) -> None:
    made = flow(SHOW + "\n- " * 30 + "deep\n\n" + "> " * 30 + "deeper\n\n|a|b|c|d|e|f|g|\n|-|-|-|-|-|-|-|\n|1|2|3|4|5|6|7|", width)
    assert max(map(cell_len, texts(made.lines))) <= width
    check_places(made.lines, made.plain)


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("- [ ] open\n- [x] **done**\n- [y] no\n1. [X] one", ["☐ open", "☑ done", "• [y] no", "", "1. ☑ one"]),
        ("$a_1 * b_1 * c$ and \\(x_i^*\\) and 2*3*4 and 2**8**2", ["$a_1 * b_1 * c$ and \\(x_i^*\\) and 2*3*4 and 2**8**2"]),
        ("so:\n$$\n- a\n+ b\n$$\nend", ["so:", "", "$$", "- a", "+ b", "$$", "", "end"]),
        ("\\[\nx\n\nnot closed", ["\\[", "x", "", "not closed"]),
        ("it costs $5, or $10 with *tip*", ["it costs $5, or $10 with tip"]),
        ("a[^1]\n\n[^1]: https://a.b\n[^n]: two words", ["a[1]", "", "[1]: https://a.b", "", "[n]: two words"]),
        ("a<br>b<BR/>c <b>d</b>", ["a", "b", "c <b>d</b>"]),
        ("~~no~~ **yes** ***both***", ["no yes both"]),
        ("> a\n> > b", ["▌ a", "▌", "▌ ▌ b"]),
        ("|a|\n|-|\n|x<br>y|", ["a", "─", "x", "y"]),
    ],
)
def test_what_people_expect(markdown: str, shown: list[str]) -> None:
    assert texts(flow(markdown, 60).lines) == shown


def test_the_name_of_a_language_is_no_part_of_the_text() -> None:
    made = flow("- ```python\n  x\n  ```")
    assert texts(made.lines) == ["•", "  ╭ python", "  │ x"]
    assert made.plain == "• \nx\n"


def test_an_address_in_the_text_can_be_followed() -> None:
    made = flow("see https://a.b/c_(d), or (https://e.f/g).", 60)
    runs = [(run.text, run.style.meta["href"]) for line in made.lines for run in line.runs if run.style.meta]
    assert runs == [("https://a.b/c_(d)", "https://a.b/c_(d)"), ("https://e.f/g", "https://e.f/g")]


def test_emphasis_goes_on_over_the_end_of_a_line() -> None:
    bold = Style(bold=True)
    made = flow("**two words**", 8, Theme(strong=bold))
    assert [[run.style for run in line.runs] for line in made.lines] == [[bold], [bold]]


def test_a_column_gives_way_only_while_its_words_fit() -> None:
    table = "|name|what it does|\n|-|-|\n|index|finds a row without reading all others|"
    assert texts(flow(table, 30).lines) == [
        "name  │ what it does", "──────┼───────────────────────", "index │ finds a row without", "      │ reading all others",
    ]
    assert texts(flow(table, 18).lines) == [
        "name: index", "what it does:", "  finds a row", "  without reading", "  all others", "─" * 18,
    ]


def test_a_table_that_does_not_fit_becomes_fields() -> None:
    assert texts(flow("|name|size|colour|\n|-|-|-|\n|tea|2|green|", 16).lines) == [
        "name: tea", "size: 2", "colour: green", "─" * 16,
    ]


def test_code_has_its_colours_and_keeps_its_text() -> None:
    theme = Theme(keyword=Style(bold=True), string=Style(italic=True))
    made = flow("```python\ndef f():\n    '''a\n    b'''\n```", theme=theme)
    runs = [run for line in made.lines for run in line.runs if run.kept]
    assert Run("def", theme.keyword) in runs
    assert Run("    b'''", theme.string) in runs
    assert made.plain == "def f():\n    '''a\n    b'''\n"


def test_an_unknown_language_and_a_huge_line_are_plain() -> None:
    assert texts(flow("```no-such-language\nx = 1\n```").lines) == ["╭ no-such-language", "│ x = 1"]
    assert len(flow("```python\n" + "x=1;" * 1000 + "\n```").lines[1].runs) == 2


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("[https://example.com/a](https://example.com/a)", "https://example.com/a"),
        ("[example.com/a](https://example.com/a)", "example.com/a"),
        ("[https://good.com](https://evil.com/x)", "https://good.com (evil.com)"),
        ("[docs](../a/b.md)", "docs (../a/b.md)"),
        ("[x](https://ex\u00e4mple.com)", "x (xn--exmple-cua.com)"),
    ],
)
def test_a_link_says_where_it_leads(markdown: str, shown: str) -> None:
    assert texts(flow(markdown, 60).lines) == [shown]


def test_a_link_carries_its_target_and_no_action() -> None:
    runs = [run for line in flow("[x](https://a.b/c?d=[@click=app.quit])").lines for run in line.runs]
    assert [run.style.meta for run in runs if run.style.meta] == [{"href": "https://a.b/c?d=%5B@click=app.quit%5D"}]


HOSTILE = "a\x1b[31m\x07\u202e\u200b\x9b1mz &#x202e; &#27; &#x9b; [@click=app.quit]x[/]"


@pytest.mark.parametrize(
    "markdown",
    [
        HOSTILE, f"# {HOSTILE}", f"- {HOSTILE}", f"`{HOSTILE}`", f"> {HOSTILE}", f"    {HOSTILE}", f"<{HOSTILE}>",
        f"```\n{HOSTILE}\n```", f"```py{HOSTILE}\nx\n```", f"|{HOSTILE}|b|\n|-|-|\n|{HOSTILE}|1|",
        f"[{HOSTILE}](http://x)", f"![{HOSTILE}](http://{HOSTILE})", f"[x](<http://{HOSTILE}>)",
    ],
)
def test_every_text_on_the_screen_has_passed_the_gate(markdown: str) -> None:
    for line in flow(markdown, 200).lines:
        for run in line.runs:
            assert safe_text(run.text) == run.text
            assert "\n" not in run.text
            assert "@click" not in run.style.meta
