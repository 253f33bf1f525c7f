import inspect
from typing import get_type_hints

import pytest

from agentchat.memory.registry import SESSIONS, session_class
from agentchat.runtime.ports.session import SessionABC
from agentchat.runtime.values.exceptions import UserError


def test_every_name_leads_to_a_session_class() -> None:
    for entry in SESSIONS:
        found = session_class(entry.name)
        assert (issubclass(found, SessionABC), inspect.isabstract(found)) == (True, False)
        assert get_type_hints(found.get_items)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="no session back end 'sqlit'; choose one of 'sqlite', 'async-sqlite'"):
        session_class("sqlit")
