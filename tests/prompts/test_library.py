"""Templates are strict, and their constant part comes first."""

import pytest

from optwright.prompts.library import TemplateError, fill, names, parse_template, render, template

TEXT = "--- system ---\nYou bake.\n\n--- user ---\n{{flour}} and {{water}}, then {{flour}}\n"


def test_variables_are_filled_in_once():
    prompt = fill(parse_template("bread", TEXT), {"flour": "{{water}}", "water": "w"})
    assert [message["role"] for message in prompt.messages] == ["system", "user"]
    assert prompt.messages[1]["content"] == "{{water}} and w, then {{water}}"


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"flour": "f"}, "missing water"),
        ({"flour": "f", "water": "w", "salt": "s"}, "unused salt"),
        ({}, "missing flour"),
    ],
)
def test_a_missing_or_unused_variable_raises(given, line):
    with pytest.raises(TemplateError, match=line):
        fill(parse_template("bread", TEXT), given)


@pytest.mark.parametrize(
    "text",
    [
        "no parts",
        "--- system ---\nonly this\n",
        "--- user ---\n\n",
        "before\n--- user ---\nx\n",
        "--- user ---\na\n--- user ---\nb\n",
        "--- system ---\n{{problem}}\n--- user ---\nx\n",
    ],
)
def test_a_template_that_is_not_well_formed_raises(text):
    with pytest.raises(TemplateError):
        parse_template("bad", text)


def test_an_unknown_template_names_those_that_there_are():
    with pytest.raises(TemplateError, match=r"no template 'nope'; there are .*formulate"):
        template("nope")


@pytest.mark.parametrize("name", names())
def test_each_template_renders_with_its_own_variables(name):
    found = template(name)
    prompt = render(name, {variable: f"<{variable}>" for variable in found.variables})
    assert prompt.messages[-1]["role"] == "user"
    for variable in found.variables:
        assert f"<{variable}>" in prompt.messages[-1]["content"]
    assert "{{" not in "".join(message["content"] for message in prompt.messages).replace("{{}}", "")


def test_the_constant_part_is_the_same_for_every_problem():
    first = render("formulate", {"problem": "a", "tables": "none"})
    second = render("formulate", {"problem": "b", "tables": "some"})
    assert first.messages[0] == second.messages[0]
    assert first.template_hash == second.template_hash
    assert first.hash != second.hash
    assert len(first.hash) == 16
    assert first.messages[1]["content"].endswith("a"), "the problem comes last"


def test_a_template_can_go_on_with_a_conversation():
    start = render("formulate", {"problem": "a", "tables": "none"})
    after = [*start.messages, {"role": "assistant", "content": "..."}]
    prompt = render("repair_formulation", {"trouble": "SYNTAX"}, after=after)
    assert prompt.messages[: len(after)] == tuple(after)
    assert prompt.messages[-1]["content"].startswith("SYNTAX")
