from agentchat.tui.widgets.history import History


def test_one_walks_back_and_forth_and_the_draft_waits_at_the_end():
    history = History(["one", "two"])
    assert [history.earlier("draft"), history.earlier("two"), history.earlier("one")] == ["two", "one", None]
    assert [history.later(), history.later(), history.later()] == ["two", "draft", None]


def test_a_text_that_is_sent_ends_the_walk_and_is_kept_once():
    history = History()
    history.add("one")
    history.add("one")
    assert history.texts == ["one"]
    assert history.earlier("") == "one"
    history.add("two")
    assert history.later() is None
    assert history.earlier("") == "two"


def test_what_the_conversation_holds_comes_first_and_once_however_often_it_is_told():
    history = History(["not sent"])
    history.remember(["one", "two"])
    history.add("three")
    history.remember(["one", "two", "three"])
    assert history.texts == ["one", "two", "three", "not sent"]
