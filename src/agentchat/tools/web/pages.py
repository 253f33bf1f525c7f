"""What was fetched, as a text that a model can read: HTML as Markdown, texts and JSON as they are, everything else refused."""

import codecs
import importlib.util
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from agentchat.tools.failures import ToolFailed
from agentchat.tools.files.texts import is_binary
from agentchat.tools.wording import quoted, size_text

PATIENCE = 15.0
"""Seconds that a conversion may take."""

LIBRARY = "html_to_markdown"
"""What turns HTML into Markdown; it comes with the extra `web`."""

_CONVERTER = Path(__file__).with_name("page_converter.py")
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_TEXTS = re.compile(r"text/.+|application/(?:.+\+)?(?:json|xml|yaml|toml|javascript|ld\+json|x-ndjson|x-yaml|rtf)")
_CHARSET_IN_HTML = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([a-zA-Z0-9_.:-]{1,40})", re.IGNORECASE)
_LOOKS_LIKE_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ENCODINGS = re.compile(r"utf-?8|us-ascii|ascii|utf-?16(?:[lb]e)?|iso-?8859-?\d+|latin-?\d|windows-125\d|cp\d+|koi8-[ru]|gb2312|gbk|gb18030"
                        r"|big5(?:-hkscs)?|shift[_-]jis|euc-(?:jp|kr)|iso-2022-jp|tis-620|mac-?roman", re.IGNORECASE)  # fmt: skip
"""Names of encodings that a page may name. Python knows more under that name, and some of them are programs for unpacking."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, whole."""

    url: str
    content_type: str
    """As the server says it; empty where it does not."""
    data: bytes

    @property
    def kind(self) -> str:
        """The type without its parameters, in lower case; told by the first bytes where the server does not say."""
        said = self.content_type.partition(";")[0].strip().lower()
        if said and said != "application/octet-stream":
            return said
        return "text/html" if _LOOKS_LIKE_HTML.match(self.data) else "text/plain"


def must_be_readable(url: str, content_type: str) -> None:
    """A ToolFailed for a type that is neither a page nor a text."""
    kind = Fetched(url, content_type, b"").kind
    if kind not in _HTML and not _TEXTS.fullmatch(kind):
        raise ToolFailed(f"{quoted(url)} is {quoted(kind)}; only pages, texts and JSON can be fetched.")


def text_of(fetched: Fetched) -> str:
    """The text for the model. Takes a while for a large page: to be called in a thread."""
    must_be_readable(fetched.url, fetched.content_type)
    kind, encoding = fetched.kind, _encoding(fetched)
    if is_binary(fetched.data) and not encoding.startswith("utf-16"):
        what = f"{quoted(fetched.url)} is no text, whatever its server says ({quoted(kind)})"
        raise ToolFailed(f"{what}; only pages, texts and JSON can be fetched.")
    text = fetched.data.decode(encoding, "replace")
    return markdown_of(text, fetched.url) if kind in _HTML else text


def markdown_of(html: str, url: str) -> str:
    """A page as Markdown, in a process of its own."""
    found = importlib.util.find_spec(LIBRARY)
    if found is None or found.origin is None:
        raise ToolFailed("Reading HTML needs a package that is not installed; ask the user to run: pip install 'agentchat[web]'.")
    folder = str(Path(found.origin).parent.parent)
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and our own program
            [sys.executable, "-I", str(_CONVERTER), folder, url],
            input=html.encode("utf-8", "replace"),
            capture_output=True,
            env={},
            timeout=PATIENCE,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ToolFailed(f"{quoted(url)} takes too long to be turned into text; fetch another page.") from None
    if done.returncode:
        raise ToolFailed(f"{quoted(url)} ({size_text(len(html))}) cannot be turned into text; fetch another page.")
    return done.stdout.decode("utf-8", "replace").strip()


def _encoding(fetched: Fetched) -> str:
    """What the text is written in: by its first bytes, its server, or itself; UTF-8 where nobody says."""
    for mark, encoding in _MARKS:
        if fetched.data.startswith(mark):
            return encoding
    said = re.search(r"charset\s*=\s*[\"']?([^\s;\"']+)", fetched.content_type, re.IGNORECASE)
    written = _CHARSET_IN_HTML.search(fetched.data[:2048])
    named = said[1] if said else written[1].decode("ascii") if written else "utf-8"
    try:
        return codecs.lookup(named).name if _ENCODINGS.fullmatch(named) else "utf-8"
    except LookupError:
        return "utf-8"
