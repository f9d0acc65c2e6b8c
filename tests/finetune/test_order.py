"""The order of training is decided once and holds every record in every epoch."""

import random

from optwright.finetune.order import arrange

CHANCE = random.Random(1)
LENGTHS = [CHANCE.randint(5, 900) for _ in range(503)]
STAGES = [position % 2 for position in range(503)]


def test_every_record_comes_once_an_epoch():
    order = arrange(LENGTHS, [0] * 503, epochs=3, batch=8, seed=0)
    assert sorted(order) == sorted(list(range(503)) * 3)
    assert sorted(order[:503]) == list(range(503))


def test_equal_seeds_give_equal_orders_and_other_seeds_others():
    again = arrange(LENGTHS, STAGES, epochs=2, batch=8, seed=0)
    assert arrange(LENGTHS, STAGES, epochs=2, batch=8, seed=0) == again
    assert arrange(LENGTHS, STAGES, epochs=2, batch=8, seed=1) != again


def test_a_lower_stage_comes_first_with_all_its_epochs():
    order = arrange(LENGTHS, STAGES, epochs=2, batch=8, seed=0)
    assert [STAGES[position] for position in order] == [0] * 504 + [1] * 502


def test_batches_hold_records_of_like_length():
    order = arrange(LENGTHS, [0] * 503, epochs=1, batch=8, seed=0)
    padded = sum(8 * max(LENGTHS[position] for position in order[start : start + 8]) for start in range(0, 496, 8))
    assert padded < 1.1 * sum(LENGTHS[position] for position in order[:496])
    first = [LENGTHS[order[start]] for start in range(0, 248, 8)]
    assert first != sorted(first)
