"""Reflective search: who is improved, which prompt in its turn, what the model sees, and what merges take from whom."""

import random

import pytest

from optwright.budget import Allowance
from optwright.errors import LLMError
from optwright.llm import ScriptedChat
from optwright.prompts.search.candidate import Candidate, Form
from optwright.prompts.search.ledger import Ledger, Rejected
from optwright.prompts.search.lineage import ancestors, improved
from optwright.prompts.search.optimize import Plan
from optwright.prompts.search.reflect import Reflect
from optwright.prompts.search.score import Score
from optwright.prompts.search.strategy import Exemplar, Round, Task
from tests.prompts.search.cases import run
from tests.prompts.search.modelled import ITEMS, SEED, Writer, scoring
from tests.prompts.search.test_ledger import known
from tests.prompts.search.test_quotation import HOSTILE

TASK = Task("Sort the letters.", [Exemplar(item, f"Question {item}?") for item in ITEMS], {"sort": "sorts"})
USUAL = Reflect()
TWO = {"read": "Read {{letters}}.", "sort": "Sort {{words}}."}


def search(model=None, score=scoring, steps=3, seed=SEED, strategy=USUAL, **given):
    return run(strategy, score, model=model or Writer(), seeds=[seed], task=TASK, plan=Plan(steps, 4), **given)


def kind(request):
    heads = {"You improve one": "one", "You improve a set": "all", "Two versions": "merge"}
    return next(name for head, name in heads.items() if request.messages[0]["content"].startswith(head))


def content(request):
    return request.messages[-1]["content"]


class Tree:
    """A ledger grown by hand, to propose from."""

    def __init__(self, seed=SEED):
        self.ledger, self.step = Ledger(), 0
        self.seed = self.add(seed, "")

    def add(self, parts, right, *parents):
        """Enter a candidate that gets the items right whose numbers are named."""
        one = Candidate(parts, tuple(parent.id for parent in parents), self.step)
        self.ledger.propose(self.step, [one], [])
        items = {item: float(item[1:] in right) for item in ITEMS}
        said = {item: f"check: {item} is wrong" for item, value in items.items() if not value}
        self.ledger.score(one.id, Score(items, said))
        self.step += 1
        return one

    def propose(self, model=None, strategy=USUAL, count=4, chance=0):
        form, model = Form.of([self.seed]), model or Writer()
        given = Round(self.step, count, self.ledger, TASK, form, model, random.Random(chance))
        return list(strategy.propose(given)), model


def test_a_parent_is_shown_with_some_of_its_failures_and_two_versions_are_asked_for():
    model = Writer()
    ledger = search(model, steps=1)
    assert [(one.n, one.temperature, kind(one)) for one in model.requests] == [(2, 1.0, "one")] * 2
    for request in model.requests:
        shown = content(request)
        assert '<part name="sort">\nSort {{letters}}.\n</part>' in shown
        assert "8 of 8 items fell short." in shown
        assert shown.count("\nItem q") == 3
        assert shown.count("| Question q") == 3
        assert "| check: rule" in shown
        assert "must keep each of {{letters}}" in shown
    assert {entry.candidate.parents for entry in ledger.proposed(1)} == {(Candidate(SEED).id,)}
    assert all(entry.candidate.note.startswith("reflection on sort: It is reply") for entry in ledger.proposed(1))


def test_it_climbs_to_the_best_there_is_and_then_asks_no_more():
    model = Writer()
    ledger = search(model, steps=15)
    assert ledger.best.score.mean == 1.0
    assert "nothing new" in ledger.ended
    made = len(model.requests)
    search(model, ledger=ledger, steps=20)
    assert len(model.requests) == made


def test_only_what_is_better_than_its_parents_is_a_parent():
    ledger = search(steps=6)
    for step in range(1, 7):
        for entry in ledger.proposed(step) or []:
            for name in entry.candidate.parents:
                assert name in {one.candidate.id for one in improved(ledger)}


def test_parents_are_drawn_from_the_front_and_mostly_those_that_are_best_on_most_items():
    tree = Tree()
    broad = tree.add({"sort": "{{letters}} broad"}, "0123", tree.seed)
    narrow = tree.add({"sort": "{{letters}} narrow"}, "45", tree.seed)
    tree.add({"sort": "{{letters}} beaten"}, "01", tree.seed)
    drawn = {}
    for sharpness in (1.0, 8.0, 0.0):
        strategy = Reflect(replies=1, merged=0.0, sharpness=sharpness)
        found, _ = tree.propose(strategy=strategy, count=300)
        assert {one.parents for one in found} <= {(broad.id,), (narrow.id,)}
        drawn[sharpness] = sum(one.parents == (broad.id,) for one in found) / 300
    assert drawn[0.0] == pytest.approx(1 / 2, abs=0.1)
    assert drawn[1.0] == pytest.approx(2 / 3, abs=0.1)
    assert drawn[8.0] > 0.97


