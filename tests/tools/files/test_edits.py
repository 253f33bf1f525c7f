import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentchat.runtime.declarations.shown_call import shown_call
from agentchat.runtime.declarations.tool import CallPreview
from agentchat.runtime.values.keys import CallKey, Scope
from agentchat.tools.failures import ToolFailed
from agentchat.tools.files import edits as edits_module
from agentchat.tools.files.edits import EditTool, _Edit
from agentchat.tools.files.workspace import Workspace
from agentchat.tools.registry import resolve_tool
from agentchat.tools.setting import ToolSetting


@pytest.fixture
def tool(tmp_path: Path) -> EditTool:
    return EditTool(Workspace(tmp_path))



def _refused(edit: Callable[[], str]) -> str:
    with pytest.raises(ToolFailed) as failure:
        edit()
    return str(failure.value)


def test_one_text_takes_the_place_of_another_and_the_rest_stays(tool: EditTool, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"one\ntwo \xff\r\nthree\n\xef\xbb\xbflast")
    file.chmod(0o640)
    assert tool.edit_file("./a.txt", "three\n", "3\nand more\n") == "Changed './a.txt' in 1 place (line 3)."
    assert file.read_bytes() == b"one\ntwo \xff\r\n3\nand more\n\xef\xbb\xbflast"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [found.name for found in tmp_path.iterdir()] == ["a.txt"]


def test_a_text_is_taken_out_by_an_empty_one(tool: EditTool, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one two")
    tool.edit_file("a.txt", " two", "")
    assert (tmp_path / "a.txt").read_text() == "one"


def test_a_text_that_is_there_more_often_is_not_guessed_at(tool: EditTool, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x = 1\ny = 2\nx = 1\nx = 1; x = 1\n")
    assert _refused(lambda: tool.edit_file("a.txt", "x = 1", "x = 3")) == (
        "'a.txt' contains old_text 4 times (lines 1, 3, 4); give more of the text around the place that you mean, "
        "or set replace_all to change all of them."
    )
    assert tool.edit_file("a.txt", "x = 1", "x = 3", replace_all=True) == "Changed 'a.txt' in 4 places (lines 1, 3, 4)."
    assert (tmp_path / "a.txt").read_text() == "x = 3\ny = 2\nx = 3\nx = 3; x = 3\n"


def test_places_that_overlap_are_two(tool: EditTool, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("aaa")
    assert _refused(lambda: tool.edit_file("a.txt", "aa", "b")).startswith("'a.txt' contains old_text 2 times (line 1);")
    assert tool.edit_file("a.txt", "aa", "b", replace_all=True) == "Changed 'a.txt' in 1 place (line 1)."
    assert (tmp_path / "a.txt").read_text() == "ba"


def test_places_beyond_counting_are_just_many(tool: EditTool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edits_module, "MOST_PLACES", 3)
    (tmp_path / "a.txt").write_text("a\n" * 10)
    assert _refused(lambda: tool.edit_file("a.txt", "a", "b")).startswith("'a.txt' contains old_text more than 3 times; give")
    assert tool.edit_file("a.txt", "a", "b", replace_all=True) == "Changed 'a.txt' in 10 places."


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("four", "4", "'a.txt' does not contain old_text. Read the file and copy the text exactly."),
        (
            "two:\n  three\n",
            "4",
            "'a.txt' does not contain old_text; from line 2 on it is the same but for blanks. Read the file and copy the text exactly.",
        ),
        ("", "4", "old_text is empty; give the text to replace, or use write_file to write a whole file."),
        ("one", "one", "old_text and new_text are the same; nothing would change."),
        ("one", "\ud800", "The content contains lone surrogates, which are no characters; write it in valid Unicode."),
        ("\udcff", "4", "The content contains lone surrogates, which are no characters; write it in valid Unicode."),
    ],
)
def test_what_cannot_be_edited_is_a_sentence(tool: EditTool, tmp_path: Path, old: str, new: str, sentence: str) -> None:
    (tmp_path / "a.txt").write_bytes(b"one\ntwo:\n\tthree\n\xff")
    assert _refused(lambda: tool.edit_file("a.txt", old, new)) == sentence
    assert (tmp_path / "a.txt").read_bytes() == b"one\ntwo:\n\tthree\n\xff"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("image.png", "'image.png' is a binary file (3 bytes); only text files can be edited."),
        ("large.txt", "'large.txt' is 16 MB; files of at most 16 MB can be read."),
        ("../a.txt", "'../a.txt' is outside the working directory; only files below it can be used."),
        ("link", "'link' is a symbolic link to '/etc/hosts', which is not followed; use the real path."),
        ("locked.txt", "'locked.txt' is read-only; write to another file, or ask the user to make it writable."),
    ],
)
def test_what_is_no_file_for_editing_is_a_sentence(tool: EditTool, tmp_path: Path, path: str, sentence: str) -> None:
    (tmp_path / "image.png").write_bytes(b"\0ab")
    (tmp_path / "large.txt").write_bytes(b"a" * (16 * 1024 * 1024 + 1))
    (tmp_path / "link").symlink_to("/etc/hosts")
    (tmp_path / "locked.txt").write_text("a")
    (tmp_path / "locked.txt").chmod(0o400)
    assert _refused(lambda: tool.edit_file(path, "a", "b", replace_all=True)) == sentence


