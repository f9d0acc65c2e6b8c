"""The experience library in a solve: what is asked, what reaches the prompt, what is cited; nothing is written."""

import json

import pytest

from optwright.agent.solution import Solution
from optwright.experience.exchange import dump
from optwright.experience.insight import Content, Stage, Status
from optwright.experience.library import Library
from optwright.experience.shelf import Bounds, Shelf
from tests.agent.cases import BAKERY, BAKERY_OPTIMUM, BAKERY_PROGRAM, BAKERY_TEXT, codes, names, run, says

BAKE = Content(
    Stage.DOMAIN, "Mix", "Loaves", "Loaves of bread are baked from flour.", "Count loaves as whole numbers.", "Integers"
)
TRUCKS = Content(Stage.FORMULATION, "Routing", "", "Loaves are carried by trucks.", "Forbid subtours.")
CODE = Content(Stage.CODE, "Syntax", "", "Loaves are summed in code.", "Use quicksum.")


@pytest.fixture
def shelf(tmp_path):
    library = Library(tmp_path / "library.db")
    for content in (BAKE, TRUCKS, CODE):
        library.add(content, status=Status.ADMITTED)
    library.add(Content(Stage.DOMAIN, "Mix", "", "Loaves of flour again.", "A candidate."))
    yield Shelf(library)
    library.close()


def labels(*numbers):
    return json.dumps({"labels": numbers})


def applies(*ids):
    return json.dumps({"applies": ids})


def test_what_applies_reaches_the_prompt_and_is_cited(shelf):
    reply = says(BAKERY).replace("```json", "Used insights: I1\n```json", 1)
    solution, requests = run([labels(1), applies("I1"), reply], shelf=shelf)
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert solution.insights == {"shown": ["I1"], "used": ["I1"]}
    sort, judge, formulate = (request.messages[-1]["content"] for request in requests)
    assert "domain modelling / Mix / Loaves" in sort
    assert "[I1] Loaves of bread are baked from flour." in judge
    assert "I3" not in judge  # an insight for code has no place at the formulation
    assert "I4" not in judge  # nor has a candidate
    assert "[I1] When: Loaves of bread are baked from flour.\nThen: Count loaves as whole numbers." in formulate
    assert formulate.index(BAKERY_TEXT) < formulate.index("[I1]")
    assert names(solution).count("retrieve") == 3


def test_one_that_is_shown_and_not_followed_is_not_credited(shelf):
    solution, _ = run([labels(), applies("I2", "I1"), says(BAKERY)], shelf=shelf)
    assert solution.insights == {"shown": ["I2", "I1"], "used": []}


def test_the_constant_part_stays_the_prefix(shelf):
    _, with_insights = run([labels(), applies("I1"), says(BAKERY)], shelf=shelf)
    _, without = run([says(BAKERY)])
    with_prompt, plain = with_insights[-1].messages, without[-1].messages
    assert with_prompt[0] == plain[0]
    assert with_prompt[1]["content"].startswith(plain[1]["content"])


def test_code_has_insights_of_its_own(shelf):
    script = [labels(), applies("I1"), labels(1), applies("I3"), says(BAKERY), codes(BAKERY_PROGRAM)]
    solution, requests = run(script, method="coded", shelf=shelf)
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert "Use quicksum." in requests[-1].messages[-1]["content"]
    assert "Use quicksum." not in requests[-2].messages[-1]["content"]


@pytest.mark.parametrize("reply", ["I cannot say.", "{}", '{"applies": "I1"}', '{"applies": ["I77", 5, null]}', "[1]"])
def test_a_reply_that_names_none_shows_none(shelf, reply):
    solution, requests = run([labels(99, -1), reply, says(BAKERY)], shelf=shelf)
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert solution.insights == {}
    assert "# Experience" not in requests[-1].messages[-1]["content"]


def test_bounds_hold_whatever_the_library_holds(tmp_path):
    library = Library(tmp_path / "many.db")
    for number in range(120):
        content = Content(Stage.DOMAIN, f"Mix {number}", "", f"Loaves of kind {number} from flour.", "x" * 400)
        library.add(content, status=Status.ADMITTED)
    judged = []

    def model(messages):
        text = messages[-1]["content"]
        if text.startswith("Topics:"):
            return labels(*range(1, 9))
        if "\nConditions:\n" in text:
            ids = [line[1 : line.index("]")] for line in text.splitlines() if line.startswith("[I")]
            judged.append(len(ids))
            return applies(*ids)
        return says(BAKERY)

    bounds = Bounds(most=5, tokens=400, pool=12, batch=5, labels=10)
    solution, requests = run(model, shelf=Shelf(library, bounds))
    assert judged == [5, 5, 2]
    assert 1 <= len(solution.insights["shown"]) <= 3  # 400 tokens hold three of some 450 characters
    assert requests[0].messages[-1]["content"].count("\n10. ") == 1
    assert "\n11. " not in requests[0].messages[-1]["content"]
    library.close()


def test_a_solve_never_writes_to_the_library(shelf):
    before = dump(shelf.library), shelf.library.mark()
    run([labels(1), applies("I1"), says(BAKERY)], shelf=shelf)
    assert (dump(shelf.library), shelf.library.mark()) == before


def test_the_solution_keeps_its_insights_as_json(shelf):
    solution, _ = run([labels(), applies("I1"), says(BAKERY)], shelf=shelf)
    again = Solution.from_json(json.loads(json.dumps(solution.to_json())))
    assert again.insights == {"shown": ["I1"], "used": []}


def test_a_solve_that_is_resumed_has_the_same_insights(shelf, tmp_path):
    script = [labels(1), applies("I1")]
    first, _ = run(script, shelf=shelf, save=tmp_path / "saved")
    assert first.failure.kind == "llm"
    shelf.library.rollback(0)
    second, requests = run([says(BAKERY)], shelf=shelf, save=tmp_path / "saved")
    assert second.objective == pytest.approx(BAKERY_OPTIMUM)
    assert "[I1] When:" in requests[0].messages[-1]["content"]
