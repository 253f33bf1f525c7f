"""A question on a plain terminal."""

import pytest

from agentchat.chat.status import Query
from agentchat.headless.answering import answer_in, question_rows

COLOURS = Query("Which\ncolour?", ("red", "blue", "7"), takes_text=False)


def test_the_question_and_its_choices_are_rows_that_command_no_terminal():
    assert question_rows(Query("Why \x1b[2J?", ("a\nb", "c")), 40) == ["Why ␛[2J?", "   1. a␊b", "   2. c", ""]


@pytest.mark.parametrize(
    ("query", "typed", "answer"),
    [
        (COLOURS, "2", "blue"),
        (COLOURS, "blue", "blue"),
        (COLOURS, "7", "7"),
        (COLOURS, "green", ""),
        (COLOURS, "0", ""),
        (COLOURS, "9" * 5000, ""),
        (Query("Name?"), "1", "1"),
        (Query("Name?", ("Ada",)), "Bob", "Bob"),
        (Query("Name?"), "", ""),
    ],
)
def test_what_is_typed_is_a_number_a_choice_or_an_answer_of_ones_own(query: Query, typed: str, answer: str):
    assert answer_in(query, typed) == answer
