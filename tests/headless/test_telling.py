"""From how a transcript changes to what happened. Blocks come as a chat tells them."""

from dataclasses import replace

from agentchat.chat.front import Opened, Unsent
from agentchat.chat.status import Pending, PendingCall, Retry, Status
from agentchat.chat.transcript.blocks import AnswerBlock, CallBlock, HandoffBlock, NoticeBlock, ReasoningBlock, UserBlock
from agentchat.chat.transcript.changes import BlockAdded, BlockExtended, BlockReplaced
from agentchat.headless.happenings import Asked, CallBegan, CallEnded, HandedOver, Noticed, Started, TextCame, ThoughtCame
from agentchat.headless.telling import Teller

IDLE = Status("3f2a", phase="idle", trail=("triage",), model="gpt-5", provider="openai")
QUESTION = UserBlock(0, "What does it cost?")
CALL = PendingCall("run1/1.0", "triage", "refund", "", "", "changes", "{}", "digest")


def told(*updates, teller=None, before=()):
    teller = teller or Teller()
    teller.take(Opened(tuple(before), IDLE, Pending()))
    return [happening for update in updates for happening in teller.take(update)]


def call(place, state, *, tool="clock", path=(), output=None, seconds=None):
    return CallBlock(place, "triage", tool, "{}", state, output=output, seconds=seconds, path=path)


def test_a_chat_that_opens_is_told_without_what_was_said_before():
    before = (QUESTION, call(1, "done", output="12:00"), AnswerBlock(2, "triage", "Noon."), NoticeBlock(3, "info", "Stopped by you."))
    started = Started("3f2a", "triage", "gpt-5", "openai", offline=False)
    assert Teller().take(Opened(before, IDLE, Pending((CALL,)))) == [started, Asked(CALL)]


def test_the_pieces_of_a_message_are_told_once_each_and_what_is_stored_of_it_is_no_news():
    assert told(
        BlockAdded(AnswerBlock(0, "triage", "It ", ending="open")),
        BlockExtended(0, "costs"),
        BlockReplaced(AnswerBlock(0, "triage", "It costs", at=1.0)),
        BlockReplaced(AnswerBlock(0, "triage", "It costs 5.", at=1.0)),
    ) == [TextCame(0, "triage", "It "), TextCame(0, "triage", "costs"), TextCame(0, "triage", " 5.")]


def test_what_a_model_shows_of_its_thinking_is_told_in_pieces_as_well():
    assert told(
        BlockAdded(ReasoningBlock(0, "triage", "Let ", ending="open")),
        BlockExtended(0, "me see"),
        BlockReplaced(ReasoningBlock(0, "triage", "Let me see", at=1.0)),
        BlockAdded(ReasoningBlock(1, "clerk", "Inside", path=("1.0",))),
    ) == [ThoughtCame(0, "triage", "Let "), ThoughtCame(0, "triage", "me see")]


def test_a_message_that_becomes_another_one_begins_anew():
    assert told(BlockAdded(AnswerBlock(0, "triage", "secret", ending="open")), BlockReplaced(AnswerBlock(0, "triage", "[withheld]"))) == [
        TextCame(0, "triage", "secret"),
        TextCame(0, "triage", "[withheld]", anew=True),
    ]


def test_a_call_begins_and_ends_once():
    began, ended = call(0, "running"), call(0, "done", output="12:00", seconds=0.5)
    assert told(
        BlockAdded(call(0, "building")),
        BlockReplaced(call(0, "proposed")),
        BlockReplaced(began),
        BlockReplaced(replace(began, progress="10 %")),
        BlockReplaced(ended),
        BlockReplaced(replace(ended, at=1.0)),
    ) == [
        CallBegan(1, "triage", "clock", "{}"),
        CallEnded(1, "triage", "clock", "{}", "done", "", "12:00", 0.5),
    ]


