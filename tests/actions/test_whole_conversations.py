from pathlib import Path

from agentchat.actions.whole_conversations import delete, fork
from agentchat.storage.reader import list_sessions
from agentchat.tools.notes import notes_file
from tests.command_line import store_chat


async def test_a_fork_has_the_notes_of_its_original_and_deleting_takes_them_away(tmp_path: Path) -> None:
    await store_chat(tmp_path, "3f2a", "Hello")
    path = tmp_path / "data" / "agentchat.db"
    notes = notes_file(path, "3f2a")
    notes.parent.mkdir(mode=0o700)
    notes.write_text('["blue"]')
    notes.chmod(0o600)
    copy = notes_file(path, fork(path, "3f2a", at=1.0).session_id)
    assert (copy.read_text(), copy.stat().st_mode & 0o777) == ('["blue"]', 0o600)
    delete(path, "3f2a", at=2.0)
    assert (notes.exists(), copy.exists(), len(list_sessions(path))) == (False, True, 1)


async def test_a_conversation_without_notes_is_forked_and_deleted_as_well(tmp_path: Path) -> None:
    await store_chat(tmp_path, "3f2a", "Hello")
    path = tmp_path / "data" / "agentchat.db"
    copy = fork(path, "3f2a", at=1.0)
    delete(path, "3f2a", at=2.0)
    assert [entry.session_id for entry in list_sessions(path)] == [copy.session_id]
