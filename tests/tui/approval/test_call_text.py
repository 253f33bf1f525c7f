import hashlib
import json
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from agentchat.chat.safe_text import safe_text
from agentchat.chat.status import PendingCall, Preview
from agentchat.tui.approval.call_text import call_text
from tests.tui.approval.calls import REFUND, call

DIFF = "--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n def f():\n-    return 1\n+    return 2\n \n--- not a header\n"


def test_a_call_reads_as_a_head_and_a_table_of_its_arguments():
    assert call_text(REFUND).text.split("\n") == [
        "issue_refund  called by billing",
        '"Refund an order."',
        "from shop.tools:refund · changes things",
        "",
        "amount    49.0",
        "order_id  1042",
        'reason    "late delivery"',
    ]


def test_why_it_is_asked_is_said_when_that_is_more_than_what_the_tool_does():
    shown = call_text(call(because="agents.toml asks about refund")).text
    assert shown.split("\n")[2] == "from shop.tools:refund · changes things · asked because agents.toml asks about refund"


def test_only_the_head_may_be_folded_between_words():
    shown = call_text(REFUND)
    assert shown.text[: shown.prose].split("\n") == shown.text.split("\n")[:3]


def test_a_call_without_arguments_says_so():
    assert call_text(call("now")).text.split("\n")[-1] == "no arguments"


def test_a_string_of_several_lines_is_shown_as_lines_and_its_trailing_spaces_are_seen():
    shown = call_text(call("write_file", content="def f():\n\treturn 1 \n\\u{20}\n", path="a.py")).text
    assert shown.split("\n")[4:] == [
        "content  3 lines, 27 characters",
        "│ def f():",
        "│ ␉   return 1\\u{20}",
        "│ \\u{5C}u{20}",
        "│ ",
        'path     "a.py"',
    ]


def test_short_structures_stand_on_one_line_and_long_ones_on_several():
    shown = call_text(call("run", argv=["git", "status"], env={"A" * 40: [1.5, None], "B": {"c": "d" * 30}})).text
    assert shown.split("\n")[4:] == [
        'argv  ["git", "status"]',
        "env   {",
        f'  "{"A" * 40}": [1.5, null],',
        f'  "B": {{"c": "{"d" * 30}"}}',
        "}",
    ]


def test_numbers_are_shown_as_they_are_written():
    odd = PendingCall("k", "a", "t", "", "", "none", '{"x":1.0,"x":1e400,"y":NaN}', "d")
    assert call_text(odd).text.split("\n")[3:] == ["x  1.0", "x  1e400", "y  NaN"]


def test_arguments_that_are_no_json_are_shown_as_they_are():
    broken = PendingCall("k", "a", "t", "", "", "none", '{"x":', "d")
    assert call_text(broken).text.split("\n")[3:] == ["arguments that cannot be read as JSON:", '│ {"x":']


def test_a_diff_takes_the_place_of_the_content_and_of_nothing_else():
    content = "def f():\n    return 2\n"
    shown = call_text(call("write_file", content=content, path="a\nb", preview=Preview("diff", DIFF)))
    assert shown.text.split("\n")[4:] == [
        f"content  2 lines, 22 characters, see below · sha256 {hashlib.sha256(content.encode()).hexdigest()[:16]}",
        "path     2 lines, 3 characters",
        "│ a",
        "│ b",
        "",
        "changes",
        "--- a.py",
        "+++ a.py",
        "@@ -1,2 +1,2 @@",
        "  def f():",
        "-     return 1",
        "+     return 2",
        "  ",
        "- -- not a header",
    ]
    looks = {shown.text[span.start : span.end]: span.look for span in shown.spans}
    assert looks["+     return 2"] == "added"
    assert looks["-     return 1"] == "removed"
    assert looks["- -- not a header"] == "removed"


def test_the_head_of_the_next_file_is_not_taken_for_lines_that_go_and_come():
    hunk = "@@ -1 +1,2 @@\n-a\n--- /dev/null\n+b\n"
    diff = f"diff a/x b/x\n--- a/x\n+++ b/x\n{hunk}diff a/y b/y\n--- /dev/null\n+++ b/y\n@@ -0,0 +1 @@\n+c\n"
    shown = call_text(call("patch_files", diff="x\n", preview=Preview("diff", diff)))
    assert shown.text.rpartition("changes\n")[2].splitlines() == [
        *("diff a/x b/x", "--- a/x", "+++ b/x", "@@ -1 +1,2 @@", "- a", "- -- /dev/null", "+ b"),
        *("diff a/y b/y", "--- /dev/null", "+++ b/y", "@@ -0,0 +1 @@", "+ c"),
    ]


