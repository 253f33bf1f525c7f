"""Descriptions and parameter texts from docstrings of every style."""

import inspect
import logging

import pytest

from agentchat.runtime.declarations.docstrings import DocstringStyle, DocstringTexts, read_docstring

GOOGLE = """Google text.

    More of it.

    Args:
        a: the a
        b (str): the b
            goes on
        *rest: the rest
        **more: even more

    Returns:
        Something.
    """
SPHINX = """Sphinx text.

    :param a: the a
    :param b: the b
    :type b: str
    :return: something
    """
NUMPY = """Numpy text.

    Parameters
    ----------
    a : int
        the a
    b, c : str
        both

    Returns
    -------
    int
        something
    """


def read(text: str, style: DocstringStyle | None = None) -> DocstringTexts:
    return read_docstring(inspect.cleandoc(text), style=style)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            GOOGLE,
            DocstringTexts(
                "Google text.\n\nMore of it.", {"a": "the a", "b": "the b\ngoes on", "rest": "the rest", "more": "even more"}
            ),
        ),
        (SPHINX, DocstringTexts("Sphinx text.", {"a": "the a", "b": "the b"})),
        (NUMPY, DocstringTexts("Numpy text.", {"a": "the a", "b": "both", "c": "both"})),
    ],
    ids=["google", "sphinx", "numpy"],
)
def test_the_style_is_told_by_the_headings(text: str, expected: DocstringTexts):
    assert read(text) == expected


@pytest.mark.parametrize("text", [None, ""])
def test_no_docstring_says_nothing(text: str | None):
    assert read_docstring(text) == DocstringTexts("", {})


def test_text_without_sections_is_the_description():
    assert read("One.\nTwo.\n\n  * indented\n\nThree: four") == DocstringTexts("One.\nTwo.\n\n  * indented\n\nThree: four", {})


@pytest.mark.parametrize("heading", ["Args", "Arguments"])
def test_a_google_heading_needs_no_empty_line_before_it(heading: str):
    assert read(f"Text.\n{heading}:\n    a: the a") == DocstringTexts("Text.", {"a": "the a"})


def test_a_docstring_may_begin_with_a_section():
    assert read_docstring("Args:\n    a: the a") == DocstringTexts("", {"a": "the a"})


def test_text_after_the_sections_is_not_part_of_the_description():
    assert read("Text.\n\nArgs:\n    a: the a\n\nAfterwards.") == DocstringTexts("Text.", {"a": "the a"})


def test_the_style_with_more_kinds_of_signs_wins():
    many_of_one_kind = ":param a: sphinx\n:param b: sphinx\n:param c: sphinx"
    assert read(f"Text.\n\nArgs:\n    a: google\n\nReturns:\n    x\n\n{many_of_one_kind}").parameters == {"a": "google"}


def test_sphinx_wins_a_tie_before_numpy_before_google():
    google, numpy, sphinx = "Args:\n    a: google", "Parameters\n----------\na : int\n    numpy", ":param a: sphinx"
    assert read(f"Text.\n\n{google}\n\n{sphinx}").parameters == {"a": "sphinx"}
    assert read(f"Text.\n\n{numpy}\n\n{sphinx}").parameters == {"a": "sphinx"}
    assert read(f"Text.\n\n{google}\n\n{numpy}").parameters == {"a": "numpy"}


@pytest.mark.parametrize(("style", "text"), [("google", "google"), ("sphinx", "sphinx"), ("numpy", None)])
def test_a_given_style_is_not_guessed(style: DocstringStyle, text: str | None):
    texts = read("Text.\n\nArgs:\n    a: google\n\n:param a: sphinx", style)
    assert texts.parameters.get("a") == text


@pytest.mark.parametrize("text", [GOOGLE, SPHINX, NUMPY])
def test_reading_is_silent(text: str, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        read(text)
    assert caplog.records == []
