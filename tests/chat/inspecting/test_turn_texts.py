from agentchat import retry_policies
from agentchat.chat.inspecting.turn_texts import as_json


def wanted() -> bool:
    return True


def test_a_function_in_the_settings_is_named_as_one_writes_it_down():
    policy = retry_policies.any(retry_policies.network_error())
    assert as_json([policy, wanted]) == '[\n  "a function made by retry_policies.any",\n  "function wanted"\n]'
