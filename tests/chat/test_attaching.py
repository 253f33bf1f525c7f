"""Files that go with what a person says, in a chat on real files."""

from pathlib import Path
from typing import Any

import pytest

from agentchat.chat.attaching import LARGEST_IMAGE, LONGEST_TEXT, MOST_FILES, attached
from agentchat.chat.transcript.blocks import Attachment, NoticeBlock, UserBlock
from agentchat.models.chat_completions.messages import chat_messages
from agentchat.runtime.agents.agent import Agent
from agentchat.testing import assistant_message
from agentchat.tools.files.work_files import WorkspaceFiles
from agentchat.tools.files.workspace import Workspace
from tests.chat.lived import blocks_when_reopened, first_frame, opened, scripted, setup_of

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    work = tmp_path / "work"
    (work / ".git").mkdir(parents=True)
    (work / "notes.md").write_text("remember the milk\n")
    (work / "x.png").write_bytes(PNG)
    (work / ".env").write_text("KEY=1")
    (tmp_path / "secret.txt").write_text("secret")
    return work


def files(folder: Path) -> WorkspaceFiles:
    return WorkspaceFiles(Workspace(folder))


async def test_named_files_are_sent_with_the_text_and_shown_by_name_and_size(tmp_path: Path, folder: Path) -> None:
    model = scripted([assistant_message("Seen.")])
    setup = setup_of(Agent(name="a", model=model), files=files(folder))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("compare @notes.md with @x.png.")
        await chat.settled()
        block = front.blocks[0]
        assert isinstance(block, UserBlock)
        assert block.text == "compare @notes.md with @x.png."
        assert block.attachments == (Attachment("notes.md", "18 B"), Attachment("x.png", "image, 108 B"))
        (message,) = model.calls[0].input
        assert [part["type"] for part in message["content"]] == ["input_text", "input_text", "input_text", "input_image"]
        assert "remember the milk" in message["content"][1]["text"]
        lived = front.blocks
    assert lived == await blocks_when_reopened(tmp_path / "db", setup) == first_frame(tmp_path / "db")


@pytest.mark.parametrize("text", ["ada@example.org", "@nobody there", "@../secret.txt", "@.env", "@.git/config", "@/etc/passwd", "@", "@."])
async def test_what_names_no_file_of_the_folder_is_text_alone(folder: Path, text: str) -> None:
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    assert await attached(f"{text} @link.txt", files(folder)) == await attached(f"{text} @link.txt", None)


async def test_what_cannot_be_attached_is_told_and_the_text_is_sent(tmp_path: Path, folder: Path) -> None:
    (folder / "a.bin").write_bytes(b"\0\1")
    (folder / "b.png").write_bytes(b"text")
    (folder / "c.png").write_bytes(PNG + b"\0" * LARGEST_IMAGE)
    setup = setup_of(Agent(name="a", model=scripted([assistant_message("Seen.")])), files=files(folder))
    async with opened(tmp_path / "db", setup) as (chat, front):
        await chat.send("@a.bin @b.png @c.png")
        await chat.settled()
        told = [block.text for block in front.blocks if isinstance(block, NoticeBlock)]
        assert told == [
            "a.bin was not attached: it is no text, and no image (png, jpg, gif, webp).",
            "b.png was not attached: what is in it is no png.",
            "c.png was not attached: it is 4.0 MB; images of at most 4.0 MB can be attached.",
        ]


async def test_attachments_are_bounded(folder: Path) -> None:
    (folder / "long.txt").write_text("x" * (LONGEST_TEXT + 1000))
    (message,) = (await attached("@long.txt", files(folder))).given
    assert len(message["content"][1]["text"]) < LONGEST_TEXT + 200
    for number in range(MOST_FILES + 2):
        (folder / f"{number}.txt").write_text("x")
    made = await attached(" ".join(f"@{number}.txt" for number in range(MOST_FILES + 2)), files(folder))
    assert (len(made.given[0]["content"]), len(made.complaints)) == (1 + MOST_FILES, 2)


async def test_chat_completions_carries_images_and_texts(folder: Path) -> None:
    given: Any = (await attached("@notes.md @x.png", files(folder))).given
    (message,) = chat_messages(None, given)
    assert [part["type"] for part in message["content"]] == ["text", "text", "text", "image_url"]
    assert message["content"][-1]["image_url"]["url"].startswith("data:image/png;base64,")
