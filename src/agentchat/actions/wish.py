"""What was asked for on the command line, and what it means: which conversation, in which file, put together how.

Shared by the screen and by the commands that need none. Nothing heavy is imported here: the screen is drawn first.
"""

import shlex
from dataclasses import dataclass
from pathlib import Path

from agentchat.chat.options import Options
from agentchat.chat.status import Mode
from agentchat.config.errors import Unusable
from agentchat.config.paths import Paths, find_paths
from agentchat.config.settings import Settings, read_settings


@dataclass(frozen=True, slots=True)
class Wish:
    """The options of a command as they were given."""

    prompt: str = ""
    resume: str | None = None
    latest: bool = False
    agent: str | None = None
    model: str | None = None
    config: Path | None = None
    mode: Mode | None = None
    database: Path | None = None
    trust: bool = False
    max_turns: int | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """What a wish means on this machine."""

    wish: Wish
    paths: Paths
    settings: Settings
    options: Options

    def resume_command(self, session_id: str) -> str:
        """With every option that says where the conversation is, and who answers in it."""
        return self.command("-r", session_id)

    def command(self, *words: str) -> str:
        """A command of this program about the same conversations, with the same agents, as one would type it."""
        wish = self.wish
        line = ["agentchat", *words]
        line += ["--db", str(wish.database)] if wish.database else []
        line += ["--config", str(wish.config)] if wish.config else []
        line += ["--agent", wish.agent] if wish.agent and ":" in wish.agent else []  # nothing else leads to such an agent
        line += ["--model", wish.model] if wish.model else []
        return shlex.join(line)


def understood(wish: Wish) -> Understood:
    """Finds what was meant, and makes the program's folders; what cannot be used is an Unusable, a ConfigError or a StoreError."""
    paths = find_paths()
    settings = read_settings(paths.settings)
    paths.make()
    database = database_of(wish.database, paths)
    return Understood(wish, paths, settings, _options(wish, paths, settings, database, _session(wish, database)))


def database_of(given: Path | None, paths: Paths) -> Path:
    """The file with the conversations."""
    return (given or paths.database).expanduser().absolute()


def find_session(text: str, database: Path) -> str:
    """The id of the one conversation that `text` means."""
    from agentchat.storage.reader import find_sessions, has_session, nearest  # SQLite, 10 ms, which a new chat does not need

    if has_session(database, text):
        return text
    entries = find_sessions(database, text)
    if len(entries) == 1:
        return entries[0].session_id
    if entries:
        ids = ", ".join(entry.session_id for entry in entries[:5]) + (", …" if len(entries) > 5 else "")
        raise Unusable(f"'{text}' may mean {len(entries)} conversations ({ids}); give more of the id.")
    near = ", ".join(f"'{name}'" for name in nearest(database, text))
    hint = f"did you mean {near}?" if near else "agentchat sessions lists those that there are."
    raise Unusable(f"There is no conversation '{text}'; {hint}")


def folder_of(session_id: str | None, database: Path) -> Path:
    """Where file tools work: a resumed conversation goes on in the folder that it began in, while that is there."""
    if session_id is None:
        return Path.cwd()
    from agentchat.storage import reader  # as above

    began = reader.folder_of(database, session_id)
    return Path(began) if began and Path(began).is_dir() else Path.cwd()


def _session(wish: Wish, database: Path) -> str | None:
    """The id of the conversation that is to be resumed; None for a new one."""
    if wish.resume is not None:
        return find_session(wish.resume, database)
    if not wish.latest:
        return None
    from agentchat.storage.reader import latest  # as above

    session_id = latest(database, str(Path.cwd()))
    if session_id is None:
        raise Unusable("No conversation was begun in this folder yet; start one with: agentchat")
    return session_id


def _options(wish: Wish, paths: Paths, settings: Settings, database: Path, session_id: str | None) -> Options:
    return Options(
        database=database,
        folder=folder_of(session_id, database),
        own_team=paths.team,
        trust_file=paths.trust,
        session_id=session_id,
        config=wish.config,
        agent=wish.agent,
        model=wish.model,
        default_model=settings.model,
        mode=wish.mode,
        max_turns=wish.max_turns,
        default_max_turns=settings.max_turns,
        untrusted="trust" if wish.trust else "refuse",
    )
