"""The tool with which a model changes files by patches.

The model says what is to become of one file; an editor does it (`apply_diff` reads the patches).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol, TypeAlias, runtime_checkable

from agentchat.runtime.declarations.local_tools import OnApproval
from agentchat.runtime.declarations.not_a_function import NotAFunction
from agentchat.runtime.declarations.run_context import RunContextWrapper

ApplyPatchOperationType: TypeAlias = Literal["create_file", "update_file", "delete_file"]


@dataclass
class ApplyPatchOperation:
    """What is to become of one file."""

    type: ApplyPatchOperationType
    path: str
    """As the model wrote it: it may point anywhere."""
    diff: str | None = None
    """In the V4A form, of a new file all lines with a `+`; None where the file goes."""
    ctx_wrapper: RunContextWrapper[Any] | None = None
    move_to: str | None = None


@dataclass
class ApplyPatchResult:
    """What became of it."""

    status: Literal["completed", "failed"] | None = None
    """None for completed."""
    output: str | None = None
    """What the model is told."""


_Outcome: TypeAlias = ApplyPatchResult | str | None


@runtime_checkable
class ApplyPatchEditor(Protocol):
    """Changes files. What it raises is told to the model; ordinary methods run in a thread."""

    def create_file(self, operation: ApplyPatchOperation) -> _Outcome | Awaitable[_Outcome]:
        """Makes a new file."""
        ...

    def update_file(self, operation: ApplyPatchOperation) -> _Outcome | Awaitable[_Outcome]:
        """Changes a file."""
        ...

    def delete_file(self, operation: ApplyPatchOperation) -> _Outcome | Awaitable[_Outcome]:
        """Takes a file away."""
        ...


ApplyPatchApprovalFunction: TypeAlias = Callable[[RunContextWrapper[Any], ApplyPatchOperation, str], bool | Awaitable[bool]]


@dataclass
class ApplyPatchTool(NotAFunction):
    """Lets the model change files by patches."""

    editor: ApplyPatchEditor
    name: str = "apply_patch"
    needs_approval: bool | ApplyPatchApprovalFunction = False
    """True, or a function of context, operation and call id: a person must agree first."""
    on_approval: OnApproval | None = None
    custom_data_extractor: Any = field(default=None, kw_only=True)
    allowed_callers: list[str] | None = field(default=None, kw_only=True)
    description: ClassVar[str] = "Changes a file."
    type: ClassVar[Literal["apply_patch"]] = "apply_patch"