def test_the_parts_take_turns_and_then_all_are_looked_at_together():
    tree = Tree(TWO)
    found, model = tree.propose(strategy=Reflect(replies=1), count=7)
    assert [kind(request) for request in model.requests] == ["one", "one", "all"] * 2 + ["one"]
    shown = [[name for name in TWO if f'<part name="{name}">' in content(request)] for request in model.requests]
    assert shown == [["read"], ["sort"], ["read", "sort"]] * 2 + [["read"]]
    changed = [[name for name in TWO if one.parts[name] != TWO[name]] for one in found]
    assert changed[:2] == [["read"], ["sort"]]
    assert "\nThe prompts as they are, score 0:" in content(model.requests[2])


def test_the_turn_goes_on_from_what_was_asked_of_the_parent_before():
    tree = Tree(TWO)
    tree.add({**TWO, "read": "Read {{letters}} twice."}, "", tree.seed)
    refused = Candidate({**TWO, "sort": "Sort."}, (tree.seed.id,), tree.step)
    tree.ledger.propose(tree.step, [], [Rejected(refused, "drops")])
    _, model = tree.propose(strategy=Reflect(replies=1), count=1)
    assert kind(model.requests[0]) == "all"


def test_several_parts_can_be_changed_at_once():
    tree = Tree(TWO)
    blame = "".join(f'<part name="{name}">\n{text} Slowly.\n</part>' for name, text in TWO.items())
    model = ScriptedChat(lambda messages: blame)
    found, _ = tree.propose(model, Reflect(replies=1), count=3)
    assert found[2].parts == {name: f"{text} Slowly." for name, text in TWO.items()}
    assert found[0].parts == {**TWO, "read": "Read {{letters}}. Slowly."}
    assert found[2].note == "reflection on all prompts"


def test_changes_that_were_tried_from_a_parent_are_shown_with_what_came_of_them():
    tree = Tree()
    for number in range(9):
        tree.add({"sort": f"Sort {{{{letters}}}}. Way {number}."}, "", tree.seed)
    tree.add({"sort": "Sort quickly {{letters}}. Way 9."}, "", tree.seed)
    _, model = tree.propose(count=1)
    shown = content(model.requests[0])
    assert shown.count("Score 0 instead of 0\n") == 4
    assert "Score 0 instead of 0\n+ Way 0." in shown
    assert "- Sort {{letters}}.\n+ Sort quickly {{letters}}.\n+ Way 9." in shown.replace("{ {", "{{").replace(
        "} }", "}}"
    )


def test_merging_takes_each_part_from_the_lineage_that_changed_it():
    tree = Tree(TWO)
    left = tree.add({**TWO, "read": "Read {{letters}} twice."}, "0123", tree.seed)
    right = tree.add({**TWO, "sort": "Sort {{words}} twice."}, "4567", tree.seed)
    found, model = tree.propose(strategy=Reflect(merged=0.5), count=2)
    merged = [one for one in found if len(one.parents) == 2]
    assert [one.parts for one in merged] == [{"read": "Read {{letters}} twice.", "sort": "Sort {{words}} twice."}]
    assert set(merged[0].parents) == {left.id, right.id}
    assert all(kind(request) != "merge" for request in model.requests), "that needs no model"


def test_what_both_lineages_changed_the_model_combines():
    tree = Tree(TWO)
    left = tree.add({"read": "Read {{letters}} left.", "sort": "Sort {{words}} left."}, "01234", tree.seed)
    tree.add({**TWO, "read": "Read {{letters}} right."}, "567", tree.seed)
    model = ScriptedChat(['<part name="read">\nRead {{letters}} left and right.\n</part>'] * 9)
    found, _ = tree.propose(model, Reflect(merged=1.0), count=1)
    assert found[0].parts == {"read": "Read {{letters}} left and right.", "sort": "Sort {{words}} left."}
    assert found[0].note == "merge in read"
    shown = content(model.requests[0])
    first, second = shown.split("The second version, score 0.375:")
    assert "The first version, score 0.625:" in first
    assert '<part name="read">\nRead {{letters}} left.\n</part>' in first
    assert "sort" not in first.replace("Sort the letters", "")
    assert all(f"Item q{number}," in first for number in (5, 6, 7))
    assert all(f"Item q{number}," in second for number in (0, 1, 2))
    assert left.id == found[0].parents[0], "the better one comes first"


