import pytest

from agentchat.chat.look_alikes import look_alikes_in


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("rm p\u0430ypal.txt", ("CYRILLIC SMALL LETTER A U+0430 in p\u0430ypal",)),
        ("\u041erder", ("CYRILLIC CAPITAL LETTER O U+041E in \u041erder",)),
        ("g\u03bf\u03bfgle", ("GREEK SMALL LETTER OMICRON U+03BF in g\u03bf\u03bfgle",)),
        ("\u043f\u0440\u0438\u0432\u0435\u0442 world", ()),
        ("caf\u00e9 \u00b5m na\u00efve", ()),
        ("plain", ()),
    ],
)
def test_letters_of_another_script_in_a_latin_word_are_named(text, named):
    assert look_alikes_in(text) == named
