"""What one gets from Textual with little work: a model's answer in a Markdown widget, fed by its MarkdownStream, above an editor.

`markdown_app.py BASE_URL COUNT`: so many earlier messages stand before the answer, plain ones, because 5,000 Markdown widgets would take
minutes. Enter asks the server, and each delta goes to the stream as it comes.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import ClassVar
from urllib.parse import urlsplit

from textual import work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Markdown, Static, TextArea

from benchmarks.samples import messages


class MarkdownApp(App[None]):
    """A conversation and an editor, which has the keys."""

    ENABLE_COMMAND_PALETTE = False
    CSS = "TextArea { height: 5; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "ask", "ask", priority=True)]

    def __init__(self, base_url: str, count: int) -> None:
        super().__init__()
        self._base_url, self._count = base_url, count

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            for message in messages(self._count):
                yield Static(_text(message), markup=False)
            yield Markdown()
        yield TextArea()
        yield Static("FIRST-FRAME", markup=False)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).anchor()
        self.query_one(TextArea).focus()

    def action_ask(self) -> None:
        self.query_one(TextArea).clear()
        self._answer()

    @work
    async def _answer(self) -> None:
        stream = Markdown.get_stream(self.query_one(Markdown))
        async for delta in _deltas(self._base_url):
            await stream.write(delta)
        await stream.stop()


def _text(message: dict[str, object]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else json.dumps(content)


async def _deltas(base_url: str) -> AsyncIterator[str]:
    """With the least that reads them."""
    address = urlsplit(base_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=1 << 24)
    writer.write(b"POST /v1/responses HTTP/1.1\r\ncontent-length: 0\r\n\r\n")
    while (line := await reader.readline()).rstrip() != b"0":
        if line.startswith(b"data: ") and (event := json.loads(line[6:]))["type"] == "response.output_text.delta":
            yield event["delta"]
    writer.close()


if __name__ == "__main__":
    MarkdownApp(sys.argv[1], int(sys.argv[2])).run()
