"""What models cost, as the person says: no provider tells a program its prices, and any that a program brought would age."""

from collections.abc import Iterator, Mapping

from agentchat.config.complaints import Complaints
from agentchat.config.errors import quoted
from agentchat.config.model_specs import PriceSpec
from agentchat.config.specs import TeamTable
from agentchat.config.toml_places import KeyPath

ANY = "*"
"""The name of the price for all models that have none of their own."""


def price_of(prices: Mapping[str, PriceSpec], model: str | None) -> PriceSpec | None:
    """The price of the model itself, else that of all of its provider (`NAME/*`), else that of any."""
    prefix, slash, _ = (model or "").partition("/")
    names = (model or ANY, f"{prefix}/{ANY}" if slash else ANY, ANY)
    return next((prices[name] for name in names if name in prices), None)


def check_prices(team: TeamTable, complaints: Complaints) -> None:
    """A limit on what cannot be counted would be none: complains of every model without a price where the file limits the cost."""
    if team.limits is None or team.limits.cost is None or _is_unsure(complaints):
        return
    for path, message in _without_price(team):
        complaints.add(path, message)


def _is_unsure(complaints: Complaints) -> bool:
    """Whether a price or the model that it is for may be missing only because the file has another mistake."""
    prices_are = complaints.is_about(("prices",)) or bool(complaints.tables_of("prices"))
    return prices_are or any(one.path[-1] == "model" for one in complaints.found)


def _without_price(team: TeamTable) -> Iterator[tuple[KeyPath, str]]:
    """Each model once, where it is named first."""
    for index, agent in enumerate(team.agents):
        model = agent.model or team.model
        earlier = [one.model or team.model for one in team.agents[:index]]
        if price_of(team.prices, model) is not None or model in earlier:
            continue
        if model is None:
            message = f"[limits] has 'cost', but agent {quoted(agent.name)} names no model, so that no price is surely its own"
            yield ("limits", "cost"), f"{message}; name one, or add [prices.'*'] for all models that have none of their own."
        else:
            path: KeyPath = ("agents", index, "model") if agent.model else ("model",)
            message = f"[limits] has 'cost', but the model {quoted(model)} has no price"
            yield path, f"{message}; add [prices.{quoted(model)}] with 'input' and 'output'."
