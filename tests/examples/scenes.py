"""A picture of each example, from its recorded conversation: the team of its agents.toml, its own tools, and a held clock."""

import shutil
import tempfile
import weakref
from collections.abc import Awaitable, Callable
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from examples.replay import FOLDER, MODEL, Recording, copied
from textual.pilot import Pilot

from agentchat.assembly import vocabulary
from agentchat.building.team import Site, build
from agentchat.chat.chat import Chat
from agentchat.chat.deciding.policy import ChatPolicy
from agentchat.chat.setup import ChatSetup
from agentchat.chat.team import ModelLabel, Team
from agentchat.config.agents_file import read_team
from agentchat.runtime.ports.model import Model, ModelProvider
from agentchat.runtime.values.usage import Usage
from agentchat.testing import ModelCall, ModelStep, ScriptedModel
from agentchat.tools.setting import ToolSetting
from agentchat.tui.bridge import Connected
from tests.examples.playing import as_if_alone
from tests.tui.scenes import Desk, pass_time, settle, type_and_send

MOST_CALLS = 40
"""Of the model, in one conversation."""


class _OneModel(ModelProvider):
    def __init__(self, model: Model) -> None:
        self._model = model

    def get_model(self, model_name: str | None) -> Model:
        return self._model


class ExampleDesk(Desk):
    """The application on a copy of an example's folder."""

    def __init__(self, name: str) -> None:
        recording = Recording(FOLDER / name)
        answer = ModelStep.respond(lambda call: recording.answer_to(_items(call)))
        usage = Usage(requests=1, input_tokens=1_900, output_tokens=120, total_tokens=2_020)
        self._model = ScriptedModel([answer] * MOST_CALLS, default_usage=usage)
        super().__init__(self._model, offline=False)
        place = Path(tempfile.mkdtemp())
        weakref.finalize(self, shutil.rmtree, place)
        self.example = copied(name, place)

    async def connect(self) -> Connected:
        spec = read_team(self.example / "agents.toml", origin="option", vocabulary=vocabulary())
        provider = _OneModel(self._model)
        with as_if_alone(self.example):
            built = build(spec, Site(ToolSetting(root=self.example, clock=self.clock), provider, None, None))
        label = ModelLabel(MODEL, "recording.json")
        agents = tuple(built.agents.values())
        team = Team(built.agents[spec.first], label_of=lambda _: label, more=agents, returns=spec.after_handoff == "return")
        policy = ChatPolicy(built.rules, mode=spec.mode or "ask")
        setup = ChatSetup(team, policy, provider, self.clock, model_input=built.withholding, folder=f"/home/ada/{self.example.name}")
        return Connected(Chat(self.journal, setup))


def _items(call: ModelCall) -> list[dict[str, object]]:
    return [{"content": call.input}] if isinstance(call.input, str) else [dict(item) for item in call.input]


async def _all_is_said(pilot: Pilot[None]) -> None:
    """Every message, until a dialog asks about a call."""
    desk = pilot.app
    assert isinstance(desk, ExampleDesk)
    await _at_rest(pilot)
    for message in Recording(FOLDER / desk.example.name).messages:
        with chdir(desk.example):
            await type_and_send(pilot, message)
            await _at_rest(pilot)
        if len(desk.screen_stack) > 1:
            break
    await pass_time(pilot, 1.0)


async def _at_rest(pilot: Pilot[None]) -> None:
    """Without moving the clock: how long the tools really take must not be seen."""
    desk = pilot.app
    assert isinstance(desk, ExampleDesk)
    await desk.bridge.drained()
    await settle(pilot)


@dataclass(frozen=True, slots=True)
class ExampleScene:
    """One example."""

    example: str
    play: Callable[[Pilot[None]], Awaitable[None]] = _all_is_said
    sizes: tuple[tuple[int, int], ...] = ((120, 40),)

    @property
    def name(self) -> str:
        return f"example-{self.example}"

    def desk(self) -> ExampleDesk:
        """The application before it runs."""
        return ExampleDesk(self.example)


EXAMPLE_SCENES = (ExampleScene("support-desk"), ExampleScene("code-review"), ExampleScene("research"))
