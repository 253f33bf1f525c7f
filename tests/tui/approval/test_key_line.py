from agentchat.tui.approval.key_line import deciding_hints, key_lines

HINTS = deciding_hints(can_approve=True, several=True)


def test_the_words_become_fewer_as_the_terminal_becomes_narrower():
    assert [key_lines(HINTS, width, most=most).plain for width, most in ((110, 2), (70, 2), (36, 2), (20, 1))] == [
        "[a] approve   [r] reject   [w] reject, saying why   [←→] previous, next   [esc] decide later",
        "[a] approve   [r] reject   [w] reject, saying why\n[←→] previous, next   [esc] decide later",
        "[a] yes   [r] no   [w] why\n[←→] next   [esc] later",
        "[a][r][w][←→][esc]",
    ]


def test_a_key_that_does_not_work_yet_is_dim():
    hints = deciding_hints(can_approve=False, several=False)
    approve, reject = key_lines(hints, 60, most=2).spans[:2]
    assert (approve.style, reject.style) == ("dim", "$text-accent bold")


def test_the_arrows_are_offered_only_where_there_is_somewhere_to_go():
    assert "←→" not in key_lines(deciding_hints(can_approve=True, several=False), 99, most=2).plain
