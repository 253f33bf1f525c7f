"""Two programs on two terminals, and a decision from a third one: who has the conversation, who is told, and what runs once."""

from tests.reliability.living import DIALOG, App, Place
from tests.reliability.test_deciding import Writing

TAKE_OVER = b"\x14"
GONE = "has taken this conversation over"


def waiting_in(place: Place, app: App) -> str:
    """The conversation in which a call is asked about."""
    app.wait_until_open()
    app.say("write one.txt")
    app.wait_for(DIALOG)
    (session,) = place.session_ids()
    return session


def test_the_dialog_moves_to_the_one_that_asks_and_a_decision_from_outside_is_run_there(tmp_path, figure):
    place = Place(tmp_path)
    with Writing() as server, place.running(server=server) as owner:
        session = waiting_in(place, owner)
        with place.running("-r", session, server=server) as other:
            other.wait_for("is open in another process")
            other.send(TAKE_OVER)
            other.wait_for(DIALOG)
            owner.wait_for(GONE)
            owner.wait_until(lambda: DIALOG not in owner.text)
            with place.listing("approve", session) as outside:
                outside.wait_for('Type "approve"')
                outside.send(b"approve\n")
                outside.wait_for("which goes on with it.")
                assert outside.wait_for_exit() == 0
            other.wait_until(lambda: DIALOG not in other.text and (place.work / "one.txt").exists())
            owner.wait_for("from outside")
            other.quit()
        owner.quit()
    assert place.call_states() == [("write_file", "finished")]
    figure("conversations that changed hands, and calls decided from outside, that ran twice: 0", n=1)


def test_a_program_without_a_screen_takes_the_conversation_over_when_it_is_told_to_and_only_then(tmp_path, figure):
    place = Place(tmp_path)
    with Writing() as server, place.running(server=server) as owner:
        session = waiting_in(place, owner)
        with place.listing("run", "--trust", "-r", session) as refused:
            refused.wait_for(f"agentchat run -r {session} --take-over")
            assert refused.wait_for_exit() == 2
        assert DIALOG in owner.text
        with place.listing("run", "--trust", "-r", session, "--take-over") as taking:
            owner.wait_for(GONE)
            taking.wait_for(f"agentchat approve {session}")
            assert taking.wait_for_exit() == 3
        owner.wait_until(lambda: "1 call waits for you" in owner.text or DIALOG in owner.text)  # the other one is gone: it is back
        owner.quit()
    assert place.call_states() == [("write_file", "proposed")]
    figure("conversations that a program without a screen took unasked: 0", n=1)
