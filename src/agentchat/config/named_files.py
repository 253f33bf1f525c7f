"""The files that an agents.toml names beside itself: instructions, and the shapes of answers."""

import json
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from agentchat.config.agent_specs import AgentSpec
from agentchat.config.complaints import Complaints
from agentchat.config.errors import quoted
from agentchat.config.names import is_own_code
from agentchat.config.specs import TeamTable
from agentchat.config.toml_places import KeyPath

_LARGEST = 1024 * 1024
"""Bytes, as for the file itself."""


class _Unreadable(Exception):  # noqa: N818 - said of a file
    """A file cannot be used; the text is the rest of a sentence about it."""


def with_files(team: TeamTable, folder: Path, complaints: Complaints) -> TeamTable:
    """The team with the contents of those files in the place of their names; complains of each that cannot be used."""
    agents = [_with_its_files(agent, ("agents", at), folder, complaints) for at, agent in enumerate(team.agents)]
    return replace(team, agents=tuple(agents))


def files_of(team: TeamTable) -> dict[KeyPath, str]:
    """The names of those files, by where they stand."""
    found: dict[KeyPath, str] = {}
    for at, agent in enumerate(team.agents):
        if agent.instructions_file is not None:
            found["agents", at, "instructions_file"] = agent.instructions_file
        if isinstance(agent.output, str) and not is_own_code(agent.output):
            found["agents", at, "output"] = agent.output
    return found


def outside(folder: Path, name: str) -> bool:
    """Whether a file that is named so lies outside of the folder, also over a link."""
    try:
        return not (folder / name).resolve().is_relative_to(folder.resolve())
    except OSError:
        return True


def _with_its_files(agent: AgentSpec, path: KeyPath, folder: Path, complaints: Complaints) -> AgentSpec:
    owner = f"Agent {quoted(agent.name)}"
    if agent.instructions_file is not None and agent.instructions is None:
        try:
            agent = replace(agent, instructions=_instructions(folder / agent.instructions_file))
        except _Unreadable as error:
            complaints.add((*path, "instructions_file"), f"{owner} has its instructions in {quoted(agent.instructions_file)}, {error}")
    match agent.output:
        case str() as name if not is_own_code(name):
            try:
                agent = replace(agent, output=_schema(folder / name))
            except _Unreadable as error:
                complaints.add((*path, "output"), f"{owner} has the shape of its answer in {quoted(name)}, {error}")
        case dict() if wrong := _no_object(agent.output):
            complaints.add((*path, "output"), f"{owner} has a shape for its answer that {wrong}")
        case _:
            pass
    return agent


def _instructions(path: Path) -> str:
    text = _text(path)
    if not text.strip():
        raise _Unreadable("which is empty; say in it what the agent does.")
    return text


def _schema(path: Path) -> dict[str, Any]:
    try:
        found: object = json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise _Unreadable(f"which is no JSON{place}; write a JSON schema there.") from error
    if wrong := _no_object(found):
        raise _Unreadable(f"which {wrong}")
    return cast("dict[str, Any]", found)


def _no_object(schema: object) -> str:
    """Why this cannot be the shape of an answer; empty when it can. Models are asked for objects."""
    match schema:
        case {"type": "object", "properties": dict()}:
            return ""
        case _:
            return "is no JSON schema of an object; write type = \"object\", and what it has under 'properties'."


def _text(path: Path) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would keep us waiting
            raise _Unreadable("which is no plain file; name a text file.")
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise _Unreadable("which is larger than 1 MB; shorten it.")
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise _Unreadable("which is not UTF-8; save it as UTF-8.") from error
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno).lower() if isinstance(error, OSError) and error.errno else str(error)
        raise _Unreadable(f"which cannot be read: {reason}.") from error
