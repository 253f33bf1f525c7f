"""How the screen is opened on a conversation. What the person sees and types is tested with the command, in test_cli.py."""

from pathlib import Path

from agentchat.actions import wish
from agentchat.storage.store import SQLiteStore
from tests.clock import FakeClock
from tests.command_line import store_chat, terminal


async def test_a_resumed_conversation_works_in_the_folder_that_it_began_in(tmp_path: Path) -> None:
    began, database = tmp_path / "began", tmp_path / "chats.db"
    began.mkdir()
    store = await SQLiteStore.open(database, "3f2a9c1e", clock=FakeClock(), folder=str(began))
    await store.set_title("rain")
    await store.close()
    assert wish.folder_of("3f2a9c1e", database) == began
    began.rmdir()
    assert wish.folder_of("3f2a9c1e", database) == Path.cwd()
    assert wish.folder_of(None, database) == Path.cwd()


async def test_the_first_frame_of_a_resumed_conversation_is_a_whole_one(tmp_path: Path) -> None:
    """What was said last is in it, in the form that the screen keeps: a second layout would be seen as a flicker."""
    await store_chat(tmp_path, "3f2a9c1e", "What will it be?")
    with terminal(tmp_path, "-r", "3f2a9c1e") as program:
        program.wait_for("What will it be?")
        _, first, *_ = program.output.decode().split("transcript")
        assert "activity" in first.partition("\n")[0]
        assert "What will it be?" in first
