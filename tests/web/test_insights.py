"""Insights on the page: their words are shown as they are, and nothing of them is markup."""

from optwright.experience.insight import Content, Insight, Provenance, Stage, Status, Use
from optwright.web import insights

from .cases import EVIL

MARKUP = f"{EVIL} **bold** [x](javascript:alert(1)) | cell | `code` $$y$$"
ONE = Insight(
    7,
    Content(Stage.CODE, EVIL, MARKUP, MARKUP, f"{MARKUP}\n# no heading", "x"),
    Provenance((EVIL, *(f"t{number}" for number in range(20))), MARKUP, "run", "2026-11-22"),
    Status.CANDIDATE,
    3,
    (1, 2),
    {Use.POSITIVE: ("a", "b"), Use.IRRELEVANT: ("c",)},
)


def test_an_entry_of_the_list_has_id_status_counts_label_and_condition():
    first, second, third = insights.choice(ONE).split("\n")
    assert first == "I7  candidate, +2 \N{MINUS SIGN}1"
    assert second.startswith("code / ")
    assert len(third) <= 160


def test_nothing_of_an_insight_is_markup():
    shown = insights.shown({"shown": ["I7"], "used": []}, [ONE])
    for text in (insights.headline(ONE), insights.origin(ONE), shown):
        assert "<" not in text
        assert "**bold**" not in text
        assert "](" not in text
        assert "# no heading" not in text


def test_where_it_comes_from_and_what_came_of_it():
    text = insights.origin(ONE)
    assert "and 13 more" in text
    assert "I1, I2" in text
    assert "| positive | 2 | a, b |" in text


def test_an_answer_tells_which_insights_were_followed():
    text = insights.shown({"shown": ["I7", "I9", "I7"], "used": ["I7"]}, [ONE])
    assert text.count("I7") == 1
    assert "| I7 | followed |" in text
    assert "| I9 | shown | is not in this library |" in text
    assert insights.shown({}, []) == ""
