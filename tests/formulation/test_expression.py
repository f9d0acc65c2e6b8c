"""The expression language: text to trees and back, what is refused, and that nothing takes long."""

from __future__ import annotations

import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optwright.errors import ParseError
from optwright.formulation.expression import NotInLanguage, parse, parse_generators, parse_target_index
from optwright.formulation.nodes import (
    Add,
    Aggregate,
    Binary,
    Call,
    Choose,
    Compare,
    Generator,
    Item,
    Listed,
    Logic,
    Name,
    Negate,
    Number,
    Span,
    Text,
    Tuple,
    children,
    free_names,
    generator_names,
    is_identifier,
    transform,
    walk,
)
from optwright.formulation.unparse import unparse, unparse_generators
from tests.formulation.trees import GENERATORS, TREES

X, Y, INDEX = Name("x"), Name("y"), Name("i")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("3", Number(3)),
        ("-3", Number(-3)),
        ("0.5", Number(0.5)),
        ("'New York'", Text("New York")),
        ("x", X),
        ("x[i,'A']", Item("x", (INDEX, Text("A")))),
        ("x[t-1]", Item("x", (Add((Name("t"), Number(-1))),))),
        ("x - y", Add((X, Negate(Y)))),
        ("x + y - 2", Add((X, Y, Number(-2)))),
        ("x - (y - 2)", Add((X, Negate(Add((Y, Number(-2))))))),
        ("-x**2", Negate(Binary("**", X, Number(2)))),
        ("(-x)**2", Binary("**", Negate(X), Number(2))),
        ("x*y/2", Binary("/", Binary("*", X, Y), Number(2))),
        ("0 <= x <= 5", Compare(("<=", "<="), (Number(0), X, Number(5)))),
        (
            "not x == 1 and y >= 2",
            Logic("and", (Logic("not", (Compare(("==",), (X, Number(1))),)), _ge := Compare((">=",), (Y, Number(2))))),
        ),
        ("implies(x, y >= 2)", Logic("implies", (X, _ge))),
        ("(x if i > 1 else y)", Choose(Compare((">",), (INDEX, Number(1))), X, Y)),
        ("sum(x[i] for i in I)", Aggregate("sum", Item("x", (INDEX,)), (Generator(("i",), True, Name("I")),))),
        ("max(x, y, 2)", Call("max", (X, Y, Number(2)))),
        ("(i,j) in OPS", Compare(("in",), (Tuple((INDEX, Name("j"))), Name("OPS")))),
    ],
)
def test_text_becomes_the_tree_it_says(text, tree):
    assert parse(text) == tree


def test_generators_may_be_separated_by_commas_or_by_for():
    wanted = (
        Generator(("i",), True, Name("N")),
        Generator(("j",), True, Name("N"), Compare(("!=",), (INDEX, Name("j")))),
    )
    assert parse_generators("i in N, j in N if i != j") == wanted
    assert parse_generators("for i in N for j in N if i != j") == wanted
    assert parse_generators("for i in N, for j in N if i != j") == wanted


def test_a_target_may_unpack_tuples_and_a_source_may_be_any_set():
    pairs, listed, span, family = parse_generators("(i,j) in ARCS, k in [1, 2], t in range(1, n), s in COVER[k]")
    assert (pairs.target, pairs.whole) == (("i", "j"), False)
    assert listed.source == Listed((Number(1), Number(2)))
    assert span.source == Span(Number(1), Name("n"))
    assert family.source == Item("COVER", (Name("k"),))
    assert parse_generators("(i,) in S")[0] == Generator(("i",), False, Name("S"))


def test_a_comma_in_quotes_or_in_a_condition_separates_nothing():
    (one,) = parse_generators("i in C if i != 'a, b'")
    assert one.condition == Compare(("!=",), (INDEX, Text("a, b")))
    (two,) = parse_generators("i in C if (i,j) in ARCS and i in ['x, y', 'z']")
    assert isinstance(two.condition, Logic)


def test_an_index_of_a_variable_may_be_named():
    assert parse_target_index("g in TYPES") == ("g", "TYPES")
    assert parse_target_index("TYPES") == (None, "TYPES")


@given(TREES)
@settings(max_examples=150)
def test_every_tree_is_written_as_text_that_parses_to_it(tree):
    assert parse(unparse(tree)) == tree


