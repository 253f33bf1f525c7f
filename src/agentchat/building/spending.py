"""Counting what models cost: each is asked through one that enters the tokens of its answers, with its price, in the chat's account."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agentchat.chat.spending import Price, Spending
from agentchat.config.errors import quoted
from agentchat.config.model_specs import PriceSpec
from agentchat.config.prices import price_of
from agentchat.config.specs import TeamSpec
from agentchat.models.offline.model import OfflineModel
from agentchat.runtime.declarations.default_model import default_model_name
from agentchat.runtime.declarations.retry import ModelRetryAdvice, ModelRetryAdviceRequest
from agentchat.runtime.ports.model import Model, ModelProvider
from agentchat.runtime.values.exceptions import UserError
from agentchat.runtime.values.items import ModelResponse, TResponseStreamEvent
from agentchat.runtime.values.usage import Usage


def spending_of(prices: Mapping[str, PriceSpec], models: Iterable[str | None]) -> Spending:
    """The account of a chat whose agents ask these models, with nothing in it."""
    all_prices = [_price(one) for one in prices.values()]
    if not all_prices:
        return Spending()
    dearest = Price(
        max(one.read for one in all_prices), max(one.cached for one in all_prices), max(one.written for one in all_prices)
    )
    return Spending(dearest, is_whole=all(is_priced(model, prices) for model in models))


def is_priced(model: str | None, prices: Mapping[str, PriceSpec]) -> bool:
    """Whether it is known what the model costs; the demo model costs nothing."""
    name = model or default_model_name()
    return name.partition("/")[0] == "offline" or price_of(prices, name) is not None


def counted(provider: ModelProvider, prices: Mapping[str, PriceSpec], spending: Spending) -> ModelProvider:
    """The same models, which enter what they use; the provider itself where there are no prices."""
    return _CountedProvider(provider, prices, spending) if prices else provider


def must_have_a_price(model: str | None, spec: TeamSpec) -> None:
    """A UserError for a model that a person asked for where the file limits the cost, and it is not known what that model costs."""
    limited = spec.limits is not None and spec.limits.cost is not None
    if model is not None and limited and not is_priced(model, spec.prices):
        raise UserError(
            f"{spec.source.name} limits the cost of a message, and the model {quoted(model)} has no price there; "
            f"add [prices.{quoted(model)}], or take another model."
        )


def _price(spec: PriceSpec) -> Price:
    return Price(spec.input, spec.input if spec.cached_input is None else spec.cached_input, spec.output)


@dataclass(frozen=True)
class _CountedProvider(ModelProvider):
    provider: ModelProvider
    prices: Mapping[str, PriceSpec]
    spending: Spending

    def get_model(self, model_name: str | None) -> Model:
        """The model of that name. One that has no price is not counted here, so that its tokens count at the dearest."""
        model = self.provider.get_model(model_name)
        if isinstance(model, OfflineModel):
            return _CountedModel(model, Price(), self.spending)
        spec = price_of(self.prices, model_name or default_model_name())
        return model if spec is None else _CountedModel(model, _price(spec), self.spending)

    async def aclose(self) -> None:
        """Closes its connections."""
        await self.provider.aclose()


class _CountedModel(Model):
    """Another model, whose answers are entered."""

    def __init__(self, model: Model, price: Price, spending: Spending) -> None:
        self._model, self._price, self._spending = model, price, spending

    async def close(self) -> None:
        """The model's own."""
        await self._model.close()

    def get_retry_advice(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
        """The model's own."""
        return self._model.get_retry_advice(request)

    async def get_response(self, *given: Any, **named: Any) -> ModelResponse:
        """The model's own."""
        answer = await self._model.get_response(*given, **named)
        self._spending.enter(self._price, answer.usage)
        return answer

    async def stream_response(self, *given: Any, **named: Any) -> AsyncGenerator[TResponseStreamEvent]:
        """The model's own events."""
        events = aiter(self._model.stream_response(*given, **named))
        try:
            async for event in events:
                if event.type in {"response.completed", "response.incomplete", "response.failed"}:
                    ended: Any = event  # one name for three classes of the union
                    self._spending.enter(self._price, Usage.of_response(ended.response.usage))
                yield event
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()
