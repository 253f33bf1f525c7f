"""The tools of the support desk, over two files beside this one: orders.json, and refunds.jsonl with what was paid back.

Each tool is a function. What a model is told of it comes from its types and its docstring; an exception is told to the model.
"""

import json
from pathlib import Path
from typing import Any, Literal

from agentchat import function_tool

FOLDER = Path(__file__).parent


@function_tool(effects="reads")
def find_order(order_id: int) -> str:
    """Looks an order up: who ordered what, what it cost, and what was paid back already.

    Args:
        order_id: Its number.
    """
    order = _order(order_id)
    items = ", ".join(f"{item['name']} {item['price']:.2f}" for item in order["items"])
    return f"order {order_id} of {order['customer']}: {items}; paid {_paid(order):.2f} EUR, refunded {_refunded(order_id):.2f} EUR"


@function_tool(effects="reads")
def track_parcel(order_id: int) -> str:
    """Says where the parcel of an order is."""
    return _order(order_id)["parcel"]


# effects="changes": a call of it asks unless a rule allows it. Which refunds run without a question, agents.toml says.
@function_tool(effects="changes")
def refund(order_id: int, amount: float, reason: Literal["damaged", "never came", "goodwill"]) -> str:
    """Pays money back for an order.

    Args:
        order_id: Its number.
        amount: In EUR.
        reason: Why.
    """
    left = _paid(_order(order_id)) - _refunded(order_id)
    if not 0 < amount <= left:
        raise ValueError(f"{amount:.2f} EUR cannot be paid back for order {order_id}; {left:.2f} EUR are left.")
    with (FOLDER / "refunds.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"order": order_id, "amount": amount, "reason": reason}) + "\n")
    return f"refunded {amount:.2f} EUR for order {order_id}"


def _order(order_id: int) -> dict[str, Any]:
    orders = json.loads((FOLDER / "orders.json").read_text(encoding="utf-8"))
    if str(order_id) not in orders:
        raise ValueError(f"There is no order {order_id}.")
    return orders[str(order_id)]


def _paid(order: dict[str, Any]) -> float:
    return sum(item["price"] for item in order["items"])


def _refunded(order_id: int) -> float:
    file = FOLDER / "refunds.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return sum(paid["amount"] for paid in map(json.loads, lines) if paid["order"] == order_id)
