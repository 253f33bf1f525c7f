from hypothesis import given, settings
from hypothesis import strategies as st

from agentchat.tools.files.differences import difference, edit_difference


@settings(max_examples=25)
@given(st.binary(max_size=6), st.binary(max_size=6), st.text(alphabet="a\n\r\0\ufffd\xe9", max_size=4))
def test_two_states_of_a_file_never_have_one_preview(one: bytes, other: bytes, content: str) -> None:
    assert (difference("f", one, content) == difference("f", other, content)) == (one == other)
    assert (edit_difference("f", one, content) == edit_difference("f", other, content)) == (one == other)
