"""One problem of our own for each kind of statement and of problem that the reader knows, with its optimum."""

import pytest

from optwright.offline import read
from optwright.problem import Problem

from .conftest import records, solve


@pytest.mark.parametrize("record", records("kinds.jsonl"), ids=lambda record: record["kind"])
def test_is_read(record):
    reading = read(Problem(record["text"]), solve=solve)
    assert reading.chosen is not None, reading.refusal
    assert reading.chosen.outcome.objective == pytest.approx(record["answer"], rel=1e-6)
    assert any(record["shows"] in one.expression for one in _expressions(reading.chosen.formulation))


def _expressions(formulation):
    return [*formulation.constraints, *formulation.objectives]


LAMPS = (
    "A shop makes lamps and vases. A lamp takes 2 hours and a vase takes 3 hours; there are 60 hours. A lamp earns $20 "
    "and a vase earns $35. {} Maximize the earnings."
)


@pytest.mark.parametrize(
    "text",
    [
        LAMPS.format("If more than 10 lamps are made, at least 5 vases must be made."),
        LAMPS.format("The first 10 lamps earn $20 each and further lamps earn $12."),
        LAMPS.format("Of the hours, 10% are lost."),
        "A farmer grows corn and beans. Corn yields 3 tons per acre and beans yield 2 tons per acre. He has 100 acres. "
        "Corn sells for $120 per ton and beans for $200 per ton. Planting corn costs $90 per acre and beans $60 per "
        "acre. Maximize the profit.",
        "A school hires buses and vans. A bus seats 50 and costs $300; a van seats 12 and costs $80. There are 400 "
        "pupils. There are only 6 drivers. How many of each minimize the cost?",
    ],
    ids=["logic", "two prices", "a loss", "a rate of a rate", "no word for at least"],
)
def test_what_would_be_read_wrongly_is_refused(text):
    reading = read(Problem(text), solve=solve)
    assert reading.chosen is None
    assert reading.refusal is not None


def test_half_without_of_is_a_share():
    text = (
        "A fund invests in stocks, bonds and cash. Stocks return 9%, bonds 5% and cash 2%. It has $1,000,000. No more "
        "than half may be in stocks, and at least 10% must be in cash. Maximize the return."
    )
    reading = read(Problem(text), solve=solve)
    assert reading.chosen is not None
    assert reading.chosen.outcome.objective == pytest.approx(67000)


def test_profit_is_price_less_cost():
    text = (
        "A cafe sells tea and coffee. A cup of tea costs $0.50 to make and sells for $2; a cup of coffee costs $0.80 "
        "and sells for $3. It can serve at most 200 cups, and at most $120 may be spent. How many cups of each "
        "maximize the profit?"
    )
    reading = read(Problem(text), solve=solve)
    assert reading.chosen is not None
    assert reading.chosen.outcome.objective == pytest.approx(134 * 1.5 + 66 * 2.2)


def test_what_is_available_each_day_is_no_limit_for_each():
    text = (
        "A potter makes lamps and vases. There are 300 kg of clay available every day, from which a lamp needs 3 kg "
        "and a vase needs 2 kg. A lamp earns $20 and a vase earns $14. At most 40 lamps can be sold. Maximize the "
        "earnings."
    )
    reading = read(Problem(text), solve=solve)
    assert reading.chosen is not None
    assert reading.chosen.outcome.objective == pytest.approx(2100)
