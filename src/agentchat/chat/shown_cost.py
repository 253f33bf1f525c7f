"""How a cost is written where a person reads it. Standard library only, for the screen's first frame."""


def shown_cost(cost: float) -> str:
    """As one writes a sum of money, and as exactly as a small one needs: `12.50`, `0.0042`."""
    if cost >= 1 or not cost:
        return f"{cost:.2f}"
    return f"{cost:.4f}" if cost >= 0.0001 else "under 0.0001"
