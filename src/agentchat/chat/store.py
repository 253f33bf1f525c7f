"""What a chat asks of its store: the runtime's journal, and what only a chat needs.

A store is opened for one conversation. It is the run's journal and session at once (`RunConfig.run_journal`), so that rows,
checkpoints, facts and decisions lie in one file and are written in one transaction. `agentchat.storage` implements this port;
`agentchat.testing_journal` does in memory.

Every method is one transaction that either happened or did not, also when its caller is cancelled. One process writes a conversation at
a time: a store that another one has taken over raises JournalSuperseded from whatever would write, and can be read. When the file cannot
be read or written the error is an AgentsException (`agentchat.storage.errors.StoreError`), whose sentence can be shown.
"""

from dataclasses import dataclass
from typing import Protocol

from agentchat.chat.deciding.settling import Said
from agentchat.chat.saved import SavedChat
from agentchat.runtime.ports.journal import RunJournal
from agentchat.runtime.values.facts import TurnFact
from agentchat.runtime.values.keys import CallKey


@dataclass(frozen=True, slots=True)
class Access:
    """What can be done with a store, and what a person should know of its file. All texts are sentences, or empty."""

    read_only: str = ""
    """Why nothing can be written, with what to do."""
    may_take_over: bool = False
    """Whether `take_over` may help with that."""
    unsaved: str = ""
    """Why what is said is lost at the end."""
    notice: str = ""
    """What happened to the file when it was opened."""
    decides: bool = False
    """Whether a word about a waiting call is taken all the same: the store was opened for nothing else."""
    is_asked: bool = False
    """Whether the process that has the conversation was asked for it, and has not let it go yet: a second `take_over` is by force."""
    owner: str = ""
    """The living process that has the conversation, when it is another one ("pid 7")."""
    wanted_by: str = ""
    """The living process that asks for the conversation that is ours."""


class ChatStore(RunJournal, Protocol):
    """The store of one conversation."""

    @property
    def access(self) -> Access:
        """As it is now: it changes when `take_over` gets the conversation, and when a write finds that another process has."""
        ...

    async def take_over(self, *, by_force: bool = False) -> None:
        """Asks the process that has the conversation for it, and makes this one the one that writes; does nothing when it is.

        One that is gone is not asked. One that does not let it go (`Access.is_asked`) can be forced to, and finds out when it next looks.
        Raises what keeps the file from being written.
        """
        ...

    async def release(self) -> None:
        """Lets the conversation go to the process that asks for it. From here on it can be read, as one that another process has."""
        ...

    async def version(self) -> int:
        """Another number than before when somebody else has written to the file; cheap. `access` is looked after, too."""
        ...

    async def load(self) -> SavedChat:
        """All that is stored: rows, facts, the active agent, the unfinished run with its draft, the unsent prompt.

        The calls of an unfinished run, with what was decided about them, come from `recall(Scope(chat.open_run))`.
        """
        ...

    async def decide(self, key: CallKey, said: Said, line: TurnFact | None = None) -> bool:
        """Writes down what a person says of a call of the open turn, with the chat's own line about it, where it fits the call (`settled`).

        A yes or a no is used once: by the run that `recall`s it and starts (or refuses) the call. True when it was taken; False when it
        does not fit (the call was decided before, was started, was not started ...), there is no such call, or its turn is over.
        A store that only decides (`Access.decides`) takes a yes or a no, whoever has the conversation; the first word counts.
        """
        ...

    async def note(self, fact: TurnFact) -> None:
        """A fact of the chat's own (a notice, a rule that was kept), standing after the last row."""
        ...

    async def set_agent(self, name: str) -> None:
        """The agent that the next message goes to; what a run's checkpoint says later replaces it."""
        ...

    async def set_title(self, title: str) -> None:
        """The conversation's name; "" for none."""
        ...

    async def set_prompt(self, text: str) -> None:
        """What stands unsent in the prompt. An empty text in a conversation without a word stores nothing."""
        ...

    async def close(self) -> None:
        """Lets the file go, when everything that was asked for before is done. A second call does nothing."""
        ...