def test_an_edit_does_not_make_a_file_too_large_to_be_read_again(
    tool: EditTool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edits_module, "LARGEST_FILE", 10)
    (tmp_path / "a.txt").write_text("aaaaa")
    assert _refused(lambda: tool.edit_file("a.txt", "a", "üa", replace_all=True)) == (
        "'a.txt' would be larger than 10 bytes then; make a smaller change."
    )
    tool.edit_file("a.txt", "a", "bb", replace_all=True)
    assert (tmp_path / "a.txt").read_text() == "b" * 10


def test_in_a_file_with_crlf_line_breaks_mean_that(tool: EditTool, tmp_path: Path) -> None:
    (tmp_path / "dos.txt").write_bytes(b"one\r\ntwo\r\n")
    (tmp_path / "mixed.txt").write_bytes(b"one\r\ntwo\n")
    tool.edit_file("dos.txt", "one\ntwo", "1\n2\r\n3")
    assert (tmp_path / "dos.txt").read_bytes() == b"1\r\n2\r\n3\r\n"
    assert "does not contain" in _refused(lambda: tool.edit_file("mixed.txt", "one\ntwo", "x"))


@settings(max_examples=25)
@given(st.text("ab\n\udcff", max_size=12), st.text("ab\n", min_size=1, max_size=2), st.text("bc", max_size=2))
def test_an_edit_is_what_replacing_once_is(text: str, old: str, new: str) -> None:
    data, overlapping = text.encode("utf-8", "surrogateescape"), sum(text.startswith(old, at) for at in range(len(text)))
    try:
        edited = _Edit("f", old, new, everywhere=False).of(data)
    except ToolFailed:
        assert overlapping != 1 or old == new
    else:
        assert overlapping == 1
        assert edited.data == text.replace(old, new).encode("utf-8", "surrogateescape")


def test_edits_of_one_file_at_once_are_all_made(tool: EditTool, tmp_path: Path) -> None:
    names = [f"<{number}>" for number in range(20)]
    (tmp_path / "a.txt").write_text("\n".join(names))

    def edit(name: str) -> str:
        return tool.edit_file("a.txt", name, name.strip("<>"))

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(edit, names))
    assert (tmp_path / "a.txt").read_text().split("\n") == [name.strip("<>") for name in names]


def test_the_preview_is_the_diff_and_names_the_file_by_its_hash(tool: EditTool, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\n")
    one = "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806"
    assert tool.preview_edit({"path": "./a.txt", "old_text": "one", "new_text": "1", "replace_all": False}) == CallPreview(
        "diff", f"--- a/a.txt  sha256 {one}\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+1\n"
    )


def test_previews_that_are_no_diff(tool: EditTool) -> None:
    assert tool.preview_edit({"path": "a.txt", "old_text": "one", "new_text": "1"}) == CallPreview(
        "text", "This would fail: 'a.txt' does not exist; here: nothing."
    )
    assert tool.preview_edit({"path": "a.txt", "old_text": "one"}) is None
    assert tool.preview_edit({"path": 1, "old_text": "one", "new_text": "1"}) is None


async def test_a_decision_about_an_edit_is_void_when_the_file_changes_far_from_it(tmp_path: Path) -> None:
    tool = resolve_tool("edit_file", ToolSetting(tmp_path))

    async def digest() -> str:
        arguments = '{"path": "a.txt", "old_text": "first", "new_text": "1st", "replace_all": false}'
        key = CallKey(Scope("run"), 1, 0)
        return (await shown_call(tool, name=tool.name, arguments=arguments, agent="a", session_id="s", key=key)).digest

    rest = "".join(f"{number}\n" for number in range(100))
    (tmp_path / "a.txt").write_text(f"first\n{rest}last")
    shown = await digest()
    assert await digest() == shown
    (tmp_path / "a.txt").write_text(f"first\n{rest}LAST")
    assert await digest() != shown
