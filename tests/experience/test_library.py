"""The library itself: versions, merges, roll-backs, many writers."""

import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from optwright.errors import ConfigError, InputError
from optwright.experience.insight import Content, Label, Provenance, Stage, Status, Use
from optwright.experience.integrity import faults
from optwright.experience.library import Library, Used

SUBTOURS = Content(
    Stage.DOMAIN, "Routing", "Subtours", "A vehicle visits each place once.", "Forbid tours without the depot.", "u[i]"
)
WHOLE = Content(
    Stage.FORMULATION, "Variables", "Integrality", "Things are counted.", "Make them whole numbers.", "Integers"
)


def said(library):
    return {one.id: (one.status.value, one.content.explanation) for one in library.find()}


def test_what_is_added_comes_back_whole(library):
    made = library.add(SUBTOURS, Provenance(("t1", "t2"), "a model", "run 1", "2026-11-22"), status=Status.ADMITTED)
    again = library.get(made.number)
    assert again == made
    assert (again.content, again.version, again.status) == (SUBTOURS, 1, Status.ADMITTED)
    assert again.provenance == Provenance(("t1", "t2"), "a model", "run 1", "2026-11-22")


def test_the_same_words_are_one_insight_whatever_their_case(library):
    first = library.add(SUBTOURS, Provenance(("t1",)))
    second = library.add(replace(SUBTOURS, condition="a VEHICLE  visits each place once."), Provenance(("t2",)))
    assert (second.number, second.provenance.tasks) == (first.number, ("t1", "t2"))
    assert len(library.find()) == 1


def test_labels_merge_without_regard_to_case(library):
    library.add(SUBTOURS)
    other = library.add(replace(WHOLE, stage=Stage.DOMAIN, first="ROUTING", second="sub  tours"))
    assert other.content.first == "Routing"
    (label,) = library.define([Label(Stage.DOMAIN, "routing", "SUBTOURS", "no tour without depot", "tours")])
    assert (label.first, label.definition) == ("Routing", "no tour without depot")
    paths = [one.path for one in library.taxonomy()]
    assert paths == ["domain modelling / Routing / sub tours", "domain modelling / Routing / Subtours"]
    assert [one.id for one in library.find(label=Label(Stage.DOMAIN, "routing", "subtours"))] == ["I1"]


def test_an_edit_from_an_old_version_is_refused(library):
    made = library.add(WHOLE)
    library.edit(made.number, replace(WHOLE, explanation="Use Integers."), expected=1)
    with pytest.raises(InputError, match="I1 has version 2 by now, not 1"):
        library.edit(made.number, replace(WHOLE, explanation="Use Reals."), expected=1)
    assert [one.content.explanation for _, one in library.history(1)] == ["Make them whole numbers.", "Use Integers."]
    assert [change.action for change, _ in library.history(1)] == ["add", "edit"]


def test_an_edit_to_what_another_says_is_refused(library):
    library.add(WHOLE)
    library.add(SUBTOURS)
    with pytest.raises(InputError, match="I1 says this already"):
        library.edit(2, WHOLE)
    assert faults(library) == []


@pytest.mark.parametrize("field", ["condition", "explanation", "first"])
def test_an_insight_without_words_is_refused(library, field):
    with pytest.raises(InputError, match="an insight needs"):
        library.add(replace(WHOLE, **{field: "  "}))
    with pytest.raises(InputError, match="shorten it to 8000"):
        library.add(replace(WHOLE, example="x" * 8001))
    assert library.find() == []


def test_uses_are_told_once_and_counted_by_task(library):
    made = library.add(WHOLE)
    facts = [Used(made.number, "t1", Use.POSITIVE, "r1"), Used(made.number, "t1", Use.POSITIVE, "r2")]
    library.record([*facts, Used(made.number, "t2", Use.NEGATIVE, "r1")])
    library.record(facts)
    one = library.get(made.number)
    assert one.uses == {Use.POSITIVE: ("t1",), Use.NEGATIVE: ("t2",)}
    assert (one.count(Use.POSITIVE), one.count(Use.IRRELEVANT)) == (1, 0)


