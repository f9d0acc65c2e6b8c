"""Every family of the catalogue keeps its contract: drawn anew alike, well formed, solvable, and told in full."""

from functools import cache
from math import prod

import pytest

from optwright.datasets.synthesis.catalogue import catalogue, family
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.saying import Choice, Slot, parse, variants
from optwright.errors import InputError
from optwright.formulation.build import build
from optwright.formulation.check import check
from optwright.formulation.data import resolve
from optwright.formulation.findings import errors
from optwright.formulation.nodes import free_names
from optwright.formulation.row import Row, generators_of, tree_of
from optwright.solvers.options import SolveOptions
from optwright.solvers.route import solve

NAMES = [item.name for item in catalogue()]
SMALLEST, SMALL = 0, 2
"""How far above its least every knob may come."""
CASES = [(SMALLEST, 1), (SMALL, 2)]
MOST_DIGITS = 6


def dice_for(name, room, seed):
    knobs = family(name).knobs
    return Dice(seed, {knob: Range(r.least, min(r.most, r.least + room)) for knob, r in knobs.items()})


@cache
def drawn(name, room, seed):
    draft = family(name).draw(dice_for(name, room, seed))
    return draft, draft.formulation()


@cache
def solved(name, room, seed):
    return solve(build(drawn(name, room, seed)[1]).model, SolveOptions(time_limit=30, diagnose=False))


def slots(phrase):
    for part in phrase:
        if isinstance(part, Slot):
            yield part
        elif isinstance(part, Choice):
            for option in part.options:
                yield from slots(option)


def phrases(fact):
    return [parse(text) for text in (*fact.says, fact.heading) if text]


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is(name):
    item = family(name)
    assert item.name == name
    assert item.title
    assert len(item.description.split()) >= 8
    assert any(character.isdigit() for character in item.source), "a source has a year"
    assert all(r.least <= r.most for r in item.knobs.values())


@pytest.mark.parametrize(("room", "seed"), CASES)
@pytest.mark.parametrize("name", NAMES)
def test_equal_seeds_give_equal_drafts(name, room, seed):
    draft, formulation = drawn(name, room, seed)
    again = family(name).draw(dice_for(name, room, seed))
    assert again.formulation() == formulation
    assert again.facts == draft.facts
    assert any(family(name).draw(dice_for(name, room, s)).formulation() != formulation for s in (seed + 10, seed + 11))


@pytest.mark.parametrize(("room", "seed"), CASES)
@pytest.mark.parametrize("name", NAMES)
def test_it_is_well_formed(name, room, seed):
    assert errors(check(drawn(name, room, seed)[1])) == []


@pytest.mark.parametrize(("room", "seed"), CASES)
@pytest.mark.parametrize("name", NAMES)
def test_it_has_an_optimum(name, room, seed):
    outcome = solved(name, room, seed)
    assert outcome.solved, outcome.message or outcome.termination
    assert any(abs(x) > 1e-6 for values in outcome.values.values() for x in values.values())


@pytest.mark.parametrize("name", NAMES)
def test_its_optimum_is_not_always_nothing(name):
    assert any(abs(solved(name, room, seed).objective) > 1e-6 for room, seed in CASES)


@pytest.mark.parametrize(("room", "seed"), CASES)
@pytest.mark.parametrize("name", NAMES)
def test_facts_tell_everything_and_nothing_else(name, room, seed):
    draft, formulation = drawn(name, room, seed)
    told = {element for fact in draft.facts for element in fact.tells}
    decisive = [*formulation.parameters, *formulation.constraints, *formulation.objectives]
    decisive += [variable for variable in formulation.variables if variable.domain.integral]
    assert {element.name for element in decisive} <= told
    assert told <= {element.name for element in formulation.elements()}


@pytest.mark.parametrize(("room", "seed"), CASES)
@pytest.mark.parametrize("name", NAMES)
def test_sentences_can_be_filled(name, room, seed):
    draft, formulation = drawn(name, room, seed)
    data = resolve(formulation)
    for fact in draft.facts:
        row = Row(data, fact.for_each or None)
        assert next(iter(row.combinations()), None) is not None, fact.says[0]
        known = {target for generator in generators_of(fact.for_each or None) for target in generator.target}
        known |= set(data.sets) | set(data.families) | set(data.parameters) | set(data.constants)
        for phrase in phrases(fact):
            for slot in slots(phrase):
                assert free_names(tree_of(slot.expression)) <= known, (slot, fact.for_each)


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_the_data_is_said_in_all_ways(name):
    """A parameter that a fact tells stands in each of its ways, or is told by a fact where it stands."""
    draft, formulation = drawn(name, SMALL, 2)
    shown = {
        parameter
        for fact in draft.facts
        for parameter in fact.tells
        if all(any(parameter in free_names(tree_of(s.expression)) for s in slots(parse(way))) for way in fact.says)
    }
    assert {parameter.name for parameter in formulation.parameters} <= shown


@pytest.mark.parametrize("name", NAMES)
def test_wording_is_wide(name):
    draft, _ = drawn(name, SMALLEST, 1)
    assert prod(sum(variants(parse(way)) for way in fact.says) for fact in draft.facts) >= 2000


@pytest.mark.parametrize("name", NAMES)
def test_numbers_are_short(name):
    _, formulation = drawn(name, SMALL, 2)
    for values in resolve(formulation).parameters.values():
        for value in values.values():
            assert isinstance(value, str) or float(f"{value:.{MOST_DIGITS}g}") == value


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_nine_of_ten_have_an_optimum(name):
    knobs = {knob: Range(r.least, r.least + (r.most - r.least) // 4) for knob, r in family(name).knobs.items()}
    outcomes = []
    for seed in range(20):
        formulation = family(name).draw(Dice(seed, knobs)).formulation()
        outcomes.append(solve(build(formulation).model, SolveOptions(time_limit=30, diagnose=False)))
    assert sum(outcome.solved for outcome in outcomes) >= 18, [str(outcome.termination) for outcome in outcomes]


def test_there_are_enough_families_in_a_fixed_order():
    assert len(NAMES) >= 60
    assert sorted(set(NAMES)) == NAMES


def test_unknown_family_names_the_nearest():
    with pytest.raises(InputError, match="unknown family 'knapsak'; did you mean 'knapsack'"):
        family("knapsak")
    with pytest.raises(InputError, match=r"unknown family 'zzz'; known: .*blending"):
        family("zzz")
