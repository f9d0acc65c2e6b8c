"""What differs between versions, and changes put on top of somebody else's."""

from dataclasses import replace

from optwright.experience.difference import changed, difference, rebased
from optwright.experience.insight import Content, Insight, Provenance, Stage, Status

CONTENT = Content(Stage.CODE, "Syntax", "", "Sums are long.", "Use quicksum.", "a\nb")
ONE = Insight(3, CONTENT, Provenance(("t1",), "m", "run", "2026"), parents=(1, 2))


def test_what_differs_is_told_field_by_field():
    other = replace(ONE, version=2, status=Status.ADMITTED, content=replace(CONTENT, example="a\nc"))
    lines = difference(ONE, other).splitlines()
    assert lines == [
        "--- version 1",
        "+++ version 2",
        "-status: candidate",
        "+status: admitted",
        "-    b",
        "+    c",
    ]
    assert difference(ONE, ONE) == ""


def test_changes_of_two_people_come_together():
    theirs = replace(CONTENT, condition="Sums are very long.", stage=Stage.FORMULATION)
    mine = replace(CONTENT, explanation="Use sum_product.")
    whole = rebased(CONTENT, theirs, mine)
    assert whole.content == replace(theirs, explanation="Use sum_product.")
    assert whole.clashes == ()
    assert changed(CONTENT, theirs) == ["stage", "condition"]


def test_where_both_changed_the_same_it_is_said():
    theirs, mine = (replace(CONTENT, condition=text, example="same") for text in ("Long sums.", "Big sums."))
    whole = rebased(CONTENT, theirs, mine)
    assert (whole.content.condition, whole.clashes) == ("Big sums.", ("condition",))
