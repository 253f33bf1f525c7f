"""The rooms beside the conversation, as scenes: the inspector, the team, the saved conversations, and a command that is typed."""

from dataclasses import dataclass, replace

from textual.pilot import Pilot
from textual.widgets import Input

from agentchat.chat.saved import SessionEntry
from agentchat.chat.shelf import Shelved
from agentchat.testing import ScriptedModel, assistant_message
from agentchat.tui.bridge import Connect, Connected
from agentchat.tui.widgets.prompt import Prompt
from tests.tui.scenes import ANSWER, HANDOFF, LOOKUP, SESSION, Desk, Scene, desk_of, drain, settle, type_and_send

BEGAN = 1_746_273_000.0


def shelved(number: int, title: str, *, folder: str = "", parent: str = "", **more: object) -> Shelved:
    used = BEGAN - 86_400 * number
    entry = SessionEntry(f"{number:08x}", title, used, used, folder, 4 + 3 * number, unfinished=number == 2, parent=parent)
    return Shelved(entry, is_here=not folder, **more)  # type: ignore[arg-type]


@dataclass
class Drawer:
    """A shelf without a file. Mutable: what is done to it is seen in it."""

    found: tuple[Shelved, ...]

    def conversations(self) -> tuple[Shelved, ...]:
        return self.found

    def search(self, words: str) -> tuple[Shelved, ...]:
        return tuple(replace(one, said=f"… what was said of {words} …") for one in self.found if words in one.entry.title)

    def rename(self, session_id: str, title: str) -> None:
        self.found = tuple(
            replace(one, entry=replace(one.entry, title=title)) if one.entry.session_id == session_id else one for one in self.found
        )

    def delete(self, session_id: str) -> None:
        self.found = tuple(one for one in self.found if one.entry.session_id != session_id)

    def fork(self, session_id: str) -> str:
        (one,) = [one for one in self.found if one.entry.session_id == session_id]
        entry = replace(one.entry, session_id="copy", title=f"{one.entry.title} (2)", parent=session_id)
        self.found = (*self.found, replace(one, entry=entry))
        return "copy"

    def export(self, session_id: str, name: str) -> str:
        return f"/home/ada/shop/{name or session_id}"


def drawer() -> Drawer:
    first = shelved(0, "Refund 1042")
    here = replace(first, entry=replace(first.entry, session_id=SESSION))
    return Drawer((
        here,
        shelved(1, "Refunds of last week", waiting=2),
        shelved(2, "A broken refund of 1077"),
        shelved(3, "Names for a \x1b[31mcat", folder="/home/ada/cats"),
    ))  # fmt: skip


def branches() -> Drawer:
    """A conversation that was branched off twice, a branch of a branch, and one whose origin is gone."""
    whole = drawer()
    return Drawer((
        *whole.found[:2],
        shelved(4, "A broken refund of 1077, asked again with the number of the order", parent="00000002"),
        whole.found[3],
        *whole.found[2:3],
        shelved(5, "A broken refund of 1077, politely", parent="00000002", waiting=1),
        shelved(6, "The same for 1078", parent="00000004"),
        shelved(7, "Summer sale", parent="beef0000"),
    ))  # fmt: skip


class RoomDesk(Desk):
    """A desk whose conversations stand on a shelf. Going to another one opens the same chat anew."""

    drawer = drawer()
    gone_to: tuple[str | None, ...] = ()

    async def connect(self) -> Connected:
        def another(session_id: str | None) -> Connect:
            self.gone_to = (*self.gone_to, session_id)
            return self.connect

        return replace(await super().connect(), shelf=self.drawer, another=another)


async def answered(pilot: Pilot[None]) -> None:
    await drain(pilot)
    await type_and_send(pilot, "Where is my refund for order 1042?")
    await drain(pilot)


async def _a_turn_is_inspected(pilot: Pilot[None]) -> None:
    await answered(pilot)
    await pilot.press("f2")
    await drain(pilot)
    await pilot.press("right", "right", "right", "right", "right", "slash")
    desk_of(pilot).screen.query_one(Input).value = "ship"
    await settle(pilot)


async def _the_team_is_looked_at(pilot: Pilot[None]) -> None:
    await answered(pilot)
    await pilot.press("f3")
    await drain(pilot)
    await pilot.press("down", "down")
    await drain(pilot)
    await pilot.press("left")
    await settle(pilot)


async def _a_conversation_is_looked_for(pilot: Pilot[None]) -> None:
    await drain(pilot)
    await pilot.press("ctrl+o")
    await drain(pilot)
    desk_of(pilot).screen.query_one(Input).value = "refund"
    await settle(pilot)
    await drain(pilot)
    await pilot.press("down")
    await settle(pilot)


async def _all_conversations_are_listed(pilot: Pilot[None]) -> None:
    await drain(pilot)
    await pilot.press("ctrl+o")
    await drain(pilot)
    await pilot.press("down", "ctrl+d")
    await settle(pilot)


async def _branches_are_listed(pilot: Pilot[None]) -> None:
    desk_of(pilot).drawer = branches()  # type: ignore[attr-defined]
    await drain(pilot)
    await pilot.press("ctrl+o")
    await drain(pilot)


async def _a_command_is_typed(pilot: Pilot[None]) -> None:
    await drain(pilot)
    desk_of(pilot).screen.query_one(Prompt).insert("/a")
    await settle(pilot)


SCRIPT = (HANDOFF, LOOKUP, [assistant_message(ANSWER)])


@dataclass(frozen=True, slots=True)
class RoomScene(Scene):
    """A scene on such a desk."""

    sizes: tuple[tuple[int, int], ...] = ((120, 40),)

    def desk(self) -> RoomDesk:
        desk = RoomDesk(ScriptedModel(self.script), offline=self.offline)
        desk.drawer = drawer()
        return desk


ROOM_SCENES = (
    RoomScene("inspector", SCRIPT, _a_turn_is_inspected),
    RoomScene("team", SCRIPT, _the_team_is_looked_at),
    RoomScene("sessions", (), _all_conversations_are_listed),
    RoomScene("branches", (), _branches_are_listed, sizes=((120, 40), (44, 20))),
    RoomScene("sessions-search", (), _a_conversation_is_looked_for),
    RoomScene("command", (), _a_command_is_typed),
)
