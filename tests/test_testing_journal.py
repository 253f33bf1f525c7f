"""The journal in memory; that it equals the store on a file is shown in storage/test_store_equals_memory.py."""

from agentchat.chat.store import ChatStore
from agentchat.runtime.ports.session import Session
from agentchat.runtime.values.keys import Scope
from agentchat.testing_journal import InMemoryJournal
from tests.storage.samples import RUN, checkpoint, said


async def test_it_is_a_chat_store_and_a_session() -> None:
    journal = InMemoryJournal()
    store: ChatStore = journal
    assert isinstance(store, Session)
    await store.close()
    assert await store.get_items() == []


async def test_it_holds_nothing_alive() -> None:
    journal = InMemoryJournal()
    item, staged = said("hello"), [said("later")]
    await journal.begin(RUN, [item], checkpoint(staged_input=staged))
    item["content"] = "changed"
    staged.clear()
    (await journal.get_items())[0]["content"] = "changed again"
    recalled = await journal.recall(RUN)
    assert recalled is not None
    assert (await journal.get_items(), recalled.checkpoint.staged_input) == ([said("hello")], [said("later")])


async def test_each_object_is_a_conversation_of_its_own() -> None:
    journal, other = InMemoryJournal("a"), InMemoryJournal("b")
    await journal.begin(RUN, [said("hello")], checkpoint())
    assert (await other.get_items(), await other.recall(RUN), (await journal.load()).open_run) == ([], None, "run1")
    assert await journal.recall(Scope("run2")) is None
