"""A long text: wrapped, searched, and scrolled to what was found."""

from textual.app import App, ComposeResult

from agentchat.tui.widgets.long_page import LongPage


class Shown(App[None]):
    def compose(self) -> ComposeResult:
        yield LongPage()


def lines(page: LongPage) -> list[str]:
    return [page.render_line(y).text.rstrip() for y in range(page.size.height)]


async def test_a_line_that_is_too_long_goes_on_below_its_value() -> None:
    app = Shown()
    async with app.run_test(size=(24, 6)) as pilot:
        page = app.query_one(LongPage)
        page.show('agent   one two three four\n  "key": "a b c d e f g h i j k l"\nplain \x1b[1m')
        await pilot.pause()
        assert lines(page) == [
            " agent   one two three",
            "         four",
            '   "key": "a b c d e f',
            '     g h i j k l"',
            " plain ␛[1m",
            "",
        ]


async def test_the_branches_of_a_tree_go_on_beside_a_line_that_is_too_long() -> None:
    app = Shown()
    async with app.run_test(size=(20, 6)) as pilot:
        page = app.query_one(LongPage)
        page.show("│  ├─ uses one, two, three\n└─ uses four, five, six")
        await pilot.pause()
        assert lines(page) == [" │  ├─ uses one,", " │  │    two, three", " └─ uses four,", "      five, six", "", ""]


async def test_what_is_found_is_scrolled_to_and_walked_through() -> None:
    app = Shown()
    async with app.run_test(size=(24, 6)) as pilot:
        page = app.query_one(LongPage)
        page.show("\n".join(f"line {number}{' Needle' if number in {20, 60} else ''}" for number in range(100)))
        page.look_for("needle")
        await pilot.pause()
        assert (page.found, " line 20 Needle" in lines(page)) == ((1, 2), True)
        page.walk(1)
        await pilot.pause()
        assert (page.found, " line 60 Needle" in lines(page)) == ((2, 2), True)
        page.walk(1)
        page.look_for("nowhere")
        assert page.found == (0, 0)


async def test_another_text_begins_at_its_beginning_and_a_new_width_keeps_the_place() -> None:
    app = Shown()
    async with app.run_test(size=(24, 6)) as pilot:
        page = app.query_one(LongPage)
        page.show("\n".join(str(number) for number in range(100)))
        page.go_to(50)
        await pilot.resize_terminal(30, 6)
        await pilot.pause()
        assert lines(page)[0] == " 50"
        page.show("new")
        await pilot.pause()
        assert (page.text, lines(page)[0]) == ("new", " new")
