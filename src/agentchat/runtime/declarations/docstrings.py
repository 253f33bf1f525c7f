"""What a function's docstring tells the model: a description of the tool, and a text for each parameter.

The three usual styles are read with griffe. Which one a docstring has is told by its section headings, unless the caller says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import griffe

DocstringStyle: TypeAlias = Literal["google", "numpy", "sphinx"]

_SIGNS: dict[DocstringStyle, tuple[re.Pattern[str], ...]] = {
    "sphinx": tuple(re.compile(sign, re.MULTILINE) for sign in (r"^:param\s", r"^:type\s", r"^:returns?:", r"^:rtype:")),
    "numpy": tuple(re.compile(rf"^{title}\s*\n\s*-{{3,}}", re.MULTILINE) for title in ("Parameters", "Returns", "Yields")),
    "google": tuple(re.compile(sign, re.MULTILINE) for sign in (r"^(Args|Arguments):", r"^Returns:", r"^Raises:")),
}
"""Line starts that give a style away. Of styles with equally many signs the earlier one here wins."""

_GOOGLE_HEADING_AFTER_TEXT = re.compile(r"(?<=[^\n])\n(?=(?:Args|Arguments|Params|Parameters|Returns|Raises|Yields):[ ]*\n)")


@dataclass(frozen=True, slots=True)
class DocstringTexts:
    """What a docstring says, by whom it is about."""

    description: str
    """The text before the first section; "" when there is none."""
    parameters: Mapping[str, str]
    """By the parameter's name, without the stars of `*args` and `**kwargs`."""


def read_docstring(text: str | None, *, style: DocstringStyle | None = None) -> DocstringTexts:
    """The texts in a docstring that has been cleaned of its indentation (`inspect.getdoc`)."""
    if not text:
        return DocstringTexts(description="", parameters={})
    sections = _sections(text, style or _style_of(text))
    first = sections[0] if sections else None
    return DocstringTexts(
        description=first.value.strip() if isinstance(first, griffe.DocstringSectionText) else "",
        parameters={
            parameter.name.lstrip("*"): parameter.description
            for section in sections
            if isinstance(section, griffe.DocstringSectionParameters)
            for parameter in section.value
            if parameter.description
        },
    )


def _style_of(text: str) -> DocstringStyle:
    hits: dict[DocstringStyle, int] = {style: sum(bool(sign.search(text)) for sign in signs) for style, signs in _SIGNS.items()}
    best = max(hits, key=lambda style: hits[style])
    return best if hits[best] else "google"


def _sections(text: str, style: DocstringStyle) -> list[griffe.DocstringSection]:
    if style == "google":
        text = _GOOGLE_HEADING_AFTER_TEXT.sub("\n\n", text)
    # griffe takes the indentation away once more, and would take a first line that is a heading for the summary.
    docstring = griffe.Docstring(f"\n{text}", lineno=1)
    # It also warns of parameters without a type; the types stand in the signature.
    match style:
        case "google":
            return griffe.parse_google(docstring, warnings=False)
        case "numpy":
            return griffe.parse_numpy(docstring, warnings=False)
        case "sphinx":
            return griffe.parse_sphinx(docstring, warnings=False)
