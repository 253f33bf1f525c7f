"""Which name was probably meant, for sentences about names that do not exist."""

import difflib
from collections.abc import Iterable

from agentchat.config.errors import quotable, quoted


def suggestion(name: str, names: Iterable[str]) -> str:
    """The end of a sentence: "did you mean 'search'?", or what there is when nothing is near."""
    known = list(dict.fromkeys(names))
    folded = {one.casefold(): one for one in known}
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f"did you mean {quoted(folded[close[0]])}?"
    more = f" and {len(known) - 12} more" if len(known) > 12 else ""
    return f"there {'is' if len(known) == 1 else 'are'} {', '.join(quotable(one) for one in known[:12]) or 'none'}{more}."