def test_a_merge_has_the_tasks_and_uses_of_its_parents(library):
    library.add(SUBTOURS, Provenance(("t1",)), status=Status.ADMITTED)
    library.add(WHOLE, Provenance(("t2",)), status=Status.ADMITTED)
    library.record([Used(1, "t5", Use.POSITIVE), Used(2, "t6", Use.INVALID)])
    merged = library.merge([2, 1], replace(WHOLE, explanation="Both."), status=Status.CANDIDATE)
    assert (merged.parents, merged.provenance.tasks) == ((1, 2), ("t1", "t2"))
    assert library.get(merged.number).uses == {Use.POSITIVE: ("t5",), Use.INVALID: ("t6",)}
    assert [one.status for one in library.find([1, 2])] == [Status.RETIRED, Status.RETIRED]
    with pytest.raises(InputError, match="I1: retired by now"):
        library.merge([1, 3], WHOLE, status=Status.CANDIDATE)


def test_a_rollback_brings_everything_back_and_is_a_change_itself(library):
    library.add(SUBTOURS, status=Status.ADMITTED)
    library.add(WHOLE)
    mark, before = library.mark(), said(library)
    library.settle([2], Status.ADMITTED)
    library.edit(1, replace(SUBTOURS, explanation="Something worse."))
    library.add(replace(WHOLE, condition="Planted."), status=Status.ADMITTED)
    library.merge([1, 2], replace(WHOLE, explanation="All."), status=Status.ADMITTED)
    after_mark, after = library.mark(), said(library)
    assert {one.id for one in library.rollback(mark)} == {"I1", "I2", "I3", "I4"}
    assert {name: state for name, state in said(library).items() if name in before} == before
    assert [one.status for one in library.find([3, 4])] == [Status.RETIRED, Status.RETIRED]
    assert faults(library) == []
    library.rollback(after_mark)
    assert said(library) == after
    assert faults(library) == []


def test_what_was_rolled_back_may_be_learned_again(library):
    mark = library.mark()
    library.add(WHOLE)
    library.rollback(mark)
    assert library.add(WHOLE).number == 2
    with pytest.raises(InputError, match="there is no change 99"):
        library.rollback(99)


def test_two_that_swapped_their_words_are_rolled_back(library):
    library.add(SUBTOURS)
    library.add(WHOLE)
    mark = library.mark()
    library.edit(1, replace(SUBTOURS, condition="For a moment."))
    library.edit(2, SUBTOURS)
    library.edit(1, WHOLE)
    library.rollback(mark)
    assert said(library) == {"I1": ("candidate", SUBTOURS.explanation), "I2": ("candidate", WHOLE.explanation)}
    assert faults(library) == []


def test_threads_that_add_the_same_make_one(library):
    def add(number):
        library.add(WHOLE, Provenance((f"t{number}",)))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (one,) = library.find()
    assert sorted(one.provenance.tasks) == sorted(f"t{number}" for number in range(12))
    assert (one.version, faults(library)) == (12, [])


WRITER = """
import sys
from optwright.experience.insight import Content, Provenance, Stage
from optwright.experience.library import Library
library = Library(sys.argv[1], actor=sys.argv[2])
print("ready", flush=True)
number = 0
while True:
    words = f"condition {sys.argv[2]} {number}"
    library.add(Content(Stage.CODE, "label", "", words, "do it"), Provenance((words,)))
    library.add(Content(Stage.CODE, "label", "", f"shared {number}", "do it"), Provenance((sys.argv[2],)))
    number += 1
    print(number, flush=True)
"""


def test_writers_killed_in_the_middle_lose_nothing_that_was_told(place):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, place, f"w{at}"], stdout=subprocess.PIPE, text=True)
        for at in range(3)
    ]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for _ in range(5):
        assert int(writers[0].stdout.readline()) > 0
    for writer in writers:
        writer.kill()
    told = {f"w{at}": [int(line) for line in writer.stdout] for at, writer in enumerate(writers)}
    told["w0"] = told["w0"] or [5]
    for writer in writers:
        writer.wait()
    library = Library(place)
    conditions = [one.content.condition for one in library.find()]
    assert len(conditions) == len(set(conditions))
    for name, numbers in told.items():
        for number in range(max(numbers, default=0)):
            assert f"condition {name} {number}" in conditions
    assert faults(library) == []
    library.close()


