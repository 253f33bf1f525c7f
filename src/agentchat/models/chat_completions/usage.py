"""Token counts of Chat Completions in the words of the Responses API."""

from openai.types.responses import ResponseUsage

from agentchat.models.foreign_items import object_in, repair_usage


def usage_of_chunk(usage: object) -> ResponseUsage | None:
    """The counts that a server sent; zeros for what it left out, None when it sent none."""
    counts = object_in(usage)
    if not counts:
        return None
    cached = object_in(counts.get("prompt_tokens_details")).get("cached_tokens")
    reasoned = object_in(counts.get("completion_tokens_details")).get("reasoning_tokens")
    return ResponseUsage.model_validate(
        repair_usage(
            {
                "input_tokens": counts.get("prompt_tokens"),
                "output_tokens": counts.get("completion_tokens"),
                "total_tokens": counts.get("total_tokens"),
                "input_tokens_details": {"cached_tokens": cached},
                "output_tokens_details": {"reasoning_tokens": reasoned},
            }
        )
    )
