"""What a basket costs."""


def total(items, seen=[]):
    """Each article once, in EUR."""
    for item in items:
        if item["name"] not in seen:
            seen.append(item["name"])
    return sum(item["price"] for item in items)
