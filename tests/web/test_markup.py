"""Text shows as it is, whatever it says."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optwright.web.markup import dashed, paragraphs, plain, table

MARKS = re.compile(r"[<>&*_`\[\]{}\\|~#+=@:^]|\$\$|www\.|^\s*(\d+[.)]|-)(\s|$)")
"""What begins HTML, emphasis, code, links, tables, headings, lists or mathematics."""


@given(st.text())
def test_nothing_of_a_text_can_be_markup(text):
    shown = re.sub(r"&#\d+;", "", plain(text))
    assert not MARKS.search(shown)
    assert "\n" not in shown


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126)))
def test_the_text_reads_as_it_was(text):
    assert unescape(plain(text)) == text


@pytest.mark.parametrize(
    "text",
    ["www.example.org", "http://a.b", "me@example.org", "1. one", "2) two", "- three", "$$x$$", "---", "==="],
)
def test_what_markdown_would_read_is_referred_to(text):
    shown = re.sub(r"&#\d+;", "", plain(text))
    assert not MARKS.search(shown)
    assert plain(text) != text


def test_ordinary_sentences_are_left_as_they_are():
    text = "A well-made desk earns $90. (At most 40% of 2.5 hours.) 3) How many?"
    assert plain(text) == text


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u200b", "\x00", "\x1b", "\ufeff"])
def test_what_cannot_be_seen_is_left_out(character):
    assert plain(f"a{character}b") in ("ab", "a b")


def test_long_text_is_cut():
    assert len(unescape(plain("x" * 50_000))) == 20_000


def test_lines_stay_lines():
    assert paragraphs("a\nb\n\nc") == "a  \nb  \n&nbsp;  \nc"


def test_dashes_make_points_and_nothing_else_does():
    assert dashed("Head\n- one\n- two\nTail") == "Head  \n\n- one\n- two\n\nTail  "
    assert "&#42; one" in dashed("* one")
    assert dashed("1. one").startswith("1&#46; one")


def test_a_bar_in_a_cell_does_not_end_it():
    assert table(["a"], [["x|y"]]) == "| a |\n| --- |\n| x&#124;y |"
