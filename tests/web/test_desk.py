"""Who may do what at once; conversations that no other id opens; an end that loses nothing."""

import threading

import pytest

from optwright.errors import InputError
from optwright.problem import Table
from optwright.web.desk import Desk, Limits, thread_of

TEXT = (
    "A baker makes loaves and buns. Each loaf takes 2 hours and earns a profit of $5. Each bun takes 1 hour and earns "
    "a profit of $2. There are 40 hours available. At most 15 loaves sell. How many of each maximize profit?"
)
LONG = 120


@pytest.fixture
def desk(tmp_path):
    one = Desk(str(tmp_path / "talk.sqlite"), limits=Limits(workers=2, per_user=2, waiting=1, tables=2, open=2))
    yield one
    one.close()


class Gate:
    """A piece of work that ends when it is let go."""

    def __init__(self):
        self.open, self.began = threading.Event(), threading.Event()

    def __call__(self, dialogue, tell):
        self.began.set()
        assert self.open.wait(LONG)
        return dialogue.send("help")


def begin(desk, act, owner="ann", conversation=None):
    return desk.begin(conversation or Desk.new(), "", owner, "words", act)


def test_a_request_is_answered_and_kept(desk):
    conversation = Desk.new()
    job = desk.begin(conversation, "", "ann", TEXT, lambda dialogue, tell: dialogue.send(TEXT, on_step=tell))
    turn = job.future.result(LONG)
    assert turn.solution is not None
    assert turn.solution.objective == pytest.approx(95)
    assert job.steps
    assert job.trouble() is None
    with desk.reading(conversation, "") as dialogue:
        assert [turn.said for turn in dialogue.turns] == [TEXT]


def test_an_id_is_long_and_random():
    ids = {Desk.new() for _ in range(100)}
    assert len(ids) == 100
    assert all(Desk.is_id(one) for one in ids)
    assert not any(map(Desk.is_id, ("", "short", "a" * 31, "a" * 65, "../" * 12, None, 5, ["a" * 32], "a b" * 12)))


def test_the_store_never_sees_an_id(desk, tmp_path):
    conversation = Desk.new()
    begin(desk, lambda dialogue, _: dialogue.send("help"), conversation=conversation).future.result(LONG)
    desk.close()
    for path in tmp_path.iterdir():
        assert conversation.encode() not in path.read_bytes()


def test_another_user_with_the_same_id_finds_another_conversation():
    assert thread_of("a" * 32, "ann") != thread_of("a" * 32, "bob")


def test_one_conversation_does_one_thing_at_a_time(desk):
    gate, conversation = Gate(), Desk.new()
    job = begin(desk, gate, conversation=conversation)
    with pytest.raises(InputError, match="still at work"):
        begin(desk, gate, conversation=conversation)
    gate.open.set()
    job.future.result(LONG)
    begin(desk, gate, conversation=conversation).future.result(LONG)


def test_one_user_does_not_take_every_place(desk):
    gate = Gate()
    jobs = [begin(desk, gate), begin(desk, gate)]
    with pytest.raises(InputError, match="2 requests at work already"):
        begin(desk, gate)
    other = begin(desk, gate, owner="bob")
    gate.open.set()
    for job in (*jobs, other):
        job.future.result(LONG)


def test_the_queue_ends_somewhere(desk):
    gate = Gate()
    jobs = [begin(desk, gate, owner) for owner in ("a", "b")]
    gate.began.wait(LONG)
    while any(job.waits for job in jobs):
        pass
    waiting = begin(desk, gate, "c")
    assert waiting.waits
    assert desk.ahead(waiting) == 0
    with pytest.raises(InputError, match="too many requests"):
        begin(desk, gate, "d")
    gate.open.set()
    for job in (*jobs, waiting):
        job.future.result(LONG)


def test_what_waits_can_be_stopped(desk):
    gate = Gate()
    jobs = [begin(desk, gate, owner) for owner in ("a", "b")]
    while any(job.waits for job in jobs):
        pass
    conversation = Desk.new()
    waiting = begin(desk, gate, "c", conversation)
    desk.stop(conversation, "")
    assert waiting.future.cancelled()
    assert waiting.trouble() == "Stopped before it began."
    gate.open.set()
    for job in jobs:
        job.future.result(LONG)


def test_an_error_of_ours_is_one_line_without_a_trace(desk, caplog):
    def broken(dialogue, tell):
        raise ZeroDivisionError("/secret/path")

    job = begin(desk, broken)
    assert isinstance(job.future.exception(LONG), ZeroDivisionError)
    told = job.trouble()
    assert "Reference" in told
    assert "secret" not in told
    assert "secret" in caplog.text


def test_an_error_of_the_users_is_its_line(desk):
    job = begin(desk, lambda dialogue, _: dialogue.send(""))
    assert isinstance(job.future.exception(LONG), InputError)
    assert "empty" in job.trouble()


def test_tables_wait_for_the_next_message(desk):
    conversation = Desk.new()
    one, two, new = (Table(name, ("a",), ((value,),)) for name, value in (("t", 1), ("u", 1), ("t", 2)))
    assert desk.attach(conversation, "", (one,)) == (one,)
    assert desk.attach(conversation, "", (two, new)) == (new, two)
    assert desk.attached(conversation, "ann") == ()
    with pytest.raises(InputError, match="3 tables"):
        desk.attach(conversation, "", (Table("v", ("a",), ((1,),)),))
    assert desk.detach(conversation, "") == (new, two)
    assert desk.attached(conversation, "") == ()


def test_conversations_out_of_memory_are_read_again(desk):
    ids = [Desk.new() for _ in range(5)]
    for conversation in ids:
        begin(desk, lambda dialogue, _: dialogue.send("help"), conversation=conversation).future.result(LONG)
    assert len(desk._open) <= 3
    for conversation in ids:
        with desk.reading(conversation, "") as dialogue:
            assert len(dialogue.turns) == 1