def test_calls_of_agents_that_run_as_tools_are_no_news_when_they_change_places():
    one, other = ("1.0",), ("1.1",)
    assert told(
        BlockAdded(call(0, "running", path=one)),
        BlockAdded(call(1, "running", path=other)),
        BlockReplaced(call(1, "done", path=other, output="x")),
        BlockReplaced(call(0, "done", path=one, output="x")),
        BlockReplaced(call(0, "done", path=other, output="x")),
        BlockReplaced(call(1, "done", path=one, output="x")),
    ) == [
        CallBegan(1, "triage", "clock", "{}", one),
        CallBegan(2, "triage", "clock", "{}", other),
        CallEnded(2, "triage", "clock", "{}", "done", "", "x", None, other),
        CallEnded(1, "triage", "clock", "{}", "done", "", "x", None, one),
    ]


def test_a_call_that_was_stopped_is_told_also_when_the_transcript_is_drawn_anew():
    before = (call(0, "running"), AnswerBlock(1, "triage", "Hm", ending="open"))
    stopped = call(0, "stopped", output="Stopped by the user.")
    assert told(*map(BlockAdded, before), Opened((stopped,), IDLE, Pending())) == [
        CallBegan(1, "triage", "clock", "{}"),
        TextCame(1, "triage", "Hm"),
        CallEnded(1, "triage", "clock", "{}", "stopped", "", "Stopped by the user.", None),
    ]


def test_a_call_that_waited_when_the_chat_was_opened_is_told_when_it_runs():
    before = (QUESTION, call(1, "waiting"), call(2, "done", tool="add", output="5"))
    assert told(BlockReplaced(call(1, "running")), before=before) == [CallBegan(1, "triage", "clock", "{}")]


def test_a_handoff_and_a_notice_are_told_once_also_when_the_transcript_is_drawn_anew():
    handoff, notice = HandoffBlock(0, "triage", "billing"), NoticeBlock(1, "error", "It failed.")
    assert told(BlockAdded(handoff), BlockAdded(notice), Opened((handoff, notice), IDLE, Pending())) == [
        HandedOver("triage", "billing"),
        Noticed("It failed.", is_error=True),
    ]


def test_what_an_agent_says_that_runs_as_a_tool_is_not_told():
    nested = AnswerBlock(0, "expert", "Hm", ending="open", path=("1.0",))
    assert told(BlockAdded(nested), BlockExtended(0, "m."), BlockReplaced(replace(nested, text="Hmm."))) == []


def test_a_failed_attempt_is_told_while_it_is_waited_for_and_not_a_second_time_when_it_is_stored():
    assert told(
        replace(IDLE, retry=Retry(1, "no route", delay=3.0, due=1_003.0)),
        IDLE,
        BlockAdded(NoticeBlock(0, "warning", "Attempt 1 failed and was made again after 3.0 s: no route")),
        BlockAdded(NoticeBlock(1, "warning", "The answer was cut off.")),
    ) == [Noticed("next attempt in 3 s (attempt 1 failed: no route)"), Noticed("The answer was cut off.")]


def test_a_call_that_waits_is_told_once():
    assert told(Pending((CALL,)), Pending(), Pending((CALL, replace(CALL, key="run1/1.1")))) == [
        Asked(CALL),
        Asked(replace(CALL, key="run1/1.1")),
    ]


def test_what_is_given_back_is_kept_for_the_next_time():
    teller = Teller()
    assert told(Unsent("one"), Unsent("two"), teller=teller) == []
    assert teller.unsent == "one\n\ntwo"


def test_the_answer_is_the_last_message_of_this_run_or_the_output_that_it_ended_with():
    teller = Teller()
    told(before=(QUESTION, AnswerBlock(1, "triage", "Old.")), teller=teller)
    assert teller.answer is None
    teller.take(BlockAdded(UserBlock(2, "And now?")))
    assert teller.answer is None
    teller.take(BlockAdded(call(3, "done", output="12:00")))
    assert teller.answer == "12:00"
    teller.take(BlockAdded(AnswerBlock(4, "triage", "Noon.")))
    assert teller.answer == "Noon."
