"""The composition root: from what a person asked for, and what agents.toml says, to a chat that is ready to talk.

This is the one place that knows every part: models, tools, configuration, storage and the chat; how a file becomes agents is in
`building/`. What can be wrong in a file is an error that names file, line and key; nothing is left out in silence.
"""

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from agentchat.building.models import Where, explained, where
from agentchat.building.own_code import OwnCode
from agentchat.building.problems import CannotBeHad
from agentchat.building.spending import counted
from agentchat.building.team import BuiltTeam, Site, build
from agentchat.chat.chat import Chat
from agentchat.chat.deciding.policy import ChatPolicy
from agentchat.chat.inspecting.recording import Recorder
from agentchat.chat.options import Options
from agentchat.chat.setup import ChatSetup
from agentchat.chat.team import Team
from agentchat.config.errors import quoted
from agentchat.config.find import find_team
from agentchat.config.nearest import suggestion
from agentchat.config.project import load_project
from agentchat.config.specs import TeamSpec
from agentchat.config.trust import TrustStore
from agentchat.config.vocabulary import Vocabulary
from agentchat.guardrails.registry import guardrail_kinds
from agentchat.models.wire.hiding import without_secrets
from agentchat.models.wire.watching import watched
from agentchat.runtime.agents.agent import Agent
from agentchat.runtime.ports.clock import Clock, SystemClock
from agentchat.runtime.values.exceptions import UserError
from agentchat.storage.answers import kept_answers
from agentchat.storage.reader import new_session_id
from agentchat.storage.store import SQLiteStore
from agentchat.tools.files.work_files import WorkspaceFiles
from agentchat.tools.files.workspace import Workspace
from agentchat.tools.notes import notes_file, notes_folder
from agentchat.tools.registry import tool_names
from agentchat.tools.setting import ToolSetting


async def assemble(options: Options, *, clock: Clock | None = None, decides_only: bool = False) -> Chat:
    """A chat as the options and agents.toml say, not yet opened.

    With `decides_only` it takes the conversation from nobody, and only decides.

    Raises:
        TrustRequired: The project's file needs trust, and the options say to refuse it then.
        ConfigError: agents.toml cannot be used; ConfigErrors for several mistakes in it.
        UserError: An option cannot be met.
        StoreError: The database cannot be used.
    """
    time = clock or SystemClock()
    spec = _team_spec(options)
    answering = where(spec, options.model, time)
    session_id = options.session_id or new_session_id(options.database)
    own = (options.database, notes_folder(options.database), options.trust_file.parent, options.own_team.parent)
    notes = notes_file(options.database, session_id)
    state = options.trust_file.parent
    setting = ToolSetting(root=options.folder, clock=time, own=own, notes=notes, state=state)
    built = build(spec, Site(setting, answering.provider, options.model, options.default_model or None))
    setup = replace(
        _setup(spec, built, options, answering, time), ended_at=setting.kill_notes.ended_at, resources=(setting.jobs.aclose,)
    )
    if decides_only:
        return Chat(await SQLiteStore.open_to_decide(options.database, session_id, clock=time), setup)
    return await _chat(options.database, session_id, setup, folder=str(options.folder))


def vocabulary() -> Vocabulary:
    """What an agents.toml may name: every tool and every kind of guardrail that is there."""
    return Vocabulary(tool_names(), guardrail_kinds())


async def chat_with(agent: Agent[Any], options: Options, *, clock: Clock | None = None) -> Chat:
    """A chat with an agent of one's own Python, not yet opened; no file is read. Of the options those count that are about a conversation.

    Models are found as for `Runner.run`; calls that change things are asked about, as the mode says.
    """
    setup = ChatSetup(
        team=Team(first=agent),
        policy=ChatPolicy(mode=options.mode or "ask", mode_opens_marked=options.mode is not None),
        explain=explained("", ""),
        clock=clock or SystemClock(),
        max_turns=options.max_turns or options.default_max_turns,
        files=WorkspaceFiles(Workspace(options.folder)),
        folder=str(options.folder),
    )
    session_id = options.session_id or new_session_id(options.database)
    return await _chat(options.database, session_id, setup, folder=str(options.folder))


async def _chat(path: Path, session_id: str, setup: ChatSetup, *, folder: str) -> Chat:
    """With what makes its inside visible."""
    recorder = Recorder(watch=watched, hide=without_secrets)
    earlier = partial(asyncio.to_thread, kept_answers, path, session_id)
    return Chat(
        await SQLiteStore.open(path, session_id, clock=setup.clock, folder=folder), replace(setup, recorder=recorder, earlier=earlier)
    )


def _setup(spec: TeamSpec, built: BuiltTeam, options: Options, answering: Where, clock: Clock) -> ChatSetup:
    limit = None if spec.limits is None else spec.limits.max_turns
    team = Team(
        first=_first(built, spec, options),
        label_of=answering.label,
        more=tuple(built.agents.values()),
        returns=spec.after_handoff == "return",
    )
    return ChatSetup(
        team=team,
        policy=ChatPolicy(built.rules, mode=options.mode or spec.mode or "ask", mode_opens_marked=options.mode is not None),
        provider=counted(answering.provider, spec.prices, built.spending),
        spending=built.spending,
        clock=clock,
        explain=answering.explain,
        max_turns=options.max_turns or limit or options.default_max_turns,
        files=WorkspaceFiles(Workspace(options.folder)),
        folder=str(options.folder),
        model_input=built.withholding,
        notices=(*built.notices, *_instead(built, spec, options)),
    )


def _team_spec(options: Options) -> TeamSpec:
    place = find_team(option=options.config, folder=options.folder, own=options.own_team)
    trust = TrustStore(options.trust_file)
    return load_project(place, options.folder, vocabulary(), trust=trust, untrusted=options.untrusted)


def _first(built: BuiltTeam, spec: TeamSpec, options: Options) -> Agent[Any]:
    """Who gets the first message; where the file's own choice is left out, the first agent that is there."""
    name = options.agent or spec.first
    if name in built.agents:
        return built.agents[name]
    if name in built.missing and options.agent is None:
        return next(iter(built.agents.values()))
    if name in built.missing:
        raise UserError(built.missing[name])
    if ":" in name:
        return _own_agent(name, options.folder)
    raise UserError(f"There is no agent {quoted(name)}; {suggestion(name, built.agents)}")


def _instead(built: BuiltTeam, spec: TeamSpec, options: Options) -> tuple[str, ...]:
    """What is said when another agent than the file's own choice gets the first message."""
    if options.agent is not None or spec.first in built.agents:
        return ()
    return (f"Until then {quoted(next(iter(built.agents)))} gets your messages.",)


def _own_agent(name: str, folder: Path) -> Agent[Any]:
    """The Agent that `module:object` leads to. The person named it, so its code is theirs to run."""
    try:
        found = OwnCode(folder).load(name)
    except CannotBeHad as error:
        raise UserError(f"Agent {quoted(name)} cannot be had: {error}.") from error
    if not isinstance(found, Agent):
        raise UserError(f"{quoted(name)} is a {type(found).__name__}; name an agentchat.Agent.")
    return found  # pyright: ignore[reportUnknownVariableType] - its context is the person's own type
