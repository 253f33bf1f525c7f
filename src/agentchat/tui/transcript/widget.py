"""The live transcript: one widget on Textual's line API that shows all blocks of a conversation.

A widget per message would cost time for every message on every frame; here a frame costs the lines that are seen. `Page` knows what
the lines are, `PageView` which of them are on the screen, `BlockView` and `SearchView` what lies over them; this file is what the app
and the reader's keys meet.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message

from agentchat.chat.transcript.blocks import Block, UserBlock
from agentchat.chat.transcript.changes import BlockInserted, Change
from agentchat.runtime.ports.clock import Clock
from agentchat.tui.transcript.blocks.look import NO_TASTE, Taste
from agentchat.tui.transcript.caret import Caret, Way, place_of
from agentchat.tui.transcript.page import Place
from agentchat.tui.transcript.source import addresses_in, code_of, source_of
from agentchat.tui.transcript.ticking import TickingView


class TranscriptView(TickingView):
    """The conversation, as far as its app has handed it over with `load` and `apply`."""

    class CopyWanted(Message):
        """The reader wants this text in the clipboard. It is safe to write anywhere."""

        def __init__(self, text: str, what: str) -> None:
            super().__init__()
            self.text, self.what = text, what

    class SearchWanted(Message):
        """The reader wants to search."""

    class BranchWanted(Message):
        """The reader wants to say something again, in a conversation that branches off before it."""

        def __init__(self, *, message: int, text: str, edits: bool) -> None:
            super().__init__()
            self.message = message
            """Which of the person's messages, from 1."""
            self.text = text
            self.edits = edits
            """Whether it is changed first."""

    class SearchDone(Message):
        """The reader has seen enough hits."""

    DEFAULT_CSS = """
    TranscriptView {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "fold", "open, fold"),
        Binding("c", "copy", "copy"),
        Binding("slash", "search", "search"),
        Binding("ctrl+up,k", "cursor(-1)", "block above", show=False),
        Binding("ctrl+down,j", "cursor(1)", "block below", show=False),
        Binding("minus", "fold_nest", "fold what an agent did as a tool", show=False),
        Binding("b", "copy_code", "copy the block's code; again: its next code", show=False),
        Binding("o", "open_links", "open a link of the block", show=False),
        Binding("e", "branch(True)", "edit your message, and go on from there in a branch", show=False),
        Binding("r", "branch(False)", "ask again, in a branch", show=False),
        Binding("n", "next_hit(1)", "next hit", show=False),
        Binding("N,shift+n", "next_hit(-1)", "hit before", show=False),
        Binding("shift+right", "select('character', 1)", "select to the right", show=False),
        Binding("shift+left", "select('character', -1)", "select to the left", show=False),
        Binding("shift+down", "select('line', 1)", "select downwards", show=False),
        Binding("shift+up", "select('line', -1)", "select upwards", show=False),
        Binding("shift+pagedown", "select_page(1)", "select a page downwards", show=False),
        Binding("shift+pageup", "select_page(-1)", "select a page upwards", show=False),
        Binding("shift+home", "select('start', -1)", "select to the start of the line", show=False),
        Binding("shift+end", "select('end', 1)", "select to the end of the line", show=False),
        Binding("escape", "let_go", "select nothing; end the search", show=False),
    ]

    def __init__(self, *, taste: Taste = NO_TASTE, clock: Clock | None = None, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(taste=taste, clock=clock, id=id)
        self._caret: Caret | None = None
        self._copied_code: tuple[int, int] = (-1, 0)
        """The block whose code was copied last, and how many of its code blocks were."""

    @property
    def blocks(self) -> Sequence[Block]:
        """The conversation as it is shown."""
        return self.page.blocks

    @property
    def renders(self) -> int:
        """How often a block was drawn, anew or at its end; for tests and measurements."""
        return self.page.renders

    def load(self, blocks: Sequence[Block], *, code_colours: bool = True) -> None:
        """Replaces everything, and goes to the end. Without `code_colours` it is there sooner, for the first frame."""
        self.code_colours = code_colours
        self.page.load(blocks, replace(self.page.theme, code_colours=code_colours))
        self._cursor = None
        self.time_anew()
        self.follow = True
        self.search_again()

    def apply(self, changes: Sequence[Change]) -> None:
        """Takes all changes of one frame."""
        self.time_what_changed(changes)
        self.page.apply(changes)
        for change in changes:
            if isinstance(change, BlockInserted):
                self.make_room(change.block.id)
        self.search_what_changed(changes)
        self.settle()

    def make_room(self, block: int) -> None:
        """The selection that is made with the keys stays that one, too."""
        chosen, caret = self.text_selection, self._caret
        super().make_room(block)
        if caret is not None and chosen == caret.selection:
            self._caret = caret.behind(block)

    def go_to(self, block_id: int) -> None:
        """Puts the block cursor on a block and brings it to the top of the view."""
        if 0 <= block_id < len(self.blocks):
            self.page.unfold(block_id)
            self._cursor = block_id
            self.stand_at(Place(block_id, 0))

    # The block cursor

    def action_fold(self) -> None:
        """Opens or folds the block under the cursor."""
        if (block := self._pointed_at()) is not None:
            self._toggle(block)
            self.bring_into_view(block, block)

    def action_fold_nest(self) -> None:
        """Folds or unfolds the nested run that the block under the cursor is in."""
        if (block := self._pointed_at()) is not None and (first := self.page.nest_of(block)) is not None:
            self._cursor = first
            self._toggle(first, is_nest=True)
            self.bring_into_view(first, self.page.last_of_nest(first))

    def action_scroll_end(self) -> None:
        """To the end, and on with it; the block cursor goes away."""
        self._cursor = None
        super().action_scroll_end()
        self.refresh()

    def action_cursor(self, by: int) -> None:
        """Moves the block cursor, and the view when the block is outside."""
        before = self._cursor
        target = self._pointed_at()
        if target is None or before is None:
            return
        block = target + by
        while 0 <= block < len(self.blocks) and self.page.is_hidden(block):
            block += by
        if 0 <= block < len(self.blocks):
            self.point_at(block)

    def jump(self, by: int) -> None:
        """To the next message of the person, or the one before."""
        here = self.top.block if self._cursor is None else self._cursor
        ways = range(here + by, len(self.blocks) if by > 0 else -1, by)
        if self._cursor is None and by < 0 and self.top.line > 0:
            ways = range(here, -1, -1)
        target = next((block for block in ways if isinstance(self.blocks[block], UserBlock)), None)
        if target is not None:
            self.go_to(target)
        elif by > 0:
            self.action_scroll_end()

    def _pointed_at(self) -> int | None:
        """The block under the cursor, which is put on the last one that is seen when it is nowhere."""
        if self._cursor is None and self.blocks:
            last = self.page.walk(self.top, max(0, self.view_height - 1)).block
            self.point_at(last)
        return self._cursor

    # Copying, and links

    def action_copy(self) -> None:
        """What is selected, or the text of the block under the cursor."""
        chosen = self.text_selection
        if chosen is not None and (text := self.get_selection(chosen)):
            self.post_message(self.CopyWanted(text[0], "what is selected"))
        elif (block := self._pointed_at()) is not None:
            self.post_message(self.CopyWanted(source_of(self.blocks[block]), "the whole block, as it was written"))

    def action_copy_code(self) -> None:
        """The code in the block under the cursor, one code block for each press."""
        block = self._pointed_at()
        codes = () if block is None else code_of(self.blocks[block])
        if block is None or not codes:
            self.notify("There is no code in this block.", markup=False)
            return
        place = self._copied_code[1] % len(codes) if self._copied_code[0] == block else 0
        self._copied_code = (block, place + 1)
        which = f"code block {place + 1} of {len(codes)}" if len(codes) > 1 else "the code"
        self.post_message(self.CopyWanted(codes[place].text, f"{which} ({codes[place].language})" if codes[place].language else which))

    def action_open_links(self) -> None:
        """Shows where the links of the block under the cursor lead."""
        block = self._pointed_at()
        addresses = () if block is None else addresses_in(self.page.leaf(block))
        if addresses:
            self.post_message(self.LinksWanted(addresses))
        else:
            self.notify("There is no link in this block.", markup=False)

    def action_branch(self, edits: bool) -> None:  # noqa: FBT001 - a key's parameter
        """From the message of the person that the block under the cursor is, or that it answers."""
        block = self._pointed_at()
        said = [] if block is None else [said for said in self.blocks[: block + 1] if isinstance(said, UserBlock)]
        if said:
            self.post_message(self.BranchWanted(message=len(said), text=said[-1].text, edits=edits))

    # Selecting with the keys

    def action_select(self, way: Way, by: int) -> None:
        """Moves the free end of the selection."""
        caret = self._caret_now()
        if caret is None:
            return
        self._caret = caret.moved(self.page, way, by)
        self.screen.selections = {self: self._caret.selection}
        self.show(place_of(self.page, self._caret.moving), below=0 if by < 0 else self.view_height - 1)

    def action_select_page(self, by: int) -> None:
        """The same by a screenful."""
        self.action_select("line", by * max(1, self.view_height - 1))

    def action_let_go(self) -> None:
        """Selects nothing; when nothing was selected, ends the search."""
        if self.text_selection is not None:
            self.screen.clear_selection()
        else:
            self.post_message(self.SearchDone())

    def _caret_now(self) -> Caret | None:
        """The caret of what is selected; where nothing is, before the block under the cursor."""
        selection = self.text_selection
        if self._caret is not None and selection == self._caret.selection:
            return self._caret
        if selection is not None and selection.start is not None and selection.end is not None:
            return Caret(selection.start, selection.end)
        block = self._pointed_at()
        if block is None:
            return None
        leaf = self.page.leaf(block)
        begin = Offset(leaf.lines[min(leaf.first, len(leaf) - 1)].start, block)
        return Caret(begin, begin)

    def action_search(self) -> None:
        """Begins to search."""
        self.post_message(self.SearchWanted())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now has a key."""
        match action:
            case "let_go":
                return self.text_selection is not None or self.is_searching
            case "next_hit":
                return self.is_searching
            case _:
                return super().check_action(action, parameters)
