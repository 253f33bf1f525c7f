"""From a Python function to what a model is told of it, under the module path that the published documents use."""

from agentchat.runtime.declarations.function_schema import FunctionSchema, function_schema

__all__ = ["FunctionSchema", "function_schema"]
