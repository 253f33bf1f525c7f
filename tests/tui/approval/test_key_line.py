from agentchat.tui.approval.key_line import deciding_hints, key_lines


def hints(**changed):
    usual = {"can_approve": True, "has_rule": True, "can_edit": True, "several": True, "all_of_them": True, "can_approve_all": False}
    return deciding_hints(**{**usual, **changed})


def test_the_words_become_fewer_as_the_terminal_becomes_narrower():
    assert [key_lines(hints(), width, most=most).plain.split("\n") for width, most in ((112, 3), (60, 3), (33, 3), (38, 2), (20, 1))] == [
        [
            "[a] approve   [s] for this session   [e] edit arguments   [r] reject   [w] reject, saying why",
            "[←→] previous, next   [^a] approve all   [^x] reject all   [f] full screen   [esc] decide later",
        ],
        ["[a] yes   [s] session   [e] edit   [r] no   [w] why", "[←→] next   [^a] all   [^x] none   [f] full   [esc] later"],
        ["[a] yes [s] session [e] edit", "[r] no [w] why [←→] next [^a] all", "[^x] none [f] full [esc] later"],
        ["[a][s][e][r][w][←→][^a][^x][f][esc]"],
        ["[a][r][w][←→][esc]"],
    ]


def test_a_key_that_does_not_work_yet_is_dim():
    approve, keep, edit, *_ = key_lines(hints(can_approve=False), 60, most=2).spans
    assert (approve.style, keep.style, edit.style) == ("dim", "dim", "$text-accent bold")


def test_only_what_can_be_done_with_a_call_is_offered():
    only = key_lines(hints(has_rule=False, can_edit=False, several=False, all_of_them=False), 99, most=2).plain
    assert only == "[a] approve   [r] reject   [w] reject, saying why   [f] full screen   [esc] decide later"
