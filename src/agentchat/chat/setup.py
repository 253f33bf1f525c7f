"""What a chat is made with: the agents, the rules, and how runs are run."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from agentchat.chat.attaching import WorkFiles
from agentchat.chat.deciding.cut_off import EndedAt, nothing_known
from agentchat.chat.deciding.policy import ChatPolicy
from agentchat.chat.inspecting.pages import KeptAnswer
from agentchat.chat.inspecting.recording import Recorder
from agentchat.chat.spending import Spending
from agentchat.chat.store import ChatStore
from agentchat.chat.team import Team
from agentchat.runtime.ports.clock import Clock, SystemClock
from agentchat.runtime.ports.defaults import DefaultModelProvider
from agentchat.runtime.ports.model import ModelProvider
from agentchat.runtime.ports.run_config import CallModelInputFilter, RunConfig, ToolErrorFormatterArgs

MAX_TURNS = 50
"""Model calls that one message may lead to. More than the library's 10: a person watches, and can stop it."""


def say(error: Exception) -> str:
    """An error in its own words, or by its name where it has none."""
    return str(error) or type(error).__name__


async def _nothing_earlier() -> tuple[KeptAnswer, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class ChatSetup:
    """Everything but the store, which belongs to one conversation."""

    team: Team
    policy: ChatPolicy = field(default_factory=ChatPolicy)
    provider: ModelProvider = field(default_factory=DefaultModelProvider)
    """Finds models by name."""
    clock: Clock = field(default_factory=SystemClock)
    explain: Callable[[Exception], str] = say
    """What a person is told of an error that ended a run: one sentence with a next step."""
    max_turns: int = MAX_TURNS
    model_input: CallModelInputFilter | None = None
    """Changes what a model call is sent; for what was said and no model may see."""
    notices: tuple[str, ...] = ()
    """What a person is told when the conversation is opened: sentences about what is missing."""
    ended_at: EndedAt = nothing_known
    """What is known of calls that were cut off when the program was killed."""
    resources: tuple[Callable[[], Awaitable[None]], ...] = ()
    """What is let go of when the chat is closed, beside the connections to models, and when another process has the conversation."""
    recorder: Recorder = field(default_factory=Recorder)
    """Keeps what models are asked and answer, to be looked at."""
    earlier: Callable[[], Awaitable[Sequence[KeptAnswer]]] = _nothing_earlier
    """The answers that the conversation's journal has, the oldest first."""
    files: WorkFiles | None = None
    """What a person can attach by name; None attaches nothing."""
    spending: Spending = field(default_factory=Spending)
    """What the models cost."""
    folder: str = ""
    """The working folder of the built-in tools, for the person who is asked about a call, and whose yes holds there only; empty when it is
    unknown."""

    async def let_go(self) -> None:
        """The chat is closed."""
        await self.hand_over()
        await self.provider.aclose()

    async def hand_over(self) -> None:
        """The conversation goes on in another process."""
        for close in self.resources:
            await close()

    def run_config(self, store: ChatStore) -> RunConfig:
        """How the runs of a conversation are run."""
        return RunConfig(
            model_provider=self.provider,
            run_journal=store,
            approval_policy=self.policy,
            call_model_input_filter=self.model_input,
            clock=self.clock,
            folder=self.folder,
            tool_not_found_behavior="return_error_to_model",
            tool_error_formatter=_with_the_error,
            describe_error=self.explain,
            watch_model=partial(self.recorder.watched, clock=self.clock),
        )


def _with_the_error(failure: ToolErrorFormatterArgs) -> str | None:
    """A model can only mend what it can read, so a failure comes with the error's own text."""
    if failure.kind != "tool_exception" or failure.error is None:
        return None
    return f"An error occurred while running the tool: {say(failure.error)}"