def test_places_that_cannot_be_used_are_named(tmp_path):
    with pytest.raises(InputError, match="is a folder; name the library's file"):
        Library(tmp_path)
    with pytest.raises(ConfigError, match="in SQLite or PostgreSQL, not in mysql"):
        Library("mysql://somewhere/x")
    (tmp_path / "other.db").write_text("not a database at all, but a text that is long enough to be looked at")
    with pytest.raises(InputError, match=r"other\.db: file is not a database"):
        Library(tmp_path / "other.db")
    with pytest.raises(InputError) as raised:
        Library("postgresql://user:secret-word@127.0.0.1:9/nothing")
    assert "secret-word" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_library_of_a_newer_version_is_left_alone(tmp_path):
    library = Library(tmp_path / "new.db")
    with library.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    library.close()
    with pytest.raises(InputError, match=r"made by a newer version \(9999\); update optwright"):
        Library(tmp_path / "new.db")


def test_damage_is_found(tmp_path):
    library = Library(tmp_path / "damaged.db")
    library.add(WHOLE)
    library.add(SUBTOURS)
    with library.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE insight SET explanation = 'forged' WHERE number = 1")
        connection.exec_driver_sql("DELETE FROM revision WHERE insight = 2")
        connection.exec_driver_sql("DELETE FROM insight_text WHERE rowid = 2")
    found = "\n".join(faults(library))
    library.close()
    assert "I1: differs from its latest version" in found
    assert "I2: has versions [], should have 1 to 1" in found
    assert "I2: the full-text index has another text" in found


def test_a_status_is_settled_for_the_version_that_was_looked_at(library):
    made = library.add(WHOLE)
    library.by("ann").edit(made.number, replace(WHOLE, explanation="Use Integers."))
    with pytest.raises(InputError, match="I1 has version 2 by now, not 1"):
        library.settle([made.number], Status.ADMITTED, expected={made.number: 1})
    assert library.get(made.number).status is Status.CANDIDATE
    assert library.settle([made.number], Status.ADMITTED, expected={made.number: 2})[0].version == 3
    assert [change.actor for change, _ in library.history(made.number)] == ["a test", "ann", "a test"]


def test_what_a_run_told_is_found_again(library):
    number = library.add(WHOLE).number
    facts = [Used(number, "t1", Use.POSITIVE, "talk 1"), Used(number, "t1", Use.INVALID, "talk 2")]
    library.record(facts)
    assert library.told("talk 1") == facts[:1]
    assert library.told("talk 3") == []


def test_signs_that_a_database_refuses_are_left_out(library):
    made = library.by("an\x00n").add(replace(WHOLE, condition="Things\x00 are \ud800 counted."), note="a\x00b")
    assert library.get(made.number).content.condition == "Things  are ? counted."
    assert (library.journal()[0].actor, library.journal()[0].note) == ("an n", "a b")


def test_what_came_of_parents_is_inherited_once(library):
    for number in range(3):
        library.add(replace(WHOLE, condition=f"Condition {number}."))
    library.record(
        [Used(1, "t1", Use.POSITIVE, "r"), Used(2, "t1", Use.POSITIVE, "r"), Used(2, "t2", Use.IRRELEVANT, "r")]
    )
    library.inherit(3, [1, 2, 3])
    library.inherit(3, [1, 2])
    assert library.get(3).uses == {Use.POSITIVE: ("t1",), Use.IRRELEVANT: ("t2",)}


def test_what_an_actor_has_touched_since(library):
    for number in range(3):
        library.add(replace(WHOLE, condition=f"Condition {number}."))
    mark = library.mark()
    ann = library.by("ann")
    ann.settle([1, 2], Status.ADMITTED)
    library.by("bob").edit(2, replace(WHOLE, condition="Bob's."))
    assert ann.touched(mark) == {1}  # Bob's version of the second is the latest.
    assert library.by("bob").touched(mark) == {2}
    assert ann.touched(library.mark()) == set()