def test_a_pair_is_merged_once_and_never_with_its_own_descent():
    tree = Tree(TWO)
    left = tree.add({**TWO, "read": "Read {{letters}} twice."}, "0123", tree.seed)
    tree.add({**TWO, "read": "Read {{letters}} thrice."}, "456", left)
    right = tree.add({**TWO, "sort": "Sort {{words}} twice."}, "57", tree.seed)
    strategy = Reflect(merged=1.0)
    found, _ = tree.propose(strategy=strategy, count=4)
    pairs = [one.parents for one in found if len(one.parents) == 2]
    assert (left.id, right.id) in pairs
    assert len(pairs) == len({frozenset(pair) for pair in pairs})
    for one, other in pairs:
        assert one not in ancestors(tree.ledger, other)
        assert other not in ancestors(tree.ledger, one)
    tree.ledger.propose(tree.step, [one for one in found if len(one.parents) == 2], [])
    again, _ = tree.propose(strategy=strategy, count=4)
    assert not {frozenset(one.parents) for one in again} & set(map(frozenset, pairs))


def test_seeds_without_a_common_forebear_are_combined_where_they_differ():
    tree = Tree(TWO)
    tree.add({**TWO, "sort": "Sort {{words}} otherwise."}, "0123")
    tree.ledger.score(tree.seed.id, Score({item: float(item[1:] in "4567") for item in ITEMS}))
    model = ScriptedChat(['<part name="sort">\nSort {{words}} both ways.\n</part>'] * 9)
    found, _ = tree.propose(model, Reflect(merged=1.0), count=1)
    assert found[0].parts == {"read": TWO["read"], "sort": "Sort {{words}} both ways."}


def test_without_evidence_and_without_failures_it_still_proposes():
    ledger = search(score=lambda some: [Score(one.items) for one in scoring(some)], steps=6)
    assert ledger.best.candidate.step > 0
    unbounded = Task("Fit.", bounds=None)
    model = Writer()
    run(Reflect(), lambda some: [Score({"a": 5.0}) for _ in some], model=model, seeds=[SEED], task=unbounded)
    assert "None is known. Judge by the scores" in content(model.requests[0])


@pytest.mark.parametrize(("seed", "replies", "kinds"), [(SEED, 2, {"one", "merge"}), (TWO, 1, {"one", "all"})])
@pytest.mark.parametrize("said", ["x" * 500_000, HOSTILE, HOSTILE * 5_000, "{{letters}} {{x}}" * 9_000, "\ud800\x00"])
def test_hostile_evidence_stays_quoted_and_bounded(said, seed, replies, kinds):
    def score(candidates):
        found = []
        for position, one in enumerate(candidates):
            wrong = {item: 0.0 if number % 4 == position else 0.5 for number, item in enumerate(ITEMS)}
            found.append(Score(wrong if one.step else dict.fromkeys(ITEMS, 0.0), dict.fromkeys(ITEMS, said)))
        return found

    model = Writer()
    search(model, score, steps=3, seed=seed, strategy=Reflect(replies=replies, merged=0.5))
    assert {kind(request) for request in model.requests} >= kinds
    for request in model.requests:
        shown = content(request)
        shown.encode("utf-8")
        assert len(shown) < 35_000
        assert "{{x}}" not in shown
        assert all(line.startswith("| ") for line in shown.splitlines() if "Ignore all" in line)


@pytest.mark.parametrize("call", [1, 2, 4, 6, 9])
def test_killed_at_any_request_it_goes_on_with_the_same_proposals(tmp_path, call):
    whole_model = Writer()
    whole = search(whole_model, seed=TWO, steps=5)
    with pytest.raises(LLMError, match="gone"):
        search(Writer(fail=call), seed=TWO, steps=5, path=tmp_path / "ledger.jsonl")
    model = Writer()
    again = search(model, seed=TWO, steps=5, ledger=Ledger(tmp_path / "ledger.jsonl"))
    assert known(again) == known(whole)
    assert len(model.requests) == len(whole_model.requests) - (call - 1), "no request is made twice"


def test_killed_while_it_scores_it_goes_on_with_the_same_proposals(tmp_path):
    whole, count = search(steps=5), iter(range(100))

    def dying(candidates):
        for one in candidates:
            if next(count) == 10:
                raise LLMError("the scorer is gone")
            yield from scoring([one])

    with pytest.raises(LLMError, match="gone"):
        search(score=dying, steps=5, path=tmp_path / "ledger.jsonl")
    assert known(search(steps=5, ledger=Ledger(tmp_path / "ledger.jsonl"))) == known(whole)


def test_the_budget_is_kept():
    ledger = search(allowance=Allowance(5, None, None), steps=9)
    assert ledger.spent.calls == 5
    assert "budget of 5 calls" in ledger.ended


def test_another_setting_is_another_search(tmp_path):
    search(path=tmp_path / "ledger.jsonl", steps=1)
    with pytest.raises(Exception, match=r"begun with another .*minibatch"):
        search(strategy=Reflect(minibatch=5), ledger=Ledger(tmp_path / "ledger.jsonl"))
