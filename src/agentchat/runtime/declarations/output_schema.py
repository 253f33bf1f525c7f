"""What an agent's final output must look like, as models are told, and how a model's text is read by it."""

from abc import ABC, abstractmethod
from typing import Any, cast, get_args, get_origin

from pydantic import BaseModel, PydanticUserError, TypeAdapter, ValidationError, create_model

from agentchat.runtime.declarations.strict_schema import ensure_strict_json_schema
from agentchat.runtime.values.exceptions import ModelBehaviorError, UserError

_WRAPPER = "response"
"""The one field of the object that stands around types that are no objects themselves; the published API's name."""


class AgentOutputSchemaBase(ABC):
    """A shape of final output: its JSON schema, and how a model's text is read by it."""

    @abstractmethod
    def is_plain_text(self) -> bool:
        """True when any text will do."""

    @abstractmethod
    def name(self) -> str:
        """What the shape is called."""

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """The schema; UserError for plain text."""

    @abstractmethod
    def is_strict_json_schema(self) -> bool:
        """True when the provider may be asked to hold the model to it."""

    @abstractmethod
    def validate_json(self, json_str: str) -> Any:
        """The output that the text stands for; ModelBehaviorError when it does not fit."""


class AgentOutputSchema(AgentOutputSchemaBase):
    """The shape of a Python type.

    pydantic models, typed dicts and dicts are asked for as they are. Any other type (a dataclass, `list[...]`, `int`, a union) is
    asked for as `{"response": ...}`, because models answer with objects; the output is what stands in it. None and str are plain text.

    With `strict_json_schema` the provider holds the model to the schema. A type that has no strict form (a free dict, say) is a
    UserError then: pass `AgentOutputSchema(YourType, strict_json_schema=False)` as the agent's `output_type`.
    """

    def __init__(self, output_type: Any, strict_json_schema: bool = True) -> None:  # noqa: FBT001, FBT002 - published
        self.output_type = output_type
        self._strict = strict_json_schema
        self._plain = output_type is None or output_type is str
        self._wrapped = not self._plain and not _is_object(output_type)
        self._adapter = _adapter(output_type, wrapped=self._wrapped)
        self._schema = {} if self._plain else self._made_schema()

    def is_plain_text(self) -> bool:
        """True for None and str."""
        return self._plain

    def name(self) -> str:
        """The type as it is written: `Answer`, `list[int]`."""
        return _written(self.output_type)

    def json_schema(self) -> dict[str, Any]:
        """The schema, with the wrapping object where there is one; UserError for plain text."""
        if self._plain:
            raise UserError("Output type is plain text, so no JSON schema is available")
        return self._schema

    def is_strict_json_schema(self) -> bool:
        """What the constructor was told."""
        return self._strict

    def validate_json(self, json_str: str) -> Any:
        """The output that the text stands for, out of its wrapping; ModelBehaviorError when it does not fit the type."""
        try:
            value = self._adapter.validate_json(json_str)
        except ValidationError as error:
            raise ModelBehaviorError(f"Invalid JSON when parsing model output: {_described(error)}.") from error
        return getattr(value, _WRAPPER) if self._wrapped else value

    def to_json(self, output: Any) -> str:
        """The text that a model would have given for this output; ModelBehaviorError when it does not fit the type."""
        given = {_WRAPPER: output} if self._wrapped else output
        try:
            return self._adapter.dump_json(self._adapter.validate_python(given)).decode()
        except ValidationError as error:
            raise ModelBehaviorError(f"The output does not fit {self.name()}: {_described(error)}.") from error

    def _made_schema(self) -> dict[str, Any]:
        try:
            schema = self._adapter.json_schema()
            return ensure_strict_json_schema(schema) if self._strict else schema
        except PydanticUserError as error:
            raise _unfit(self.output_type, error) from error
        except UserError as error:
            raise UserError(
                "Strict JSON schema is enabled, but the output type is not valid. Either make the output type strict, "
                "or wrap your type with AgentOutputSchema(YourType, strict_json_schema=False)"
            ) from error


def schema_of(output_type: Any) -> AgentOutputSchemaBase | None:
    """The schema of an agent's `output_type`; None where text will do. UserError for a type that has none."""
    if output_type is None or output_type is str:
        return None
    return output_type if isinstance(output_type, AgentOutputSchemaBase) else AgentOutputSchema(output_type)


def is_output_type(value: Any) -> bool:
    """Whether this can stand as `Agent.output_type`."""
    return value is None or value is Any or isinstance(value, type | AgentOutputSchemaBase) or get_origin(value) is not None


def _is_object(output_type: Any) -> bool:
    kind = get_origin(output_type) or output_type
    return isinstance(kind, type) and issubclass(kind, BaseModel | dict)


def _adapter(output_type: Any, *, wrapped: bool) -> TypeAdapter[Any]:
    try:
        if wrapped:
            return TypeAdapter(create_model("OutputType", **cast("Any", {_WRAPPER: (output_type, ...)})))
        return TypeAdapter(output_type)
    except PydanticUserError as error:
        raise _unfit(output_type, error) from error


def _unfit(output_type: Any, error: PydanticUserError) -> UserError:
    reason = str(error).splitlines()[0].rstrip(".")
    return UserError(f"The output type {_written(output_type)} cannot be asked for: {reason}. Use a type that JSON can spell.")


def _written(kind: Any) -> str:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is None or not arguments:
        return kind.__name__ if isinstance(kind, type) else repr(kind)
    return f"{origin.__name__}[{', '.join(map(_written, arguments))}]"


def _described(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}".removeprefix(": ") for problem in problems)