@given(GENERATORS)
def test_generators_too(generators):
    assert parse_generators(unparse_generators(generators)) == generators
    assert parse_generators(unparse_generators(generators, " for ")) == generators


@given(TREES)
def test_a_transformation_that_changes_nothing_gives_the_same_tree(tree):
    assert transform(tree, lambda node: node) == tree
    assert sum(1 for _ in walk(tree)) >= 1 + len(list(children(tree)))


def test_free_names_leave_out_what_a_generator_binds():
    tree = parse("sum(cost[i]*x[i,j] for i in I if i != k) + sum(z[i] for i in J)")
    assert free_names(tree) == {"cost", "x", "j", "k", "I", "z", "J"}
    assert generator_names(parse_generators("a in A, b in B[a] if a != c")) == {"A", "B", "c"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x.sum()", "attribute access"),
        ("lambda: 1", "lambda"),
        ("[x for x in y] == 1", "comprehension"),
        ("{1: 2}", "dictionary"),
        ("f'{x}'", "f-string"),
        ("x[1:2]", "slice"),
        ("x[i][j]", "only a name can have an index"),
        ("x @ y", "bit operations"),
        ("x & y", "bit operations"),
        ("~x", "'~'"),
        ("x is y", "'is'"),
        ("True", "True"),
        ("1j", "1j"),
        ("b'a'", "not in the language"),
        ("1e400", "finite"),
        ("open('f')", "'open' does not exist"),
        ("__import__('os')", "does not exist"),
        ("(f)(x)(y)", "only the functions"),
        ("sum(x)", "needs a generator"),
        ("sum((x for x in S), 1)", "one argument"),
        ("max(x)", "needs a generator or two"),
        ("abs(x, y)", "takes 1 argument"),
        ("implies(x)", "takes 2 arguments"),
        ("log(x, base=2)", "named arguments"),
        ("piecewise(x, 1, 2)", "two lists"),
        ("sum(x for x.y in S)", "the target of 'for'"),
        ("sum(x for sum in S)", "may not be called"),
        ("sum", "is a function"),
        ("sum(*x)", "needs a generator"),
        ("abs(*x)", "'*'"),
    ],
)
def test_what_is_python_but_not_the_language_is_refused_by_name(text, says):
    with pytest.raises(ParseError, match=r".") as refused:
        parse(text)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("x +", "syntax"),
        ("sum(x[i] for i)", "expected 'in'"),
        ("x = 3", "write '=='"),
        ("x <= 3;", "syntax"),
        ("x\0", "null character"),
        ("9" * 400, "400 digits"),
        ("x" + "+x" * 20_000, "characters, more than"),
        ("(" * 3000 + "x" + ")" * 3000, "nested"),
        ("-" * 5000 + "x", "nested"),
        ("x" + "**2" * 2000, "nested"),
        ("x if y else " * 900 + "z", "nested"),
    ],
)
def test_what_is_no_expression_says_what_is_wrong(text, says):
    with pytest.raises(ParseError) as refused:
        parse(text)
    assert says in str(refused.value)
    assert len(str(refused.value)) < 300


@given(st.text(string.printable, max_size=80))
@settings(max_examples=150)
def test_any_text_parses_or_is_a_parse_error(text):
    for read in (parse, parse_generators):
        try:
            read(text)
        except ParseError:
            continue


def test_hostile_text_is_refused_quickly():
    began = time.perf_counter()
    for text in [
        "[" * 19_000,
        "x" + "*x" * 9_000,
        "sum(" * 4_000,
        "'" + "a" * 19_000,
        "a" * 19_999 + "(",
        "9**" * 6_000 + "9",
    ]:
        with pytest.raises(ParseError):
            parse(text)
    assert time.perf_counter() - began < 5


def test_refusing_and_misspelling_are_told_apart():
    with pytest.raises(NotInLanguage):
        parse("x.y")
    with pytest.raises(ParseError) as wrong:
        parse("x +")
    assert not isinstance(wrong.value, NotInLanguage)


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("x", True),
        ("_", True),
        ("été", True),
        ("lambda", False),
        ("sum", False),
        ("a b", False),
        ("1a", False),
        ("", False),
    ],
)
def test_names(name, fits):
    assert is_identifier(name) is fits


def test_a_name_that_python_would_read_as_another_is_no_name():
    assert not is_identifier("\ufb01")  # one letter, which Python reads as `fi`
