"""Packs as files: what is written is read again, and what cannot be used is one clear line."""

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optwright.errors import InputError
from optwright.prompts.library import PIPELINE, SHIPPED, names, render, template
from optwright.prompts.pack import Measured, Pack, Provenance, load_pack, parse_pack

HASH = template("plain").hash
PLAIN = f"---\nname: mine\nbases:\n  plain: {HASH}\n---\n\n--- plain.user ---\nModel this: {{{{problem}}}}\n"
WHOLE = Pack.of(
    {"formulate.system": "Be brief.\n```\n---\n```", "direct.user": "{{tables}} then {{problem}}"},
    name="whole",
    family="Qwen2.5-7B-Instruct",
    provenance=Provenance(
        benchmarks=["nl4opt", "optibench"],
        split="train 50%, validation 25%, test 25%, seed 0",
        method="direct",
        strategy="opro",
        scorer="Qwen2.5-7B-Instruct",
        optimiser="big: the 72B",
        train=Measured(items=120, score=0.6),
        validation=Measured(items=60, score=1, interval=(0.94, 1.0), seed=0.5, gain=(0.2, 0.4), confidence=0.99),
        test=Measured(items=60, score=0.5, seed=0.55),
        run="opro-1",
        date=datetime.date(2026, 11, 22),
        parent="earlier",
        note="first line\nsecond: line",
    ),
)


def test_what_is_written_is_read_again():
    assert parse_pack(WHOLE.text(), "whole.md") == WHOLE
    assert Pack.from_json(json.loads(json.dumps(WHOLE.to_json()))) == WHOLE
    assert WHOLE.family == "qwen2.5"
    assert WHOLE.warnings == []


def test_a_pack_by_hand_needs_little():
    pack = parse_pack(PLAIN, "mine.md")
    assert (pack.name, pack.family, pack.provenance) == ("mine", "any", Provenance())
    assert pack.parts == {"plain.user": "Model this: {{problem}}"}
    assert pack.prompts.render("plain", {"problem": "P"}).messages[-1]["content"] == "Model this: P"


@given(st.text())
def test_any_text_that_is_taken_comes_back(text):
    try:
        pack = Pack.of({"formulate.system": text, "plain.user": f"{text}{{{{problem}}}}{text}"}, name="any-text")
    except InputError:
        return
    again = parse_pack(pack.text(), "again.md")
    assert again == pack
    assert again.digest == pack.digest
    assert again.candidate.id == pack.candidate.id


@pytest.mark.parametrize(
    "line", ["--- user ---", "--- system ---", "---", "name: x", "{{}}", "{{ problem }}", "a\r\nb"]
)
def test_lines_that_look_like_others_are_text(line):
    pack = Pack.of({"direct.system": f"One.\n{line}\nTwo."}, name="odd")
    assert parse_pack(pack.text(), "odd.md") == pack
    system = pack.prompts.render("direct", {"problem": "p", "tables": "t"}).messages[0]["content"]
    assert system == f"One.\n{line}\nTwo.".replace("\r\n", "\n")


def test_a_candidate_becomes_a_pack_and_back():
    candidate = WHOLE.candidate
    assert Pack.of(candidate.parts, name="winner").candidate.parts == candidate.parts
    assert candidate.parts == WHOLE.parts


def test_the_digest_is_of_the_texts_alone():
    renamed = Pack.of(dict(reversed(WHOLE.parts.items())), name="renamed")
    assert renamed.digest == WHOLE.digest
    assert Pack.of({**WHOLE.parts, "direct.user": "{{tables}}, {{problem}}"}, name="whole").digest != WHOLE.digest


def test_templates_keep_what_a_pack_leaves_alone():
    prompts = WHOLE.prompts
    assert prompts.template("formulate").user == template("formulate").user
    assert prompts.template("formulate").system == "Be brief.\n```\n---\n```"
    assert prompts.template("program") is template("program")
    assert {prompts.template(name).hash for name in ("formulate", "direct")}.isdisjoint(
        {template(name).hash for name in names()}
    )


