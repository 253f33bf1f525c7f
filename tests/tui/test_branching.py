"""Asking again, and asking otherwise, in a branch: on a real file."""

import asyncio
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import TextArea

from agentchat.chat.chat import Chat
from agentchat.chat.deciding.policy import ChatPolicy
from agentchat.chat.setup import ChatSetup
from agentchat.chat.transcript.blocks import AnswerBlock, UserBlock
from agentchat.chat.transcript.replay import replay
from agentchat.storage.forking import fork
from agentchat.storage.reader import read_chat
from agentchat.storage.store import SQLiteStore
from agentchat.testing import ModelStep, ScriptedModel, assistant_message
from agentchat.tui.bridge import Connect, Connected
from agentchat.tui.transcript.widget import TranscriptView
from agentchat.tui.widgets.prompt import Prompt
from tests.tui.scenes import SESSION, Desk, drain, pass_time, settle, type_and_send


class FileDesk(Desk):
    """The application on a conversation in a file."""

    def __init__(self, path: Path, model: ScriptedModel) -> None:
        super().__init__(model)
        self.path = path

    async def connect(self) -> Connected:
        return await self._connected(SESSION)

    async def _connected(self, session_id: str) -> Connected:
        store = await SQLiteStore.open(self.path, session_id, clock=self.clock)

        async def branch(*, before: int, with_prompt: bool) -> Connect:
            prompt = None if with_prompt else ""
            copy = await asyncio.to_thread(fork, self.path, session_id, at=self.clock.now(), before=before, prompt=prompt)
            return lambda: self._connected(copy.session_id)

        return Connected(Chat(store, ChatSetup(self.team, ChatPolicy(), clock=self.clock)), fork=branch)


def desk_of(path: Path, *answers: str) -> FileDesk:
    return FileDesk(path / "db", ScriptedModel([[assistant_message(answer)] for answer in answers]))


async def two_messages(desk: FileDesk, pilot: Pilot[None]) -> TranscriptView:
    await drain(pilot)
    for text in ("one", "two"):
        await type_and_send(pilot, text)
        await drain(pilot)
    return desk.screen.query_one(TranscriptView)


def said(view: TranscriptView) -> list[str]:
    return [block.text for block in view.blocks if isinstance(block, UserBlock | AnswerBlock)]


async def test_a_message_is_edited_in_a_branch_and_nothing_is_lost(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "first", "second", "third")
    async with desk.run_test(size=(100, 30)) as pilot:
        view = await two_messages(desk, pilot)
        desk.screen.query_one(Prompt).insert("a draft")
        view.focus()
        view.point_at(3)
        await pilot.press("e")
        await drain(pilot)  # it is copied
        await drain(pilot)  # and opened
        branch = desk.chat_screen.status.session_id
        prompt = desk.screen.query_one(Prompt)
        assert (branch != SESSION, said(view), prompt.text, desk.focused) == (True, ["one", "first"], "two", prompt)
        prompt.text = "two, please"
        await pilot.press("enter")
        await settle(pilot)
        await drain(pilot)
        assert said(view) == ["one", "first", "two, please", "third"]
    before = read_chat(tmp_path / "db", SESSION)
    assert ([block.text for block in replay(before)], before.prompt) == (["one", "first", "two", "second"], "a draft")  # type: ignore[union-attr]
    assert desk.outcome.session_id == branch


async def test_an_answer_is_asked_for_again_in_a_branch(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "first", "second", "better")
    async with desk.run_test(size=(100, 30)) as pilot:
        view = await two_messages(desk, pilot)
        view.focus()
        await pilot.press("r")
        await drain(pilot)
        await drain(pilot)
        assert said(view) == ["one", "first", "two", "better"]
        assert desk.screen.query_one(TextArea).text == ""


async def test_a_run_is_stopped_before_one_branches_off(tmp_path: Path) -> None:
    gate = asyncio.Event()
    desk = FileDesk(tmp_path / "db", ScriptedModel([ModelStep.in_chunks(["a", "b"], gate=gate)]))
    async with desk.run_test(size=(100, 30)) as pilot:
        await drain(pilot)
        await type_and_send(pilot, "one")
        await pass_time(pilot, 0.3)
        desk.screen.query_one(TranscriptView).focus()
        await pilot.press("r")
        await settle(pilot)
        assert desk.chat_screen.status.session_id == SESSION
        assert [toast.message for toast in desk._notifications] == ["Stop the run first (esc), then branch off."]
        gate.set()


async def test_a_conversation_that_is_not_kept_says_so(tmp_path: Path) -> None:
    desk = Desk(ScriptedModel([[assistant_message("first")]]))
    async with desk.run_test(size=(100, 30)) as pilot:
        await drain(pilot)
        await type_and_send(pilot, "one")
        await drain(pilot)
        desk.screen.query_one(TranscriptView).focus()
        await pilot.press("e")
        await settle(pilot)
        assert [toast.message for toast in desk._notifications] == ["This conversation is not saved, so it cannot branch off."]
