"""Tools for which a model has calls of its own kind, and which run here: a computer's screen, shells.

Whoever declares one says how it is done; nothing runs commands or moves a pointer by itself.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NotRequired, TypeAlias, cast

from openai.types.responses import ResponseComputerToolCall
from openai.types.responses.response_computer_tool_call import PendingSafetyCheck
from openai.types.responses.response_output_item import LocalShellCall
from typing_extensions import TypedDict

from agentchat.runtime.declarations.not_a_function import NotAFunction
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.items import ToolApprovalItem
from agentchat.runtime.values.named import NamedAgent

Environment: TypeAlias = Literal["mac", "windows", "ubuntu", "browser"]
Button: TypeAlias = Literal["left", "right", "wheel", "back", "forward"]


class _Screen(ABC):  # noqa: B024 - what is abstract differs between its two kinds
    """What the model is told of a computer; only the older preview of the tool asks for it."""

    @property
    def environment(self) -> Environment | None:
        """The kind of computer."""
        return None

    @property
    def dimensions(self) -> tuple[int, int] | None:
        """Width and height in pixels."""
        return None


class Computer(_Screen):
    """A computer that the model uses, in ordinary methods; they run in a thread of their own.

    Positions are pixels from the upper left. A method may take `keys=[...]` as well, the keys that are held down meanwhile.
    """

    @abstractmethod
    def screenshot(self) -> str:
        """The screen as a PNG, in base64."""

    @abstractmethod
    def click(self, x: int, y: int, button: Button) -> None:
        """Presses a button of the mouse."""

    @abstractmethod
    def double_click(self, x: int, y: int) -> None:
        """Presses the left button twice."""

    @abstractmethod
    def scroll(self, x: int, y: int, scroll_x: int, scroll_y: int) -> None:
        """Scrolls what is under the pointer."""

    @abstractmethod
    def type(self, text: str) -> None:
        """Writes a text."""

    @abstractmethod
    def wait(self) -> None:
        """Waits a moment."""

    @abstractmethod
    def move(self, x: int, y: int) -> None:
        """Moves the pointer."""

    @abstractmethod
    def keypress(self, keys: list[str]) -> None:
        """Presses keys together."""

    @abstractmethod
    def drag(self, path: list[tuple[int, int]]) -> None:
        """Moves the pointer along a path with the left button down."""


class AsyncComputer(_Screen):
    """`Computer` in coroutines."""

    @abstractmethod
    async def screenshot(self) -> str:
        """The screen as a PNG, in base64."""

    @abstractmethod
    async def click(self, x: int, y: int, button: Button) -> None:
        """Presses a button of the mouse."""

    @abstractmethod
    async def double_click(self, x: int, y: int) -> None:
        """Presses the left button twice."""

    @abstractmethod
    async def scroll(self, x: int, y: int, scroll_x: int, scroll_y: int) -> None:
        """Scrolls what is under the pointer."""

    @abstractmethod
    async def type(self, text: str) -> None:
        """Writes a text."""

    @abstractmethod
    async def wait(self) -> None:
        """Waits a moment."""

    @abstractmethod
    async def move(self, x: int, y: int) -> None:
        """Moves the pointer."""

    @abstractmethod
    async def keypress(self, keys: list[str]) -> None:
        """Presses keys together."""

    @abstractmethod
    async def drag(self, path: list[tuple[int, int]]) -> None:
        """Moves the pointer along a path with the left button down."""


@dataclass
class ComputerToolSafetyCheckData:
    """What `on_safety_check` gets: one check that the provider wants acknowledged before the call."""

    ctx_wrapper: RunContextWrapper[Any]
    agent: NamedAgent
    tool_call: ResponseComputerToolCall
    safety_check: PendingSafetyCheck


@dataclass
class ComputerTool(NotAFunction):
    """Lets the model use a computer: it is shown the screen after every call."""

    computer: Computer | AsyncComputer
    on_safety_check: Callable[[ComputerToolSafetyCheckData], bool | Awaitable[bool]] | None = None
    """True acknowledges the check, False fails the run. Without it, calls run and no check is acknowledged."""
    custom_data_extractor: Any = field(default=None, kw_only=True)
    name: ClassVar[str] = "computer_use_preview"
    needs_approval: ClassVar[bool] = False
    description: ClassVar[str] = "Uses a computer: looks at its screen, moves the pointer, types."

    def __post_init__(self) -> None:
        if not isinstance(self.computer, Computer | AsyncComputer):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without a checker
            raise UserError(f"A ComputerTool needs a Computer or an AsyncComputer, not a {type(self.computer).__name__}.")


@dataclass
class LocalShellCommandRequest:
    """What a LocalShellTool's executor gets."""

    ctx_wrapper: RunContextWrapper[Any]
    data: LocalShellCall
    """The command as a list of words in `data.action.command`, with environment, working directory and time limit."""


