import pytest

from optwright.datasets.synthesis.attachment import attach
from optwright.datasets.synthesis.dice import Dice
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.grid import Column, Grid
from optwright.datasets.synthesis.realise import Telling, realise, tell
from optwright.datasets.synthesis.style import Style
from optwright.formulation.check import check
from optwright.formulation.data import resolve
from optwright.formulation.findings import errors


def shop(share: float = 0.4) -> Draft:
    """Three shops with rents and sales, a budget and a share."""
    draft = Draft("shops")
    draft.set("SHOPS", ["Ayr", "Bath", "Cork"], "shops")
    draft.parameter("rent", [30, 45, 1200], "rent of a shop", index=["SHOPS"])
    draft.parameter("sales", [70, 90, 2100], "sales of a shop", index=["SHOPS"])
    draft.parameter("budget", 1250, "money to spend")
    draft.parameter("share", share, "share of shops that may open")
    draft.variable("open", "whether a shop opens", index=["SHOPS"], domain="Binary")
    draft.objective("maximize", "sum(sales[s]*open[s] for s in SHOPS)", "total sales")
    draft.constraint("money", "sum(rent[s]*open[s] for s in SHOPS) <= budget", "enough money")
    draft.constraint("part", "sum(open[s] for s in SHOPS) <= share*len(SHOPS)", "not all of them")
    draft.fact("shops can open in {SHOPS}", tells=["open"], place="setting")
    draft.fact("a shop in {s} pays {rent[s]} dollars", tells=["rent"], for_each="s in SHOPS", heading="rent ($)")
    draft.fact("a shop in {s} sells {sales[s]} dollars", tells=["sales"], for_each="s in SHOPS", heading="sales ($)")
    draft.fact("at most {budget} dollars can be paid", tells=["budget", "money"], place="rule")
    draft.fact("at most {share~} of the shops open", tells=["share", "part"], place="rule")
    draft.fact("sales should be as high as possible", tells=["objective"], place="goal")
    return draft


def told(style: Style, seed: int, **more: object):
    return tell(shop(), Dice(seed, {}), Telling(style, **more))


@pytest.mark.parametrize("style", Style)
def test_every_style_tells_every_fact(style):
    for seed in range(12):
        text = told(style, seed, attach=False).question.lower()
        for name in ("ayr", "bath", "cork", "shops can open", "as high as possible"):
            assert name in text
        assert "40" in text
        assert not any(mark in text for mark in ("{", "}", "[a", "  "))


def test_equal_seeds_give_equal_words_and_others_do_not():
    first, second = (realise(shop(), Style.EMAIL, Dice("one", {})) for _ in range(2))
    assert first == second
    assert len({told(Style.TEXTBOOK, seed).question for seed in range(20)}) > 15


def test_each_element_quotes_words_of_the_text():
    result = told(Style.TEXTBOOK, 3, attach=False)
    quotes = {one.name: one.quote for one in result.formulation.elements() if one.quote}
    assert {"rent", "sales", "budget", "money", "objective"} <= set(quotes)
    for quote in quotes.values():
        assert quote[1:].rstrip(".").lower() in result.question.lower()


def test_respectively_joins_members_and_numbers():
    texts = {told(Style.TEXTBOOK, seed).question for seed in range(60)}
    joined = [text for text in texts if "respectively" in text]
    assert any(
        "Ayr, Bath and Cork pays 30, 45 and 1,200 dollars, respectively" in text.replace("1200", "1,200")
        for text in joined
    )


def test_a_report_has_tables_and_an_attached_file_replaces_them():
    table = told(Style.REPORT, 1, attach=False)
    assert "| Bath | 45 | 90 |" in table.question
    filed = told(Style.REPORT, 1, attach=True)
    assert len(filed.tables) == 1
    assert "45" not in filed.question
    assert filed.tables[0].source in filed.question
    assert {one.table for one in filed.formulation.parameters} == {filed.tables[0].name, None}


def test_bound_data_are_the_drawn_data():
    filed = told(Style.REPORT, 4, attach=True)
    bound, drawn = resolve(filed.formulation, filed.tables), resolve(shop().formulation())
    assert {name: dict(values) for name, values in bound.parameters.items()} == {
        name: dict(values) for name, values in drawn.parameters.items()
    }
    assert not errors(check(filed.formulation, tables=filed.tables))


def test_a_table_with_two_indices_becomes_a_wide_file():
    draft = Draft("work")
    draft.set("SHOPS", ["Ayr", "Bath"], "shops")
    draft.set("JOBS", ["sorting", "packing"], "jobs")
    draft.parameter("hours", [[3, 5], [8, 2]], "hours of each job", index=["SHOPS", "JOBS"])
    draft.variable("plan", "plan", index=["SHOPS"])
    draft.objective("maximize", "sum(plan[s] for s in SHOPS)", "plan")
    draft.constraint("limit", "sum(hours[s,j]*plan[s] for s in SHOPS) <= 40", "limit", "j in JOBS")
    said = "a unit in {s} takes {hours[s,j]} hours of {j}"
    draft.fact(said, tells=["hours"], for_each="s in SHOPS, j in JOBS", heading="hours of {j}")
    table = tell(draft, Dice(2, {}), Telling(Style.REPORT, attach=False))
    assert "| shop | hours of sorting | hours of packing |" in table.question
    filed = tell(draft, Dice(2, {}), Telling(Style.REPORT, attach=True))
    assert filed.tables[0].columns == ("shop", "sorting", "packing")
    bound = next(one for one in filed.formulation.parameters if one.name == "hours")
    assert bound.wide
    assert resolve(filed.formulation, filed.tables).parameters["hours"]["Bath", "sorting"] == 8


def test_two_columns_of_one_name_are_not_attached():
    same = Column("rent", "rent"), Column("rent", "fee")
    assert attach(Grid(("shop",), ("SHOPS",), same, (("Ayr", 1, 2),), ()), "t", by_heading=True) is None
    assert attach(Grid(("shop",), ("SHOPS",), same, (("Ayr", 1, 2),), ()), "t", by_heading=False) is not None


def test_small_numbers_are_words_only_where_all_are_small():
    for seed in range(40):
        text = told(Style.TEXTBOOK, seed, attach=False).question
        assert "thirty dollars" not in text
        assert "forty-five" not in text