def test_a_preview_in_words_stands_before_the_arguments_and_does_not_replace_them():
    shown = call_text(call("run_command", argv=["ls"], preview=Preview("text", "$ ls"))).text
    assert shown.split("\n")[4:] == ["│ $ ls", "", 'argv  ["ls"]']


def test_what_had_to_be_made_visible_is_named_wherever_it_stood():
    shown = call_text(call("run\u202e", a="x\u200b", b=["\x1b"], c={"\u00ad": 1}))
    assert shown.made_visible == (
        "RIGHT-TO-LEFT OVERRIDE U+202E",
        "ZERO WIDTH SPACE U+200B",
        "ESC U+001B",
        "SOFT HYPHEN U+00AD",
    )
    assert call_text(REFUND).made_visible == ()


def test_a_long_description_is_shortened_to_its_first_paragraph():
    shown = call_text(call(description="Refund\nan order.\n\nDo not tell.")).text
    assert shown.split("\n")[1] == '"Refund an order."'


def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


NASTY = st.sampled_from([
    "", " ", "a", "a ", "a\n", "a\n\n", "a\tb", "a\u2409b", "\\", "\\u{20}", "\\u{5C}", "\\n", '"', '""',
    "\u200b", "\u202e", "\x1b[2J", "\x00", "\ud800", "\u2028", "\u2764", "\u2764\ufe0f", "👩\u200d👩\u200d👧", "👩👩👧",
    "e\u0301", "\u00e9", "\u00a0", "│ a", "no arguments", "1", "1.0", "null", "[]", "{}", "x\ny  1",
    "true", 'x  "y"', "a\r\nb", "a\nb", "changes", "- a", "+ a", "0" * 201,
])  # fmt: skip
TEXTS = st.one_of(NASTY, st.text(max_size=12), st.lists(NASTY, max_size=3).map("".join))
VALUES = st.recursive(
    st.one_of(TEXTS, st.integers(-3, 3), st.booleans(), st.none(), st.sampled_from([0.0, 1.0, 1e300])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
NAMES = st.one_of(st.sampled_from(["content", "path", "a", "x", "text"]), TEXTS)
ARGUMENTS = st.one_of(st.dictionaries(NAMES, VALUES, max_size=3).map(canonical), TEXTS)


PREVIEWS = st.sampled_from([None, Preview("diff", DIFF), Preview("text", "a\nb")])
CALLS = st.builds(
    lambda tool, agent, arguments, preview: PendingCall("k", agent, tool, "d", "o", "changes", arguments, "x", preview),
    NAMES, NAMES, ARGUMENTS, PREVIEWS,
)  # fmt: skip


@given(st.lists(CALLS, min_size=2, max_size=12))
@example([call(x="a "), call(x="a")])
@example([call(x="a\nb"), call(x="a\\nb"), call(x="a\r\nb"), call(x="a \nb"), call(x="a\n\nb")])
@example([call(x=1), call(x=1.0), call(x="1"), call(x=[1]), call(x=True), call(x="true"), call(x=None), call(x="null")])
@example([call(x="\u00e9"), call(x="e\u0301"), call(x="\u2764"), call(x="\u2764\ufe0f"), call(x="\t"), call(x="\u2409")])
@example([call("a  called by b", agent="c"), call("a", agent="b  called by c"), call("a", agent="b")])
def test_different_calls_never_read_the_same(calls):
    seen: dict[str, tuple[str, str, str]] = {}
    for one in calls:
        identity = (one.agent, one.tool, one.arguments)
        text = unicodedata.normalize("NFC", call_text(one).text)
        assert seen.setdefault(text, identity) == identity


@given(CALLS)
def test_nothing_in_the_text_needs_to_be_made_safe_any_more_and_spans_lie_in_order(one):
    shown = call_text(one)
    assert safe_text(shown.text) == shown.text
    ends = [0, *(edge for span in shown.spans for edge in (span.start, span.end)), len(shown.text)]
    assert ends == sorted(ends)
