"""Published names that this version does not have: what to do meanwhile, in one sentence each.

`agentchat` and the modules that would offer them ask here, so that an import says more than that there is no such name.
"""

_OWN_SESSION = "use SQLiteSession or AsyncSQLiteSession, or write a class with the four methods of SessionABC"
_NO_TRACING = "nothing is traced or exported here, so leave it out; run hooks and the inspector show what happens"
_NO_MCP = "use function tools, or HostedMCPTool for a server that the provider can reach"

_INSTEAD: dict[str, str] = {
    **dict.fromkeys(
        (
            "AdvancedSQLiteSession",
            "DaprSession",
            "EncryptedSession",
            "MongoDBSession",
            "OpenAIConversationsSession",
            "OpenAIResponsesCompactionSession",
            "RedisSession",
            "SQLAlchemySession",
        ),
        _OWN_SESSION,
    ),
    **dict.fromkeys(
        ("MCPServerManager", "MCPServerSse", "MCPServerStdio", "MCPServerStreamableHttp", "create_static_tool_filter"), _NO_MCP
    ),
    **dict.fromkeys(
        (
            "add_trace_processor",
            "agent_span",
            "custom_span",
            "enable_verbose_stdout_logging",
            "function_span",
            "gen_trace_id",
            "generation_span",
            "get_current_span",
            "get_current_trace",
            "guardrail_span",
            "handoff_span",
            "set_trace_processors",
            "set_tracing_disabled",
            "set_tracing_export_api_key",
            "trace",
        ),
        _NO_TRACING,
    ),
    "responses_websocket_session": "runs share the open connections of their provider as it is",
}


def missing(module: str, name: str) -> Exception:
    """Why `module` has no `name`: an ImportError for what is still to come, an AttributeError for what is nothing."""
    if name not in _INSTEAD:
        return AttributeError(f"module {module!r} has no attribute {name!r}")
    return ImportError(f"{name} is not part of agentchat yet; {_INSTEAD[name]}.", name=name)


def names_to_come() -> frozenset[str]:
    """All of them."""
    return frozenset(_INSTEAD)
