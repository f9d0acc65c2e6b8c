"""Forebears of candidates, and who may have children."""

from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.lineage import ancestors, common, improved
from optwright.prompts.search.score import Score


def grown(*family):
    """A ledger of (name, mean, parents' names), and the ids by name."""
    ledger, ids = Ledger(), {}
    for step, (name, mean, parents) in enumerate(family):
        one = Candidate({"sort": f"{{{{letters}}}} {name}"}, tuple(ids[parent] for parent in parents), step)
        ids[name] = one.id
        ledger.propose(step, [one], [])
        if mean is not None:
            ledger.score(one.id, Score({"a": mean}))
    return ledger, ids


FAMILY = [
    ("seed", 0.1, ""),
    ("left", 0.3, ["seed"]),
    ("right", 0.2, ["seed"]),
    ("leaf", 0.4, ["left"]),
    ("twig", 0.3, ["left"]),
    ("both", 0.5, ["leaf", "right"]),
    ("stranger", 0.0, ""),
    ("open", None, ["both"]),
]


def test_forebears_are_found_through_all_parents():
    ledger, ids = grown(*FAMILY)
    assert ancestors(ledger, ids["both"]) == {ids[name] for name in ("seed", "left", "right", "leaf")}
    assert ancestors(ledger, ids["seed"]) == set()


def test_the_latest_common_forebear_counts():
    ledger, ids = grown(*FAMILY)
    assert common(ledger, ids["leaf"], ids["twig"]).id == ids["left"]
    assert common(ledger, ids["leaf"], ids["right"]).id == ids["seed"]
    assert common(ledger, ids["leaf"], ids["stranger"]) is None


def test_only_what_is_better_than_its_parents_has_children():
    ledger, ids = grown(*FAMILY, ("equal", 0.5, ["both"]), ("mixed", 0.3, ["right", "leaf"]))
    names = ("seed", "left", "right", "leaf", "both", "stranger")
    assert [one.candidate.id for one in improved(ledger)] == [ids[name] for name in names if name != "twig"]
