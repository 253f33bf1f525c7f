"""The inside of a chat: what its models were asked and said, and who is in its team. For looking; nothing here changes anything."""

import json

from agentchat.chat.conversation import Conversation
from agentchat.chat.inspecting.pages import Entry, KeptAnswer, Page
from agentchat.chat.inspecting.team_texts import team_entries, team_pages
from agentchat.chat.inspecting.turn_texts import as_json, entry_of, pages_of
from agentchat.chat.setup import ChatSetup

_SLACK = 2.0
"""Seconds after the end of a call within which its answer was stored."""
_NOT_KEPT = (
    "The request was not kept: requests are kept in memory only, the last ones of the program that made them.\n"
    "What the answer was is known from the journal."
)


class Inside:
    """Of one chat. Mutable in that it remembers what was read of earlier answers. Its methods run on the chat's loop."""

    def __init__(self, setup: ChatSetup, shown: Conversation) -> None:
        self._setup = setup
        self._shown = shown
        self._earlier: dict[str, KeptAnswer] = {}

    async def turns(self) -> tuple[Entry, ...]:
        """Every call of a model that is known, the oldest first."""
        self._earlier = {f"j{answer.key}": answer for answer in await self._setup.earlier() if not self._is_recorded(answer)}
        kept = [Entry(key, answer.agent, "", "kept", answer.at) for key, answer in self._earlier.items()]
        recorded = [entry_of(exchange) for exchange in self._setup.recorder.exchanges]
        return tuple(sorted([*kept, *recorded], key=lambda entry: entry.at or 0.0))

    async def turn(self, key: str) -> tuple[Page, ...]:
        """What is known of one; none when it has made room for later ones."""
        answer = self._earlier.get(key)
        if answer is not None:
            return self._pages_of_earlier(answer)
        exchange = next((one for one in self._setup.recorder.exchanges if f"x{one.number}" == key), None)
        if exchange is None:
            return (Page("turn", "It has made room for later ones; look again for what the journal has."),)
        return pages_of(exchange, model=self._model_of(exchange.agent), hide=self._setup.recorder.hide)

    async def team(self) -> tuple[Entry, ...]:
        """The team, and each of its agents."""
        return team_entries(self._setup.team, self._shown.agent.name)

    async def agent(self, key: str) -> tuple[Page, ...]:
        """What is known of an agent, or of the team."""
        return team_pages(self._setup.team, self._setup.policy, self._shown.agent.name, key)

    def _is_recorded(self, answer: KeptAnswer) -> bool:
        """Whether it is the answer of a call whose request is known; both times are the chat's."""
        spans = ((one.at, one.at + (one.over or one.began) - one.began) for one in self._setup.recorder.exchanges if one.answer is not None)
        return any(end - 0.001 <= answer.at <= end + _SLACK for _, end in spans)

    def _pages_of_earlier(self, answer: KeptAnswer) -> tuple[Page, ...]:
        data = json.loads(answer.data)
        about = (
            f"{'agent':<22}{answer.agent or '-'}",
            f"{'response id':<22}{data.get('response_id') or '-'}",
            f"{'request id':<22}{data.get('request_id') or '-'}",
            "",
            _NOT_KEPT,
        )
        hide = self._setup.recorder.hide
        return (Page("turn", hide("\n".join(about))), Page("answer", hide(as_json(data))))

    def _model_of(self, name: str) -> str:
        label = self._setup.team.label_of(self._setup.team.named(name))
        return " · ".join(dict.fromkeys(part for part in (label.model, label.provider) if part))
