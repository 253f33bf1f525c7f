"""A message with files: what names them, and how they are found in it again."""

import pytest

from agentchat.chat.attachments import Enclosed, attached_to, data_url, mention_of, message_with, names_in, said_in
from agentchat.chat.transcript.blocks import Attachment

FILES = (Enclosed("a b.md", "1.2 KB", "text\nAttached file?"), Enclosed("x.png", "image, 3 B", data_url("image/png", b"abc"), "image"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("look at @notes.md", [("notes.md",)]),
        ("@a/b.py, please (see @c.txt)!", [("a/b.py,", "a/b.py"), ("c.txt)!", "c.txt")]),
        ('@"two words.md" and @x', [("two words.md",), ("x",)]),
        ("ada@example.org and a@b", []),
        ("@ nothing @@", [("@",)]),
        ("twice @x @x", [("x",)]),
    ],
)
def test_a_name_stands_behind_an_at_at_the_beginning_of_a_word(text: str, names: list[tuple[str, ...]]):
    assert list(names_in(text)) == names


@pytest.mark.parametrize("name", ["notes.md", "two words.md", "src/a.py", "what?"])
def test_a_name_that_was_completed_is_found(name: str):
    ((found, *_),) = names_in(f"see {mention_of(name)} please")
    assert found == name


def test_what_was_said_and_what_went_with_it_are_found_in_the_message():
    message = message_with("Look.", FILES)
    assert (said_in(message), attached_to(message)) == ("Look.", (Attachment("a b.md", "1.2 KB"), Attachment("x.png", "image, 3 B")))
    assert message["content"][-1] == {"type": "input_image", "image_url": "data:image/png;base64,YWJj", "detail": "auto"}


@pytest.mark.parametrize(
    "content",
    [
        'Attached file "x" (1 B):\nhidden',
        [{"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b"}],
        [{"type": "input_text", "text": text} for text in ("a", 'Attached file "x" (1 B):\n', "b")],
        [{"type": "input_image", "image_url": "x"}, {"type": "input_text", "text": "a"}],
        [{"type": "input_text", "text": "a"}, {"type": "input_image", "image_url": "x"}],
        [7, None],
    ],
)
def test_a_message_that_another_program_wrote_is_shown_whole(content: object):
    message = {"role": "user", "content": content}
    assert attached_to(message) == ()
    texts = [part["text"] for part in content if isinstance(part, dict) and "text" in part] if isinstance(content, list) else [content]
    assert all(text in said_in(message) for text in texts)
