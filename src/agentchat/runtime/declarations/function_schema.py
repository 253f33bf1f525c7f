"""A Python function as a model sees it: a name, a description, a JSON schema of its arguments, and the way back to a call.

The signature becomes a pydantic model, the model a schema. The fields of that model have names of their own and the parameters'
names as aliases, so that a parameter may be called `json` or `_private` without getting into pydantic's way.
"""

import functools
import inspect
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter
from typing import Annotated, Any, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.errors import PydanticUndefinedAnnotation, PydanticUserError
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from agentchat.runtime.declarations.docstrings import DocstringStyle, DocstringTexts, read_docstring
from agentchat.runtime.declarations.run_context import RunContextWrapper
from agentchat.runtime.declarations.strict_schema import ensure_strict_json_schema
from agentchat.runtime.values.exceptions import InvalidToolArgumentsError, UserError

T = TypeVar("T")

CallArguments: TypeAlias = tuple[list[Any], dict[str, Any]]
"""What a function is called with: positional arguments and keyword arguments."""

_NOT_AN_OBJECT = "expected a JSON object"


def _tool_data_may_be_shown() -> bool:
    return os.environ.get("OPENAI_AGENTS_DONT_LOG_TOOL_DATA", "1").strip().lower() in {"0", "false"}


@dataclass(frozen=True, slots=True)
class CallParameter:
    """One parameter that the model fills in."""

    field: str
    """Its name in the model of the arguments."""
    parameter: Parameter
    annotation: Any
    """Its type with everything that `Annotated` says; `Any` where the function says nothing."""


@dataclass(frozen=True, slots=True)
class FunctionSchema:
    """What a model is told about a function, and how its answer becomes a call."""

    name: str
    description: str
    params_json_schema: dict[str, Any]
    params_model: type[BaseModel]
    parameters: tuple[CallParameter, ...]
    """In the order of the signature, without the context."""
    context_parameter: Parameter | None
    """The parameter that gets the run's context, if the function asks for it."""

    def call_arguments(self, arguments: str, *, context: RunContextWrapper[Any]) -> CallArguments:
        """What to call the function with; `arguments` is the model's JSON, "" for none.

        Raises:
            InvalidToolArgumentsError: They are no JSON object, or do not fit the schema.
        """
        values = dict(self._parsed(arguments))
        positional: list[Any] = []
        keywords: dict[str, Any] = {}
        if self.context_parameter is not None:
            _place(context, self.context_parameter, positional, keywords)
        for parameter in self.parameters:
            _place(values[parameter.field], parameter.parameter, positional, keywords)
        return positional, keywords

    def _parsed(self, arguments: str) -> BaseModel:
        return read_arguments(self.params_model.model_validate_json, arguments, tool=self.name)


def read_arguments(validate: Callable[[str], T], arguments: str, *, tool: str) -> T:
    """What `validate` of pydantic makes of a model's arguments, "" for none; InvalidToolArgumentsError when they do not fit."""
    try:
        return validate(arguments.strip() or "{}")
    except ValidationError as error:
        detail, open_about_it = _described(error), _tool_data_may_be_shown()
        invalid = InvalidToolArgumentsError(tool, detail, shown=open_about_it or detail == _NOT_AN_OBJECT)
        raise invalid from (error if open_about_it else None)


def function_schema(
    function: Callable[..., Any],
    *,
    name: str | None = None,
    description: str | None = None,
    docstring_style: DocstringStyle | None = None,
    use_docstring_info: bool = True,
    strict: bool = True,
) -> FunctionSchema:
    """The schema of a function, a method, or an object that can be called; `name` and `description` go over what it says itself.

    Raises:
        UserError: The function cannot be offered to a model as it is; the message says what to change.
    """
    name = name or _name_of(function)
    texts = _texts_of(function, docstring_style) if use_docstring_info else DocstringTexts(description="", parameters={})
    context_parameter, parameters = _parameters_of(function, name)
    if strict:
        _refuse_free_keywords(parameters, name)
    model = _arguments_model(f"{name}_args", parameters, texts.parameters)
    schema = _json_schema(model, name)
    return FunctionSchema(
        name=name,
        description=texts.description if description is None else description,
        params_json_schema=ensure_strict_json_schema(schema) if strict else schema,
        params_model=model,
        parameters=parameters,
        context_parameter=context_parameter,
    )


def _name_of(function: Callable[..., Any]) -> str:
    if isinstance(function, functools.partial):
        raise UserError("A functools.partial has no name and no docstring to show a model. Write a function around it.")
    return function.__name__ if inspect.isroutine(function) or inspect.isclass(function) else type(function).__name__


def _texts_of(function: Callable[..., Any], style: DocstringStyle | None) -> DocstringTexts:
    text = inspect.getdoc(function)
    if text is None and not inspect.isroutine(function):
        text = inspect.getdoc(type(function).__call__)
    return read_docstring(text, style=style)


