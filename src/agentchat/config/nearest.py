"""Which name was probably meant, for sentences about names that do not exist."""

import difflib
from collections.abc import Iterable

from agentchat.config.errors import quotable, quoted

_MOST = 12
"""Names in a sentence."""


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of the names that was probably meant; None when none is near."""
    folded = {one.casefold(): one for one in reversed(list(dict.fromkeys(names)))}
    close = difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    same_letters = [one for one in close if sorted(one) == sorted(name.casefold())]  # in another order, as slips of the fingers are
    return folded[(same_letters or close)[0]] if close else None


def suggestion(name: str, names: Iterable[str]) -> str:
    """The end of a sentence: "did you mean 'search'?", or what there is when nothing is near."""
    known = list(dict.fromkeys(names))
    near = nearest(name, known)
    if near is not None:
        return f"did you mean {quoted(near)}?"
    shown = known if len(known) <= _MOST + 1 else known[:_MOST]  # "and 1 more" would be as long as its name
    more = f" and {len(known) - _MOST} more" if len(known) > len(shown) else ""
    return f"there {'is' if len(known) == 1 else 'are'} {', '.join(quotable(one) for one in shown) or 'none'}{more}."