def test_texts_that_change_nothing_give_the_shipped_templates():
    for name in sorted(PIPELINE):
        parts = {f"{name}.{part}": text for part, text in template(name).parts.items()}
        same = Pack.of(parts, name="same").prompts
        assert same.template(name) == SHIPPED.template(name) == template(name)
    assert SHIPPED.render("plain", {"problem": "p"}) == render("plain", {"problem": "p"})


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "--- plain.user",
            "--- plane.user",
            "plane.user: no template 'plane' is there for a pack to change; there are ag",
        ),
        (
            "--- plain.user",
            "--- lesson_merge.user",
            "lesson_merge.user: no template 'lesson_merge' is there for a pack",
        ),
        (
            "--- plain.user",
            "--- plain.system",
            "plain.system: template 'plain' has no part 'system'; it has plain.user",
        ),
        ("{{problem}}", "it", "plain.user drops {{problem}}"),
        ("{{problem}}", "{{problem}} {{hint}}", "plain.user invents {{hint}}"),
        ("{{problem}}", "{{problm}}", "plain.user drops {{problem}} and invents {{problm}}"),
        ("Model this: {{problem}}", "", "plain.user is empty"),
        ("Model", "x" * 100_001 + "Model", "plain.user has 100024 characters, more than 100000"),
        ("--- plain.user ---\nModel this: {{problem}}", "", "there is no part in it; a part follows a line such as"),
        ("--- plain.user ---\n", "", "'Model this: {{problem}}' stands before the first part; a part follows a line"),
        (
            "{{problem}}\n",
            "{{problem}}\n--- plain.user ---\n{{problem}}\n",
            "the part plain.user is there twice; keep one",
        ),
        ("---\nname", "name", "a pack begins with a head in YAML between two lines '---'"),
        ("name: mine", "name: [", ", line 4: the head is not valid YAML"),
        ("name: mine", "- mine", "the head is not valid YAML"),
        ("name: mine\n", "", "name: Field required"),
        ("name: mine", "name: 3", "name: must be text; put it between quotes"),
        ("name: mine", "name: my pack", "name: use letters, digits and . _ + - only"),
        ("name: mine", "name: auto", "name: 'auto' means something else to --prompts"),
        ("name: mine", "name: mine\nfamly: qwen", "famly: there is no such entry; take it out or correct its name"),
        (
            "name: mine",
            "name: mine\nprovenance: {date: 2026-13-45}",
            "the head cannot be read (month must be in 1..12)",
        ),
        (
            "name: mine",
            "name: mine\nprovenance: {test: {items: 0, score: 1}}",
            "provenance.test.items: Input should be",
        ),
        (
            "name: mine",
            "name: mine\nprovenance: {test: {items: 9, score: high}}",
            "provenance.test.score: Input should",
        ),
        (
            "name: mine",
            "name: mine\nprovenance: {benchmarks: nl4opt}",
            "provenance.benchmarks: Input should be a valid li",
        ),
        (f"\n  plain: {HASH}", " 7", "bases: must be lines such as 'formulate: 0123456789abcdef'"),
        (
            f"\n  plain: {HASH}",
            f"\n  plain: {HASH}\n  direct: ab",
            "bases: no part of template 'direct' is in the pack",
        ),
        (f"\n  plain: {HASH}", " {}", f"bases: no hash for template 'plain'; add 'plain: {HASH}'"),
    ],
)
def test_what_cannot_be_used_is_one_line(old, new, line):
    assert PLAIN.count(old) == 1
    with pytest.raises(InputError) as raised:
        parse_pack(PLAIN.replace(old, new), "mine.md")
    told = str(raised.value)
    assert told.startswith("mine.md")
    assert line in told
    assert "\n" not in told


def test_a_line_that_looks_like_a_part_cannot_be_written():
    with pytest.raises(InputError, match=r"plain\.user: a line of it looks like the beginning of a part"):
        Pack.of({"plain.user": "{{problem}}\n--- plain.user ---\nmore"}, name="two")


def test_a_template_that_has_changed_since_is_a_warning_with_both_hashes():
    pack = parse_pack(PLAIN.replace(HASH, "'1234567890123456'"), "old.md")
    (line,) = pack.warnings
    assert line.startswith("pack mine was made from another template 'plain' (1234567890123456) than the present one")
    assert f"({HASH})" in line
    assert parse_pack(pack.text(), "again.md") == pack


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"\xff\xfe", "is not UTF-8 text (byte 0)"), (b"x" * 4_194_305, "more than the 4,194,304 bytes")],
)
def test_a_file_that_is_none(content, line, tmp_path):
    path = tmp_path / "pack.md"
    path.write_bytes(content)
    with pytest.raises(InputError, match=str(path)) as raised:
        load_pack(path)
    assert line in str(raised.value)
    with pytest.raises(InputError, match="there is no such pack"):
        load_pack(tmp_path / "nowhere.md")
    with pytest.raises(InputError, match="cannot be read"):
        load_pack(tmp_path)


def test_line_ends_of_another_system_are_read(tmp_path):
    path = tmp_path / "pack.md"
    path.write_bytes(b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode())
    assert load_pack(path) == parse_pack(PLAIN, "mine.md")