def _parameters_of(function: Callable[..., Any], name: str) -> tuple[Parameter | None, tuple[CallParameter, ...]]:
    """The parameter that takes the context, and those that the model fills in."""
    types = _types_of(function, name)
    signature = list(inspect.signature(function).parameters.values())
    context = signature[0] if signature and _is_context(types.get(signature[0].name)) else None
    rest = signature[1:] if context else signature
    for parameter in rest:
        if _is_context(types.get(parameter.name)):
            raise UserError(f"Tool '{name}': the context parameter '{parameter.name}' must be the first. Move it to the front.")
    return context, tuple(
        CallParameter(field=f"argument_{index}", parameter=parameter, annotation=types.get(parameter.name, Any))
        for index, parameter in enumerate(rest)
    )


def _types_of(function: Callable[..., Any], name: str) -> dict[str, Any]:
    annotated: Any = function
    if inspect.isclass(function):
        annotated = function.__init__
    elif not inspect.isroutine(function):
        annotated = type(function).__call__
    try:
        return get_type_hints(annotated, include_extras=True)
    except NameError as error:
        raise UserError(f"Tool '{name}': {error}. Define the types of its parameters at the top of their module.") from error


def _is_context(annotation: object) -> bool:
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    kind = get_origin(annotation) or annotation
    return isinstance(kind, type) and issubclass(kind, RunContextWrapper)


def _refuse_free_keywords(parameters: tuple[CallParameter, ...], name: str) -> None:
    for each in parameters:
        if each.parameter.kind is Parameter.VAR_KEYWORD:
            raise UserError(
                f"Tool '{name}': '**{each.parameter.name}' cannot be part of a strict schema. "
                "Name the parameters, or set strict_mode=False to have them as one nested object."
            )


def _arguments_model(title: str, parameters: tuple[CallParameter, ...], texts: Mapping[str, str]) -> type[BaseModel]:
    fields: dict[str, Any] = {each.field: _field(each, texts.get(each.parameter.name)) for each in parameters}
    has_keywords = any(each.parameter.kind is Parameter.VAR_KEYWORD for each in parameters)
    # Where free keywords have an object of their own, a stray key would otherwise vanish without a word.
    config = ConfigDict(extra="forbid" if has_keywords else "ignore")
    try:
        return create_model(title, __config__=config, **fields)
    except (PydanticUserError, PydanticUndefinedAnnotation) as error:
        raise _not_describable(title.removesuffix("_args"), error) from error


def _field(each: CallParameter, text: str | None) -> Any:
    """The field's type with all that is known about it, beside its default if that is not part of the type's metadata."""
    kind, default = each.parameter.kind, each.parameter.default
    if kind is Parameter.VAR_POSITIONAL:
        return _annotated(each, list[each.annotation], text), Field(default_factory=list)
    if kind is Parameter.VAR_KEYWORD:
        return _annotated(each, dict[str, each.annotation], text), Field(default_factory=dict)
    if default is Parameter.empty:
        return _annotated(each, each.annotation, text)
    if isinstance(default, FieldInfo):
        return _annotated(each, each.annotation, text, default)
    return _annotated(each, each.annotation, text), default


def _annotated(each: CallParameter, annotation: Any, text: str | None, *more: FieldInfo) -> Any:
    """The type with its metadata in rising rank: the text in `Annotated`, the author's `Field`s, the docstring's text."""
    base, *metadata = get_args(annotation) if get_origin(annotation) is Annotated else (annotation,)
    ranked: list[Any] = [*[Field(description=said) for said in metadata if isinstance(said, str)][:1], *metadata, *more]
    if text is not None:
        ranked.append(Field(description=text))
    if not any(isinstance(said, FieldInfo) and (said.alias or said.validation_alias) for said in ranked):
        ranked.append(Field(alias=each.parameter.name))
    annotated: Any = Annotated  # a type made at run time, which no type checker can follow
    return annotated[(base, *ranked)]


class _QuietJsonSchema(GenerateJsonSchema):
    """Leaves defaults that JSON cannot spell out of the schema, without a warning: there is nothing to mend."""

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012 - overrides a class variable


def _json_schema(model: type[BaseModel], name: str) -> dict[str, Any]:
    try:
        return model.model_json_schema(schema_generator=_QuietJsonSchema)
    except PydanticUserError as error:
        raise _not_describable(name, error) from error


def _not_describable(name: str, error: Exception) -> UserError:
    reason = str(error).splitlines()[0].rstrip(".")
    return UserError(f"Tool '{name}' has a parameter whose type has no JSON schema: {reason}. Use types that JSON can spell.")


def _described(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    if problems[0]["type"] in {"model_type", "dataclass_type"} and not problems[0]["loc"]:
        return _NOT_AN_OBJECT
    return "; ".join(f"{'.'.join(str(step) for step in problem['loc'])}: {problem['msg']}".lstrip(": ") for problem in problems)


def _place(value: Any, parameter: Parameter, positional: list[Any], keywords: dict[str, Any]) -> None:
    match parameter.kind:
        case Parameter.VAR_POSITIONAL:
            positional.extend(value)
        case Parameter.VAR_KEYWORD:
            keywords.update(value)
        case Parameter.KEYWORD_ONLY:
            keywords[parameter.name] = value
        case _:
            positional.append(value)
