"""The form in which a person edits the arguments of a call: a line or an editor for each, with what is wrong beside it.

Nothing in it decides. What was typed is kept by the dialog, so that leaving the form loses nothing.
"""

from collections.abc import Iterator, Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from agentchat.chat.deciding.argument_fields import Field
from agentchat.chat.safe_text import exact_line, safe_line

_EDITOR_LINES = 8
"""As in the style below."""


class FieldRow(Vertical):
    """One argument: its name and what it takes, what stands in it, what is wrong with that."""

    DEFAULT_CSS = """
    FieldRow {
        height: auto;
        & > Input, & > TextArea { border: none; padding: 0 1; background: $boost; }
        & > Input.-textual-compact { height: 1; padding: 0 1; }
        & > TextArea { height: auto; max-height: 8; }
        & > .complaint { display: none; height: auto; color: $text-error; }
        &.-wrong > .complaint { display: block; }
    }
    """

    def __init__(self, field: Field, text: str) -> None:
        super().__init__()
        self.field = field
        self._text = text
        self._loaded = ""
        """What the editor made of the text that it was given; an editor may not hold every line break as it is."""

    def compose(self) -> ComposeResult:
        """From the top to the bottom."""
        yield Static(self._label(), markup=False)
        if self.field.is_long:
            editor = TextArea(self._text, compact=True, soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False)
            editor.cursor_blink = False
        else:
            editor = Input(self._text, compact=True, select_on_focus=False)
        yield editor
        yield Static(classes="complaint", markup=False)

    def on_mount(self) -> None:
        """Remembers what untouched looks like."""
        self._loaded = self._shown

    @property
    def editor(self) -> Widget:
        """Where the person types."""
        return self.query_one(TextArea if self.field.is_long else Input)

    @property
    def text(self) -> str:
        """What stands there; to the letter what it was given where nobody touched it."""
        return self._text if self._shown == self._loaded else self._shown

    @property
    def lines(self) -> int:
        """Rows of the screen that it would like to have."""
        lines = min(_EDITOR_LINES, self._shown.count("\n") + 1 + (len(self._shown) > 2 * 60)) if self.field.is_long else 1
        return 1 + lines + self.has_class("-wrong")

    def complain(self, complaint: str) -> None:
        """Says what is wrong; nothing when nothing is."""
        self.query_one(".complaint", Static).update(complaint)
        self.set_class(bool(complaint), "-wrong")

    @property
    def _shown(self) -> str:
        editor = self.editor
        return editor.text if isinstance(editor, TextArea) else self.query_one(Input).value

    def _label(self) -> Content:
        name = Content.styled(exact_line(self.field.name), "$text-accent")
        must = Content.styled(" *", "$text-warning bold") if self.field.required else Content("")
        return name + must + Content.styled(f"  {safe_line(self.field.takes)}", "$foreground-muted")


class EditForm(VerticalScroll, can_focus=False):
    """The fields of one call at a time."""

    ALLOW_MAXIMIZE = False
    DEFAULT_CSS = "EditForm { display: none; height: 1fr; scrollbar-size-vertical: 1; }"

    async def load(self, fields: tuple[Field, ...], typed: Mapping[str, str]) -> None:
        """Shows these fields; in `typed` stands what was typed in them before."""
        await self.remove_children()
        await self.mount(*(FieldRow(field, typed.get(field.name, field.text)) for field in fields))

    @property
    def rows(self) -> Iterator[FieldRow]:
        """The fields, in order."""
        return iter(self.query(FieldRow))

    @property
    def texts(self) -> dict[str, str]:
        """What stands in each field, by its name."""
        return {row.field.name: row.text for row in self.rows}

    @property
    def lines(self) -> int:
        """Rows of the screen that it would like to have."""
        return sum(row.lines for row in self.rows)

    def complain(self, complaints: Mapping[str, str]) -> None:
        """Says what is wrong, and goes to the first field with which something is."""
        for row in self.rows:
            row.complain(complaints.get(row.field.name, ""))
        wrong = next((row for row in self.rows if row.has_class("-wrong")), None)
        if wrong is not None:
            wrong.editor.focus()

    @on(TextArea.Changed)
    def keep_the_editor_in_view(self, event: TextArea.Changed) -> None:
        """It may have grown."""
        event.text_area.scroll_visible(animate=False)

    @on(Input.Submitted)
    def go_to_the_next_field(self, event: Input.Submitted) -> None:
        """Enter decides nothing here."""
        event.stop()
        self.screen.focus_next(f"{FieldRow.__name__} Input, {FieldRow.__name__} TextArea")