LocalShellExecutor: TypeAlias = Callable[[LocalShellCommandRequest], str | Awaitable[str]]


@dataclass
class LocalShellTool(NotAFunction):
    """Lets older models run commands here. What the executor raises fails the run."""

    executor: LocalShellExecutor
    name: ClassVar[str] = "local_shell"
    needs_approval: ClassVar[bool] = False
    description: ClassVar[str] = "Runs a command on this machine."


@dataclass
class ShellActionRequest:
    """What a shell call asks for."""

    commands: list[str]
    """Lines for a shell, each a command of its own."""
    timeout_ms: int | None = None
    max_output_length: int | None = None
    """How many characters of output the model wants at most; what is more is cut off."""


@dataclass
class ShellCallData:
    """One shell call."""

    call_id: str
    action: ShellActionRequest
    status: Literal["in_progress", "completed"] | None = None
    raw: Any = None
    """The call's item."""


@dataclass
class ShellCommandRequest:
    """What a ShellTool's executor gets."""

    ctx_wrapper: RunContextWrapper[Any]
    data: ShellCallData


@dataclass
class ShellCallOutcome:
    """How a command ended."""

    type: Literal["exit", "timeout"]
    exit_code: int | None = None


@dataclass
class ShellCommandOutput:
    """What one command gave."""

    stdout: str = ""
    stderr: str = ""
    outcome: ShellCallOutcome = field(default_factory=lambda: ShellCallOutcome("exit"))
    command: str | None = None
    provider_data: dict[str, Any] | None = None

    @property
    def exit_code(self) -> int | None:
        """None where it is not known, or time ran out."""
        return self.outcome.exit_code

    @property
    def status(self) -> Literal["completed", "timeout"]:
        """Whether it came to its end."""
        return "timeout" if self.outcome.type == "timeout" else "completed"


@dataclass
class ShellResult:
    """What the commands of one call gave."""

    output: list[ShellCommandOutput]
    max_output_length: int | None = None
    """Of this and the call's own limit the smaller one holds."""
    provider_data: dict[str, Any] | None = None


ShellExecutor: TypeAlias = Callable[[ShellCommandRequest], str | ShellResult | Awaitable[str | ShellResult]]
ShellApprovalFunction: TypeAlias = Callable[[RunContextWrapper[Any], ShellActionRequest, str], bool | Awaitable[bool]]


class OnApprovalResult(TypedDict):
    """What an `on_approval` callback answers."""

    approve: bool
    reason: NotRequired[str]
    """Of a no: what the model is told."""


OnApproval: TypeAlias = Callable[[RunContextWrapper[Any], ToolApprovalItem], OnApprovalResult | Awaitable[OnApprovalResult]]
"""Answers in a person's place, where a call needs approval."""
ShellToolEnvironment: TypeAlias = dict[str, Any]
"""`{"type": "local", "skills": [...]}`, or a container at the provider: `{"type": "container_auto", ...}` and
`{"type": "container_reference", "container_id": ...}`."""


@dataclass
class ShellTool(NotAFunction):
    """Lets the model run shell commands: here, by `executor`, or in a container of the provider (`environment`).

    What the executor raises is told to the model.
    """

    executor: ShellExecutor | None = None
    name: str = "shell"
    needs_approval: bool | ShellApprovalFunction = False
    """True, or a function of context, action and call id: a person must agree first."""
    on_approval: OnApproval | None = None
    environment: ShellToolEnvironment | None = None
    allowed_callers: list[str] | None = field(default=None, kw_only=True)
    description: ClassVar[str] = "Runs shell commands on this machine."
    type: ClassVar[Literal["shell"]] = "shell"

    def __post_init__(self) -> None:
        self.environment = {"type": "local", **(self.environment or {})}
        if not self.is_hosted and self.executor is None:
            raise UserError("ShellTool with local environment requires an executor.")
        if self.is_hosted and self.executor is not None:
            raise UserError("ShellTool with hosted environment does not accept an executor.")
        if self.is_hosted and (self.needs_approval or self.on_approval is not None):
            raise UserError("ShellTool with hosted environment does not support needs_approval or on_approval.")

    @property
    def is_hosted(self) -> bool:
        """True when commands run at the provider."""
        return cast("ShellToolEnvironment", self.environment)["type"] != "local"
