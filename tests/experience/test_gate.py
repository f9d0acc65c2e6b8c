"""The gate's arithmetic, on made-up attempts."""

import math

import pytest

from optwright.datasets.label import Label, Status
from optwright.eval.lessons.gate import FIRST_LOOK, Ruling, rule
from optwright.eval.lessons.journal import Journal
from optwright.eval.lessons.laboratory import Task, Try
from optwright.eval.metrics import sign_test
from optwright.problem import Problem

TASKS = [Task(f"t{number}", Problem("x"), Label(Status.OPTIMAL, 1.0)) for number in range(64)]


def trial(broken=(), mended=(), seen=None):
    """Without the candidate all tasks but `mended` are right; with it all but `broken`."""

    def work(tasks):
        if seen is not None:
            seen.extend(task.id for task in tasks)
        before = [Try(task.id, task.id not in mended) for task in tasks]
        return before, [Try(task.id, task.id not in broken, ("I1",)) for task in tasks]

    return work


def names(*numbers):
    return [f"t{number}" for number in numbers]


@pytest.mark.parametrize(("more", "fewer"), [(0, 0), (1, 0), (5, 0), (3, 2), (8, 1)])
def test_the_sign_test_is_exact(more, fewer):
    total = more + fewer
    tail = sum(math.comb(total, k) * 0.5**total for k in range(more, total + 1))
    assert sign_test(more, fewer) == pytest.approx(tail)


def test_one_that_breaks_nothing_and_helps_is_admitted():
    ruling = rule("I1", TASKS, trial(), helped=1)
    assert (ruling.admitted, ruling.tried, ruling.shown) == (True, 64, 64)
    assert rule("I1", TASKS, trial(mended=names(3))).admitted


def test_one_that_does_nothing_is_refused():
    ruling = rule("I1", TASKS, trial())
    assert (ruling.admitted, ruling.reason) == (False, "helps no more than it hurts")


def test_one_that_breaks_more_than_it_mends_is_refused_whatever_its_sources_say():
    ruling = rule("I1", TASKS, trial(broken=names(1, 2), mended=names(3)), helped=10)
    assert (ruling.admitted, ruling.broken, ruling.mended) == (False, ("t1", "t2"), ("t3",))


def test_clear_harm_and_clear_help_are_decided_early():
    seen = []
    ruling = rule("I1", TASKS, trial(broken=names(*range(8)), seen=seen))
    assert (ruling.admitted, ruling.tried, len(seen)) == (False, FIRST_LOOK, FIRST_LOOK)
    assert ruling.reason == "worse on held-out tasks"
    assert rule("I1", TASKS, trial(mended=names(*range(8)))).tried == FIRST_LOOK


def test_the_sample_grows_until_it_is_decided():
    late = trial(broken=names(*range(8, 16)))
    ruling = rule("I1", TASKS, late)
    assert (ruling.admitted, ruling.tried) == (False, 16)


def test_an_unlucky_flip_alone_does_not_refuse_at_once():
    seen = []
    rule("I1", TASKS, trial(broken=names(0), seen=seen))
    assert len(seen) == 64


def test_without_held_out_tasks_only_its_sources_speak():
    assert not rule("I1", [], trial()).admitted
    assert rule("I1", [], trial(), helped=1).admitted


def test_a_ruling_is_plain_data():
    ruling = rule("I1", TASKS, trial(mended=names(1)))
    assert Ruling.from_json(ruling.to_json()) == ruling


def test_a_unit_is_done_once_also_by_the_next_process(tmp_path):
    done = []
    first = Journal(tmp_path / "journal.jsonl")
    assert first.once("a", lambda: done.append(1) or {"x": 1}) == {"x": 1}
    assert first.once("a", lambda: done.append(2)) == {"x": 1}
    with (tmp_path / "journal.jsonl").open("a") as torn:
        torn.write('{"key": "b", "resu')
    second = Journal(tmp_path / "journal.jsonl")
    assert "b" not in second
    assert second.once("b", lambda: "anew") == "anew"
    assert Journal(tmp_path / "journal.jsonl").once("b", lambda: "never") == "anew"
    assert (second.once("a", lambda: done.append(3)), done) == ({"x": 1}, [1])


def test_a_unit_that_fails_is_not_done(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")

    def fails():
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        journal.once("a", fails)
    assert "a" not in journal
