"""A history without what no provider takes: calls without an output, outputs without a call, a call that stands there twice.

The history itself keeps them; they are only not sent.
"""

import json
from collections.abc import Sequence

from agentchat.runtime.values.items import TResponseInputItem
from agentchat.runtime.values.raw_calls import CALLS, OUTPUTS, answered_id


def paired(items: Sequence[TResponseInputItem]) -> list[TResponseInputItem]:
    """The items whose call and output are both there; of calls with one id, each output is that of the latest.

    Of a call that stands there twice, word for word, and of reasoning with one id the latest is sent: that happens when a history is
    given beside a session that has it. Reasoning goes with the call that it led to.
    """
    calls: dict[str, int] = {}
    pairs: dict[str, tuple[int, int]] = {}
    thoughts: dict[str, int] = {}
    left_out: set[int] = set()
    for place, item in enumerate(items):
        kind = item.get("type")
        if kind == "reasoning" and "id" in item:
            left_out.update([thoughts[item["id"]]] if item["id"] in thoughts else [])
            thoughts[item["id"]] = place
        if kind in CALLS:
            calls[item["call_id"]] = place
            left_out.add(place)
        elif kind in OUTPUTS:
            call = calls.pop(answered_id(item), None)
            if call is None:
                left_out.add(place)
                continue
            left_out.discard(call)
            left_out.update(pairs.get(_spelled(items[call]), ()))
            pairs[_spelled(items[call])] = (call, place)
    left_out.update(_without_their_calls(items, left_out))
    return [item for place, item in enumerate(items) if place not in left_out]


def _without_their_calls(items: Sequence[TResponseInputItem], left_out: set[int]) -> list[int]:
    """The reasoning items whose calls, which stand directly behind them, are all left out."""
    found: list[int] = []
    all_left_out: bool | None = None  # of the calls directly behind; None where there is none
    for place in range(len(items) - 1, -1, -1):
        kind = items[place].get("type")
        if kind in CALLS:
            all_left_out = place in left_out and all_left_out is not False
        elif kind != "reasoning":
            all_left_out = None
        elif all_left_out:
            found.append(place)
    return found


def _spelled(call: TResponseInputItem) -> str:
    """The call as one text, without the id that the item has beside the call's."""
    return json.dumps({key: value for key, value in call.items() if key not in {"id", "status"}}, sort_keys=True, default=str)
